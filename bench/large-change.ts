import type { AffectedAccount, ChangeContent, ServiceEvidence } from '../core/change/content/change.ts';
import { baseDigest, digested } from '../core/change/content/digest.ts';

const day = 86_400_000;
/** The instant that the change is judged from, epoch milliseconds. */
export const asOf = Date.parse('2026-03-03T09:00:00Z');

const before = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
const target = { id: 'ou-ex01-workloads0', type: 'ou', name: 'Workloads' } as const;
const checkNames = [
  ...['evidence-complete', 'evidence-fresh', 'only-intended-denied', 'nothing-used-denied', 'syntax'],
  ...['protected-untouched', 'exemptions-respected', 'other-statements-unchanged', 'quotas', 'no-lock-out'],
  ...['no-moved-accounts', 'regions', 'no-running-resources'],
];

/** A change of so many services, every one used before, and so many accounts in a hundred places; some names hold characters that must be escaped. */
export function largeChange(id: string, services: number, accounts: number): ChangeContent {
  const affectedAccounts: AffectedAccount[] = Array.from({ length: accounts }, (_, index) => ({
    id: String(300_000_000_000 + index),
    name: `team-${index % 97} ${index % 50 === 0 ? '<R&D>' : 'production'} ${index}`,
    place: `Root / Workloads / Unit ${index % 100}`,
    young: index % 61 === 60,
  }));
  const namespaces = Array.from({ length: services }, (_, index) => `svc${String(index).padStart(3, '0')}`);
  const denied = namespaces.map((namespace) => `"${namespace}:*"`).join(',');
  const after = `${before.slice(0, -2)},{"Sid":"DenyUnusedServices","Effect":"Deny","Action":[${denied}],"Resource":"*"}]}`;
  return digested({
    id,
    revision: 1,
    organizationId: 'o-exampleorg1',
    kind: 'scp',
    targets: [target],
    confirm: target.name,
    confirmEntityId: target.id,
    services: namespaces,
    steps: [
      { resource: { type: 'policy-text', policyId: 'p-workloads00', name: 'Workloads' }, before, after },
    ],
    accountIds: affectedAccounts.map((account) => account.id),
    affectedAccounts,
    evidence: namespaces.map((namespace, index) => evidenceOf(namespace, 181 + (index % 200), accounts)),
    certificate: {
      ok: true,
      checks: checkNames.map((name) => ({
        name,
        verdict: 'ok',
        detail: 'Looked at, and found as it must be.',
      })),
    },
    risk: { level: 'high', flags: ['MANY_ACCOUNTS', 'MANY_SERVICES'] },
    thresholdDays: 180,
    requiredApprovals: 2,
    baseDigest: baseDigest(before, [target.id]),
    choice: ['It is attached to Workloads alone.'],
    findingIds: ['fnd-000000000001'],
    asOf,
    reviewId: 'rev-bench',
  });
}

function evidenceOf(namespace: string, daysUnused: number, accounts: number): ServiceEvidence {
  return {
    serviceNamespace: namespace,
    serviceName: `Amazon Service ${namespace}`,
    findingId: `fnd-${namespace}`,
    kind: 'lapsed',
    entityId: target.id,
    entityName: target.name,
    daysUnused,
    accounts,
    lastAccessedAt: asOf - daysUnused * day,
    lastAccessedRegion: 'eu-west-1',
    accountsEverUsed: 3,
    lastAccessedAccount: { id: '300000000000', name: 'team-0 <R&D> 0' },
    report: { jobId: 'job-1', entityId: target.id, completedAt: asOf },
  };
}
