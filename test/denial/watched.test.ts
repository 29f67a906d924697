import { expect, test } from '@jest/globals';
import { type Configuration, parseConfiguration } from '../../core/base/configuration.ts';
import { moreDeniedCode } from '../../core/denial/observe-denials.ts';
import { deniedCalls } from '../../core/doctor/checks/denied-calls.ts';
import type { Readings } from '../../core/doctor/readings.ts';
import { changeView } from '../../core/message/views/change-view.ts';
import { bodiesUntil, lived } from '../change/lives.ts';
import { content, day, proposal, start } from '../change/samples.ts';

const configured = (deployment: object): Configuration => {
  const parsed = parseConfiguration({ deployment });
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
};
const off = configured({});
const on = configured({ trailLogGroup: 'trail' });
const applied = lived(proposal(content()), bodiesUntil('applied'));
const flooded = lived(proposal(content()), [
  ...bodiesUntil('applied'),
  { type: 'noted', code: moreDeniedCode, detail: 'more' },
]);
const proposed = lived(proposal(content()), []);
const givingBack = lived(proposal(content({ intent: 'give-back' })), bodiesUntil('applied'));

test.each([
  ['off', applied, off, day, /^Not watched\. .*deployment\.trailLogGroup\) and deploy\.$/],
  ['on', applied, on, day, /^Watched in the organization trail until 2026-03-17 09:00 UTC\.$/],
  ['on, and more was denied than is listed', flooded, on, day, /listed: .* the counts are the least/],
  ['over', applied, on, 15 * day, /^Were watched in the organization trail until 2026-03-17/],
  ['not yet applied', proposed, off, day, null],
  ['a give-back, which denies nothing', givingBack, off, day, null],
])('the page says whether denied calls are watched: %s', (_, record, configuration, later, words) => {
  const { deniedCalls: said } = changeView(record, { configuration, now: start + later });
  if (words === null) expect(said).toBeNull();
  else expect(said).toMatch(words);
});

test('so does the doctor, who finds nothing wrong with either', () => {
  const said = [off, on].map((configuration) =>
    deniedCalls.judge({} as Readings, { configuration, stackName: null }),
  );
  expect(said.flat().map(({ verdict }) => verdict)).toEqual(['ok', 'ok']);
  expect(said[0]?.[0]?.said).toMatch(/^not watched: .*deployment\.trailLogGroup/);
  expect(said[1]?.[0]?.said).toContain('in the log group trail');
});

test('the log group is a name and no ARN', () => {
  const arn = 'arn:aws:logs:us-east-1:111111111111:log-group:trail';
  expect(() => configured({ trailLogGroup: arn })).toThrow(
    'deployment.trailLogGroup: must be the name of a log group',
  );
});
