import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { ScenarioCall, ScenarioTrail } from '../../sandbox/scenario.ts';
import { baseText, developmentAndElsewhere } from './organization.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { openStory, type Story } from './story.ts';

const table = { database: 'audit', table: 'trail', workgroup: 'review' };
const trail: ScenarioTrail = { ...table, outputLocation: 's3://results/', scannedBytes: 2e12, pageRows: 3 };
const call: ScenarioCall = {
  ...{ account: '222222222222', principal: 'role/Batch', source: 'lex.amazonaws.com', name: 'PostText' },
  daysAgo: 0.1,
};
let story: Story;
let id: string;
let start: Snapshot;
beforeAll(async () => {
  const replay = { ...table, trailLocation: 's3://trail/AWSLogs/o-exampleorg1/' };
  const scenario = { ...developmentAndElsewhere, trustedServices: ['account.amazonaws.com'], trail };
  story = await openStory({ scenario, configuration: { sources: { regions: true, replay } } });
  id = await story.approved();
  start = await takeSnapshot(story);
});
afterAll(() => story.close());
afterEach(async () => {
  story.sandbox.faults.clear();
  story.sandbox.trail.current = { ...trail };
  story.sandbox.clearCalls();
  await start.restore();
});

const queries = (): number =>
  story.sandbox.calls().filter(({ operation }) => operation === 'StartQueryExecution').length;

test('what nobody called is applied', async () => {
  expect(await story.outcome(id)).toBe('applied');
  expect(story.text()).not.toBe(baseText);
});

test('a call since the approval voids it', async () => {
  story.sandbox.trail.current = { ...trail, calls: [call] };
  expect(await story.outcome(id)).toBe('superseded');
  const reason = await story.reason(id);
  expect(reason?.code).toBe('PROOF_FAILED');
  expect(reason?.detail).toContain('replay: in dev-1 (222222222222) role/Batch called lex:PostText once on');
  expect(story.text()).toBe(baseText);
});

test('where Athena refuses, the change waits, and goes on once it answers', async () => {
  story.sandbox.faults.add('error:StartQueryExecution:InvalidRequestException:1000');
  expect(await story.outcome(id)).toContain('replay: ');
  story.sandbox.faults.clear();
  expect(await story.outcome(id)).toBe('applied');
});

test('after a day it is stale', async () => {
  story.sandbox.trail.current = { ...trail, failure: 'no' };
  expect(await story.outcome(id)).toContain('the query ended FAILED: no');
  story.advance(24 * 3600);
  expect(await story.outcome(id)).toBe('superseded');
  expect((await story.reason(id))?.code).toBe('PROOF_WEAKER');
});

test('a query that runs on is waited for by the next runs and is paid once', async () => {
  story.sandbox.trail.current = { ...trail, seconds: 100 };
  expect(await story.outcome(id)).toContain('QUERY_TIMED_OUT');
  const ids = new Set<unknown>();
  const off = story.sandbox.onCall(({ input, operation }) => {
    if (operation === 'GetQueryExecution') ids.add(input.QueryExecutionId);
  });
  expect(await story.outcome(id)).toBe('applied');
  off();
  expect(queries()).toBe(2);
  expect(ids.size).toBe(1);
});

test('a change that waits for another source asks nothing of Athena', async () => {
  story.sandbox.faults.add('error:ListRegions:ResourceNotFoundException:1000');
  expect(await story.outcome(id)).toContain('regions: ');
  expect(queries()).toBe(0);
});

test('a source that is not configured any more proves nothing: what people were shown of it is not left out', async () => {
  const { sources } = story.configuration;
  const configuration = { ...story.configuration, sources: { ...sources, replay: null } };
  expect(await story.outcome(id, { configuration })).toBe('superseded');
  expect(await story.reason(id)).toEqual({
    code: 'PROOF_WEAKER',
    detail: 'replay was proven when approved: its source is not configured any more',
  });
  expect(story.text()).toBe(baseText);
});
