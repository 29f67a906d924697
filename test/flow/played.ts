import type { CallRecord } from '../../sandbox/call-log.ts';
import type { RecordedEvent } from '../../sandbox/events.ts';
import type { InboxMessage } from '../../sandbox/inbox-message.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import type { World, WorldAccount, WorldPolicy } from '../../sandbox/world.ts';
import { type Item, keepItems, readItems } from './table-items.ts';

/** Everything that the steps of a story leave behind, and what the last one answered. */
interface Moment {
  readonly answer: unknown;
  readonly at: number;
  readonly items: readonly Item[];
  readonly policies: readonly WorldPolicy[];
  readonly accounts: readonly WorldAccount[];
  readonly tags: World['tags'];
  readonly events: readonly RecordedEvent[];
  readonly calls: readonly CallRecord[];
  readonly messages: readonly InboxMessage[];
}

/** By what a story starts with and the steps since. Kept for as long as the worker lives. */
const moments = new Map<string, Moment>();

/** Plays the steps of one story. */
export interface Player {
  /** Plays a step; where a story of this worker came here by the same steps, what that one left behind is taken over. */
  play<Answer>(step: string, really: () => Promise<Answer>): Promise<Answer>;
  /** From here on every step is played for real: the test may have changed what the fingerprint does not show. */
  touch(): void;
}

/**
 * Stories begin alike: a review proposes, somebody approves, a run applies. The calls of these steps are made once a worker.
 * A story that was changed by anything but such steps plays on for real: its calls, its clock, its faults and its world tell.
 * @param beginning what the story starts with; null where it cannot be told
 */
export function createPlayer(sandbox: Sandbox, beginning: unknown): Player {
  let isTouched = beginning === null;
  let path = JSON.stringify(beginning);
  let left = fingerprint(sandbox);
  return {
    touch: () => {
      isTouched = true;
    },
    play: async (step, really) => {
      isTouched ||= fingerprint(sandbox) !== left;
      if (isTouched) return really();
      const here = `${path} ${step}`;
      const known = moments.get(here);
      if (known) await takeOver(sandbox, known);
      const answer = known
        ? (structuredClone(known.answer) as Awaited<ReturnType<typeof really>>)
        : await really();
      if (isTouched) return answer;
      if (!known) moments.set(here, await momentOf(sandbox, answer));
      path = here;
      left = fingerprint(sandbox);
      return answer;
    },
  };
}

/** What tells that a test did something by itself. Whatever goes over the wire is a call. */
function fingerprint({ calls, events, faults, world }: Sandbox): string {
  const { accounts, entities, policies, policyTypes, tags } = world;
  const seconds = Math.round((world.now() - Date.now()) / 1000);
  const state = [
    seconds,
    calls().length,
    events().length,
    faults.list(),
    accounts,
    entities,
    policies,
    policyTypes,
    tags,
  ];
  return JSON.stringify(state, (_, value: unknown) =>
    value instanceof Map || value instanceof Set ? [...value] : value,
  );
}

async function momentOf(sandbox: Sandbox, answer: unknown): Promise<Moment> {
  const { world } = sandbox;
  const calls = [...sandbox.calls()];
  const messages = sandbox.messages();
  const at = world.now();
  const items = await readItems(sandbox);
  replaceCalls(sandbox, calls);
  const { events, accounts, policies, tags } = structuredClone({
    events: sandbox.events(),
    accounts: [...world.accounts.values()],
    policies: [...world.policies.values()],
    tags: world.tags,
  });
  return { answer: structuredClone(answer), at, items, events, calls, messages, accounts, policies, tags };
}

async function takeOver(sandbox: Sandbox, moment: Moment): Promise<void> {
  const { world } = sandbox;
  const { accounts, events, policies, tags } = structuredClone(moment);
  world.advanceSeconds((moment.at - world.now()) / 1000);
  // Uses and joining are told from the start of a sandbox, and the other one started earlier.
  for (const account of accounts) Object.assign(world.accounts.get(account.id) ?? {}, account);
  world.policies.clear();
  for (const policy of policies) world.policies.set(policy.id, policy);
  world.tags.clear();
  for (const [id, own] of tags) world.tags.set(id, own);
  await keepItems(sandbox, moment.items);
  (sandbox.events() as RecordedEvent[]).splice(0, Number.POSITIVE_INFINITY, ...events);
  for (const message of moment.messages.slice(sandbox.messages().length)) sandbox.inbox.record(message);
  replaceCalls(sandbox, moment.calls);
}

function replaceCalls(sandbox: Sandbox, calls: readonly CallRecord[]): void {
  sandbox.clearCalls();
  (sandbox.calls() as CallRecord[]).push(...calls);
}
