import { describe, expect, test } from '@jest/globals';
import { requestReview } from '../../flow/request-review.ts';
import type { AlonePorts } from '../../flow/review-alone.ts';
import { type Cause, reviewDue } from '../../flow/review-due.ts';
import { runRequested } from '../../flow/run-requested.ts';
import { anaSession } from './ports.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';
import { twoUnits } from './two-units.ts';

const open = storyOfTest();
const lifetime = 900_000;

/** Ports on which each report takes so long that the time of an invocation is over after one. */
function slow(own: Story): AlonePorts {
  const { reports } = own.ports;
  return {
    ...own.ports,
    reports: {
      report: async (entity, notBefore) => {
        const report = await reports.report(entity, notBefore);
        own.advance(lifetime / 1000);
        return report;
      },
    },
  };
}

const options = (own: Story, invocationId: string) => ({
  ...{ invocationId, reviewId: `rev-${invocationId}` },
  endsAt: own.ports.clock.now() + lifetime,
});

/** The request that the newest event on the bus asks for. */
function askedLast(own: Story): string {
  const detail = own.eventsOf('Access Review Requested').at(-1)?.detail as { data: { requestId: string } };
  return detail.data.requestId;
}

const reviews = (own: Story) => own.ports.stores.reviews.reviewsSince('o-exampleorg1', 0);
const jobs = (own: Story): number => own.count('GenerateOrganizationsAccessReport');

/** Runs what the bus starts until nothing goes on any more; answers the statuses. */
async function followed(own: Story, ports: AlonePorts, first: string): Promise<readonly string[]> {
  const statuses = [first];
  while (statuses.at(-1) === 'continuing') {
    expect(statuses.length).toBeLessThan(10);
    expect(await reviews(own)).toEqual([]);
    const run = await runRequested(
      ports,
      askedLast(own),
      own.configuration,
      options(own, `i${statuses.length}`),
    );
    if (!('run' in run)) throw new Error(JSON.stringify(run));
    expect(run.run.result.reviewId).toBe('rev-i0');
    statuses.push(run.run.result.status);
  }
  return statuses;
}

describe('a review that needs more time than one invocation has', () => {
  test.each<Cause['type']>(['schedule', 'stale'])(
    'goes on by itself until it is decided, once, with no report asked twice: %s',
    async (type) => {
      const own = await open({ scenario: twoUnits });
      const ports = slow(own);
      const cause = type === 'stale' ? { type, at: own.ports.clock.now() } : ({ type } as Cause);
      const begun = await reviewDue(
        ports,
        { depth: 'account' },
        cause,
        own.configuration,
        options(own, 'i0'),
      );
      if (!('run' in begun)) throw new Error(JSON.stringify(begun));
      expect(begun.publication).toMatchObject({ silent: true, changed: [] });
      expect(await own.ports.stores.runs.progress('rev-i0')).toMatchObject({ reportsDone: 1, outcome: null });
      const statuses = await followed(own, ports, begun.run.result.status);
      expect(statuses).toEqual(['continuing', 'continuing', 'continuing', 'completed']);
      expect(jobs(own)).toBe(4);
      expect(await reviews(own)).toMatchObject([{ id: 'rev-i0', status: 'completed' }]);
      expect(own.eventsOf('Access Review Completed')).toHaveLength(1);
      const [change] = own.eventsOf('SCP Change Proposed');
      expect(change).toBeDefined();
      expect(await own.ports.stores.requests.listWaiting()).toEqual([]);
      expect(await own.ports.stores.runs.progress('rev-i0')).toMatchObject({
        ...{ reportsDone: 4, reportsOpen: 0, outcome: { status: 'completed' } },
      });
    },
  );

  test('that somebody asked for is his until its end', async () => {
    const own = await open({ scenario: twoUnits });
    const ports = slow(own);
    const asked = await requestReview(own.ports, {}, anaSession, own.configuration);
    if (!asked.ok) throw new Error(asked.reasons[0].detail);
    const { id } = asked.value;
    const run = await runRequested(ports, id, own.configuration, options(own, 'i0'));
    if (!('run' in run)) throw new Error(JSON.stringify(run));
    expect(await own.ports.stores.requests.load(id)).toMatchObject({ started: null, outcome: null });
    expect(askedLast(own)).toBe(id);
    expect(await followed(own, ports, run.run.result.status)).toEqual(['continuing', 'completed']);
    expect(await own.ports.stores.requests.load(id)).toMatchObject({ outcome: { status: 'completed' } });
    const [stored] = await own.ports.stores.changes.listByStatus(['proposed']);
    expect((await own.load(stored?.id ?? '')).record.starter).toMatchObject({
      type: 'principal',
      arn: anaSession,
    });
  });

  test('ends where a run gets no report at all: it says what it has not seen', async () => {
    const own = await open({ scenario: twoUnits });
    const ports = slow(own);
    const late = { ...options(own, 'i0'), endsAt: own.ports.clock.now() + 1_000 };
    const begun = await reviewDue(ports, {}, { type: 'schedule' }, own.configuration, late);
    expect(begun).toMatchObject({ run: { result: { status: 'partial' } } });
    expect(await reviews(own)).toHaveLength(1);
  });

  test('ends before what it was told is too old to prove anything', async () => {
    const own = await open({ scenario: twoUnits, configuration: { reportFreshnessHours: 1 } });
    const ports = slow(own);
    const begun = await reviewDue(ports, {}, { type: 'schedule' }, own.configuration, options(own, 'i0'));
    expect(begun).toMatchObject({ run: { result: { status: 'continuing' } } });
    own.advance(3_600);
    const next = await runRequested(ports, askedLast(own), own.configuration, options(own, 'i1'));
    // It begins anew.
    expect(next).toMatchObject({ run: { result: { reviewId: 'rev-i1', status: 'continuing' } } });
  });
});
