import { describe, expect, test } from '@jest/globals';
import { leaseKey, leaseMilliseconds, type ReviewLease, reviewedWhat } from '../../core/review/running.ts';
import { requestReview } from '../../flow/request-review.ts';
import { reviewAlone } from '../../flow/review-alone.ts';
import { type Cause, type DueRun, reviewDue } from '../../flow/review-due.ts';
import { runRequested } from '../../flow/run-requested.ts';
import { sweep } from '../../flow/sweep.ts';
import { handler as identities } from '../../handlers/identities.ts';
import { handler as review } from '../../handlers/review.ts';
import { anaSession } from './ports.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';
import { left, twoUnits } from './two-units.ts';

const open = storyOfTest();
const openUnits = () => open({ scenario: twoUnits });
const jobs = (own: Story): number => own.count('GenerateOrganizationsAccessReport');
const key = leaseKey('organization', '111111111111');

/** Another stored review runs: of the left OU, unless the event says otherwise. */
async function running(own: Story, event: object = { scope: left }): Promise<ReviewLease> {
  const startedAt = own.ports.clock.now();
  const lease = {
    ...{ key, token: 'other', invocationId: 'other', reviewId: 'rev-other', startedAt },
    event: reviewedWhat(event, own.configuration),
    expiresAt: startedAt + leaseMilliseconds,
  };
  expect(await own.ports.stores.runs.take(lease, startedAt)).toEqual({ taken: true });
  return lease;
}

const started = (own: Story): Promise<readonly { readonly id: string }[]> =>
  own.ports.stores.reviews.reviewsSince('o-exampleorg1', 0);

/** As the bus hands it on after the next sweep; null: there is nothing to start. */
async function swept(own: Story): Promise<string | null> {
  const before = own.eventsOf('Access Review Requested').length;
  const never = (): never => {
    throw new Error('nobody is told anything here');
  };
  const messenger = {
    ...{ mail: never, notifyChannel: never, postToWebhook: never, postAsBot: never, replaceAsBot: never },
  };
  const ports = { ...own.ports, messenger, pageUrl: 'https://approve.example.com', newToken: never };
  expect(await sweep(ports)).toMatchObject({ failed: [] });
  const [event, ...others] = own.eventsOf('Access Review Requested').slice(before);
  expect(others).toEqual([]);
  return (event?.detail as { readonly data?: { readonly requestId: string } })?.data?.requestId ?? null;
}

describe('while a stored review runs', () => {
  test('another one is refused at once, with the id of the one that runs; a dry run takes no lease', async () => {
    const own = await open();
    await running(own, {});
    for (const event of [{}, { thresholdDays: 100 }])
      expect(await review(event)).toMatchObject({
        ...{ status: 'refused', code: 'REVIEW_RUNNING', reviewId: 'rev-other' },
        message: expect.stringContaining('oar reviews status rev-other'),
      });
    expect(jobs(own)).toBe(0);
    expect(await review({ dryRun: true })).toMatchObject({ status: 'completed' });
    expect(await own.ports.stores.runs.holder(key)).toMatchObject({ reviewId: 'rev-other' });
  });

  test('one of the identities of an account waits for that of the same account alone', async () => {
    const own = await open();
    const held = { ...(await running(own)), key: leaseKey('identities', '111111111111') };
    await own.ports.stores.runs.take(held, 0);
    expect(await identities({ all: true })).toMatchObject({ status: 'refused', reviewId: 'rev-other' });
    await own.ports.stores.runs.release(held);
    // It runs beside the one of the organization; in this organization there is nobody to judge.
    await expect(identities({ user: 'nobody' })).rejects.toThrow('nobody');
    expect(await own.ports.stores.runs.holder(held.key)).toBeNull();
  });

  test('a request waits, and the sweep starts it when the other has ended: the one that waits longest, then the next', async () => {
    const own = await open();
    const lease = await running(own);
    const asked = async (event: object): Promise<string> => {
      const answer = await requestReview(own.ports, event, anaSession, own.configuration);
      if (!answer.ok) throw new Error(answer.reasons[0].detail);
      return answer.value.id;
    };
    const run = (id: string, invocationId: string) =>
      runRequested(own.ports, id, own.configuration, { invocationId, reviewId: `rev-${invocationId}` });
    const first = await asked({ scope: 'ou-ex01-development' });
    own.advance(1);
    const second = await asked({ scope: 'r-ex01' });
    await own.ports.stores.outbox.removeEvents(
      (await own.ports.stores.outbox.listEvents()).map(({ eventId }) => eventId),
    );
    expect(await run(first, 'a')).toEqual({ waitsFor: 'rev-other' });
    own.advance(1);
    expect(await run(second, 'b')).toEqual({ waitsFor: 'rev-other' });
    expect(await own.ports.stores.requests.listWaiting()).toMatchObject([{ id: first }, { id: second }]);
    expect(await swept(own)).toBeNull();
    await own.ports.stores.runs.release(lease);
    expect(await swept(own)).toBe(first);
    expect(await run(first, 'c')).toHaveProperty('run.result.status', 'completed');
    // It was started twice: the bus delivers at least once.
    expect(await run(first, 'd')).toEqual({ takenAs: 'rev-c' });
    expect(await swept(own)).toBe(second);
    expect(await own.ports.stores.requests.load(second)).toMatchObject({ started: null, outcome: null });
  });
});

