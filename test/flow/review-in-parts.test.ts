import { describe, expect, test } from '@jest/globals';
import type { CollectionStore } from '../../adapters/collection-ports.ts';
import { wireReview } from '../../adapters/wire.ts';
import { instantsOf, leastAnswer } from '../../core/review/reserve.ts';
import { runReview } from '../../flow/review.ts';
import { reviewDue } from '../../flow/review-due.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { moveAccount } from '../../sandbox/tree.ts';
import type { Story, StoryOptions } from './story.ts';
import { storyOfTest } from './story-of-test.ts';
import { left, mover, right, touching, twoUnits } from './two-units.ts';

const opened = storyOfTest();
const open = (options: StoryOptions) => opened({ ...options, isStill: true });

/** As many SCPs as take a while: AWS lets two texts a second be read. */
const policiesOf = (length: number) =>
  Array.from({ length }, (_, index) => ({
    ...{ id: `p-many${String(index).padStart(6, '0')}`, name: `Many${index}`, targets: [left] },
    content: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: `braket:Create${index}*`, Resource: '*' }],
    },
  }));
const slowToRead: Scenario = { ...twoUnits, policies: [...(twoUnits.policies ?? []), ...policiesOf(27)] };
/** The time of an invocation, in milliseconds: 15 s of it are kept back for the answer. */
const lifetime = 20_000;
const byAccount = { configuration: { depth: 'account' }, scenario: slowToRead, reuseSeconds: 60 } as const;
const reads = [
  ...['ListAccounts', 'ListOrganizationalUnitsForParent', 'ListPolicies', 'ListTargetsForPolicy'],
  ...['DescribePolicy', 'ListTagsForResource', 'ListAWSServiceAccessForOrganization'],
];
const readsOf = (own: Story): number => reads.reduce((sum, operation) => sum + own.count(operation), 0);
const jobsOf = (own: Story): number => own.count('GenerateOrganizationsAccessReport');

type Found = {
  readonly findings: readonly { readonly entityId: string; readonly serviceNamespace: string }[];
};
const foundIn = ({ findings }: Found) =>
  findings.map(({ entityId, serviceNamespace }) => `${serviceNamespace} ${entityId}`);

interface Invocation {
  /** It ends by an error right after so many pages were kept. */
  readonly pages?: number;
  readonly milliseconds?: number;
  readonly isSlow?: boolean;
  /** For so long a look at the parents takes. */
  readonly lookMilliseconds?: number;
  /** Told until when what follows may take. */
  readonly onLimit?: (until: number) => void;
  /** Told before which instant no job of a report may have been made. */
  readonly onReport?: (notBefore: number | undefined) => void;
}

/** One invocation as Lambda runs it, with AWS's rates and a time that ends. */
async function invoke(
  own: Story,
  {
    isSlow = false,
    lookMilliseconds = 0,
    milliseconds = lifetime,
    onLimit = () => undefined,
    onReport = () => undefined,
    pages = Number.POSITIVE_INFINITY,
  }: Invocation = {},
) {
  const { stores } = own.ports;
  let kept = 0;
  const collections: CollectionStore = {
    ...stores.collections,
    pages: async (...asked) => {
      const known = await stores.collections.pages(...asked);
      return {
        ...known,
        keep: async (question, answer) => {
          await known.keep(question, answer);
          kept += 1;
          if (kept >= pages) throw new Error('killed');
        },
      };
    },
  };
  const wired = wireReview({ milliseconds });
  const paced = isSlow ? slowly(wired) : wired.reports;
  const reports: typeof paced = {
    report: (entity, notBefore) => {
      onReport(notBefore);
      return paced.report(entity, notBefore);
    },
  };
  const organization: typeof wired.organization = {
    ...wired.organization,
    readAccountParents: async () => {
      await wired.clock.wait(lookMilliseconds);
      return wired.organization.readAccountParents();
    },
  };
  const limit = (until: number): void => {
    onLimit(until);
    wired.limit?.(until);
  };
  const ports = { ...own.ports, ...wired, limit, organization, reports, stores: { ...stores, collections } };
  const endsAt = wired.clock.now() + milliseconds;
  const options = { ...{ invocationId: 'one', reviewId: 'rev-1', mayContinue: true }, endsAt };
  const ran = await reviewDue(ports, {}, { type: 'schedule' }, own.configuration, options);
  expect(wired.clock.now()).toBeLessThanOrEqual(endsAt);
  return ran;
}

