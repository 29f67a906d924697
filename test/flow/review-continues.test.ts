import { describe, expect, test } from '@jest/globals';
import { leaseKey, leaseMilliseconds } from '../../core/review/running.ts';
import { giveWay } from '../../flow/give-way.ts';
import { reviewAndPublish } from '../../flow/publish.ts';
import { requestReview } from '../../flow/request-review.ts';
import { reviewDue } from '../../flow/review-due.ts';
import { runRequested } from '../../flow/run-requested.ts';
import { execute, lambdaError } from '../support/state-machine.ts';
import { invokeReview, lifetime, slowly } from './killable-review.ts';
import { anaSession } from './ports.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';
import { left, twoUnits } from './two-units.ts';

const open = storyOfTest();
const definition = 'review-until-done.asl.json';

/** The function of scheduled reviews as Lambda runs it for the state machine. */
function deployed(own: Story) {
  let invocations = 0;
  return (payload: unknown) => {
    invocations += 1;
    return invokeReview(payload, own.ports, own.configuration, `rev-${invocations}`);
  };
}

const reviews = (own: Story) => own.ports.stores.reviews.reviewsSince('o-exampleorg1', 0);
const jobs = (own: Story): number => own.count('GenerateOrganizationsAccessReport');

interface Proposed {
  readonly data: { readonly targets: readonly object[] };
}

/** What there is to see once a review of all accounts is over: it decided and told once, and nothing was asked twice. */
async function isDoneOnce(own: Story): Promise<void> {
  const [review, ...others] = await reviews(own);
  expect({ status: review?.status, others, jobs: jobs(own) }).toEqual({
    ...{ status: 'completed', others: [], jobs: 4 },
  });
  expect(own.eventsOf('Access Review Completed')).toHaveLength(1);
  const proposed = own.eventsOf('SCP Change Proposed').map(({ detail }) => (detail as Proposed).data.targets);
  expect(proposed).toMatchObject([[{ name: 'Right' }], [{ name: 'account-2' }]]);
  expect(await own.ports.stores.runs.progress(review?.id ?? '')).toMatchObject({
    ...{ reportsDone: 4, reportsOpen: 0, outcome: { status: 'completed' } },
  });
  expect(await own.ports.stores.runs.holder(leaseKey('organization', '111111111111'))).toBeNull();
}

const byAccount = { configuration: { depth: 'account' }, scenario: twoUnits } as const;

describe('the state machine of reviews', () => {
  test.each<['schedule' | 'stale']>([['schedule'], ['stale']])(
    'invokes until the review is decided, once, with no report asked twice: %s',
    async (type) => {
      const own = await open(byAccount);
      const at = new Date(own.ports.clock.now()).toISOString();
      const input = type === 'stale' ? { stale: true, at } : {};
      const review = deployed(own);
      const { entered, result } = await execute(definition, input, 'one', {
        Review: async (payload) => {
          expect(await reviews(own)).toEqual([]);
          return review(payload);
        },
      });
      expect(result).toEqual({ status: 'completed', reviewId: 'rev-1', openFindings: 2, changes: 2 });
      expect(entered.filter((state) => state === 'Review')).toHaveLength(5);
      await isDoneOnce(own);
      const [change] = await own.ports.stores.changes.listByStatus(['proposed']);
      expect((await own.load(change?.id ?? '')).record.starter).toEqual({ type });
    },
  );

  test('carries out what somebody asked for as his, until its end', async () => {
    const own = await open(byAccount);
    const asked = await requestReview(own.ports, { depth: 'account' }, anaSession, own.configuration);
    if (!asked.ok) throw new Error(asked.reasons[0].detail);
    const { id } = asked.value;
    const review = deployed(own);
    const seen: unknown[] = [];
    await execute(definition, { requestId: id }, 'one', {
      Review: async (payload) => {
        seen.push((await own.ports.stores.requests.load(id))?.started?.reviewId);
        return review(payload);
      },
    });
    expect(seen).toEqual([undefined, 'rev-1', 'rev-1', 'rev-1', 'rev-1']);
    await isDoneOnce(own);
    expect(await own.ports.stores.requests.load(id)).toMatchObject({ outcome: { status: 'completed' } });
    const [change] = await own.ports.stores.changes.listByStatus(['proposed']);
    expect((await own.load(change?.id ?? '')).record.starter).toMatchObject({
      ...{ type: 'principal', arn: anaSession },
    });
  });

  test('waits for the end of another review, and nobody comes in between its own invocations', async () => {
    const own = await open(byAccount);
    const startedAt = own.ports.clock.now();
    const { runs } = own.ports.stores;
    const lease = {
      ...{ key: leaseKey('organization', '111111111111'), event: 'other', reviewId: 'rev-other' },
      ...{ token: 'other', invocationId: 'other', startedAt, expiresAt: startedAt + leaseMilliseconds },
    };
    await runs.take(lease, startedAt);
    const review = deployed(own);
    const held: unknown[] = [];
    const { entered } = await execute(definition, {}, 'one', {
      Review: async (payload) => {
        held.push((await runs.holder(lease.key))?.reviewId);
        if (held.length === 3) await runs.release(lease);
        return review(payload);
      },
    });
    expect(entered.slice(0, 7)).toEqual(['Review', 'HowFar', 'Wait', 'Review', 'HowFar', 'Wait', 'Review']);
    expect(held).toEqual(['rev-other', 'rev-other', 'rev-other', 'rev-3', 'rev-3', 'rev-3', 'rev-3']);
    await isDoneOnce(own);
  });

  test.each(['Sandbox.Timedout', 'Error'])(
    'goes on after %s, also where the answer of the last invocation was lost',
    async (name) => {
      const own = await open(byAccount);
      const review = deployed(own);
      let lost = 0;
      const { retried } = await execute(definition, {}, 'one', {
        Review: async (payload) => {
          const answer = await review(payload);
          if (lost === 0 || (answer as { readonly status: string }).status === 'completed') {
            lost += 1;
            throw lambdaError(name);
          }
          return answer;
        },
      });
      expect({ lost, retried }).toEqual({ lost: 2, retried: ['Review', 'Review'] });
      await isDoneOnce(own);
    },
  );

  test('ends as failed, and is seen to, where a function fails again and again', async () => {
    const attempts = async (name: string): Promise<number> => {
      let count = 0;
      const Review = async () => {
        count += 1;
        throw lambdaError(name);
      };
      await expect(execute(definition, {}, 'one', { Review })).rejects.toThrow();
      return count;
    };
    expect(await attempts('Error')).toBe(2);
    const crashes = ['Sandbox.Timedout', 'Lambda.Unknown', 'Lambda.SdkClientException', 'Runtime.ExitError'];
    for (const name of crashes) expect([name, await attempts(name)]).toEqual([name, 11]);
  });
});

