import { BatchWriteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoDbClient } from '../../adapters/aws/clients.ts';
import type { CallRecord } from '../../sandbox/call-log.ts';
import type { RecordedEvent } from '../../sandbox/events.ts';
import type { InboxMessage } from '../../sandbox/inbox-message.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import type { WorldAccount, WorldPolicy } from '../../sandbox/world.ts';

/** Everything that the steps of a story leave behind, and what the last one answered. */
interface Moment {
  readonly answer: unknown;
  readonly at: number;
  readonly items: readonly Record<string, unknown>[];
  readonly policies: readonly WorldPolicy[];
  readonly accounts: readonly WorldAccount[];
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
  /** From here on every step is played for real: the test changed something that nobody can see. */
  touch(): void;
}

/**
 * Stories begin alike: a review proposes, somebody approves, a run applies. The calls of these steps are made once a worker.
 * A story that was changed by anything but such steps plays on for real: its calls, its clock, its faults and its world tell.
 * @param beginning what the story starts with; null where it cannot be told
 */
export function createPlayer(sandbox: Sandbox, beginning: unknown): Player {
  let path = beginning === null ? null : JSON.stringify(beginning);
  let left = fingerprint(sandbox);
  return {
    touch: () => {
      path = null;
    },
    play: async (step, really) => {
      if (path === null || fingerprint(sandbox) !== left) {
        path = null;
        return really();
      }
      const here = `${path} ${step}`;
      const known = moments.get(here);
      if (known) await takeOver(sandbox, known);
      const answer = known
        ? (structuredClone(known.answer) as Awaited<ReturnType<typeof really>>)
        : await really();
      if (!known && path !== null) moments.set(here, await momentOf(sandbox, answer));
      path = path === null ? null : here;
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

const table = 'story';
const mostItems = 25;

async function momentOf(sandbox: Sandbox, answer: unknown): Promise<Moment> {
  const { world } = sandbox;
  const calls = [...sandbox.calls()];
  const messages = sandbox.messages();
  const at = world.now();
  const { Items: items = [] } = await client().send(
    new ScanCommand({ TableName: table, ConsistentRead: true }),
  );
  replaceCalls(sandbox, calls);
  const { events, accounts, policies } = structuredClone({
    events: sandbox.events(),
    accounts: [...world.accounts.values()],
    policies: [...world.policies.values()],
  });
  return { answer: structuredClone(answer), at, items, events, calls, messages, accounts, policies };
}

async function takeOver(sandbox: Sandbox, moment: Moment): Promise<void> {
  const { world } = sandbox;
  const { accounts, events, policies } = structuredClone(moment);
  world.advanceSeconds((moment.at - world.now()) / 1000);
  // Uses and joining are told from the start of a sandbox, and the other one started earlier.
  for (const account of accounts) Object.assign(world.accounts.get(account.id) ?? {}, account);
  world.policies.clear();
  for (const policy of policies) world.policies.set(policy.id, policy);
  const dynamo = client();
  for (let from = 0; from < moment.items.length; from += mostItems) {
    const requests = moment.items.slice(from, from + mostItems).map((Item) => ({ PutRequest: { Item } }));
    await dynamo.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
  }
  (sandbox.events() as RecordedEvent[]).splice(0, Number.POSITIVE_INFINITY, ...events);
  for (const message of moment.messages.slice(sandbox.messages().length)) sandbox.inbox.record(message);
  replaceCalls(sandbox, moment.calls);
}

function replaceCalls(sandbox: Sandbox, calls: readonly CallRecord[]): void {
  sandbox.clearCalls();
  (sandbox.calls() as CallRecord[]).push(...calls);
}

function client(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(createDynamoDbClient());
}