/** Invokes until the review is done. */
async function invoked(own: Story) {
  for (let count = 1; count <= 20; count += 1) {
    const ran = await invoke(own);
    if ('run' in ran) return { count, run: ran.run };
  }
  throw new Error('it does not end');
}

describe('an organization that takes longer to read than an invocation lasts', () => {
  test('is read over three invocations, page by page, before reports are asked; then the review ends', async () => {
    const own = await open(byAccount);
    const whole = await runReview({ ...own.ports, ...wireReview() }, { dryRun: true }, own.configuration);
    const [once, jobs] = [readsOf(own), jobsOf(own)];
    own.advance(120);
    let readBeforeJobs = 0;
    let invocations = 0;
    for (; jobsOf(own) === jobs; invocations += 1) {
      readBeforeJobs = readsOf(own);
      expect(await invoke(own)).toMatchObject({ continuing: { reviewId: 'rev-1' } });
    }
    expect(invocations).toBe(3);
    expect(readBeforeJobs).toBeLessThan(2 * once);
    const { count, run } = await invoked(own);
    expect(run.result.status).toBe('completed');
    expect(foundIn(run.result)).toEqual(foundIn(whole.result));
    // The end of an invocation may cut a job.
    expect(jobsOf(own)).toBeLessThanOrEqual(2 * jobs + count);
  });

  test('loses no page where its function dies after any of them', async () => {
    const own = await open(byAccount);
    await runReview({ ...own.ports, ...wireReview() }, { dryRun: true }, own.configuration);
    const [once, jobs] = [readsOf(own), jobsOf(own)];
    own.advance(120);
    let deaths = 0;
    while (jobsOf(own) === jobs) {
      await invoke(own, { pages: 7 }).catch((error: Error) => expect(error.message).toBe('killed'));
      deaths += 1;
    }
    expect(deaths).toBeGreaterThan(4);
    const { count, run } = await invoked(own);
    expect(run.result.status).toBe('completed');
    expect(jobsOf(own)).toBeLessThanOrEqual(2 * jobs + count);
    expect(readsOf(own)).toBeLessThan(4 * once);
  });
});

test('a review whose first invocation came no further goes on while the organization is read: reports alone end it', async () => {
  const own = await open(byAccount);
  // Not one page within it.
  const nothing = await invoke(own, { milliseconds: 15_000 });
  expect(nothing).toEqual({ continuing: { reviewId: 'rev-1', pending: 1, inVain: true } });
  const { count, run } = await invoked(own);
  expect(run.result).toMatchObject({ reviewId: 'rev-1', status: 'completed' });
  expect(count).toBeGreaterThan(3);
});

test('a look at where all accounts are that does not end in time is left to the next invocation', async () => {
  const own = await open({ configuration: { depth: 'account' }, scenario: twoUnits });
  const milliseconds = 60_000;
  const ran = await invoke(own, { milliseconds, lookMilliseconds: 50_000 });
  expect(ran).toMatchObject({ continuing: { reviewId: 'rev-1', pending: 0 } });
  const jobs = jobsOf(own);
  const { count, run } = await invoked(own);
  expect([count, run.result.status, jobsOf(own)]).toEqual([1, 'completed', jobs]);
});

describe('the last invocation of a review', () => {
  test('decides by the reading that is kept and a look at the parents: no time is left to read all again', async () => {
    const scenario = { ...twoUnits, policies: [...(twoUnits.policies ?? []), ...policiesOf(70)] };
    const own = await open({
      ...{ ...byAccount, scenario },
      configuration: { depth: 'account', reportFreshnessHours: 1 },
    });
    const begunAt = own.ports.clock.now();
    // A while in which texts alone are read, and no report is asked.
    while (jobsOf(own) === 0)
      expect(await invoke(own, { milliseconds: 26_000 })).toHaveProperty('continuing');
    own.advance((45 * 60_000 - (own.ports.clock.now() - begunAt)) / 1000 - 8);
    const limits: number[] = [];
    const ran = await invoke(own, { milliseconds: 37_000, onLimit: (until) => void limits.push(until) });
    if (!('run' in ran)) throw new Error(`it goes on: ${JSON.stringify(ran)}`);
    const { facts, result } = ran.run;
    expect(result).toMatchObject({ reviewId: 'rev-1', status: 'completed' });
    expect(facts.unreadPolicyIds).toEqual([]);
    expect(facts.treeNotConfirmed).toBeUndefined();
    // The look may take as long as the reading took, however quickly that was loaded.
    const run = { endsAt: (limits[0] ?? 0) + leastAnswer, readMilliseconds: 60_000, continues: false };
    expect(limits[1]).toBe(instantsOf(facts.tree, run).deadline);
  });
});

