import { describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import { type AccessReport, namedAccount, type ServiceRow } from '../../core/finding/access-report.ts';
import { unknownPlace } from '../../core/finding/moves.ts';
import type { PolicyTarget, ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import { review } from '../../core/review/review.ts';
import { resultOf } from '../../core/review/review-result.ts';
import { nextReports } from '../support/next-reports.ts';
import {
  day,
  fullAccess,
  now,
  policy,
  reportOf,
  reviewOf,
  target,
  treeOf,
  type Use,
} from '../support/small-world.ts';

const tree = treeOf({
  Dev: { 'dev-1': { id: '222222222221' }, Inner: { 'dev-2': { id: '222222222222' } } },
  Prod: { 'prod-1': { id: '333333333331' }, 'prod-2': { id: '333333333332', joinedAt: now - 10 * day } },
});
const dev = 'ou-test-dev00000';
const inner = 'ou-test-inner000';
const prod = 'ou-test-prod0000';
const services = ['dms', 'lex', 's3'];
const metrics = { reportJobs: 0, apiCalls: {}, throttled: 0, durationMs: 0 };
const noted: readonly Use[] = [
  { accountId: '222222222221', service: 's3', at: now - day },
  { accountId: '333333333331', service: 'lex', at: now - 2 * day },
];

const scp = (name: string, on: readonly string[], more: Partial<ServiceControlPolicy> = {}) =>
  policy(
    `p-${name.padEnd(8, '0')}`,
    { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'ec2:RunInstances', Resource: '*' }] },
    on.map((id): PolicyTarget => target(tree, id)),
    { name, ...more },
  );

function prepare(policies: readonly ServiceControlPolicy[], asked: readonly string[], more: object = {}) {
  return reviewOf(tree, {
    policies: [fullAccess(tree), ...policies],
    reports: asked.map((id) => reportOf(tree, id, noted, services)),
    ...more,
    request: { scopeId: dev, ...(more as { request?: object }).request },
  });
}

describe('a patch for the owner of a foreign SCP', () => {
  const foreign = scp('Foreign', [dev, prod], { tags: { managed_by: 'terraform' } });
  const request = { policyId: 'p-Foreign0' };

  test('holds only what is known unused at every target', () => {
    const { facts, request: asked } = prepare([foreign], [dev, prod], { request });
    const refusal = review(facts, asked).refusals.find(({ code }) => code === 'FOREIGN_POLICY');
    expect(refusal?.patch?.after).toContain('dms:*');
    expect(refusal?.patch?.after).not.toContain('lex:*');
  });

  test('is not made where a target was not asked', () => {
    const { facts, request: asked } = prepare([foreign], [dev], { request });
    const refusal = review(facts, asked).refusals.find(({ code }) => code === 'FOREIGN_POLICY');
    expect(refusal).toMatchObject({ services: ['dms', 'lex'] });
    expect(refusal).not.toHaveProperty('patch');
  });
});

describe('an asking that ended early', () => {
  test('refuses by name what waits for the report of a target, and calls it pending', () => {
    const { facts, request } = prepare([scp('Shared', [dev, prod])], [dev]);
    expect(nextReports(facts, request)).toEqual([prod]);
    const ended = { ...facts, pendingEntityIds: [prod] };
    const decision = review(ended, request);
    expect(decision.changes).toEqual([]);
    expect(decision.refusals).toContainEqual(
      expect.objectContaining({ code: 'EVIDENCE_MISSING', entityId: dev, services: ['dms', 'lex'] }),
    );
    expect(resultOf(decision, ended, request, metrics).status).toBe('partial');
  });

  test('what lies below an entity that was not asked is pending too, never inferred', () => {
    const { facts, request } = prepare([], []);
    const ended = { ...facts, pendingEntityIds: [dev] };
    const { entities } = resultOf(review(ended, request), ended, request, metrics);
    expect(entities.map(({ id, report }) => [id, report])).toEqual([
      [dev, { pending: true }],
      [inner, { pending: true }],
    ]);
  });
});

describe('another target of which too little is known', () => {
  const names = (policies: readonly ServiceControlPolicy[], reports: readonly AccessReport[]) => {
    const { facts, request } = prepare(policies, [], { reports });
    const { changes, refusals } = review(facts, request);
    return {
      placed: changes
        .map(editOf)
        .map(({ policyName, services: denied }) => `${policyName}: ${denied.join(' ')}`),
      codes: [...new Set(refusals.map(({ code }) => code))].sort(),
    };
  };
  const shared = scp('Shared', [dev, prod]);
  const ghost = (report: AccessReport, service: string): AccessReport => {
    if (report.status === 'failed') throw new Error('unreachable');
    const row = report.rows.get(service) as ServiceRow;
    const lastAccessedBy = namedAccount('o-testorgid1/r-test/999999999999');
    const doubtful = { ...row, lastAccessedAt: now - 300 * day, lastAccessedBy };
    return { ...report, rows: new Map([...report.rows, [service, doubtful] as const]) };
  };

  test('a service that its report does not list is unknown there', () => {
    const reports = [reportOf(tree, dev, [], ['dms', 'lex']), reportOf(tree, prod, [], ['dms'])];
    expect(names([shared], reports)).toEqual({
      placed: ['Shared: dms', 'DenyUnusedServices-Dev: lex'],
      codes: ['EVIDENCE_MISSING'],
    });
  });

  test('an account below it that moved is asked itself, then the target is known', () => {
    const asked = { moves: new Map([['333333333331', new Set([unknownPlace])]]) };
    const first = prepare([shared], [dev, prod], asked);
    expect(nextReports(first.facts, first.request)).toEqual(['333333333331']);
    const { facts, request } = prepare([shared], [dev, prod, '333333333331'], asked);
    expect(nextReports(facts, request)).toEqual([]);
    expect(
      review(facts, request)
        .changes.map(editOf)
        .map(({ policyName }) => policyName),
    ).toContain('Shared');
  });

  test('a family member of which it is unknown whether it is used there blocks', () => {
    const family = ['redshift', 'redshift-data'];
    const reports = [
      reportOf(tree, dev, [], family),
      ghost(reportOf(tree, prod, [], family), 'redshift-data'),
    ];
    expect(names([shared], reports)).toEqual({
      placed: ['DenyUnusedServices-Dev: redshift redshift-data'],
      codes: ['EVIDENCE_MISSING', 'FAMILY_IN_USE'],
    });
  });
});

describe('young accounts', () => {
  const idle = noted.filter(({ service }) => service === 's3');
  test.each([
    ['include', 'Shared'],
    ['hold', 'DenyUnusedServices-Dev'],
  ])('%s: an SCP that reaches one at another target', (youngAccounts, chosen) => {
    const { facts, request } = prepare([scp('Shared', [dev, prod])], [], {
      reports: [dev, prod].map((id) => reportOf(tree, id, idle, services)),
      settings: { youngAccounts },
    });
    const { changes, refusals } = review(facts, request);
    expect(changes.map(editOf).map(({ policyName }) => policyName)).toEqual([chosen]);
    expect(refusals.some(({ code }) => code === 'YOUNG_ACCOUNTS')).toBe(youngAccounts === 'hold');
  });
});

test('observe: every open finding is named as not proposed', () => {
  const { facts, request } = prepare([], [dev], { settings: { mode: 'observe' } });
  const { changes, refusals } = review(facts, request);
  expect(changes).toEqual([]);
  expect(refusals).toEqual([
    expect.objectContaining({ code: 'DEFERRED', entityId: dev, services: ['dms', 'lex'] }),
  ]);
});
