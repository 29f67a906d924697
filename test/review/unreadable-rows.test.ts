import { expect, test } from '@jest/globals';
import type { AccessReport } from '../../core/finding/access-report.ts';
import { seasonsAt } from '../../core/finding/season.ts';
import { withReports } from '../../core/finding/seen-use.ts';
import { newDenyPolicy } from '../../core/policy/deny-statement.ts';
import { prove } from '../../core/proof/certificate.ts';
import { review } from '../../core/review/review.ts';
import { reportOf, treeOf } from '../support/organization-builder.ts';
import { day, now, reviewOf, target } from '../support/small-world.ts';

const tree = treeOf({ dev: { a: 'account' } });

/** A report as the adapter gives it where the row of Lex cannot be read. */
function withoutLex(read: AccessReport): AccessReport {
  if (read.status === 'failed') throw new Error('unreachable');
  const why = { lastAccessedAt: read.completedAt, unreadable: 'it has no count of accounts' };
  const rows = [...read.rows].map(
    ([service, row]) => [service, service === 'lex' ? { ...row, ...why } : row] as const,
  );
  return { ...read, rows: new Map(rows), unnamed: ['l*x'] };
}

const unreadable = withoutLex(reportOf(tree, 'dev', { lex: 'never', dms: 'never' }));

test('of a row that cannot be read nothing is found, denied or proved, and it is told', () => {
  const above = reportOf(tree, 'root', { lex: 'never', dms: 'never', made: '2 hours ago' });
  const reports = [above, unreadable];
  const { facts, request } = reviewOf(tree, { reports, request: { scopeId: 'dev' } });
  const { changes, findings, refusals } = review(facts, request);
  expect(findings.map(({ serviceNamespace }) => serviceNamespace)).toEqual(['dms']);
  expect(changes.map(({ services }) => services)).toEqual([['dms']]);
  expect(refusals).toEqual([
    {
      ...{ code: 'EVIDENCE_MISSING', entityId: 'dev', services: ['lex'] },
      detail: expect.stringContaining('cannot be read (lex: it has no count of accounts): unknown'),
    },
    { code: 'EVIDENCE_MISSING', entityId: 'dev', detail: expect.stringContaining('name no service (l*x)') },
  ]);

  const text = newDenyPolicy({ services: ['lex'], exemptPrincipals: [], maximumCharacters: 10_240 });
  if (!text.ok) throw new Error('unreachable');
  const edit = {
    ...{ policyId: null, policyName: 'DenyUnusedServices', services: ['lex'], before: null },
    ...{ targets: [target(tree, 'dev')], after: text.value.text },
  };
  const { checks } = prove({ ...facts, ...request, edit, cutOff: now - 180 * day });
  expect(checks.find(({ name }) => name === 'evidence-complete')).toMatchObject({
    ...{ verdict: 'failed', detail: 'rows that cannot be read: lex at dev: it has no count of accounts' },
  });
});

test.each([
  ['of an entity above', treeOf({ up: { dev: { a: 'account' } } }), 'up', 'dev'],
  ['of an entity below, older than', treeOf({ up: { dev: { a: 'account' }, b: 'account' } }), 'dev', 'up'],
])('a row that cannot be read %s does not stop what the report of the target shows', (_, org, other, own) => {
  const older = reportOf(org, other, { lex: 'never', dms: 'never', made: '20 hours ago' });
  const reports = [reportOf(org, own, { lex: 'never', dms: 'never' }), withoutLex(older)];
  const { facts, request } = reviewOf(org, { reports, request: { scopeId: own } });
  const { changes } = review(facts, request);
  expect(changes.map(({ services, targets }) => [targets[0]?.id, services])).toEqual([[own, ['dms', 'lex']]]);
});

test('no day of use is remembered of it', () => {
  const { seen, services } = withReports(new Map(), unreadable.status === 'completed' ? [unreadable] : []);
  expect([[...seen], services, [...seasonsAt(seen, now)]]).toEqual([[], [], []]);
});
