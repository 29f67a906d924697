import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalResources } from '../../adapters/aws/local-resources.ts';
import { readEnvironment } from '../../adapters/environment.ts';
import { wireStores } from '../../adapters/wire.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { closeBoxes, openBox } from '../adapters/box.ts';
import { pointAt } from '../adapters/environment.ts';
import { oar } from './run-oar.ts';

interface Plan {
  readonly calls: readonly {
    readonly call: string;
    readonly howMany: string;
    readonly lastTime: number | null;
  }[];
  readonly lastReview: { readonly id: string } | null;
  readonly estimate: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'plan-'));
const everySource = join(folder, 'reviewer.config.json');
const table = { database: 'audit', table: 'trail', workgroup: 'review' };
const replay = { ...table, trailLocation: 's3://trail/' };
writeFileSync(
  everySource,
  JSON.stringify({ sources: { regions: true, cost: true, simulate: true, replay } }),
);

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openBox({ scenario: 'across-organization' }, { TABLE_NAME: undefined });
  sandbox.trail.current = { ...table, outputLocation: 's3://results/' };
});
afterAll(async () => {
  await closeBoxes();
  rmSync(folder, { recursive: true });
});

const planOf = async (...command: readonly string[]): Promise<Plan> =>
  JSON.parse((await oar('nobody', ...command, '--plan', '--format', 'json')).output) as Plan;

/** What was asked since the last time, but for the table. */
const asked = (): readonly string[] => {
  const calls = sandbox.calls().filter(({ service }) => service !== 'dynamodb');
  const names = new Set(calls.map(({ operation, service }) => `${service}:${operation}`));
  sandbox.clearCalls();
  return [...names].sort();
};

// What the story gives no reason to ask: its one SCP is AWS's, ListAccounts gives paths, and AWS's details of an account hold every policy.
const tagsAndParents = ['organizations:ListAccountsForParent', 'organizations:ListTagsForResource'];
const policiesApart = ['iam:GetPolicyVersion', 'iam:ListPolicyVersions'];

describe.each([
  {
    command: ['review', '--config', everySource],
    neverHere: [...tagsAndParents, 'organizations:ListDelegatedServicesForAccount'],
  },
  {
    command: ['identities', 'review', '--organization', '--config', everySource],
    neverHere: [...tagsAndParents, ...policiesApart],
  },
])('oar $command', ({ command, neverHere }) => {
  test('a plan asks nothing', async () => {
    sandbox.clearCalls();
    const { calls, lastReview } = await planOf(...command);
    expect(calls.length).toBeGreaterThan(0);
    expect(lastReview).toBeNull();
    expect(asked()).toEqual([]);
  });

  test('names what is asked, and nothing that is not', async () => {
    const { calls } = await planOf(...command);
    expect((await oar('nobody', ...command, '--format', 'json')).code).toBe(0);
    const planned = calls.map(({ call }) => call).filter((call) => !neverHere.includes(call));
    expect(asked()).toEqual(planned.sort());
  });
});

test('where the table is named, the counts of the last stored review of its kind stand beside', async () => {
  await createLocalResources({ tableName: 'kept', busName: 'kept', topics: [] });
  const undo = pointAt(sandbox.endpoint, { TABLE_NAME: 'kept' });
  const { reviews } = wireStores(readEnvironment());
  const store = (
    id: string,
    scopeId: string,
    asOf: number,
    apiCalls: Record<string, number>,
  ): Promise<void> =>
    reviews.saveReview(
      {
        id,
        organizationId: 'o-exampleorg1',
        scopeId,
        asOf,
        thresholdDays: 180,
        status: 'completed',
        namespaces: [],
      },
      { metrics: { reportJobs: 7, apiCalls, throttled: 0, durationMs: 1000, dollars: 0.2 } },
    );
  await store('rev-1', 'r-ex01', 1_000, { ListAccounts: 11 });
  await store('rev-2', 'ou-ex01-x', 2_000, {
    ListAccounts: 22,
    SimulateCustomPolicy: 40,
    GetCostAndUsage: 2,
  });
  await store('rev-3', 'iam:111111111111:{}', 3_000, { ListAccounts: 33 });
  const plan = await planOf('review', '--config', everySource);
  expect(plan).toMatchObject({ lastReview: { id: 'rev-2' } });
  // What that review asked has a count; the trail was configured since.
  expect(plan.estimate).toEqual([expect.stringMatching(/^Athena: /)]);
  expect(plan.calls.find(({ call }) => call === 'organizations:ListAccounts')).toMatchObject({
    lastTime: 22,
  });
  expect((await planOf('identities', 'review')).lastReview).toMatchObject({ id: 'rev-3' });
  expect((await oar('nobody', 'review', '--plan')).output).toMatch(
    /rev-2 of ou-ex01-x, .*: 7 report jobs, .* 1 s, \$0\.20\.$/m,
  );
  undo();
});

test('without a stored review the plan estimates what sources that are on may need, and says that it is no count', async () => {
  expect((await planOf('review', '--config', everySource)).estimate).toEqual([
    'at most 1,000 calls of the policy simulator, free of charge',
    'Cost Explorer: $0.01 to $0.03 where drafts affect up to 250 accounts, $0.04 to $0.12 for 1,000, $0.40 to $1.20 for 10,000',
    'Athena: $5 for each terabyte of the trail that a query scans',
  ]);
  expect((await planOf('identities', 'review', '--config', everySource)).estimate).toHaveLength(1);
  expect((await planOf('review')).estimate).toEqual([]);
  const { output } = await oar('nobody', 'review', '--plan', '--config', everySource);
  expect(output.match(/^ESTIMATE, from no review: /gm)).toHaveLength(3);
});
