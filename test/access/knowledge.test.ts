import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../core/access/finding.ts';
import { judge } from '../../core/next-reports.ts';
import {
  type Children,
  type PolicySketch,
  policiesOf,
  type ReportSketch,
  reportOf,
  treeOf,
} from '../support/organization-builder.ts';
import { reviewOf } from '../support/small-world.ts';

interface Case {
  readonly name: string;
  readonly scope?: string;
  readonly depth?: 'ou' | 'account';
  readonly moved?: readonly string[];
  readonly organization: Children;
  readonly policies?: readonly PolicySketch[];
  readonly withoutFullAccess?: readonly string[];
  readonly reports: Readonly<Record<string, ReportSketch>>;
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
      movedAccountIds: given.moved ?? [],
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

function inWords(finding: Finding): string {
  const { entityId, serviceNamespace, kind, daysUnused, status, reason, youngAccounts } = finding;
  const words = [entityId, serviceNamespace, kind, daysUnused ?? '-', status, ...(reason ? [reason] : [])];
  return words.join(' ') + (youngAccounts.length > 0 ? ` young: ${youngAccounts.join(', ')}` : '');
}
