import { expect, test } from '@jest/globals';
import { buildKnowledge } from '../../core/finding/knowledge.ts';
import { outdated } from '../../core/kinds/scp/watching/outdated.ts';
import { indexPolicies } from '../../core/policy/policy-index.ts';
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

test.each<[what: string, since: number, reason: RegExp | null]>([
  [
    'a review saw that SCPs let nobody use it until lately',
    10,
    /^NEWLY_ALLOWED: lex: reviews saw SCPs let a .* only since 2026-11-12: /,
  ],
  ['SCPs let nobody use it until long ago', 181, null],
])('an open proposal when %s', (_, since, reason) => {
  const reports = [reportOf(tree, 'dev', { waf: 'never', lex: 'never' })];
  const knowledge = buildKnowledge({ tree, reports, cutOff: now - 180 * day });
  const past = { services: new Set<string>(), since: new Map([['lex', now - since * day]]) };
  const found = outdated(change, {
    ...{ knowledge, policies: facts.policies, tree },
    allowed: {
      ...{ knowledge, policyIndex: indexPolicies(tree, facts.policies), asOf: now },
      allowedBefore: new Map([['a', past]]),
    },
  });
  if (reason === null) expect(found).toBeNull();
  else expect(`${found?.code}: ${found?.detail}`).toMatch(reason);
});

test.each([
  [
    'joined by invitation',
    { a: 'account', b: 'account invited, joined 3 days ago' },
    /^YOUNG_ACCOUNTS: lex: .*b .* joined by invitation on 2026-11-19: /,
  ],
  ['was created', { a: 'account', b: 'account joined 3 days ago' }, null],
])('an open proposal when an account %s below its target', (_, dev, reason) => {
  const grown = treeOf({ dev });
  const reports = [reportOf(grown, 'dev', { waf: 'never', lex: 'never' })];
  const knowledge = buildKnowledge({ tree: grown, reports, cutOff: now - 180 * day });
  const policyIndex = indexPolicies(grown, facts.policies);
  const seen = { knowledge, policies: facts.policies, tree: grown };
  const found = outdated(change, { ...seen, allowed: { knowledge, policyIndex, asOf: now } });
  if (reason === null) expect(found).toBeNull();
  else expect(`${found?.code}: ${found?.detail}`).toMatch(reason);
});
