import { afterEach, expect, test } from '@jest/globals';
import { wireReview } from '../../adapters/wire.ts';
import { wireIdentities } from '../../adapters/wire-identities.ts';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { readOrganizationContext } from '../../flow/identities/account-context.ts';
import { readIdentityEvent, reviewAccount } from '../../flow/identities/review-account.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import scenario from '../../sandbox/scenarios/across-organization.json' with { type: 'json' };
import { closeBoxes, openBox } from '../adapters/box.ts';
import cases from '../cases/flow/iam-sources.json' with { type: 'json' };

afterEach(closeBoxes);

/** A review of the IAM of one member account, with what its sources are and what comes of it. */
interface Case {
  readonly name: string;
  readonly sources: object;
  readonly untrusted?: boolean;
  readonly faults?: readonly string[];
  readonly optedIn?: readonly string[];
  /** The Region beside which an SCP of the root denies nearly everything. */
  readonly fence?: string;
  readonly denied?: readonly string[];
  /** Verdict and words of the checks of the first change; null: it has no such check. */
  readonly regions?: readonly [verdict: string, says: string];
  readonly judge?: readonly [verdict: string, says: string] | null;
  readonly calls?: Readonly<Record<string, number>>;
  readonly silent?: boolean;
  readonly refused?: string;
}

type Said = Readonly<Record<string, boolean>>;
const accountId = '222222222222';

/** An SCP that keeps an organization to one Region, as AWS's documentation shows it. */
function fenceOf(region: string, rootId: string): NonNullable<Scenario['policies']>[number] {
  const Condition = { StringNotEquals: { 'aws:RequestedRegion': region } };
  const statement = {
    Effect: 'Deny',
    NotAction: ['iam:*', 'organizations:*', 'sts:*'],
    Resource: '*',
    Condition,
  };
  const content = { Version: '2012-10-17', Statement: [statement] };
  return { id: 'p-fence000', name: 'Fence', content, targets: [rootId], awsManaged: false };
}

/** Reviews the account with its sources as the case has them; `simulator` may distort what AWS's says. */
async function reviewed(given: Case, distorted: (said: Said) => Said = (said) => said) {
  const { denied = [], faults = [], fence, optedIn = [] } = given;
  const { policies = [], root } = scenario as Scenario;
  const trustedServices = given.untrusted ? [] : ['account.amazonaws.com'];
  const box = await openBox({
    scenario: {
      ...(scenario as Scenario),
      policies: fence === undefined ? policies : [...policies, fenceOf(fence, root.id)],
      trustedServices,
      denied,
      regions: { [accountId]: optedIn },
    },
    faults,
  });
  const parsed = parseConfiguration({ sources: given.sources });
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  const configuration = parsed.value;
  const ports = wireIdentities(configuration.memberRoles);
  const openSources: typeof ports.openSources = () => {
    const sources = ports.openSources();
    const { allowed } = sources.simulator;
    return { ...sources, simulator: { allowed: async (...asked) => distorted(await allowed(...asked)) } };
  };
  const event = readIdentityEvent({ dryRun: true, all: true }, configuration, ports.clock.now());
  const organization = await readOrganizationContext(wireReview().organization);
  const asked = { configuration, organization, reviewId: 'rev-test' };
  const run = await reviewAccount({ ...ports, openSources }, accountId, event, asked);
  if (run.status !== 'reviewed') throw new Error(run.message);
  return { box, ...run.decision, metrics: run.result.metrics };
}

test.each([
  ['ec2', true, 'we say allowed before and denied after, AWS says allowed and allowed'],
  ['s3', false, 'we say allowed before and allowed after, AWS says denied and denied'],
])('a simulator that says otherwise of %s keeps the change back', async (service, answer, words) => {
  const given = { name: '', sources: { simulate: true } };
  const { changes, refusals } = await reviewed(given, (said) =>
    Object.fromEntries(
      Object.entries(said).map(([action, allowed]) => [
        action,
        action.startsWith(`${service}:`) ? answer : allowed,
      ]),
    ),
  );
  expect(changes.filter(({ services }) => services.includes('ec2'))).toEqual([]);
  expect(refusals.map(({ code, detail }) => `${code}: ${detail}`).join('\n')).toMatch(
    new RegExp(`CERTIFICATE_FAILED: .*second-judge: ${service}:\\w+ for user deployer: ${words}`),
  );
});

test('the time that ends while the simulator is asked ends no review of an account, which no other invocation goes on with', async () => {
  const given = { name: '', sources: { simulate: true } };
  const { changes } = await reviewed(given, () => {
    const over = { code: 'OUT_OF_TIME', kind: 'time', refusedByAws: false, notSent: false };
    throw Object.assign(new Error('the time of this run is over'), over);
  });
  const checks = changes.flatMap(({ certificate }) => certificate.checks);
  expect(checks.find(({ name }) => name === 'second-judge')).toMatchObject({
    ...{ verdict: 'not-proven', detail: expect.stringContaining('the time of this run is over') },
  });
});

test.each(cases as unknown as readonly Case[])('$name', async (given) => {
  const { box, changes, metrics, refusals } = await reviewed(given);
  const [change] = changes;
  const shown = (check: string): readonly [string, string] | null => {
    const found = change?.certificate.checks.find(({ name }) => name === check);
    return found ? [found.verdict, found.detail] : null;
  };
  if (given.refused === undefined) {
    const { judge = null, regions = ['', ''] } = given;
    expect(shown('regions')).toEqual([regions[0], expect.stringContaining(regions[1])]);
    expect(shown('second-judge')).toEqual(judge && [judge[0], expect.stringContaining(judge[1])]);
    expect(change?.risk.flags.includes('SOURCE_SILENT')).toBe(given.silent);
  } else {
    expect(changes).toEqual([]);
    expect(refusals.map(({ detail }) => detail).join('\n')).toContain(given.refused);
  }
  for (const [operation, count] of Object.entries(given.calls ?? {})) {
    expect(box.calls().filter((call) => call.operation === operation)).toHaveLength(count);
    expect(metrics.apiCalls[operation] ?? 0).toBe(count);
  }
});
