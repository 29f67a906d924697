import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { identityLimits } from '../../core/base/limits.ts';
import type { IdentitySessions, MemberRoles, UnreachableAccount } from '../identity-ports.ts';
import type { Caller, Clock, RefusalKind } from '../ports.ts';
import type { Credentials } from './clients.ts';
import { unreadable } from './policy-document.ts';
import { type AwsRefusal, isAwsRefusal, refusing } from './refusal.ts';
import { sessionPolicy } from './session-policy.ts';

/** The account that a session is in. */
export interface SessionPlace {
  readonly accountId: string;
  readonly partition: string;
}

/** How a session becomes what works in the account; without credentials of its own it is the caller's. */
interface SessionUse {
  toRead(place: SessionPlace, credentials?: Credentials): Omit<Reading, 'accountId' | 'status'>;
  toWrite(place: SessionPlace, credentials?: Credentials): Omit<Writing, 'accountId' | 'status'>;
}
type Reading = Extract<Awaited<ReturnType<IdentitySessions['openToRead']>>, { status: 'open' }>;
type Writing = Extract<Awaited<ReturnType<IdentitySessions['openToWrite']>>, { status: 'open' }>;

/** Refusals that every other account would meet too. */
const fatalKinds: readonly RefusalKind[] = ['credentials', 'clock', 'endpoint', 'set-up'];
/** The SDK asks for new credentials so long before they end, in milliseconds. */
const renewalMilliseconds = 300_000;
/** Said in CloudTrail of every read. */
const readSessionName = 'organization-access-review';
/** Characters of a session's name and of a source identity (STS API reference, AssumeRole). */
const sessionNameCharacters = 64;

/** Enters accounts with the caller's credentials: his own account as it is, others by the member roles. */
export function createIdentitySessions(
  sts: STSClient,
  caller: Caller,
  roles: MemberRoles,
  clock: Clock,
  use: SessionUse,
): IdentitySessions {
  const open = createEntry(sts, caller, clock);
  return {
    openToRead: createReadingSessions(sts, caller, roles, clock, use.toRead),
    openToWrite: (accountId, { id, step }) =>
      open(
        accountId,
        roles.write === null
          ? null
          : {
              path: roles.write,
              externalId: roles.externalId,
              name: id.slice(0, sessionNameCharacters),
              sourceIdentity: id.slice(0, sessionNameCharacters),
              seconds: identityLimits.shortestSessionSeconds,
              policy: (place) => sessionPolicy(step, place),
            },
        use.toWrite,
      ),
  };
}

/** Enters accounts by the role to read, for whatever works there. */
export function createReadingSessions<Opened>(
  sts: STSClient,
  caller: Caller,
  { externalId, read }: MemberRoles,
  clock: Clock,
  toRead: (place: SessionPlace, credentials?: Credentials) => Opened,
): (accountId: string) => Promise<Entered<Opened> | UnreachableAccount> {
  const open = createEntry(sts, caller, clock);
  const role = {
    path: read,
    externalId,
    name: readSessionName,
    seconds: identityLimits.chainedSessionSeconds,
  };
  return (accountId) => open(accountId, role, toRead);
}

type Entered<Opened> = { readonly status: 'open'; readonly accountId: string } & Opened;

function createEntry(sts: STSClient, caller: Caller, clock: Clock) {
  return async <Opened>(
    accountId: string,
    role: RoleToTake | null,
    with_: (place: SessionPlace, credentials?: Credentials) => Opened,
  ): Promise<Entered<Opened> | UnreachableAccount> => {
    const { accountId: ownId, arn } = await caller.identity();
    const place = { accountId, partition: arn.split(':')[1] ?? 'aws' };
    if (accountId === ownId) return { status: 'open', accountId, ...with_(place) };
    if (role === null) {
      const message = 'memberRoles.write is null: member accounts are never written';
      return { status: 'unreachable', accountId, code: 'UNREACHABLE_ACCOUNT', message };
    }
    const { path, policy, ...rest } = role;
    const assumption: Assumption = {
      ...rest,
      arn: `arn:${place.partition}:iam::${accountId}:role/${path}`,
      ...(policy && { sessionPolicy: policy(place) }),
    };
    try {
      const credentials = await sessionOf(sts, clock, assumption);
      return { status: 'open', accountId, ...with_(place, credentials) };
    } catch (error) {
      if (!isAwsRefusal(error) || fatalKinds.includes(error.kind)) throw error;
      // Whoever writes has to know what passes: only a denial says that the account is closed to him.
      if (policy && error.kind !== 'access-denied') throw error;
      return unreachable(accountId, error);
    }
  };
}

interface RoleToTake extends Omit<Assumption, 'arn'> {
  readonly path: string;
  readonly policy?: (place: SessionPlace) => string;
}

interface Assumption {
  readonly arn: string;
  readonly externalId: string | null;
  readonly name: string;
  readonly seconds: number;
  readonly sourceIdentity?: string;
  readonly sessionPolicy?: string;
}

/** Assumes the role now, so that an account that cannot be entered is known at once, and again when the session is about to end. Clients of one session share it. */
async function sessionOf(sts: STSClient, clock: Clock, assumption: Assumption): Promise<Credentials> {
  let session = await assume(sts, assumption);
  let renewal: ReturnType<typeof assume> | null = null;
  return async () => {
    if (session.expiration.getTime() - clock.now() > renewalMilliseconds) return session;
    renewal ??= assume(sts, assumption).finally(() => {
      renewal = null;
    });
    session = await renewal;
    return session;
  };
}

async function assume(sts: STSClient, assumption: Assumption) {
  const operation = 'AssumeRole';
  const { externalId, sessionPolicy: policy, sourceIdentity } = assumption;
  const input = {
    RoleArn: assumption.arn,
    RoleSessionName: assumption.name,
    DurationSeconds: assumption.seconds,
    ...(externalId === null ? {} : { ExternalId: externalId }),
    ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    ...(policy === undefined ? {} : { Policy: policy }),
  };
  const { Credentials: given } = await refusing(operation, () => sts.send(new AssumeRoleCommand(input)));
  if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken || !given.Expiration)
    throw unreadable(operation, 'the answer holds no credentials');
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
    expiration: given.Expiration,
  };
}

function unreachable(accountId: string, { code, message }: AwsRefusal): UnreachableAccount {
  return { status: 'unreachable', accountId, code, message };
}
