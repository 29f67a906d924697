import type { AffectedAccount, ChangeContent, ServiceEvidence } from '../../core/change/content/change.ts';
import { protectedServices } from '../../core/policy/protected-services.ts';
import { serviceCatalogue } from '../../core/policy/service-catalogue.ts';
import { beforeText, content, day, hour, type Replaced, start } from '../change/samples.ts';

const names: Readonly<Record<string, string>> = {
  dms: 'AWS Database Migration Service',
  lex: 'Amazon Lex',
};

/** The evidence of a service that was last used so many days before `start`; null: never. */
export function evidenceOf(service: string, daysUnused: number | null): ServiceEvidence {
  return {
    serviceNamespace: service,
    serviceName: names[service] ?? serviceCatalogue.nameOf(service) ?? `Amazon ${service}`,
    findingId: `fnd-${service}`,
    kind: daysUnused === null ? 'never-used' : 'lapsed',
    entityId: 'ou-ex01-development',
    entityName: 'Development',
    lastAccessedAt: daysUnused === null ? null : start - daysUnused * day,
    daysUnused,
    lastAccessedAccount: daysUnused === null ? null : { id: '222222222222', name: 'dev-1' },
    lastAccessedRegion: daysUnused === null ? null : 'us-east-1',
    accountsEverUsed: daysUnused === null ? 0 : 1,
    accounts: 2,
    report: {
      jobId: '5d0c1c1f-6f10-4e0b-a0c1-3f7d1f0f5c11',
      entityId: 'ou-ex01-development',
      completedAt: start - hour,
    },
  };
}

const checks: ChangeContent['certificate']['checks'] = [
  { name: 'evidence-complete', verdict: 'ok', detail: 'Every report was finished and read whole: 1 of 1.' },
  { name: 'evidence-fresh', verdict: 'ok', detail: 'The report was finished 1 hour before the proposal.' },
  {
    name: 'only-intended-denied',
    verdict: 'ok',
    detail: 'In 2 accounts, nothing but the listed services changes.',
  },
  {
    name: 'nothing-used-denied',
    verdict: 'ok',
    detail: 'None of the services in use is denied in any account.',
  },
  { name: 'quotas', verdict: 'ok', detail: 'The text has 191 of 10,240 characters.' },
  {
    name: 'no-running-resources',
    verdict: 'not-proven',
    detail: 'There is no source for cost: ask whether something runs without being called.',
  },
  { name: 'regions', verdict: 'not-proven', detail: 'There is no source for enabled Regions.' },
];

/** The change of the Development OU: Lex and DMS, both used once, two accounts. */
export function smallContent(replaced: Replaced = {}): ChangeContent {
  return content({
    evidence: [evidenceOf('dms', 241), evidenceOf('lex', 213)],
    certificate: { ok: true, checks },
    risk: { level: 'low', flags: ['NOT_PROVEN:no-running-resources', 'NOT_PROVEN:regions'] },
    choice: [
      'It is attached to Development and to entities inside it alone.',
      'Its own Allow statements name both services.',
    ],
    ...replaced,
  });
}

/** So many services that AWS has, without those that are never denied. */
const isProtected = new Set(protectedServices.map(({ namespace }) => namespace));
const realServices = [...serviceCatalogue.namespaces].filter((name) => !isProtected.has(name));

/** A change of many services, one in ten used before, and many accounts in many places. */
export function largeContent(services: number, accounts: number): ChangeContent {
  if (services > realServices.length) throw new Error(`AWS has ${realServices.length} services`);
  const namespaces = realServices.slice(0, services);
  const affectedAccounts: AffectedAccount[] = Array.from({ length: accounts }, (_, index) => ({
    id: String(300_000_000_000 + index),
    name: `team-${index % 97}-${index % 3 === 0 ? 'production' : 'development'}`,
    place: `Root / Development / Unit ${index % 23}`,
    young: index % 61 === 60,
  }));
  const after = `${beforeText.slice(0, -2)},{"Sid":"DenyUnusedServices","Effect":"Deny","Action":[${namespaces.map((name) => `"${name}:*"`).join(',')}],"Resource":"*"}]}`;
  return smallContent({
    services: namespaces,
    after,
    accountIds: affectedAccounts.map(({ id }) => id),
    affectedAccounts,
    evidence: namespaces.map((name, index) => evidenceOf(name, index % 10 === 0 ? 181 + index : null)),
    risk: {
      level: 'high',
      flags: [
        'MANY_SERVICES',
        'NEAR_THRESHOLD',
        'NOT_PROVEN:no-running-resources',
        'NOT_PROVEN:regions',
        'YOUNG_ACCOUNTS',
      ],
    },
    requiredApprovals: 2,
  });
}
