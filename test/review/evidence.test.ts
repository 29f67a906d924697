import { describe, expect, test } from '@jest/globals';
import { mayBeUsedAgain, memoryAfter, surroundingsOf, targetsToRefresh } from '../../core/review/evidence.ts';
import { review } from '../../core/review/review.ts';
import {
  day,
  fullAccess,
  type Nest,
  now,
  policy,
  reportOf,
  reviewOf,
  target,
  treeOf,
} from '../support/small-world.ts';

const hour = 3_600_000;
const unit = 'ou-test-upper000';
const account = (id: number) => ({ [`a${id}`]: { id: String(222222222220 + id) } });
const before = { Upper: { ...account(1), Inner: account(2) }, Other: account(3) } satisfies Nest;
const deny = (action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: action, Resource: '*' }],
});
const at = (nest: Nest, action: string, on: string) => {
  const tree = treeOf(nest);
  return surroundingsOf(
    tree,
    [fullAccess(tree), policy('p-own00000', deny(action), [target(tree, on)])],
    unit,
  );
};

describe('what a report hangs on', () => {
  const same = at(before, 'ec2:*', unit);
  test.each([
    [
      'an account that came',
      at({ ...before, Upper: { ...account(1), ...account(4), Inner: account(2) } }, 'ec2:*', unit),
    ],
    ['an account that left', at({ ...before, Upper: { Inner: account(2) } }, 'ec2:*', unit)],
    [
      'an account under another parent',
      at({ ...before, Upper: { Inner: { ...account(1), ...account(2) } } }, 'ec2:*', unit),
    ],
    [
      'another place in the organization',
      at({ Other: { ...account(3), Upper: before.Upper } }, 'ec2:*', unit),
    ],
    ['another text of an SCP', at(before, 's3:*', unit)],
    ['an SCP at the root', at(before, 'ec2:*', 'r-test')],
    ['an SCP that is gone', at(before, 'ec2:*', 'ou-test-other000')],
  ])('is not the same with %s', (_, other) => expect(other).not.toBe(same));

  test('is the same whatever happens elsewhere, and not known without a text', () => {
    expect(at({ ...before, Other: { ...account(3), ...account(5) } }, 'ec2:*', unit)).toBe(same);
    const tree = treeOf(before);
    const unread = policy('p-own00000', '', [target(tree, unit)], { text: null });
    expect(surroundingsOf(tree, [unread], unit)).toBeNull();
  });

  test('is the same in whatever order AWS lists it', () => {
    const tree = treeOf(before);
    const policies = [
      fullAccess(tree),
      policy('p-own00000', deny('ec2:*'), [target(tree, unit), target(tree, 'r-test')]),
      policy('p-own11111', deny('s3:*'), [target(tree, unit)]),
    ];
    const backwards = [...policies]
      .reverse()
      .map((each) => ({ ...each, targets: [...each.targets].reverse() }));
    expect(surroundingsOf(tree, backwards, unit)).toBe(surroundingsOf(tree, policies, unit));
    const childrenBackwards = treeOf({ Other: account(3), Upper: { Inner: account(2), ...account(1) } });
    expect(surroundingsOf(childrenBackwards, policies, unit)).toBe(surroundingsOf(tree, policies, unit));
  });

  test('a report is used again while it is young, where that is known and the same', () => {
    const note = { completedAt: now - 23 * hour, reviewId: 'rev-1', surroundings: same };
    const fresh = { reportFreshnessHours: 24 };
    expect(mayBeUsedAgain(note, same, now, fresh)).toBe(true);
    expect(mayBeUsedAgain(note, same, now + hour, fresh)).toBe(false);
    // A function may run for 15 minutes: what is used at its beginning still holds at its end.
    expect(mayBeUsedAgain(note, same, now + hour - 900_000 - 1, fresh)).toBe(true);
    expect(mayBeUsedAgain(note, same, now + hour - 900_000, fresh)).toBe(false);
    expect(mayBeUsedAgain(note, 'other', now, fresh)).toBe(false);
    expect(mayBeUsedAgain({ ...note, surroundings: null }, null, now, fresh)).toBe(false);
  });
});

