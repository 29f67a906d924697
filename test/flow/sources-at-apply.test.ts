import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { baseText, developmentAndElsewhere } from './organization.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { openStory, type Story } from './story.ts';

let story: Story;
let id: string;
let start: Snapshot;
beforeAll(async () => {
  const scenario = { ...developmentAndElsewhere, trustedServices: ['account.amazonaws.com'] };
  story = await openStory({ scenario, configuration: { sources: { regions: true } } });
  id = await story.approved();
  start = await takeSnapshot(story);
});
afterAll(() => story.close());
afterEach(async () => {
  story.sandbox.faults.clear();
  story.sandbox.optedInRegions.clear();
  await start.restore();
});

test('what was proven when it was approved is proven again', async () => {
  expect(await story.outcome(id)).toBe('applied');
  expect(story.text()).not.toBe(baseText);
});

test('a source that cannot be read makes the change wait; an answer within a day lets it go on', async () => {
  story.sandbox.faults.add('error:ListRegions:ResourceNotFoundException:1000');
  expect(await story.outcome(id)).toContain('regions: ');
  story.advance(23 * 3600);
  expect(await story.outcome(id)).toContain('could not be read');
  story.sandbox.faults.clear();
  expect(await story.outcome(id)).toBe('applied');
});

test('in a partition without reports an approval of an earlier version is void', async () => {
  const { identity } = story.ports.caller;
  const caller = {
    ...story.ports.caller,
    identity: async () => {
      const who = await identity();
      return { ...who, arn: who.arn.replace('arn:aws:', 'arn:aws-cn:') };
    },
  };
  expect(await story.outcome(id, { caller })).toBe('superseded');
  expect((await story.reason(id))?.detail).toContain('regions: ');
  expect(story.text()).toBe(baseText);
});

test('after a day it is stale', async () => {
  story.sandbox.faults.add('error:ListRegions:ResourceNotFoundException:1000');
  expect(await story.outcome(id)).toContain('could not be read');
  story.advance(24 * 3600);
  expect(await story.outcome(id)).toBe('superseded');
  expect((await story.reason(id))?.code).toBe('PROOF_WEAKER');
  expect(story.text()).toBe(baseText);
});

test('a day is counted from the first look, whatever kept the change from being looked at before', async () => {
  const { clock, stores } = story.ports;
  const freeze = (frozen: boolean) =>
    stores.locks.writeFreeze({ frozen, by: 'ana', reason: 'release', at: clock.now() });
  await freeze(true);
  story.advance(48 * 3600);
  expect(await story.outcome(id)).toContain('release');
  await freeze(false);
  story.sandbox.faults.add('error:ListRegions:ResourceNotFoundException:1000');
  for (const hours of [0, 1, 22]) {
    story.advance(hours * 3600);
    expect(await story.outcome(id)).toContain('could not be read');
  }
  // It is noted once, however often it was looked.
  const { record } = await story.load(id);
  expect(record.history.filter((event) => event.type === 'noted')).toHaveLength(1);
  story.advance(3600);
  expect(await story.outcome(id)).toBe('superseded');
});

test('an account that opted in to a Region without data since then voids the approval at once', async () => {
  story.sandbox.optedInRegions.set('222222222222', ['ca-west-1']);
  expect(await story.outcome(id)).toBe('superseded');
  const reason = await story.reason(id);
  expect(reason?.code).toBe('PROOF_FAILED');
  expect(reason?.detail).toContain('dev-1 (222222222222) may use ca-west-1');
});

test('a source that is not configured any more is not waited for', async () => {
  const configuration = {
    ...story.configuration,
    sources: { ...story.configuration.sources, regions: false },
  };
  expect(await story.outcome(id, { configuration })).toBe('superseded');
  expect((await story.reason(id))?.code).toBe('PROOF_WEAKER');
});
