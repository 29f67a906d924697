import type { AccountClient } from '@aws-sdk/client-account';
import type { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { expect, test } from '@jest/globals';
import { toAccountPage } from '../../adapters/aws/account-details.ts';
import { createAccountRegions } from '../../adapters/aws/account-regions.ts';
import { readBearers } from '../../adapters/aws/managed-policy-writer.ts';
import { readPolicyTargets, readServiceControlPolicies } from '../../adapters/aws/policy-reader.ts';
import { createSimulator } from '../../adapters/aws/simulator.ts';
import { createSpending } from '../../adapters/aws/spending.ts';
import { readAccountsByPath } from '../../adapters/aws/tree-reader.ts';
import { readTrustedServices } from '../../adapters/aws/trusted-services.ts';
import { untrackedRegions } from '../../core/base/tracked-regions.ts';
import { regionCoverage } from '../../core/organization/region-coverage.ts';

/** A client that answers every call with this. */
const answering = (answer: unknown): AccountClient & CostExplorerClient =>
  ({ send: async () => answer }) as never;
const caller = {
  identity: async () => ({ accountId: '111111111111', arn: 'arn:aws:iam::111111111111:user/x' }),
};
const readRegions = (answer: unknown, partition = 'aws') => {
  const identity = async () => ({
    ...(await caller.identity()),
    arn: `arn:${partition}:iam::111111111111:user/x`,
  });
  return createAccountRegions(answering(answer), { identity } as never).enabledRegions('222222222222');
};
const disabled = untrackedRegions.map((RegionName) => ({ RegionName, RegionOptStatus: 'DISABLED' }));
const readSpend = (answer: unknown) =>
  createSpending(answering(answer)).spendOf(['222222222222'], '2026-01-15', '2026-03-02');

const month = (Start: string, Groups: unknown = []) => ({ TimePeriod: { Start }, Groups });
const months = (Groups?: unknown) => [month('2026-01-15', Groups), month('2026-02-01'), month('2026-03-01')];
const Keys = ['222222222222', 'Amazon Lex'];
const amount = { Amount: '1', Unit: 'USD' };

test.each<[string, unknown]>([
  ['nothing', {}],
  ['an empty list', { Regions: [] }],
  [
    'a list that does not name a Region without data',
    { Regions: [{ RegionName: 'us-east-1' }, ...disabled.slice(1)] },
  ],
  ['a row without a name', { Regions: [...disabled, { RegionOptStatus: 'ENABLED' }] }],
])('Regions are not read from %s', async (_, answer) => {
  await expect(readRegions(answer)).rejects.toMatchObject({ operation: 'ListRegions', code: 'SHORT_ANSWER' });
});

test.each<[string, unknown]>([
  ['nothing', {}],
  ['an empty list', { ResultsByTime: [] }],
  ['fewer months than were asked', { ResultsByTime: months().slice(1) }],
  [
    'a month without groups',
    { ResultsByTime: [...months().slice(1), { TimePeriod: { Start: '2026-01-15' } }] },
  ],
  ['a row without metrics', { ResultsByTime: months([{ Keys }]) }],
  [
    'a row without one of the metrics',
    { ResultsByTime: months([{ Keys, Metrics: { UnblendedCost: amount } }]) },
  ],
  [
    'a row without keys',
    { ResultsByTime: months([{ Metrics: { UnblendedCost: amount, UsageQuantity: amount } }]) },
  ],
])('spend is not read from %s', async (_, answer) => {
  await expect(readSpend(answer)).rejects.toMatchObject({
    operation: 'GetCostAndUsage',
    code: 'SHORT_ANSWER',
  });
});

const organizations = answering({}) as never;
const clock = { now: () => 0, sleep: async () => undefined } as never;

test.each<[string, () => Promise<unknown>]>([
  ['ListPolicies', () => readServiceControlPolicies(organizations, { clock, until: 0, pages: undefined })],
  ['ListTargetsForPolicy', () => readPolicyTargets(organizations, 'p-example1')],
  ['ListAccounts', () => readAccountsByPath(organizations, clock)],
  ['ListAccounts', () => readAccountsByPath(answering({ Accounts: [] }) as never, clock)],
  ['ListEntitiesForPolicy', () => readBearers(organizations, 'arn:aws:iam::222222222222:policy/Dev')],
  ['GetAccountAuthorizationDetails', async () => toAccountPage({})],
])('an absent list of %s is not read as none', async (operation, read) => {
  await expect(read()).rejects.toMatchObject({ operation, code: 'SHORT_ANSWER' });
});

test.each([
  ['CREATED', false],
  ['INVITED', true],
  [undefined, true],
])('an account that joined by %s may have a past elsewhere: %s', async (JoinedMethod, invited) => {
  const Paths = ['o-exampleorg1/r-ex01/222222222222/'];
  const account = { Id: '222222222222', Paths, JoinedMethod, JoinedTimestamp: new Date(0) };
  const read = await readAccountsByPath(answering({ Accounts: [account] }) as never, clock);
  expect(read).toMatchObject([{ id: '222222222222', parentId: 'r-ex01', invited }]);
});

test('trusted services are not read from an answer without them', async () => {
  await expect(readTrustedServices(organizations)).rejects.toMatchObject({ code: 'SHORT_ANSWER' });
});

test('whole answers are read, without any spend too', async () => {
  expect(await readRegions({ Regions: [...disabled, { RegionName: 'us-east-1' }] })).toEqual(['us-east-1']);
  const ofGovCloud = { Regions: [{ RegionName: 'us-gov-west-1' }] };
  expect(await readRegions(ofGovCloud, 'aws-us-gov')).toEqual(['us-gov-west-1']);
  expect(await readSpend({ ResultsByTime: months() })).toEqual([]);
  const metrics = { UnblendedCost: amount, UsageQuantity: amount };
  expect(await readSpend({ ResultsByTime: months([{ Keys, Metrics: metrics }]) })).toMatchObject([
    { amount: 1 },
  ]);
});

test('no Region at all is not read', () => {
  expect(regionCoverage('aws', { regions: [] }, Date.now()).coverage).toBe('not-read');
});

const scps = { AllowedByOrganizations: true };
const action = 's3:GetObject';
const simulated = (
  results: readonly object[],
  levels: readonly (readonly string[])[],
  own?: readonly string[],
) => {
  const answer = { EvaluationResults: results.map((each) => ({ EvalActionName: action, ...each })) };
  return createSimulator(answering(answer) as never).allowed(levels, [action], {}, own);
};

test.each<[string, readonly object[], readonly string[] | undefined]>([
  ['no result', [], undefined],
  ['no decision by the SCPs', [{ EvalDecision: 'allowed' }], undefined],
  ['no decision by the SCPs beside his own policies', [{ EvalDecision: 'allowed' }], ['{}']],
  ['no decision by his own policies', [{ OrganizationsDecisionDetail: scps }], ['{}']],
])('a simulator that gives %s does not tell', async (_, results, own) => {
  await expect(simulated(results, [['{}']], own)).rejects.toMatchObject({ code: 'SHORT_ANSWER' });
});

test.each<[string, readonly object[], readonly (readonly string[])[], boolean]>([
  ['his own policies, without SCPs', [{ EvalDecision: 'allowed' }], [], true],
  ['both', [{ EvalDecision: 'allowed', OrganizationsDecisionDetail: scps }], [['{}']], true],
  [
    'one of both',
    [{ EvalDecision: 'allowed', OrganizationsDecisionDetail: { AllowedByOrganizations: false } }],
    [['{}']],
    false,
  ],
  ['one of two results', [{ EvalDecision: 'implicitDeny' }, { EvalDecision: 'allowed' }], [], false],
])('a simulated principal may do what %s allow', async (_, results, levels, isAllowed) => {
  expect(await simulated(results, levels, ['{}'])).toEqual({ [action]: isAllowed });
});
