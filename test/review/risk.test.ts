import { expect, test } from '@jest/globals';
import { parseConfiguration } from '../../core/base/configuration.ts';
import type { ServiceEvidence } from '../../core/change/content/change.ts';
import { riskOf } from '../../core/kinds/scp/proposing/risk.ts';
import type { CheckResult } from '../../core/proof/verdict.ts';
import { review } from '../../core/review/review.ts';
import table from '../cases/review/risk.json' with { type: 'json' };
import { day, fullAccess, now, policy, reportOf, reviewOf, target, treeOf } from '../support/small-world.ts';

interface Case {
  readonly name: string;
  readonly services: readonly {
    readonly service: string;
    readonly kind: ServiceEvidence['kind'];
    readonly daysUnused?: number;
    readonly usedBeside?: boolean;
    readonly isUncatalogued?: true;
    readonly allowedLately?: readonly string[];
  }[];
  readonly young?: readonly string[];
  readonly accounts?: number;
  readonly notProven?: readonly CheckResult['name'][];
  readonly requireProven?: readonly string[];
  readonly level: string;
  readonly flags: readonly string[];
  readonly reasons: readonly string[];
}

const evidenceOf = (given: Case['services'][number]): ServiceEvidence => ({
  serviceNamespace: given.service,
  serviceName: given.service.toUpperCase(),
  findingId: 'fnd-0',
  kind: given.kind,
  ...{ entityId: 'ou-1', entityName: 'Dev', lastAccessedAt: null, daysUnused: given.daysUnused ?? null },
  ...{ lastAccessedAccount: null, lastAccessedRegion: null, accountsEverUsed: 0, accounts: 1, report: null },
  ...(given.usedBeside ? { usedBeside: 1 } : {}),
  ...(given.allowedLately ? { allowedLately: given.allowedLately } : {}),
  ...(given.isUncatalogued ? { isUncatalogued: true } : {}),
});

test.each(table as unknown as readonly Case[])('$name', (given) => {
  const { accounts = 3, notProven = [], requireProven = [], young = [] } = given;
  const parsed = parseConfiguration({ requireProven });
  if (!parsed.ok) throw new Error('the configuration is refused');
  const risk = riskOf({
    evidence: given.services.map(evidenceOf),
    accounts,
    affectedAccounts: [
      { id: '1', name: 'old', place: '', young: false },
      ...young.map((name) => ({ id: name, name, place: '', young: true })),
    ],
    certificate: {
      ok: true,
      checks: [
        { name: 'syntax', verdict: 'ok', detail: '' },
        ...notProven.map((name) => ({ name, verdict: 'not-proven' as const, detail: '' })),
      ],
    },
    thresholdDays: 180,
    configuration: parsed.value,
  });
  expect(risk).toEqual({ level: given.level, flags: given.flags, reasons: given.reasons });
});

test.each([
  ['in use beside the target', 1, ['SIBLINGS_USE']],
  ['last used beside the target before the cut-off', 300, []],
])('a data store that nobody in the OU ever used, %s', (_, daysAgo, flags) => {
  const tree = treeOf({ Dev: { dev: { id: '222222222222' } }, Live: { live: { id: '333333333333' } } });
  const [dev, live] = ['ou-test-dev00000', 'ou-test-live0000'] as const;
  const guard = { Sid: 'Guard', Effect: 'Deny', Action: 'ec2:RunInstances', Resource: '*' };
  const scp = policy('p-guard000', { Version: '2012-10-17', Statement: [guard] }, [target(tree, dev)]);
  const used = (accountId: string, service: string, days: number) => ({
    accountId,
    service,
    at: now - days * day,
  });
  const { facts, request } = reviewOf(tree, {
    policies: [fullAccess(tree), scp],
    reports: [
      reportOf(tree, dev, [used('222222222222', 's3', 1)], ['dynamodb', 's3']),
      reportOf(tree, live, [used('333333333333', 'dynamodb', daysAgo)], ['dynamodb', 's3']),
    ],
    request: { scopeId: dev },
  });
  const risks = review(facts, request).changes.map(({ risk, services }) => ({ services, flags: risk.flags }));
  const named = (each: string): boolean => !each.startsWith('NOT_PROVEN:');
  expect(risks.map((each) => ({ ...each, flags: each.flags.filter(named) }))).toEqual([
    { services: ['dynamodb'], flags },
  ]);
});
