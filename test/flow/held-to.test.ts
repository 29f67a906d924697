import { afterEach, expect, test } from '@jest/globals';
import { wireReview } from '../../adapters/wire.ts';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { runReview } from '../../flow/review.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { closeBoxes, openBox } from '../adapters/box.ts';
import cases from '../cases/flow/held-to.json' with { type: 'json' };
import { accountOf, allowing, exampleOrganization, fullAccessOn } from '../support/worlds.ts';

afterEach(closeBoxes);

/** A service in use that no report of the last weeks shows: what a naive review is told, what ours is, and what it says. */
interface Case {
  readonly name: string;
  readonly service: string;
  readonly regions?: Scenario['regions'];
  readonly cost?: Scenario['cost'];
  readonly naive: object;
  readonly ours: object;
  readonly says: string;
}

const unit = 'ou-ex01-production0';
const account = '222222222222';
const services = ['s3', 'sts', 'lex', 'directconnect', 'dms', 'elasticache', 'mq', 'glue', 'kms'];

/** One account that uses S3 and STS all the time, and Glue once a month; nothing else shows. */
const production: Scenario = {
  organization: exampleOrganization,
  trustedServices: ['account.amazonaws.com'],
  root: {
    id: 'r-ex01',
    children: [
      {
        ou: unit,
        name: 'Production',
        children: [
          accountOf(account, 'shop', { s3: { daysAgo: 2 }, sts: { daysAgo: 1 }, glue: { daysAgo: 27 } }),
        ],
      },
    ],
  },
  policies: [
    {
      ...{ id: 'p-production0', name: 'ProductionServices', targets: [unit] },
      content: allowing(...services.map((service) => `${service}:*`)),
    },
    fullAccessOn('r-ex01', account),
  ],
};

test.each(cases as readonly Case[])('$name: a naive review denies it, ours does not', async (given) => {
  const { cost = {}, regions = {}, service } = given;
  await openBox({ scenario: { ...production, cost, regions } });
  const reviewed = async (settings: object) => {
    const configuration = parseConfiguration(settings);
    if (!configuration.ok) throw new Error(configuration.reasons[0].detail);
    return (await runReview(wireReview(), { dryRun: true, scope: unit }, configuration.value)).result;
  };
  const naive = await reviewed(given.naive);
  expect(naive.changes.flatMap((change) => change.services)).toContain(service);
  const ours = await reviewed(given.ours);
  expect(ours.changes.flatMap((change) => change.services)).not.toContain(service);
  const told = [
    ...ours.refusals.map(({ detail }) => detail),
    ...ours.findings.flatMap(({ note, serviceNamespace }) =>
      serviceNamespace === service ? (note ?? []) : [],
    ),
  ];
  expect(told.join('\n')).toContain(given.says);
});

test('a conditional SCP that our evaluator and AWS read differently: a naive review denies by it, ours does not', async () => {
  const { policies = [] } = production;
  const Condition = { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } };
  const statement = { Effect: 'Deny', NotAction: ['iam:*', 'sts:*'], Resource: '*', Condition };
  const content = { Version: '2012-10-17', Statement: [statement] };
  const fence = { id: 'p-fence00000', name: 'Fence', content, targets: [unit] };
  await openBox({ scenario: { ...production, policies: [...policies, fence] } });
  const reviewed = async (simulate: boolean) => {
    const configuration = parseConfiguration({ sources: { simulate } });
    if (!configuration.ok) throw new Error(configuration.reasons[0].detail);
    const ports = wireReview();
    const regions = new Set<string | undefined>();
    // The planted difference: by AWS the edit takes S3 away under that condition, by us it leaves S3 as it was.
    const allowed: typeof ports.simulator.allowed = async (levels, actions, context, own) => {
      const said = await ports.simulator.allowed(levels, actions, context, own);
      const isEdited = JSON.stringify(levels).includes('DenyUnusedServices');
      regions.add(context['aws:RequestedRegion']);
      const taken = actions.filter((action) => isEdited && action.startsWith('s3:'));
      return { ...said, ...Object.fromEntries(taken.map((action) => [action, false])) };
    };
    const event = { dryRun: true, scope: unit } as const;
    const { result } = await runReview({ ...ports, simulator: { allowed } }, event, configuration.value);
    return { ...result, regions: [...regions] };
  };
  expect((await reviewed(false)).changes).toHaveLength(1);
  const { changes, refusals, regions } = await reviewed(true);
  expect(changes).toEqual([]);
  expect(regions).toEqual(['eu-west-1']);
  expect(refusals.map(({ code, detail }) => `${code}: ${detail}`).join('\n')).toMatch(
    /CERTIFICATE_FAILED: .*second-judge: s3:\w+ in shop \(222222222222\): we say depends before and depends after, AWS says allowed and denied/,
  );
});
