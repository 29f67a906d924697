import { afterEach, describe, expect, test } from '@jest/globals';
import type { ReviewPorts } from '../../adapters/ports.ts';
import { type Exemption, parseConfiguration } from '../../core/base/configuration.ts';
import { newCollection, treeAnswer, withAnswer } from '../../core/review/collection.ts';
import { requestOf } from '../../core/review/review-event.ts';
import { type CollectOptions, collect, emptyHistory, nothingAsked } from '../../flow/collect.ts';
import { type OrganizationSnapshot, readSnapshot } from '../../flow/organization-snapshot.ts';
import { isTooOld } from '../../flow/read-again.ts';
import { notKept } from '../../flow/reading.ts';
import { moveAccount } from '../../sandbox/tree.ts';
import { closeBoxes, openBox } from '../adapters/box.ts';
import { left, mover, quickPorts, right, twoUnits } from './two-units.ts';

afterEach(closeBoxes);

type Options = Partial<CollectOptions> & {
  /** So many reports are made, then the time is over. */
  readonly mostReports?: number;
  /** Judging comes too late after so many reports. */
  readonly reportsJudged?: number;
  /** An earlier run asked everything. */
  readonly isAsked?: boolean;
  /** A page that it kept was lost and is read anew, while an account is elsewhere for a moment. */
  readonly isReadElsewhere?: boolean;
};

const many = Number.POSITIVE_INFINITY;
const hour = 3_600_000;

/** A run of a review of two OUs that another one follows unless it is the last one, with whether it judged after its last report. */
async function run({
  isAsked = false,
  isReadElsewhere = false,
  mostReports = many,
  reportsJudged = many,
  ...options
}: Options) {
  const { world } = await openBox({ scenario: twoUnits });
  const ports = quickPorts();
  const configuration = parseConfiguration({});
  if (!configuration.ok) throw new Error('the defaults are wrong');
  const seen = { judged: 0, looks: 0, reports: 0 };
  // Each judgement reads the exemptions.
  const exemptions: Exemption[] = [];
  exemptions[Symbol.iterator] = () => {
    seen.judged += 1;
    return [][Symbol.iterator]();
  };
  const snapshot = await readSnapshot(ports);
  const treeReadAt = ports.clock.now();
  const given = { reviewId: 'rev-1', now: treeReadAt };
  const requested = requestOf(
    { depth: 'account' },
    { ...configuration.value, exemptions },
    snapshot.tree,
    given,
  );
  if (!requested.ok) throw new Error(requested.reasons[0].detail);
  const startOf = (read: OrganizationSnapshot) =>
    nothingAsked({ ...read, ...emptyHistory, partition: 'aws' }, requested.value, treeReadAt);
  const report: ReviewPorts['reports']['report'] = async (...asked) => {
    if (seen.reports === mostReports)
      throw Object.assign(new Error('the time is over'), {
        ...{ code: 'OUT_OF_TIME', kind: 'time', refusedByAws: false, notSent: false },
      });
    const made = await ports.reports.report(...asked);
    Object.assign(seen, { judged: 0, reports: seen.reports + 1 });
    return made;
  };
  const readAccountParents: ReviewPorts['organization']['readAccountParents'] = () => {
    seen.looks += 1;
    return ports.organization.readAccountParents();
  };
  const own = {
    ...ports,
    clock: { ...ports.clock, now: () => ports.clock.now() + (seen.reports < reportsJudged ? 0 : 2 * hour) },
    reports: { report },
    organization: { ...ports.organization, readAccountParents },
  };
  const collectNow = (read: OrganizationSnapshot, more: Partial<CollectOptions>) =>
    collect(own, startOf(read), requested.value, {
      ...{ treeReadAt, policyIds: [], deadline: treeReadAt + 9 * hour, lookUntil: treeReadAt + 9 * hour },
      ...more,
    });
  let collection = withAnswer(newCollection(requested.value), treeAnswer(snapshot.tree, 0));
  if (isAsked) {
    const { facts } = await collectNow(snapshot, {});
    for (const made of facts.reports)
      collection = withAnswer(collection, { type: 'report', round: 0, report: made });
    Object.assign(seen, { judged: 0, looks: 0 });
  }
  const readElsewhere = async (): Promise<OrganizationSnapshot> => {
    moveAccount(world, mover, right);
    const read = await readSnapshot(ports);
    moveAccount(world, mover, left);
    return read;
  };
  const { facts, judgement } = await collectNow(isReadElsewhere ? await readElsewhere() : snapshot, {
    ...(options.isLast ? {} : { judgeBy: treeReadAt + hour, lookBy: treeReadAt + 9 * hour }),
    ...(isAsked ? { collection } : {}),
    ...(isReadElsewhere ? { first: { ...notKept, isKept: true } } : {}),
    ...options,
  });
  return {
    ...seen,
    judged: seen.judged > 0,
    end: facts.askingEnd?.cause,
    isDecided: judgement !== null,
    open: facts.pendingEntityIds,
    place: facts.tree.entities.get(mover)?.parentId,
  };
}

const leftByTime = { end: 'time', isDecided: false, looks: 0 };

describe('where another run follows', () => {
  test.each<[string, Options, object]>([
    [
      'what came too late to be judged is left unjudged, and something counts as open',
      { reportsJudged: 1 },
      { ...leftByTime, judged: false, reports: 1, open: ['r-ex01'] },
    ],
    [
      'a report that the time was too short for is left without judging those before it',
      { mostReports: 2 },
      { ...leftByTime, judged: false, reports: 2, open: ['222222222223', 'ou-ex01-right000'] },
    ],
    [
      'a look at the parents that would begin too late is left',
      { lookUntil: 0 },
      { ...leftByTime, judged: true, reports: 4 },
    ],
    [
      'all is asked and read, and too little time is left to decide',
      { lookUntil: 0, isAsked: true },
      { ...leftByTime, judged: true },
    ],
    [
      'decides by where an account is, not by where it was when a kept page was lost and read anew',
      { isAsked: true, isReadElsewhere: true, isLast: true },
      { end: undefined, isDecided: true, place: left },
    ],
    ['all is asked and read in time', { isAsked: true }, { end: undefined, isDecided: true, looks: 0 }],
  ])('%s', async (_, options, expected) => {
    expect(await run(options)).toMatchObject(expected);
  });
});

test.each([
  [0, false],
  [1, true],
])('by a reading that began three hours and %i ms ago may be decided: too old is %s', (more, expected) => {
  const now = Date.UTC(2026, 0, 1);
  const pagesOf = async () => ({ begunAt: null, endedAt: null, get: () => undefined, keep: async () => {} });
  const asking = { treeReadAt: now - 3 * hour - more };
  expect(isTooOld({ asking, first: { ...notKept, pagesOf } }, now)).toBe(expected);
});
