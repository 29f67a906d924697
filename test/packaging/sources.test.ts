import { expect, test } from '@jest/globals';
import { type Configuration, parseConfiguration } from '../../core/base/configuration.ts';
import grants from '../../deploy/grants.cjs';

const configured = (sources: object): Configuration => {
  const parsed = parseConfiguration({ sources });
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
};
const may = (sources: object, action: string): readonly string[] =>
  Object.entries(grants.rolesFor(configured(sources)))
    .filter(([, role]) => JSON.stringify(role).includes(`"${action}"`))
    .map(([name]) => name)
    .sort();

test.each([
  ['regions', 'account:ListRegions', ['IdentitiesRole']],
  ['cost', 'ce:GetCostAndUsage', []],
  ['simulate', 'iam:SimulateCustomPolicy', ['IdentitiesRole']],
])('the source %s gives the reviewing functions %s, and nobody has it without', (key, action, more) => {
  expect(may({}, action)).toEqual([]);
  expect(may({ [key]: true }, action)).toEqual(['ApplyRole', ...more, 'ReviewRole', 'ScheduledReviewRole']);
});
