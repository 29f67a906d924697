import { describe, expect, test } from '@jest/globals';
import { mayBeUsedAgain, surroundingsOf, targetsToRefresh } from '../../core/review/evidence.ts';
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
const before: Nest = { Upper: { ...account(1), Inner: account(2) }, Other: account(3) };
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

  test('a report is used again while it is young, where that is known and the same', () => {
    const note = { completedAt: now - 23 * hour, reviewId: 'rev-1', surroundings: same };
    const fresh = { reportFreshnessHours: 24 };
    expect(mayBeUsedAgain(note, same, now, fresh)).toBe(true);
    expect(mayBeUsedAgain(note, same, now + hour, fresh)).toBe(false);
    expect(mayBeUsedAgain(note, 'other', now, fresh)).toBe(false);
    expect(mayBeUsedAgain({ ...note, surroundings: null }, null, now, fresh)).toBe(false);
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
  // The target's own report, made by this review, is enough.
  const asked = { ...reused, reports: [...facts.reports, reportOf(tree, unit, uses, ['lex'])] };
  expect(review(asked, request).changes).toHaveLength(1);
});
