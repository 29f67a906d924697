import { expect, test } from '@jest/globals';
import { buildKnowledge } from '../../core/finding/knowledge.ts';
import { outdated } from '../../core/kinds/scp/outdated.ts';
import { review } from '../../core/review/review.ts';
import { type ReportSketch, reportOf, treeOf } from '../support/organization-builder.ts';
import { day, now, reviewOf } from '../support/small-world.ts';

const tree = treeOf({ dev: { a: 'account' } });
const { facts, request } = reviewOf(tree, {
  reports: [reportOf(tree, 'dev', { waf: 'never', lex: 'never' })],
  request: { scopeId: 'dev' },
});
const [change] = review(facts, request).changes;
if (!change) throw new Error('unreachable');

test.each<[what: string, sketch: ReportSketch, reason: string | null]>([
  ['nothing was used', { waf: 'never', wafv2: 'never', lex: 'never' }, null],
  [
    'what it denies was used',
    { waf: 'never', lex: '2 days by a' },
    'USED_AGAIN: dev (dev) used lex on 2026-11-20',
  ],
  [
    'another namespace of a product that it denies was used',
    { waf: 'never', wafv2: '2 days by a', lex: 'never' },
    'USED_AGAIN: dev (dev) used wafv2 on 2026-11-20, which belongs to the same product as waf',
  ],
  ['another namespace was used before the cut-off', { waf: 'never', wafv2: '200 days by a' }, null],
])('an open proposal when %s', (_, sketch, reason) => {
  const knowledge = buildKnowledge({
    tree,
    reports: [reportOf(tree, 'dev', sketch)],
    cutOff: now - 180 * day,
  });
  const found = outdated(change, { knowledge, policies: facts.policies, tree });
  expect(found && `${found.code}: ${found.detail}`).toBe(reason);
});
