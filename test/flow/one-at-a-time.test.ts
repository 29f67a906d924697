import { describe, expect, test } from '@jest/globals';
import { openForMilliseconds } from '../../core/review/requested-review.ts';
import { leaseKey, leaseMilliseconds, type ReviewLease, reviewedWhat } from '../../core/review/running.ts';
import { fenced } from '../../flow/fenced.ts';
import { requestReview } from '../../flow/request-review.ts';
import { reviewAlone } from '../../flow/review-alone.ts';
import { type Cause, type DueRun, reviewDue } from '../../flow/review-due.ts';
import { runRequested } from '../../flow/run-requested.ts';
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

describe('while a stored review runs', () => {
  test('another one is refused at once, with the id of the one that runs; a dry run takes no lease', async () => {
    const own = await open();
    await running(own, {});
    for (const event of [{}, { thresholdDays: 100 }])
      expect(await review(event)).toMatchObject({
        ...{ status: 'refused', code: 'REVIEW_RUNNING', reviewId: 'rev-other' },
        message: expect.stringMatching(
          /oar reviews status rev-other.* AWS_CLIENT_TIMEOUT=930000 and SLS_AWS_REQUEST_MAX_RETRIES=0$/,
        ),
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

  test('a request waits until the other has ended, says for which, and is run once', async () => {
    const own = await open();
    const lease = await running(own);
    const answer = await requestReview(
      own.ports,
      { scope: 'ou-ex01-development' },
      anaSession,
      own.configuration,
    );
    if (!answer.ok) throw new Error(answer.reasons[0].detail);
    const { id } = answer.value;
    const run = (invocationId: string) =>
      runRequested(own.ports, id, own.configuration, { invocationId, reviewId: `rev-${invocationId}` });
    // However long that takes, it is not lost.
    for (let hour = 0; hour < 3; hour += 1) {
      expect(await run('a')).toEqual({ waitsFor: 'rev-other' });
      expect(await own.ports.stores.requests.load(id)).toMatchObject({
        ...{ started: null, waitsFor: 'rev-other', outcome: null },
      });
      own.advance(3_000);
      await own.ports.stores.runs.renew({ ...lease, expiresAt: own.ports.clock.now() + leaseMilliseconds });
    }
    const since = own.ports.clock.now() - openForMilliseconds;
    const bound = { asker: 'ana', most: 1, mostOfOne: 1, since };
    const another = { ...answer.value, id: `req-${'0'.repeat(20)}` };
    expect(await own.ports.stores.requests.put(another, since * 2, bound)).toMatchObject({ ids: [id] });
    await own.ports.stores.runs.release(lease);
    expect(await run('a')).toHaveProperty('run.result.status', 'completed');
    expect(await own.ports.stores.requests.load(id)).toMatchObject({ waitsFor: null });
    // It was started twice, since the bus delivers at least once; and its last step was lost, so it is tried again.
    for (const invocationId of ['d', 'a']) expect(await run(invocationId)).toEqual({ takenAs: 'rev-a' });
    expect(await started(own)).toHaveLength(1);
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

  test('five stale changes during a review that began before wait, and one follow-up review covers them', async () => {
    const own = await openUnits();
    const lease = await running(own, {});
    own.advance(1);
    const stale = { type: 'stale', at: own.ports.clock.now() } as const;
    const all = () => Promise.all([1, 2, 3, 4, 5].map((number) => due(own, stale, `stale-${number}`)));
    expect(await all()).toEqual([1, 2, 3, 4, 5].map(() => ({ waitsFor: 'rev-other' })));
    expect(await due(own, { type: 'schedule' })).toEqual({ instead: 'rev-other' });
    await own.ports.stores.runs.release(lease);
    const runs = await all();
    const [follower, ...others] = runs.flatMap((run) => ('run' in run ? [run.run.result.reviewId] : []));
    expect(others).toEqual([]);
    expect(runs.filter((run) => !('run' in run))).toEqual([1, 2, 3, 4].map(() => ({ instead: follower })));
    expect(await all()).toEqual([1, 2, 3, 4, 5].map(() => ({ instead: follower })));
    expect(await started(own)).toMatchObject([{ id: follower }]);
  });

  test('a schedule that comes during another review runs after it, as nobody has started it', async () => {
    const own = await openUnits();
    const lease = await running(own);
    const schedule = { type: 'schedule' } as const;
    expect(await due(own, schedule, 'a')).toEqual({ waitsFor: 'rev-other' });
    // A crash: the lease ends by itself, and no sooner.
    own.setClock(lease.expiresAt);
    expect(await due(own, schedule, 'a')).toEqual({ waitsFor: 'rev-other' });
    own.setClock(lease.expiresAt + 6_000);
    expect(await due(own, schedule, 'a')).toHaveProperty('run.starter', { type: 'schedule' });
    // Its last step was lost after all was done: nothing is done again.
    expect(await due(own, schedule, 'a')).toEqual({ instead: 'rev-a' });
    expect(await due(own, schedule, 'b')).toHaveProperty('run.result.reviewId', 'rev-b');
  });
});

test('what is found stale while the next invocation of a review begins waits for it: it goes on with what was read before', async () => {
  const own = await openUnits();
  const { clock, stores } = own.ports;
  const begunAt = clock.now();
  const noteUntil = begunAt + 86_400_000;
  const event = reviewedWhat({}, own.configuration);
  const note = { reviewId: 'rev-1', startedAt: begunAt, endedAt: null, invocationId: 'one' };
  await stores.runs.noteRun(key, event, note, noteUntil);
  own.advance(60);
  const stale = { type: 'stale', at: clock.now() } as const;
  own.advance(60);
  let other: DueRun | undefined;
  const take: typeof stores.runs.take = async (...lease) => {
    const taking = await stores.runs.take(...lease);
    other ??= await reviewDue(own.ports, {}, stale, own.configuration, {
      ...{ invocationId: 'two', reviewId: 'rev-2' },
    });
    return taking;
  };
  const ports = { ...own.ports, stores: { ...stores, runs: { ...stores.runs, take } } };
  const options = { invocationId: 'one', reviewId: 'rev-3' };
  const ran = await reviewDue(ports, {}, { type: 'schedule' }, own.configuration, options);
  expect(ran).toMatchObject({ run: { result: { reviewId: 'rev-1' } } });
  expect(other).toEqual({ waitsFor: 'rev-1' });
});

test('whoever lost its lease writes no page of a reading either: that would take the place of what its successor read', async () => {
  const own = await openUnits();
  const late = fenced(own.ports, () => Promise.reject(new Error('lost its lease')));
  const asked = { reviewId: 'rev-late', asOf: own.ports.clock.now(), configuration: own.configuration };
  const times = { since: 0, now: own.ports.clock.now };
  const pages = await late.stores.collections.pages(asked, 0, times);
  await expect(pages.keep('ListAccounts  ', { items: [] })).rejects.toThrow('lost its lease');
  expect((await own.ports.stores.collections.pages(asked, 0, times)).begunAt).toBeNull();
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
