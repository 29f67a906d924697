import { describe, expect, test } from '@jest/globals';
import type { ServiceRow } from '../../core/access/access-report.ts';
import { checks, prove } from '../../core/proof/certificate.ts';
import type { ProofSubject } from '../../core/proof/subject.ts';
import {
  day,
  fullAccess,
  now,
  organizationId,
  policy,
  reportOf,
  reviewOf,
  target,
  treeOf,
  type Use,
} from '../support/small-world.ts';

const tree = treeOf({
  Dev: { 'dev-1': { id: '222222222221' }, Backend: { 'dev-2': { id: '222222222222' } } },
  Prod: { 'prod-1': { id: '333333333331' } },
});
const dev = 'ou-test-dev00000';
const backend = 'ou-test-backend0';
const services = ['dms', 'lex', 'polly', 's3', 'iam'];
const usual: readonly Use[] = [
  { accountId: '222222222221', service: 's3', at: now - day },
  { accountId: '222222222221', service: 'lex', at: now - 213 * day },
];
const allow = { Sid: 'Trial', Effect: 'Allow', Action: ['lex:*', 'dms:*'], Resource: '*' };
const guard = { Sid: 'Guard', Effect: 'Deny', Action: 'ec2:RunInstances', Resource: '*' };
const ours = { Sid: 'DenyUnusedServices', Effect: 'Deny', Action: ['dms:*', 'lex:*'], Resource: '*' };
const text = (...statements: object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const before = text(allow, guard);

function subject(
  changed: Omit<Partial<ProofSubject>, 'edit'> & {
    edit?: Partial<ProofSubject['edit']>;
    settings?: object;
  } = {},
): ProofSubject {
  const { edit, settings, ...rest } = changed;
  const { facts, request } = reviewOf(tree, { settings: settings ?? {} });
  const targets = [target(tree, dev)];
  return {
    ...facts,
    ...request,
    policies: [fullAccess(tree), policy('p-trial0001', before, targets)],
    reports: [reportOf(tree, dev, usual, services)],
    cutOff: now - 180 * day,
    readAt: now + 60_000,
    ...rest,
    edit: {
      policyId: 'p-trial0001',
      policyName: 'Trial',
      targets,
      services: ['dms', 'lex'],
      before,
      after: text(allow, guard, ours),
      ...edit,
    },
  };
}

function failing(given: ProofSubject): readonly string[] {
  return prove(given)
    .checks.filter((check) => check.verdict === 'failed')
    .map((check) => check.name);
}

const withRow = (service: string, cells: object) => {
  const report = reportOf(tree, dev, usual, services);
  if (report.status === 'failed') throw new Error('unreachable');
  const row = report.rows.get(service);
  return {
    ...report,
    rows: new Map([...report.rows, [service, { ...(row as ServiceRow), ...cells }]]),
  } as typeof report;
};

describe('the certificate', () => {
  test('a good edit: nothing fails, and what has no source is never ok', () => {
    const { ok, checks: results } = prove(subject());
    expect(ok).toBe(true);
    expect(results.map((result) => result.name)).toEqual(checks.map((check) => check.name));
    expect(results.filter((result) => result.verdict === 'not-proven').map((result) => result.name)).toEqual([
      'regions',
      'no-running-resources',
    ]);
    for (const { detail } of results) expect(detail.length).toBeGreaterThan(15);
  });

  const alone: Readonly<Record<string, () => ProofSubject>> = {
    'evidence-complete': () => {
      // The report of a target failed, although one from above covers it.
      const targets = [target(tree, dev), target(tree, backend)];
      const failed = {
        status: 'failed',
        entityId: backend,
        failure: { code: 'SHORT_REPORT', message: 'short' },
      } as const;
      return subject({
        policies: [fullAccess(tree), policy('p-trial0001', before, targets)],
        reports: [reportOf(tree, dev, usual, services), failed],
        edit: { targets },
      });
    },
    'evidence-fresh': () => subject({ readAt: now + 25 * 3_600_000 }),
    'nothing-used-denied': () =>
      subject({
        reports: [
          reportOf(
            tree,
            dev,
            [...usual, { accountId: '222222222222', service: 'lex', at: now - 2 * day }],
            services,
          ),
        ],
      }),
    'only-intended-denied': () =>
      subject({ edit: { after: text(allow, guard, { ...ours, Action: ['dms:*', 'lex:*', 'polly:*'] }) } }),
    'protected-untouched': () => subject({ settings: { protectedServices: { add: ['lex'] } } }),
    'exemptions-respected': () =>
      subject({
        settings: {
          exemptions: [
            { entity: 'dev-2', service: 'lex', reason: 'pilot', owner: 'ana', until: '2027-01-01' },
          ],
        },
      }),
    'other-statements-unchanged': () =>
      subject({ edit: { after: text(allow, { ...guard, Sid: 'Renamed' }, ours) } }),
    syntax: () => subject({ edit: { after: text(allow, guard, { ...ours, Sid: 'Deny unused' }) } }),
    quotas: () => subject({ settings: { quotas: { scpCharacters: 200 } } }),
    'no-lock-out': () =>
      subject({ settings: { breakGlass: ['arn:aws:iam::222222222221:role/break-glass'] } }),
    'no-moved-accounts': () => subject({ unsettledAccountIds: ['222222222222'] }),
  };
  test.each(Object.keys(alone))('%s fails alone', (name) => {
    expect(failing((alone[name] as () => ProofSubject)())).toEqual([name]);
  });

  test('every check but those without a source has such a case', () => {
    expect([...Object.keys(alone), 'regions', 'no-running-resources'].sort()).toEqual(
      checks.map((check) => check.name).sort(),
    );
  });
});

describe('a drafter that lies is caught', () => {
  const notAction = { Sid: 'DenyUnusedServices', Effect: 'Deny', NotAction: ['s3:*'], Resource: '*' };
  test.each<[string, ProofSubject]>([
    [
      'another service denied as well',
      subject({ edit: { after: text(allow, guard, { ...ours, Action: ['dms:*', 'lex:*', 's3:*'] }) } }),
    ],
    ['NotAction instead of a list', subject({ edit: { after: text(allow, guard, notAction) } })],
    ['a wildcard for everything', subject({ edit: { after: text(allow, guard, { ...ours, Action: '*' }) } })],
    ['a statement dropped', subject({ edit: { after: text(allow, ours) } })],
    [
      'an Allow added',
      subject({ edit: { after: text(allow, guard, { ...ours, Sid: 'X', Effect: 'Allow' }) } }),
    ],
    [
      'a deny that leaves half of it allowed',
      subject({ edit: { after: text(allow, guard, { ...ours, Action: ['dms:*'] }) } }),
    ],
    [
      'a deny on some resources only',
      subject({ edit: { after: text(allow, guard, { ...ours, Resource: 'arn:aws:lex:*:*:bot/*' }) } }),
    ],
    [
      'a deny under a condition',
      subject({
        edit: {
          after: text(allow, guard, { ...ours, Condition: { StringEquals: { 'aws:RequestedRegion': 'x' } } }),
        },
      }),
    ],
    [
      'a second statement added',
      subject({ edit: { after: text(allow, guard, ours, { ...ours, Sid: 'Other', Action: ['polly:*'] }) } }),
    ],
    [
      'an existing deny narrowed',
      subject({ edit: { after: text(allow, { ...guard, Resource: 'arn:aws:ec2:*:*:instance/*' }, ours) } }),
    ],
    ['a text that is no policy', subject({ edit: { after: '{"Version":' } })],
    [
      'a target that was not looked at',
      subject({ edit: { targets: [target(tree, dev), target(tree, 'ou-test-prod0000')] } }),
    ],
    [
      'iam among the services',
      subject({ edit: { services: ['iam'], after: text(allow, guard, { ...ours, Action: ['iam:*'] }) } }),
    ],
    [
      'an allow list that loses its allow',
      subject({
        policies: [policy('p-trial0001', before, [target(tree, dev)])],
        edit: { after: text(guard, ours) },
      }),
    ],
  ])('%s', (_, given) => {
    expect(prove(given).ok).toBe(false);
  });
});

describe('raw evidence', () => {
  test('a row whose named account is not below its entity proves nothing', () => {
    const report = withRow('lex', {
      lastAccessedEntityPath: `${organizationId}/r-test/ou-test-gone0000/999999999999`,
    });
    expect(failing(subject({ reports: [report] }))).toContain('evidence-complete');
  });

  test('use that any report shows wins over reports from above that do not show it', () => {
    const used = reportOf(
      tree,
      backend,
      [{ accountId: '222222222222', service: 'lex', at: now - 3 * day }],
      services,
    );
    for (const reports of [
      [reportOf(tree, dev, usual, services), used],
      [used, reportOf(tree, dev, usual, services)],
    ]) {
      expect(failing(subject({ reports }))).toEqual(['nothing-used-denied']);
    }
  });

  test('the cut-off itself is used; one millisecond before is not', () => {
    const at = (when: number) => subject({ reports: [withRow('lex', { lastAccessedAt: when })] });
    expect(failing(at(now - 180 * day))).toEqual(['nothing-used-denied']);
    expect(failing(at(now - 180 * day - 1))).toEqual([]);
  });

  test('an account that moved within the threshold needs its own report', () => {
    const movedAccountIds = ['222222222222'];
    expect(failing(subject({ movedAccountIds }))).toEqual(['no-moved-accounts']);
    const own = reportOf(tree, '222222222222', usual, services);
    expect(
      failing(subject({ movedAccountIds, reports: [reportOf(tree, dev, usual, services), own] })),
    ).toEqual([]);
  });
});