describe('a review that needs more time than one invocation has', () => {
  const once = (own: Story, invocationId: string, endsAt = own.ports.clock.now() + lifetime) => {
    const options = { ...{ invocationId, reviewId: `rev-${invocationId}`, mayContinue: true, endsAt } };
    return reviewDue(slowly(own.ports), {}, { type: 'schedule' }, own.configuration, options);
  };

  /** Ports with reports that AWS refuses after a long wait: the slot is taken by somebody else. */
  const refusing = (own: Story): Story['ports'] => ({
    ...own.ports,
    reports: {
      report: async ({ id: entityId }) => {
        await own.ports.clock.wait(lifetime);
        return { status: 'failed', entityId, failure: { code: 'REPORT_BUSY', message: 'another one runs' } };
      },
    },
  });

  test.each([
    ['gets no report at all', (own: Story) => own.ports, 1_000, 20_000, 'time'],
    ['is refused every report', refusing, lifetime, lifetime, 'time'],
    ['is refused every report, and has the time for all', refusing, lifetime, 4 * lifetime, undefined],
  ] as const)(
    'ends after one more invocation where one %s: %#',
    async (_, portsOf, milliseconds, last, cause) => {
      const own = await open(byAccount);
      const ports = portsOf(own);
      const soon = (endsAt = own.ports.clock.now() + milliseconds) =>
        reviewDue(ports, {}, { type: 'schedule' }, own.configuration, {
          ...{ invocationId: 'i0', reviewId: 'rev-i0', mayContinue: true, endsAt },
        });
      // The organization was read: that is something.
      expect(await soon()).toEqual({ continuing: { reviewId: 'rev-i0', pending: expect.any(Number) } });
      expect(await soon()).toMatchObject({ continuing: { reviewId: 'rev-i0', inVain: true } });
      const ran = await soon(own.ports.clock.now() + last);
      if (!('run' in ran)) throw new Error('it goes on');
      const { facts, result } = ran.run;
      expect(result).toMatchObject({ status: 'partial', reviewId: 'rev-i0' });
      const said = 'AWS gave no report in a whole invocation, and the time of the next one ran out';
      expect(facts.askingEnd).toEqual(cause && { cause, reason: said });
      expect(result.refusals.some(({ detail }) => detail.includes(said))).toBe(cause !== undefined);
      expect(await reviews(own)).toHaveLength(1);
    },
  );

  test('ends so where somebody asked for it, too', async () => {
    const own = await open(byAccount);
    const asked = await requestReview(own.ports, { depth: 'account' }, anaSession, own.configuration);
    if (!asked.ok) throw new Error(asked.reasons[0].detail);
    const next = () =>
      runRequested(refusing(own), asked.value.id, own.configuration, {
        ...{ invocationId: 'i0', reviewId: 'rev-i0', mayContinue: true },
        endsAt: own.ports.clock.now() + lifetime,
      });
    for (const _ of [1, 2]) expect(await next()).toHaveProperty('continuing');
    expect(await next()).toMatchObject({ run: { result: { status: 'partial' } } });
  });

  test('decides where the next invocation might begin too late to go on', async () => {
    const own = await open({ scenario: twoUnits, configuration: { reportFreshnessHours: 1 } });
    const hours = own.ports.clock.now() + 45 * 60_000;
    expect(await once(own, 'i0')).toHaveProperty('continuing');
    own.advance((hours - 60_000 - lifetime - own.ports.clock.now()) / 1_000);
    expect(await once(own, 'i0', hours - 60_000)).toMatchObject({ run: { result: { reviewId: 'rev-i0' } } });
  });

  test('does not begin anew in the same execution where it did not end within its hours: it fails, and is seen to', async () => {
    const own = await open({ scenario: twoUnits, configuration: { reportFreshnessHours: 1 } });
    expect(await once(own, 'i0')).toHaveProperty('continuing');
    own.advance(3_600);
    for (const _ of [1, 2])
      await expect(once(own, 'i0')).rejects.toThrow(
        'rev-i0 did not end within 1 hours (reportFreshnessHours)',
      );
    expect(await own.ports.stores.runs.holder(leaseKey('organization', '111111111111'))).toBeNull();
  });

  test('leaves the look to the next invocation where its budget is spent and its time is over', async () => {
    const own = await open({ ...byAccount, configuration: { depth: 'account', jobBudget: 2 } });
    for (const _ of [1, 2]) expect(await once(own, 'i0')).toHaveProperty('continuing');
    const ran = await once(own, 'i0');
    if (!('run' in ran)) throw new Error('it goes on');
    expect(ran.run.facts).toMatchObject({ askingEnd: { cause: 'budget' } });
    expect(ran.run.facts.treeNotConfirmed).toBeUndefined();
  });

  test('ends before what it was told is too old to prove anything', async () => {
    const own = await open({ scenario: twoUnits, configuration: { reportFreshnessHours: 1 } });
    expect(await once(own, 'i0')).toMatchObject({ continuing: { reviewId: 'rev-i0' } });
    own.advance(3_600);
    // It begins anew.
    expect(await once(own, 'i1')).toMatchObject({ continuing: { reviewId: 'rev-i1' } });
  });
});

