import { afterAll, expect, test } from '@jest/globals';
import { everyKindEvent, everyKindScenario } from './iam-every-kind.ts';
import { type IamStory, openIamStory } from './iam-story.ts';

let own: IamStory;
afterAll(() => own.close());

test('credentials that end while a review asks for reports lose nothing that was read by then', async () => {
  own = await openIamStory({ scenario: everyKindScenario });
  const operation = 'GetServiceLastAccessedDetails';
  let calls = 0;
  own.sandbox.onCall((call) => {
    if (call.operation !== operation) return;
    calls += 1;
    if (calls === 4) own.sandbox.faults.add(`error:${operation}:ExpiredToken:500`);
  });
  const { run } = await own.reviewIdentities(everyKindEvent);
  const { facts, result } = run;
  const ends = new Map(facts.reports.map((report) => [report.status, report]));
  expect([result.status, ...[...ends.keys()].sort()]).toEqual(['partial', 'completed', 'failed']);
  expect(ends.get('failed')).toMatchObject({ failure: { code: 'ExpiredToken' } });
  expect(calls).toBeLessThan(4 + facts.reports.length);
});
