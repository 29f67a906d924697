import { randomBytes } from 'node:crypto';
import { idOf } from './iam/ids.ts';
import type { World } from './world.ts';

/** Who made a call. */
export interface Caller {
  readonly accessKeyId: string;
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
  /** Who sees a report job: the access key of a temporary session, else the IAM user (observed). */
  readonly owner: string;
  readonly denied: readonly string[];
  /** The role of a session that the sandbox's STS issued, and the session policies it was narrowed by; else null. */
  readonly session: RoleSession | null;
}

/** What is special to the session of an assumed role. */
export interface RoleSession {
  readonly roleName: string;
  /** Texts of the session policies; none: the role's own permissions alone hold. */
  readonly policies: readonly string[];
  readonly sourceIdentity: string | null;
}

/** Temporary credentials as STS hands them out. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Knows who stands behind each access key. */
export interface Callers {
  callerOf(accessKeyId: string): Caller;
  /** New temporary credentials for a role of an account. */
  assume(role: {
    readonly accountId: string;
    readonly roleName: string;
    readonly sessionName: string;
    readonly policies?: readonly string[];
    readonly sourceIdentity?: string | null;
  }): SessionCredentials;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const randomId = (prefix: string): string =>
  prefix + [...randomBytes(16)].map((byte) => letters[byte % 32]).join('');

/** Keys that this sandbox's STS did not issue belong to the management account, unless the scenario names their user. */
export const createCallers = (world: World): Callers => {
  const sessions = new Map<string, Caller>();
  const everyone = world.scenario.denied ?? [];
  return {
    callerOf: (accessKeyId) => {
      const session = sessions.get(accessKeyId);
      if (session !== undefined) return session;
      const named = world.scenario.accessKeys?.[accessKeyId];
      const user = named?.user ?? 'admin';
      const accountId = named?.account ?? world.managementAccountId;
      const temporary = accessKeyId.startsWith('ASIA');
      return {
        accessKeyId,
        accountId,
        arn: `arn:aws:iam::${accountId}:user/${user}`,
        userId: idOf('AIDA', `${accountId}/${user}`),
        owner: temporary ? accessKeyId : `${accountId}/${user}`,
        denied: [...everyone, ...(named?.denied ?? [])],
        session: null,
      };
    },
    assume: ({ accountId, roleName, sessionName, policies, sourceIdentity }) => {
      const accessKeyId = randomId('ASIA');
      sessions.set(accessKeyId, {
        accessKeyId,
        accountId,
        arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
        userId: `${idOf('AROA', `${accountId}/${roleName}`)}:${sessionName}`,
        owner: accessKeyId,
        denied: everyone,
        session: { roleName, policies: policies ?? [], sourceIdentity: sourceIdentity ?? null },
      });
      return {
        accessKeyId,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(150).toString('base64'),
      };
    },
  };
};

/** True if the caller is refused this action (`organizations:ListPolicies`); `*` at the end of an entry is a wildcard. */
export const isDenied = (caller: Caller, action: string): boolean =>
  caller.denied.some((entry) =>
    entry.endsWith('*') ? action.startsWith(entry.slice(0, -1)) : entry === action,
  );