describe('apply goes first', () => {
  test('a review asks for no report while apply writes, and goes on when it has ended', async () => {
    const own = await open({ scenario: twoUnits });
    const { locks } = own.ports.stores;
    await locks.acquire('apply-1', own.ports.clock.now(), 30_000);
    const during: number[] = [];
    const clock = {
      now: own.ports.clock.now,
      wait: async (milliseconds: number) => {
        during.push(jobs(own));
        await own.ports.clock.wait(milliseconds);
        if (during.length === 5) await locks.release('apply-1');
      },
    };
    const { run } = await reviewAndPublish({ ...own.ports, clock }, { scope: left }, own.configuration, {});
    expect(run.result.status).toBe('completed');
    expect(during).toEqual([0, 0, 0, 0, 0]);
  });

  test('a crashed apply holds nobody up for longer than its lock', async () => {
    const own = await open({ scenario: twoUnits });
    const startedAt = own.ports.clock.now();
    await own.ports.stores.locks.acquire('apply-1', startedAt, 30_000);
    expect(await giveWay(own.ports, Number.POSITIVE_INFINITY)).toBe(true);
    expect(own.ports.clock.now() - startedAt).toBeGreaterThanOrEqual(30_000);
    expect(await giveWay(own.ports, Number.POSITIVE_INFINITY)).toBe(false);
  });

  test('a review whose time went by while a change was applied goes on in the next invocation', async () => {
    const own = await open({ scenario: twoUnits });
    const held = {
      ...own.ports.stores.locks,
      holder: async () => ({ owner: 'apply-1', expiresAt: Infinity }),
    };
    const ports = { ...own.ports, stores: { ...own.ports.stores, locks: held } };
    const options = { invocationId: 'one', reviewId: 'rev-1', mayContinue: true };
    const endsAt = own.ports.clock.now() + lifetime;
    const soon = (until: number) =>
      reviewDue(ports, {}, { type: 'schedule' }, own.configuration, { ...options, endsAt: until });
    expect(await soon(endsAt)).toMatchObject({ continuing: { reviewId: 'rev-1' } });
    // Whatever lasts of it: the review was not in vain.
    const next = await soon(own.ports.clock.now() + lifetime);
    expect(next).toEqual({ continuing: { reviewId: 'rev-1', pending: 1 } });
    expect(jobs(own)).toBe(0);
  });

  /** An invocation that has no time left for a report after so many milliseconds of apply. */
  const afterApply = ({ configuration, ports: own }: Story, held: number) => {
    const { clock, stores } = own;
    const [expiresAt, endsAt] = [clock.now() + held, clock.now() + lifetime];
    const locks = { ...stores.locks, holder: async () => ({ owner: 'apply-1', expiresAt }) };
    const report = async () => {
      await clock.wait(endsAt - clock.now());
      throw Object.assign(new Error('a report job was not done'), {
        ...{ code: 'OUT_OF_TIME', kind: 'time', refusedByAws: false, notSent: false },
      });
    };
    const ports = { ...own, reports: { report }, stores: { ...stores, locks } };
    const options = { invocationId: 'one', reviewId: 'rev-1', mayContinue: true, endsAt };
    return reviewDue(ports, {}, { type: 'schedule' }, configuration, options);
  };
  const continuing = { reviewId: 'rev-1', pending: 1 };

  test.each([
    [600_000, [undefined, undefined, undefined]],
    [60_000, [undefined, true]],
  ] as const)(
    'what is left of the time is too short for a report after %i ms of apply',
    async (held, inVain) => {
      const own = await open({ scenario: twoUnits });
      for (const each of inVain)
        expect(await afterApply(own, held)).toEqual({
          continuing: { ...continuing, ...(each && { inVain: each }) },
        });
    },
  );

  test.each([600_000, lifetime + 1])(
    'a review goes on as well where its last invocation had no time left after %i ms of apply',
    async (held) => {
      const own = await open({ scenario: twoUnits });
      await afterApply(own, 60_000);
      expect(await afterApply(own, 60_000)).toEqual({ continuing: { ...continuing, inVain: true } });
      expect(await afterApply(own, held)).toEqual({ continuing });
      const options = { invocationId: 'one', reviewId: 'rev-1', mayContinue: true };
      const next = await reviewDue(own.ports, {}, { type: 'schedule' }, own.configuration, options);
      expect(next).toMatchObject({ run: { result: { reviewId: 'rev-1', status: 'completed' } } });
    },
  );

  test('a review goes on as well where apply began while its last invocation waited for a report, and left no time for it', async () => {
    const own = await open({ scenario: twoUnits });
    const { clock, stores } = own.ports;
    await afterApply(own, 60_000);
    expect(await afterApply(own, 60_000)).toEqual({ continuing: { ...continuing, inVain: true } });
    const endsAt = clock.now() + lifetime;
    let isAsked = false;
    const report: typeof own.ports.reports.report = async ({ id }) => {
      if (!isAsked) {
        isAsked = true;
        await stores.locks.acquire('apply-1', clock.now(), 600_000);
        const failure = { code: 'REPORT_BUSY', message: 'another one runs' };
        return { status: 'failed', entityId: id, failure };
      }
      await clock.wait(endsAt - clock.now());
      throw Object.assign(new Error('a report job was not done'), {
        ...{ code: 'OUT_OF_TIME', kind: 'time', refusedByAws: false, notSent: false },
      });
    };
    const options = { invocationId: 'one', reviewId: 'rev-1', mayContinue: true, endsAt };
    const ports = { ...own.ports, reports: { report } };
    expect(await reviewDue(ports, {}, { type: 'schedule' }, own.configuration, options)).toEqual({
      continuing,
    });
  });

  test('a report that AWS does not make because of the reports of apply is asked again when apply has ended', async () => {
    const own = await open({ scenario: twoUnits });
    const { clock, reports, stores } = own.ports;
    let refused = 0;
    const report: typeof reports.report = async (entity, notBefore) => {
      if (refused === 2) return reports.report(entity, notBefore);
      refused += 1;
      await stores.locks.acquire('apply-1', clock.now(), 30_000);
      const failure = { code: 'REPORT_BUSY', message: 'another one runs' };
      return { status: 'failed', entityId: entity.id, failure };
    };
    const ports = { ...own.ports, reports: { report } };
    const { run } = await reviewAndPublish(ports, { scope: left }, own.configuration, {});
    expect(run.facts.reports.map(({ status }) => status)).not.toContain('failed');
    expect([refused, run.result.status]).toEqual([2, 'completed']);
  });
});
