import { describe, expect, test } from '@jest/globals';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { withoutServices } from '../../core/kinds/scp/proposing/withdraw.ts';
import { serviceCatalogue } from '../../core/policy/service-catalogue.ts';
import { review } from '../../core/review/review.ts';
import { day, fullAccess, now, policy, reportOf, reviewOf, target, treeOf } from '../support/small-world.ts';

const accounts = Object.fromEntries(
  Array.from({ length: 3 }, (_, index) => [`dev-${index}`, { id: `22222222222${index}` }]),
);
const tree = treeOf({ Dev: accounts });
const dev = 'ou-test-dev00000';
const known = [...serviceCatalogue.namespaces].filter((name) => /^[a-f]/.test(name)).slice(0, 90);

/** The one change that a review of so many unused services proposes. */
function proposed(services: readonly string[], settings: object = {}) {
  const guard = { Sid: 'Guard', Effect: 'Deny', Action: 'ec2:RunInstances', Resource: '*' };
  const scp = policy('p-guard000', { Version: '2012-10-17', Statement: [guard] }, [target(tree, dev)]);
  const uses = Object.values(accounts).map(({ id }) => ({ accountId: id, service: 's3', at: now - day }));
  const { facts, request } = reviewOf(tree, {
    policies: [fullAccess(tree), scp],
    reports: [reportOf(tree, dev, uses, [...services, 's3'])],
    settings,
    request: { scopeId: dev },
  });
  const { changes } = review(facts, request);
  const [change] = changes;
  if (!change || changes.length > 1) throw new Error(`${changes.length} changes`);
  return change;
}

describe('a change that reaches far needs more people', () => {
  test.each([
    ['few services, few accounts', 2, {}, 'low', 1],
    ['as many services as are allowed', 2, { highRisk: { services: 2 } }, 'low', 1],
    ['more services', 3, { highRisk: { services: 2 } }, 'high', 2],
    ['as many accounts as are allowed', 2, { highRisk: { accounts: 3 } }, 'low', 1],
    ['more accounts', 2, { highRisk: { accounts: 2 } }, 'high', 2],
    ['more than three people, as configured', 3, { highRisk: { services: 2, approvals: 3 } }, 'high', 3],
    ['never fewer than everybody else', 3, { highRisk: { services: 2 }, requiredApprovals: 4 }, 'high', 4],
  ])('%s', (_, count, settings, level, approvals) => {
    const { requiredApprovals, risk } = proposed(['dms', 'lex', 'polly'].slice(0, count), settings);
    const isBig = level === 'high';
    expect({ requiredApprovals, big: risk.level === 'high' }).toEqual({
      requiredApprovals: approvals,
      big: isBig,
    });
    expect(risk.flags.some((flag) => flag.startsWith('MANY_'))).toBe(isBig);
  });

  test('more than fifty services are many', () => {
    const change = proposed(known);
    expect(change.services.length).toBeGreaterThan(50);
    expect(change).toMatchObject({ requiredApprovals: 2, risk: { level: 'high' } });
    expect(change.risk.flags).toContain('MANY_SERVICES');
  });

  test('with most of them exempted the risk is that of the rest, and as many must approve', () => {
    const change = proposed(known);
    const configuration = parseConfiguration({});
    if (!configuration.ok) throw new Error('no configuration');
    const made = withoutServices(change, change.services.slice(2), configuration.value);
    const fewer = made.ok ? made.value : null;
    expect(fewer?.services).toHaveLength(2);
    expect(fewer?.risk.flags).not.toContain('MANY_SERVICES');
    expect(fewer?.risk.level).not.toBe('high');
    expect(fewer?.requiredApprovals).toBe(2);
  });
});

test('what nobody configured is the careful choice', () => {
  const configuration = parseConfiguration({});
  expect(configuration.ok && configuration.value).toMatchObject({
    ...{ thresholdDays: 180, minimumThresholdDays: 90, requiredApprovals: 1, mode: 'approve' },
    ...{ coolingMinutes: 240, linkHours: 72, rollBackDays: 90, rejectionDays: 90 },
    ...{ reportFreshnessHours: 24, evidenceDays: 400, changesPerReview: 10, youngAccounts: 'include' },
    highRisk: { accounts: 500, services: 50, approvals: 2 },
    placement: { root: false },
    quotas: { scpCharacters: 10_240, scpsPerTarget: 10 },
  });
});
