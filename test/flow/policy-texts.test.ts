import { afterEach, describe, expect, test } from '@jest/globals';
import { createCaller } from '../../adapters/aws/caller.ts';
import { createOrganizationsClient, createStsClient } from '../../adapters/aws/clients.ts';
import { createMeter } from '../../adapters/aws/meter.ts';
import { createOrganizationReader } from '../../adapters/aws/organization-reader.ts';
import { systemClock } from '../../adapters/clock.ts';
import type { Clock, ReviewPorts } from '../../adapters/ports.ts';
import { wireReview } from '../../adapters/wire.ts';
import { parseConfiguration } from '../../core/base/configuration.ts';
import type { Certificate } from '../../core/proof/verdict.ts';
import { reviewAndPublish } from '../../flow/publish.ts';
import { runReview } from '../../flow/review.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { closeBoxes, openBox, quickReports } from '../adapters/box.ts';
import { accountOf, allowing, exampleOrganization, fullAccessOn } from '../support/worlds.ts';
import { developmentPolicy, elsewhere } from './organization.ts';
import { openStory } from './story.ts';

afterEach(closeBoxes);

const allowAll = allowing('*');
const units = Array.from({ length: 8 }, (_, index) => `ou-ex01-other00${index}`);
const accounts = ['222222222221', ...units.map((_, index) => `33333333333${index}`)];
const usage = { s3: { daysAgo: 1 }, lex: { daysAgo: 300 } };

/** One account in an OU with an SCP of its own, and 62 SCPs in eight other OUs. */
const manyPolicies: Scenario = {
  organization: exampleOrganization,
  root: {
    id: 'r-ex01',
    children: [
      {
        ...{ ou: 'ou-ex01-small000', name: 'Small' },
        children: [accountOf('222222222221', 'small-1', usage)],
      },
      ...units.map((ou, index) => ({
        ...{ ou, name: `Other ${index}` },
        children: [accountOf(`33333333333${index}`, `other-${index}`, usage)],
      })),
    ],
  },
  policies: [
    fullAccessOn('r-ex01', 'ou-ex01-small000', ...units, ...accounts),
    { id: 'p-ownpolicy', name: 'Own', content: allowAll, targets: ['222222222221'] },
    ...Array.from({ length: 62 }, (_, index) => ({
      ...{ id: `p-other000${index}`, name: `Other${index}`, content: allowAll },
      targets: [units[index % units.length] ?? ''],
    })),
  ],
};

function configuration() {
  const parsed = parseConfiguration({});
  if (!parsed.ok) throw new Error('the defaults are wrong');
  return parsed.value;
}

/** Ports whose calls are paced by a clock that does not wait; `clock` is the review's own. */
function quickPorts(clock: Clock = systemClock): ReviewPorts {
  let waited = 0;
  const pace: Clock = {
    now: () => Date.now() + waited,
    wait: async (milliseconds) => {
      waited += milliseconds;
    },
  };
  const meter = createMeter(pace);
  const caller = createCaller(createStsClient(meter));
  const organization = createOrganizationReader(createOrganizationsClient(meter), caller, clock);
  return { ...wireReview(), caller, clock, meter, organization, reports: quickReports().reports };
}

/** The same ports, reading the texts of all SCPs wherever one is read. */
function readingAll(ports: ReviewPorts): ReviewPorts {
  const { readTexts } = ports.organization;
  const organization = {
    ...ports.organization,
    readTexts: (policies: Parameters<typeof readTexts>[0]) =>
      readTexts(
        policies,
        policies.map(({ id }) => id),
      ),
  };
  return { ...ports, organization };
}

/** Scopes of each scenario: two without LONG=1. */
const mostScopes = process.env.LONG ? 5 : 2;

/** The checks without their words, which name times. */
const verdictsOf = ({ checks }: Certificate) => checks.map(({ name, verdict }) => [name, verdict]);

describe('texts of SCPs', () => {
  test('one account in scope costs DescribePolicy for its chain alone, whatever else there is', async () => {
    const sandbox = await openBox({ scenario: manyPolicies });
    const { result } = await runReview(
      quickPorts(),
      { dryRun: true, scope: '222222222221' },
      configuration(),
    );
    expect(result.changes.map(({ policyId }) => policyId)).toEqual(['p-ownpolicy']);
    const described = sandbox.calls().filter(({ operation }) => operation === 'DescribePolicy');
    expect(described.map(({ input }) => input.PolicyId).sort()).toEqual(['p-FullAWSAccess', 'p-ownpolicy']);
    expect(result.metrics.apiCalls).toMatchObject({ ListTargetsForPolicy: 64, ListTagsForResource: 1 });
  });

  test.each([
    ['development-ou', ['ou-ex01-development', '222222222222', 'r-ex01']],
    ['policy-used-elsewhere', null],
    ['already-denied', null],
    ['conditional-deny', null],
    ['no-slot-left', null],
  ])('%s: a scope has the result that it has with all texts', async (scenario, scopes) => {
    const sandbox = await openBox({ scenario });
    const all = scopes ?? [...sandbox.world.entities.keys()].filter((id) => id !== '111111111111');
    for (const scope of all.slice(0, mostScopes)) {
      const decided = async (ports: ReviewPorts) => {
        const { result } = await runReview(ports, { dryRun: true, scope }, configuration());
        const { changes, findings, refusals, status } = result;
        return {
          findings,
          refusals,
          status,
          changes: changes.map(({ certificate, ...rest }) => ({ ...rest, checks: verdictsOf(certificate) })),
        };
      };
      expect(await decided(quickPorts())).toEqual(await decided(readingAll(quickPorts())));
    }
  });

  test('the deadline is looked at while they are read: the rest is unread, the review partial, nothing proposed', async () => {
    const sandbox = await openBox({ scenario: manyPolicies });
    let described = 0;
    sandbox.onCall(({ operation }) => {
      if (operation === 'DescribePolicy') described += 1;
    });
    const clock: Clock = { ...systemClock, now: () => Date.now() + (described >= 10 ? 3_600_000 : 0) };
    const endsAt = Date.now() + 1_800_000;
    const { result } = await runReview(quickPorts(clock), { dryRun: true }, configuration(), { endsAt });
    expect(described).toBeLessThan(20);
    expect(result).toMatchObject({ status: 'partial', findings: [], changes: [] });
    const unread = result.refusals.filter(({ detail }) =>
      /^the text of .* was not read: the time ran out$/.test(detail),
    );
    expect(unread.length).toBeGreaterThan(40);
  });
});

test('an open change whose SCP was not read is neither superseded nor proposed anew', async () => {
  const story = await openStory();
  try {
    const id = await story.propose();
    const { version } = await story.load(id);
    const { organization } = story.ports;
    const readTexts: typeof organization.readTexts = (policies, ids, deadline) =>
      organization.readTexts(
        policies,
        ids.filter((one) => one !== developmentPolicy),
        deadline,
      );
    const ports = { ...story.ports, organization: { ...organization, readTexts } };
    await reviewAndPublish(ports, { scope: elsewhere }, story.configuration, {});
    expect(await story.load(id)).toMatchObject({ version, record: { state: { status: 'proposed' } } });
    // The usual review of another scope reads the texts of open changes, so it sees that somebody edited one.
    story.edit('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}');
    await story.review(elsewhere);
    expect((await story.load(id)).record.state.status).toBe('superseded');
  } finally {
    await story.close();
  }
});