test.each([
  [
    'decides by a reading that began less than three hours before, and a look at the parents',
    3,
    2 * 60 + 40,
    0,
  ],
  ['reads the organization again where its reading began more than three hours before', 4, 3 * 60 + 40, 1],
])('the last invocation %s', async (_, reportFreshnessHours, minutes, readings) => {
  const own = await open({
    configuration: { depth: 'account', reportFreshnessHours },
    scenario: twoUnits,
  });
  expect(await invoke(own, { milliseconds: 64_000, isSlow: true })).toHaveProperty('continuing');
  own.advance(minutes * 60 - 64);
  const listed = own.count('ListPolicies');
  const ran = await invoke(own, { milliseconds: 900_000 });
  expect(ran).toMatchObject({ run: { result: { reviewId: 'rev-1', status: 'completed' } } });
  expect(own.count('ListPolicies') - listed).toBe(readings);
});

/** Reports that take a while, in which the organization is read again: two of them fit into an invocation. */
function slowly({ reports, clock }: Pick<Story['ports'], 'reports' | 'clock'>): Story['ports']['reports'] {
  return {
    report: async (...asked) => {
      for (let second = 0; second < 30; second += 1) await clock.wait(1_000);
      return reports.report(...asked);
    },
  };
}

describe('what changes while a review goes on over several invocations', () => {
  const long = 64_000;
  const open2 = () => open({ configuration: { depth: 'account' }, scenario: twoUnits });

  test('an account that was elsewhere for one invocation alone is seen by the reading beside the reports', async () => {
    const own = await open2();
    const ends: unknown[] = [];
    const next = async () => {
      const ran = await invoke(own, { milliseconds: long, isSlow: true });
      ends.push('run' in ran ? 'done' : 'continues');
      return ran;
    };
    await next();
    moveAccount(own.sandbox.world, mover, right);
    await next();
    moveAccount(own.sandbox.world, mover, left);
    for (;;) {
      const ran = await next();
      if (!('run' in ran)) continue;
      expect(ran.run.facts.movesDuringReview).toEqual(new Map([[mover, new Set([right])]]));
      expect(touching(ran.run.result, 'lex')).not.toContain(left);
      expect(touching(ran.run.result, 'lex')).not.toContain(mover);
      break;
    }
    expect(ends.length).toBeGreaterThan(3);
  });

  test('no report is taken from a job that was made before the reading was whole that an invocation goes on from', async () => {
    const own = await open2();
    const first: (number | undefined)[] = [];
    const wholeAt: number[] = [];
    for (;;) {
      const asked: (number | undefined)[] = [];
      const onReport = (notBefore: number | undefined) => void asked.push(notBefore);
      const ran = await invoke(own, { milliseconds: long, isSlow: true, onReport });
      first.push(asked[0]);
      wholeAt.push(own.ports.clock.now());
      if ('run' in ran) break;
    }
    // From the second invocation on it is read again beside the reports, so that the third one goes on from that.
    expect(first.length).toBeGreaterThan(3);
    expect(first.slice(0, 2)).toEqual([undefined, undefined]);
    expect(first[2]).toBeGreaterThan(wholeAt[0] ?? 0);
    expect(first[2]).toBeLessThan(wholeAt[1] ?? 0);
  });

  test('the texts that decide were read after the last report', async () => {
    const own = await open2();
    await invoke(own, { milliseconds: long, isSlow: true });
    const text = JSON.stringify({
      ...{ Version: '2012-10-17' },
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'dms:*', Resource: '*' },
      ],
    });
    const [policy] = twoUnits.policies ?? [];
    own.edit(text, policy?.id);
    for (;;) {
      const ran = await invoke(own, { milliseconds: long, isSlow: true });
      if (!('run' in ran)) continue;
      expect(ran.run.facts.policies.find(({ id }) => id === policy?.id)?.text).toBe(text);
      break;
    }
  });
});
