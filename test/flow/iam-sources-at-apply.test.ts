import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Scenario } from '../../sandbox/scenario.ts';
import scenario from '../../sandbox/scenarios/across-organization.json' with { type: 'json' };
import { type IamStory, openIamStory } from './iam-story.ts';

const accountId = '222222222222';
let story: IamStory;
let ids: readonly string[] = [];
beforeAll(async () => {
  story = await openIamStory({
    scenario: { ...(scenario as Scenario), trustedServices: ['account.amazonaws.com'] },
    accountId,
    configuration: { sources: { regions: true, simulate: true } },
  });
  ids = (await story.reviewIdentities({ all: true, thresholdDays: 90 })).changed;
});
afterAll(() => story.close());

test('a judge who is silent when it is to be written makes the change wait; one who speaks lets it go on', async () => {
  const [id = ''] = ids;
  await story.approveFully(id);
  // Nobody looked for more than a day: that uses up nothing of the day that is waited.
  story.advance(26 * 3600);
  story.sandbox.faults.add('error:SimulateCustomPolicy:InvalidInput:1000');
  expect(await story.outcome(id)).toContain("second-judge: AWS's simulator did not tell");
  story.sandbox.faults.clear();
  expect(await story.outcome(id)).toBe('applied');
});

test('an account that opted in to a Region without data since then voids the approval', async () => {
  const [, id = ''] = ids;
  await story.approveFully(id);
  story.sandbox.optedInRegions.set(accountId, ['ca-west-1']);
  expect(await story.outcome(id)).toBe('superseded');
  const reason = await story.reason(id);
  expect([reason?.code, reason?.detail]).toEqual([
    'PROOF_FAILED',
    expect.stringContaining('regions: the account may use ca-west-1'),
  ]);
});

test('a judge who is not configured any more voids what he vouched for', async () => {
  story.sandbox.optedInRegions.clear();
  story.advance(26 * 3600);
  const { changed } = await story.reviewIdentities({ all: true, thresholdDays: 90 });
  const [id = ''] = changed;
  await story.approveFully(id);
  const sources = { ...story.configuration.sources, simulate: false };
  expect(await story.outcome(id, { configuration: { ...story.configuration, sources } })).toBe('superseded');
  expect(await story.reason(id)).toMatchObject({
    code: 'PROOF_WEAKER',
    detail: expect.stringContaining('second-judge was proven when approved: its source is not configured'),
  });
});
