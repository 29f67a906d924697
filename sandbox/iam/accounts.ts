import type { World } from '../world.ts';
import { buildState, usesOf } from './build.ts';
import type { ScenarioIdentities } from './scenario-identities.ts';
import type { IamState, IdentityUse } from './state.ts';

/** IAM of one account, as written and as reads show it. */
export interface IamAccount {
  readonly accountId: string;
  /** False: the scenario says nothing of its IAM; any role can be assumed there. */
  readonly described: boolean;
  readonly unreachable: boolean;
  readonly uses: IdentityUse[];
  /** Actions that AWS tracks, by service; null: the sandbox's own table. */
  readonly tracked: Readonly<Record<string, readonly string[]>> | null;
  /** What every write so far has made of it. */
  readonly written: IamState;
  /** What this read shows at present: writes become visible after a while. */
  visible(operation: string): IamState;
  /** Carries out a write; reads show it `visibilitySeconds` later. A write checks first: one that throws has changed nothing. */
  write<Answer>(change: (state: IamState) => Answer): Answer;
}

/** IAM of every account of the organization; each is built when it is first asked for. */
export interface IamAccounts {
  of(accountId: string): IamAccount;
  /** Seconds until reads show a write. */
  visibilitySeconds: number;
  /** Seconds by read operation, where one is later than the others: AWS's reads need not agree with each other. */
  readonly lateReads: Map<string, number>;
}

const identitiesOf = (world: World, accountId: string): ScenarioIdentities | undefined =>
  world.scenario.identities?.[accountId];

/** The accounts of a world; `visibilitySeconds` may be changed while it runs. */
export const createIamAccounts = (world: World, visibilitySeconds: number): IamAccounts => {
  const start = world.now();
  const built = new Map<string, IamAccount>();

  const build = (accountId: string): IamAccount => {
    const given = identitiesOf(world, accountId);
    const written = buildState(given ?? {}, {
      accountId,
      managementAccountId: world.managementAccountId,
      start,
    });
    // States as they were before each write that is still on its way, oldest first.
    let before: { readonly state: IamState; readonly writtenAt: number }[] = [];
    return {
      accountId,
      described: given !== undefined,
      unreachable: given?.unreachable === true,
      uses: usesOf(given ?? {}, start),
      tracked: given?.tracked ?? null,
      written,
      visible: (operation) => {
        const isOnItsWay = (seconds: number) => (write: { readonly writtenAt: number }) =>
          write.writtenAt + seconds * 1000 > world.now();
        before = before.filter(isOnItsWay(latest()));
        const seconds = accounts.lateReads.get(operation) ?? accounts.visibilitySeconds;
        return before.find(isOnItsWay(seconds))?.state ?? written;
      },
      write: (change) => {
        if (latest() === 0) return change(written);
        const state = structuredClone(written);
        const answer = change(written);
        before.push({ state, writtenAt: world.now() });
        return answer;
      },
    };
  };

  const latest = (): number => Math.max(accounts.visibilitySeconds, ...accounts.lateReads.values());

  const accounts: IamAccounts = {
    visibilitySeconds,
    lateReads: new Map(),
    of: (accountId) => {
      const known = built.get(accountId) ?? build(accountId);
      built.set(accountId, known);
      return known;
    },
  };
  return accounts;
};
