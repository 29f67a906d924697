import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { namedAccount, type ServiceRow } from '../../core/finding/access-report.ts';
import type { Finding } from '../../core/finding/finding.ts';
import { buildKnowledge } from '../../core/finding/knowledge.ts';
import { unknownPlace } from '../../core/finding/moves.ts';
import { useBelow, useOf } from '../../core/finding/use.ts';
import { entityOf } from '../../core/organization/organization.ts';
import { judge } from '../../core/review/judgement.ts';
import {
  type Children,
  type PolicySketch,
  policiesOf,
  type ReportSketch,
  reportOf,
  treeOf,
} from '../support/organization-builder.ts';
import { day, now, reviewOf } from '../support/small-world.ts';

interface Case {
  readonly name: string;
  readonly scope?: string;
  readonly depth?: 'ou' | 'account';
  /** Accounts that moved, each with its former parents; `elsewhere` is a parent that nobody saw. */
  readonly moved?: Readonly<Record<string, readonly string[]>>;
  readonly organization: Children;
  readonly policies?: readonly PolicySketch[];
  readonly withoutFullAccess?: readonly string[];
  readonly reports: Readonly<Record<string, ReportSketch>>;
  /** Days since the use that earlier reviews saw, by service, then by account. */
  readonly remembered?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** `entity service kind days-unused status [REASON] [young: a, b]` */
  readonly findings: readonly string[];
  /** Services still open, by entity to ask; `all` where nothing is known. */
  readonly open?: Readonly<Record<string, number | 'all'>>;
}

const folder = join(import.meta.dirname, '../cases/knowledge');

describe.each(readdirSync(folder).sort())('%s', (file) => {
  const cases = JSON.parse(readFileSync(join(folder, file), 'utf8')) as readonly Case[];
  test.each(cases)('$name', (given) => {
    const tree = treeOf(given.organization);
    const reports = Object.entries(given.reports).map(([id, sketch]) => reportOf(tree, id, sketch));
    const { facts, request } = reviewOf(tree, {
      policies: policiesOf(tree, given.policies, given.withoutFullAccess),
      reports,
      moves: new Map(
        Object.entries(given.moved ?? {}).map(([id, places]) => [
          id,
          new Set(places.map((place) => (place === 'elsewhere' ? unknownPlace : place))),
        ]),
      ),
      remembered: new Map(
        Object.entries(given.remembered ?? {}).map(([service, accounts]) => [
          service,
          new Map(Object.entries(accounts).map(([id, days]) => [id, now - days * day])),
        ]),
      ),
      request: { scopeId: given.scope ?? 'root', ...(given.depth ? { depth: given.depth } : {}) },
    });
    const { detection } = judge(facts, request);
    expect(detection.findings.map(inWords).sort()).toEqual([...given.findings].sort());
    expect(
      Object.fromEntries(
        [...detection.openQuestions].map(([id, count]) => [id, Number.isFinite(count) ? count : 'all']),
      ),
    ).toEqual(given.open ?? {});
  });
});

describe('what a report from above says of an entity', () => {
  const tree = treeOf({ former: { b: 'account' }, present: { a: 'account' } });
  const known = (sketches: Readonly<Record<string, ReportSketch>>) =>
    buildKnowledge({
      tree,
      reports: Object.entries(sketches).map(([id, sketch]) => reportOf(tree, id, sketch)),
      cutOff: now - 180 * day,
    });

  test('a row that names an account from elsewhere concludes nothing of what lies below', () => {
    const knowledge = known({ root: { lex: '300 days by ghost, 2 accounts' } });
    expect(useOf(knowledge, 'present', 'lex').kind).toBe('unknown');
    expect(useBelow(knowledge, 'present', 'lex').kind).toBe('unknown');
  });

  test('a row that names an account at a place where it no longer is tells that it moved', () => {
    const report = reportOf(tree, 'root', { lex: '300 days by a', dms: 'never' });
    if (report.status === 'failed') throw new Error('unreachable');
    const lex = report.rows.get('lex') as ServiceRow;
    const rows = new Map([
      ...report.rows,
      ['lex', { ...lex, lastAccessedBy: namedAccount(`${entityOf(tree, 'former').path}/a`) }] as const,
    ]);
    const cutOff = now - 180 * day;
    const knowledge = buildKnowledge({ tree, reports: [{ ...report, rows }], cutOff });
    expect([...knowledge.moves]).toEqual([['a', new Set(['former'])]]);
    // The root held the account before and after, so its report cannot miss a use; that of an OU can.
    expect(useOf(knowledge, 'present', 'dms').kind).toBe('unused');
    const present = { ...reportOf(tree, 'present', { dms: 'never' }) };
    const failed = reportOf(tree, 'root', 'failed X');
    const moves = knowledge.moves;
    const without = buildKnowledge({ tree, reports: [failed, present], cutOff, moves });
    expect(useOf(without, 'present', 'dms')).toEqual({ kind: 'unknown', ask: ['a'] });
    expect(useOf(knowledge, 'former', 'dms').kind).toBe('unused');
    const asked = buildKnowledge({
      tree,
      reports: [{ ...report, rows }, reportOf(tree, 'a', { dms: 'never', lex: '300 days by a' })],
      cutOff,
    });
    expect(useOf(asked, 'present', 'dms').kind).toBe('unused');
  });
});

function inWords(finding: Finding): string {
  const { entityId, serviceNamespace, kind, daysUnused, status, reason, youngAccounts } = finding;
  const words = [entityId, serviceNamespace, kind, daysUnused ?? '-', status, ...(reason ? [reason] : [])];
  return words.join(' ') + (youngAccounts.length > 0 ? ` young: ${youngAccounts.join(', ')}` : '');
}