describe('what a review leaves for the next one', () => {
  const tree = treeOf(before);
  const [other, gone] = ['ou-test-other000', 'ou-test-gone0000'];
  const note = { completedAt: now - 30 * day, reviewId: 'rev-0', surroundings: 'as it was' };
  const left = {
    notes: new Map([unit, other, gone].map((id) => [id, note])),
    waitingSince: new Map([[unit, now - 9 * day]]),
    allowed: new Map(),
  };
  const answered = reportOf(tree, unit, [], ['lex'], now - hour);
  const failure = { code: 'REPORT_TIMED_OUT', message: 'no answer' };
  const { facts } = reviewOf(tree, { reports: [answered, { status: 'failed', entityId: other, failure }] });
  const asked = { asOf: now, now, reviewId: 'rev-1', scopeId: 'r-test' };

  test('is the note of each answer; that of a failed one stays, and what is gone is forgotten', () => {
    const { notes } = memoryAfter(left, facts, [], asked);
    const surroundings = surroundingsOf(tree, facts.policies, unit);
    expect(surroundings).not.toBeNull();
    expect(Object.fromEntries(notes)).toEqual({
      [unit]: { completedAt: now - hour, reviewId: 'rev-1', surroundings },
      [other]: note,
    });
  });

  test('is nothing of an entity that was asked and is gone', () => {
    const reports = [answered, { ...answered, entityId: gone }];
    expect(memoryAfter(left, { ...facts, reports }, [], asked).notes.has(gone)).toBe(false);
  });

  test('nothing is known of what a report hangs on where accounts came or went unseen', () => {
    const unsettled = { ...facts, movedAgainAccountIds: ['222222222221'] };
    expect(memoryAfter(left, unsettled, [], asked).notes.get(unit)?.surroundings).toBeNull();
  });

  test('what is still open waits since it was first left, what is asked no longer waits', () => {
    const { waitingSince } = memoryAfter(left, facts, [unit, other], asked);
    expect(Object.fromEntries(waitingSince)).toEqual({ [unit]: now - 9 * day, [other]: now });
    expect(memoryAfter(left, facts, [], asked).waitingSince.size).toBe(0);
  });

  test('what lies outside the scope and was not asked still waits, unless it is gone', () => {
    const waiting = new Map([unit, other, gone, 'r-test'].map((id) => [id, now - 9 * day]));
    const waits = (reports: typeof facts.reports, open: readonly string[], scopeId: string) => {
      const before = { ...left, waitingSince: waiting };
      const { waitingSince } = memoryAfter(before, { ...facts, reports }, open, { ...asked, scopeId });
      return Object.fromEntries(waitingSince);
    };
    const since = now - 9 * day;
    expect(waits([], [], unit)).toEqual({ [other]: since, 'r-test': since });
    expect(waits([], [unit], unit)).toEqual({ [unit]: since, [other]: since, 'r-test': since });
    expect(waits([{ ...answered, entityId: 'r-test' }], [], unit)).toEqual({ [other]: since });
    expect(waits([], [], 'r-test')).toEqual({});
  });
});

test('nothing is proposed on the report of an earlier review, whatever kept the target from being asked again', () => {
  const tree = treeOf({ Upper: account(1) });
  const uses = [{ accountId: '222222222221', service: 'lex', at: now - 300 * day }];
  const { facts, request } = reviewOf(tree, {
    reports: [reportOf(tree, 'r-test', uses, ['lex'], now - hour)],
  });
  const [change] = review(facts, request).changes;
  expect(change?.services).toEqual(['lex']);
  const reused = { ...facts, reusedEntityIds: new Set(['r-test']) };
  expect(targetsToRefresh(tree, reused, change?.targets ?? [])).toEqual([unit]);
  const decision = review(reused, request);
  expect(decision.changes).toEqual([]);
  expect(decision.refusals).toContainEqual(
    expect.objectContaining({ code: 'EVIDENCE_MISSING', services: ['lex'] }),
  );
  // An OU without an account has no use that a report could show.
  const empty = treeOf({ Upper: {}, Other: account(1) });
  expect(targetsToRefresh(empty, reused, [target(empty, unit)])).toEqual([]);
  // The target's own report, made by this review, is enough.
  const asked = { ...reused, reports: [...facts.reports, reportOf(tree, unit, uses, ['lex'])] };
  expect(review(asked, request).changes).toHaveLength(1);
});