describe('what the product itself starts', () => {
  const due = (own: Story, cause: Cause, invocationId = `i-${Math.random()}`): Promise<DueRun> =>
    reviewDue(own.ports, {}, cause, own.configuration, { invocationId, reviewId: `rev-${invocationId}` });

  test('five stale changes start one review; what is found stale later starts another one', async () => {
    const own = await openUnits();
    const at = own.ports.clock.now();
    const stale = { type: 'stale', at } as const;
    expect(await due(own, stale, 'first')).toHaveProperty('run');
    const others = await Promise.all([1, 2, 3, 4].map(() => due(own, stale)));
    expect(others).toEqual(others.map(() => ({ instead: 'rev-first' })));
    expect(await started(own)).toHaveLength(1);
    expect(await due(own, { type: 'stale', at: own.ports.clock.now() })).toHaveProperty('run');
  });

  test('five stale changes, and a schedule, during a review that began before have one follow-up review wait', async () => {
    const own = await openUnits();
    const lease = await running(own, {});
    own.advance(1);
    const stale = { type: 'stale', at: own.ports.clock.now() } as const;
    const runs = await Promise.all([1, 2, 3, 4, 5].map(() => due(own, stale)));
    const [waiting, ...others] = await own.ports.stores.requests.listWaiting();
    expect(others).toEqual([]);
    expect(runs).toEqual(runs.map(() => ({ waitsAs: waiting?.id, waitsFor: 'rev-other' })));
    expect(await due(own, { type: 'schedule' })).toEqual({ instead: 'rev-other' });
    await own.ports.stores.runs.release(lease);
    const id = await swept(own);
    expect(id).toBe(waiting?.id);
    const run = { invocationId: 'follow-up', reviewId: 'rev-follow-up' };
    expect(await runRequested(own.ports, id, own.configuration, run)).toHaveProperty('run.starter', {
      type: 'stale',
    });
    expect(await started(own)).toMatchObject([{ id: 'rev-follow-up' }]);
    expect(await swept(own)).toBeNull();
  });

  test('a schedule that comes during another review runs after it, as nobody has started it', async () => {
    const own = await openUnits();
    const lease = await running(own);
    expect(await due(own, { type: 'schedule' })).toMatchObject({ waitsFor: 'rev-other' });
    // A crash: the lease ends by itself, and no sooner.
    own.setClock(lease.expiresAt);
    expect(await swept(own)).toBeNull();
    own.setClock(lease.expiresAt + 6_000);
    const id = await swept(own);
    const run = { invocationId: 'later', reviewId: 'rev-later' };
    expect(await runRequested(own.ports, id, own.configuration, run)).toHaveProperty('run.starter', {
      type: 'schedule',
    });
    expect(await own.ports.stores.requests.load(id ?? '')).toMatchObject({
      outcome: { status: 'completed' },
    });
  });
});

