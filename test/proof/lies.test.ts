import { describe, expect, test } from '@jest/globals';
import type { AccessReport } from '../../core/finding/access-report.ts';
import { prove } from '../../core/proof/certificate.ts';
import type { ProofSubject } from '../../core/proof/subject.ts';
import { day, fullAccess, now, policy, reportOf, target } from '../support/small-world.ts';
import { allow, before, dev, fence, guard, ours, services, subject, text, tree, usual } from './good-edit.ts';

/** The report of the good edit, with a time of lex that is no number. */
function oddReport(): AccessReport {
  const report = reportOf(tree, dev, usual, services);
  if (report.status !== 'completed') return report;
  const rows = [...report.rows.values()].map((row) =>
    row.serviceNamespace === 'lex' ? { ...row, accountsEverUsed: 1, lastAccessedAt: Number.NaN } : row,
  );
  return { ...report, rows: new Map(rows.map((row) => [row.serviceNamespace, row])) };
}

describe('a drafter that lies is caught', () => {
  const notAction = { Sid: 'DenyUnusedServices', Effect: 'Deny', NotAction: ['s3:*'], Resource: '*' };
  test.each<[lie: string, caughtBy: string, ProofSubject]>([
    [
      'another service denied as well',
      'nothing-used-denied',
      subject({ edit: { after: text(allow, guard, { ...ours, Action: ['dms:*', 'lex:*', 's3:*'] }) } }),
    ],
    [
      'NotAction instead of a list',
      'other-statements-unchanged',
      subject({ edit: { after: text(allow, guard, notAction) } }),
    ],
    [
      'a wildcard for everything',
      'no-lock-out',
      subject({ edit: { after: text(allow, guard, { ...ours, Action: '*' }) } }),
    ],
    [
      'a cut-off that leaves days of the threshold out',
      'evidence-fresh',
      subject({ cutOff: now - 180 * day + 1 }),
    ],
    ['a time of judging that is still to come', 'evidence-fresh', subject({ asOf: now + 2 * day })],
    ['a row with a last use that is no time', 'evidence-complete', subject({ reports: [oddReport()] })],
    ['a statement dropped', 'other-statements-unchanged', subject({ edit: { after: text(allow, ours) } })],
    [
      'an Allow added',
      'only-intended-denied',
      subject({ edit: { after: text(allow, guard, { ...ours, Sid: 'X', Effect: 'Allow' }) } }),
    ],
    [
      'a deny that leaves half of it allowed',
      'only-intended-denied',
      subject({ edit: { after: text(allow, guard, { ...ours, Action: ['dms:*'] }) } }),
    ],
    [
      'a deny on some resources only',
      'only-intended-denied',
      subject({ edit: { after: text(allow, guard, { ...ours, Resource: 'arn:aws:lex:*:*:bot/*' }) } }),
    ],
    [
      'a deny under a condition',
      'only-intended-denied',
      subject({
        edit: {
          after: text(allow, guard, { ...ours, Condition: { StringEquals: { 'aws:RequestedRegion': 'x' } } }),
        },
      }),
    ],
    [
      'a second statement added',
      'other-statements-unchanged',
      subject({ edit: { after: text(allow, guard, ours, { ...ours, Sid: 'Other', Action: ['polly:*'] }) } }),
    ],
    [
      'an existing deny narrowed',
      'other-statements-unchanged',
      subject({ edit: { after: text(allow, { ...guard, Resource: 'arn:aws:ec2:*:*:instance/*' }, ours) } }),
    ],
    [
      'an edit that adds nothing',
      'other-statements-unchanged',
      subject({ edit: { services: [], after: before } }),
    ],
    [
      'an edit that repeats what another SCP denies already',
      'only-intended-denied',
      subject({
        policies: [
          fullAccess(tree),
          policy('p-trial0001', before, [target(tree, dev)]),
          policy('p-denied001', text(ours), [target(tree, dev)]),
        ],
      }),
    ],
    ['a text that is no policy', 'syntax', subject({ edit: { after: '{"Version":' } })],
    [
      'a target that was not looked at',
      'evidence-complete',
      subject({ edit: { targets: [target(tree, dev), target(tree, 'ou-test-prod0000')] } }),
    ],
    [
      'another service denied for all but named principals, which AWS goes on listing',
      'only-intended-denied',
      subject({
        settings: { exemptPrincipals: ['arn:aws:iam::*:role/Operations'] },
        edit: {
          after: text(allow, guard, {
            ...ours,
            Action: ['dms:*', 'lex:*', 'polly:*'],
            Condition: { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/Operations'] } },
          }),
        },
      }),
    ],
    [
      'a target that is left out',
      'nothing-used-denied',
      subject({
        policies: [
          fullAccess(tree),
          policy('p-trial0001', before, [target(tree, dev), target(tree, 'ou-test-prod0000')]),
        ],
        reports: [
          reportOf(
            tree,
            'r-test',
            [...usual, { accountId: '333333333331', service: 'lex', at: now }],
            services,
          ),
          reportOf(tree, dev, usual, services),
        ],
      }),
    ],
    [
      'a single action of another service, where a conditional deny is in force anyway',
      'other-statements-unchanged',
      subject({
        policies: [
          fullAccess(tree),
          policy('p-trial0001', before, [target(tree, dev)]),
          policy('p-regions01', text(fence), [target(tree, dev)]),
        ],
        edit: { after: text(allow, guard, { ...ours, Action: ['dms:*', 'ec2:StopInstances', 'lex:*'] }) },
      }),
    ],
    [
      'a service twice as wide: a wildcard in the prefix',
      'other-statements-unchanged',
      subject({ edit: { after: text(allow, guard, { ...ours, Action: ['dms:*', 'lex*:*', 'lex:*'] }) } }),
    ],
    ['another SCP', 'only-intended-denied', subject({ edit: { policyId: 'p-FullAWSAccess' } })],
    ['an SCP that does not exist', 'only-intended-denied', subject({ edit: { policyId: 'p-nowhere00' } })],
    [
      'a text before that was not read',
      'only-intended-denied',
      subject({ edit: { before: text(guard), after: text(guard, ours) } }),
    ],
    ['a new SCP that has a text', 'only-intended-denied', subject({ edit: { policyId: null } })],
    [
      'another Version',
      'other-statements-unchanged',
      subject({ edit: { after: text(allow, guard, ours).replace('2012-10-17', '2008-10-17') } }),
    ],
    [
      'the exemption of a principal dropped',
      'no-lock-out',
      subject({ settings: { exemptPrincipals: ['arn:aws:iam::*:role/Operations'] } }),
    ],
    [
      'a condition of another statement dropped',
      'other-statements-unchanged',
      subject({
        policies: [fullAccess(tree), policy('p-trial0001', text(allow, fence), [target(tree, dev)])],
        edit: { before: text(allow, fence), after: text(allow, { ...fence, Condition: {} }, ours) },
      }),
    ],
    [
      'iam among the services',
      'no-lock-out',
      subject({ edit: { services: ['iam'], after: text(allow, guard, { ...ours, Action: ['iam:*'] }) } }),
    ],
    [
      'an allow list that loses its allow',
      'other-statements-unchanged',
      subject({
        policies: [policy('p-trial0001', before, [target(tree, dev)])],
        edit: { after: text(guard, ours) },
      }),
    ],
  ])('%s: %s', (_, caughtBy, given) => {
    const { ok, checks } = prove(given);
    expect(ok).toBe(false);
    expect(checks.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name)).toContain(caughtBy);
  });
});
