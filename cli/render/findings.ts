import { counted } from '../../core/base/counted.ts';
import { listAt } from '../../core/base/lists.ts';
import { shownName } from '../../core/organization/organization.ts';
import type { FindingResult } from '../../core/review/finding-result.ts';
import type { EntityFindings } from '../../web/report/grouping.ts';
import type { Names } from '../../web/report/names.ts';
import { dayOf, trackedDays, typeWords } from '../../web/report/words.ts';
import { type Column, renderColumns } from './columns.ts';
import { type Look, type Paint, paragraph } from './text.ts';

const columns: readonly Column[] = [
  { title: 'service', flexible: true },
  { title: 'last attempted' },
  { title: 'days', align: 'right' },
  { title: 'where last attempted', flexible: true },
  { title: 'accounts', align: 'right' },
  { title: 'status' },
];

/** The findings of one entity: a table of what lapsed, then what nobody ever used as lists of namespaces. */
export function renderEntityFindings(
  group: EntityFindings,
  names: Names,
  thresholdDays: number,
  look: Look,
  paint: Paint,
): readonly string[] {
  const { entity, lapsed, neverUsed, held, youngAccounts } = group;
  const name = shownName(entity);
  const about = `${typeWords[entity.type]} ${entity.id}, ${counted(entity.accounts, 'account')}`;
  const [first = '', ...others] = paragraph(`${name}  ${about}`, '', look.columns);
  const isOneLine = others.length === 0;
  const lines = isOneLine
    ? [`${paint.heading(name)}  ${paint.faint(about)}`]
    : [first, ...others].map(paint.heading);
  if (youngAccounts.length > 0) {
    const text = `${counted(youngAccounts.length, 'account')} joined after the cut-off, with no full period to use anything: ${youngAccounts.map((id) => names.account(id)).join(', ')}`;
    lines.push(...paragraph(text, '  ', look.columns).map(paint.care));
  }
  if (lapsed.length > 0) {
    lines.push(
      '',
      `  ${paint.heading('Lapsed')}: used before, not for more than ${thresholdDays} days (${lapsed.length})`,
    );
    lines.push(...lapsedTable(lapsed, names, look, paint));
  }
  if (neverUsed.length > 0) {
    lines.push(
      '',
      `  ${paint.heading('Never used')} in the ${trackedDays} days that AWS tracks (${neverUsed.length})`,
    );
    lines.push(...paragraph(namespaces(neverUsed), '  ', look.columns));
  }
  if (held.length > 0) {
    const count = held.reduce((sum, { findings }) => sum + findings.length, 0);
    lines.push('', `  ${paint.heading('Never used, not drafted')} (${count})`);
    for (const { status, why, findings } of held) {
      lines.push(...paragraph(`${status}: ${namespaces(findings)}`, '  - ', look.columns));
      lines.push(...paragraph(why, '    ', look.columns).map(paint.faint));
    }
  }
  return lines;
}

function lapsedTable(
  findings: readonly FindingResult[],
  names: Names,
  look: Look,
  paint: Paint,
): readonly string[] {
  const rows = findings.map((finding) => [
    `${finding.serviceName} (${finding.serviceNamespace})`,
    finding.lastAccessedAt ? dayOf(finding.lastAccessedAt) : 'never',
    finding.daysUnused === null ? '' : String(finding.daysUnused),
    whereLastUsed(finding, names),
    `${finding.accountsEverUsed} of ${finding.accounts}`,
    finding.status,
  ]);
  const statusColumn = columns.length - 1;
  const table = renderColumns(columns, rows, look.columns - 2, {
    title: paint.faint,
    cell: (text, column, row) =>
      column === statusColumn && findings[row]?.status !== 'open' ? paint.faint(text) : text,
  });
  const reasons = new Map<string, string[]>();
  for (const { status, note, serviceNamespace } of findings) {
    if (status === 'open' || !note) continue;
    listAt(reasons, `${status}: ${note}`).push(serviceNamespace);
  }
  const notes = [...reasons].flatMap(([reason, services]) =>
    paragraph(`${services.join(', ')}: ${reason}`, '  ', look.columns).map(paint.faint),
  );
  return [...table.map((line) => `  ${line}`), ...notes];
}

function whereLastUsed(finding: FindingResult, names: Names): string {
  if (finding.lastAccessedEntityPath === null) return '';
  const account = names.account(finding.lastAccessedEntityPath);
  return finding.lastAccessedRegion ? `${account} ${finding.lastAccessedRegion}` : account;
}

function namespaces(findings: readonly FindingResult[]): string {
  return findings.map((finding) => finding.serviceNamespace).join(', ');
}
