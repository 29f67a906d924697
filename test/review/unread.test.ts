import { describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import type { ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import { prove } from '../../core/proof/certificate.ts';
import { review } from '../../core/review/review.ts';
import { resultOf } from '../../core/review/review-result.ts';
import { subject } from '../proof/good-edit.ts';
import { day, fullAccess, now, policy, reportOf, reviewOf, target, treeOf } from '../support/small-world.ts';

const tree = treeOf({
  Dev: { 'dev-1': { id: '222222222221' }, Inner: { 'dev-2': { id: '222222222222' } } },
  Prod: { 'prod-1': { id: '333333333331' } },
});
const dev = 'ou-test-dev00000';
const prod = 'ou-test-prod0000';
const noted = [{ accountId: '222222222221', service: 's3', at: now - day }];
const metrics = { reportJobs: 0, apiCalls: {}, throttled: 0, durationMs: 0 };

const scp = (name: string, on: readonly string[], text: string | null): ServiceControlPolicy => {
  const targets = on.map((id) => target(tree, id));
  return {
    ...policy(`p-${name}`, { Version: '2012-10-17', Statement: [] }, targets),
    ...(text === null ? { text } : {}),
  };
};

function decided(policies: readonly ServiceControlPolicy[], unreadPolicyIds: readonly string[] = []) {
  const { facts, request } = reviewOf(tree, {
    policies: [fullAccess(tree), ...policies],
    reports: [dev, prod].map((id) => reportOf(tree, id, noted, ['lex', 's3'])),
    unreadPolicyIds,
    request: { scopeId: dev },
  });
  const decision = review(facts, request);
  return { decision, result: resultOf(decision, facts, request, metrics) };
}

describe('an SCP whose text was not read', () => {
  test('all texts known: the finding is proposed', () => {
    const { decision, result } = decided([scp('target00', [dev], 'read')]);
    expect(decision.changes.map(editOf).map(({ policyId, services }) => [policyId, services])).toEqual([
      ['p-target00', ['lex']],
    ]);
    expect(result.status).toBe('completed');
  });

  test.each([
    ['on the root', ['r-test']],
    ['on the entity', [dev]],
    ['below the entity', ['222222222222']],
  ])('%s: nothing is drafted there, and the refusal names it', (_name, on) => {
    const { decision, result } = decided(
      [scp('target00', [dev], 'read'), scp('unread00', on, null)],
      ['p-unread00'],
    );
    expect(decision.changes).toEqual([]);
    expect(decision.refusals).toContainEqual(
      expect.objectContaining({
        ...{ code: 'EVIDENCE_MISSING', entityId: dev, services: ['lex'] },
        detail: expect.stringContaining('p-unread00'),
      }),
    );
    expect(result.status).toBe('partial');
  });

  test('where a new SCP would be made: none is drafted', () => {
    const { decision } = decided([scp('unread00', ['r-test'], null)]);
    expect(decision.judgement.placement.drafts).toEqual([]);
    expect(decision.refusals.map(({ code, entityId }) => [code, entityId])).toEqual([
      ['EVIDENCE_MISSING', dev],
    ]);
  });

  test('on another target of an SCP: that SCP is not taken', () => {
    const { decision } = decided([scp('shared00', [dev, prod], 'read'), scp('unread00', [prod], null)]);
    expect(decision.changes.filter((change) => editOf(change).policyId === 'p-shared00')).toEqual([]);
    expect(decision.refusals.map(({ code }) => code)).toContain('EVIDENCE_MISSING');
  });

  test('elsewhere stands in nobody’s way', () => {
    const { decision, result } = decided([scp('target00', [dev], 'read'), scp('unread00', [prod], null)]);
    expect(decision.changes).toHaveLength(1);
    expect(result.status).toBe('completed');
  });

  test('is never edited and never a patch, not even by wish', () => {
    const { facts, request } = reviewOf(tree, {
      policies: [fullAccess(tree), scp('unread00', [prod], null)],
      reports: [reportOf(tree, prod, [], ['lex'])],
      request: { scopeId: prod, policyId: 'p-unread00' },
    });
    const { changes, refusals } = review(facts, request);
    expect(changes).toEqual([]);
    expect(refusals.find(({ policyId }) => policyId === 'p-unread00')).toMatchObject({
      code: 'EVIDENCE_MISSING',
    });
    expect(refusals.some(({ patch }) => patch)).toBe(false);
  });
});

describe('the proof of an edit', () => {
  const good = subject();
  const failed = (policies: readonly ServiceControlPolicy[]) =>
    prove({ ...good, policies })
      .checks.filter(({ verdict }) => verdict === 'failed')
      .map(({ name }) => name);

  test('fails where an SCP on a chain of its blast radius was not read', () => {
    expect(failed(good.policies)).toEqual([]);
    const unread = policy('p-unread00', '', [target(good.tree, 'r-test')], { text: null });
    expect(failed([...good.policies, unread])).toEqual(['nothing-used-denied', 'only-intended-denied']);
  });

  test('does not ask for what binds nobody whom the edit reaches', () => {
    const unread = policy('p-unread00', '', [target(good.tree, prod)], { text: null });
    expect(failed([...good.policies, unread])).toEqual([]);
  });

  test('fails where the SCP itself was not read', () => {
    const policies = good.policies.map((one) =>
      one.id === good.edit.policyId ? { ...one, text: null } : one,
    );
    expect(failed(policies)).toContain('only-intended-denied');
  });
});