describe('a review whose function dies', () => {
  const alone = (own: Story, invocationId: string, ports = own.ports, event: object = {}) =>
    reviewAlone(ports, event, own.configuration, { invocationId, reviewId: `rev-${invocationId}` });

  /** Ports on which something happens to a run once so many answers are kept, and later each time. */
  const whenKept = (own: Story, answers: number, happens: () => Promise<void>) => {
    const { collections } = own.ports.stores;
    let kept = 0;
    const keep: typeof collections.keep = async (request, answer) => {
      await collections.keep(request, answer);
      kept += 1;
      if (kept >= answers) await happens();
    };
    return { ...own.ports, stores: { ...own.ports.stores, collections: { ...collections, keep } } };
  };

  /** Ports on which a run is killed once so many answers are kept: it gives nothing back. */
  const dying = (own: Story, answers: number) => {
    const ports = whenKept(own, answers, () => Promise.reject(new Error('killed')));
    const runs = { ...own.ports.stores.runs, release: async () => undefined };
    return { ...ports, stores: { ...ports.stores, runs } };
  };

  test('loses the job in flight at most: the next run of the same goes on under its id, a run of another does not', async () => {
    const own = await openUnits();
    await expect(alone(own, 'first', dying(own, 2))).rejects.toThrow('killed');
    expect(jobs(own)).toBe(1);
    expect(await alone(own, 'second')).toMatchObject({ running: { reviewId: 'rev-first' } });
    expect(await own.ports.stores.runs.progress('rev-first')).toMatchObject({
      reportsDone: 0,
      outcome: null,
    });

    own.advance(leaseMilliseconds / 1000 + 6);
    expect(await alone(own, 'other', own.ports, { scope: left })).toHaveProperty(
      'run.result.reviewId',
      'rev-other',
    );
    const before = jobs(own);
    expect(await alone(own, 'third')).toHaveProperty('run.result.reviewId', 'rev-first');
    expect(jobs(own)).toBe(before + 1);
    expect(await own.ports.stores.runs.progress('rev-first')).toMatchObject({
      ...{ reportsDone: 2, reportsOpen: 0 },
      outcome: { status: 'completed' },
    });
    expect(await alone(own, 'fourth')).toHaveProperty('run.result.reviewId', 'rev-fourth');
  });

  test("is followed at once by AWS's second attempt, and what it was told a day before is not used", async () => {
    const own = await openUnits();
    await expect(alone(own, 'first', dying(own, 2))).rejects.toThrow('killed');
    await expect(alone(own, 'first', dying(own, 2))).rejects.toThrow('killed');
    own.advance(24 * 3_600);
    expect(await alone(own, 'next')).toHaveProperty('run.result.reviewId', 'rev-next');
  });

  test.each([
    ['runs', false],
    ['has ended', true],
  ])('and comes back while its successor %s: it stores and publishes nothing', async (_, hasEnded) => {
    const own = await openUnits();
    const { runs } = own.ports.stores;
    const slow = whenKept(own, 2, async () => {
      own.advance(leaseMilliseconds / 1000 + 6);
      if (hasEnded) {
        await alone(own, 'successor');
        return;
      }
      const lease = {
        ...(await runs.holder(key)),
        token: 'successor',
        reviewId: 'rev-successor',
      } as ReviewLease;
      const expiresAt = own.ports.clock.now() + leaseMilliseconds;
      await runs.take({ ...lease, invocationId: 'x', expiresAt }, own.ports.clock.now() - 5_000);
    });
    const late = alone(own, 'slow', slow);
    if (hasEnded) await expect(late).rejects.toThrow('lost its lease');
    else expect(await late).toMatchObject({ running: { reviewId: 'rev-successor' } });
    expect(await started(own)).toHaveLength(hasEnded ? 1 : 0);
    expect(own.eventsOf('Access Review Completed')).toHaveLength(hasEnded ? 1 : 0);
    expect(await runs.holder(key)).toEqual(hasEnded ? null : expect.objectContaining({ token: 'successor' }));
  });
});
