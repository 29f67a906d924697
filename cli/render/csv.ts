import { visibleText } from '../../core/message/words/visible-text.ts';
import { shownName } from '../../core/organization/organization.ts';
import type { FindingResult } from '../../core/review/finding-result.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';
import { type AccountNames, type Names, namesOf } from '../../web/report/names.ts';

/** What stands in one cell. */
export type Cell = string | number | null;

const columns: readonly (readonly [string, (finding: FindingResult, names: Names) => Cell])[] = [
  ['id', (finding) => finding.id],
  ['kind', (finding) => finding.kind],
  ['status', (finding) => finding.status],
  ['reason', (finding) => finding.reason ?? null],
  ['note', (finding) => finding.note ?? null],
  ['entityId', (finding) => finding.entityId],
  ['entityPath', (finding) => finding.entityPath],
  ['serviceNamespace', (finding) => finding.serviceNamespace],
  ['serviceName', (finding) => finding.serviceName],
  ['lastAccessedAt', (finding) => finding.lastAccessedAt],
  ['daysUnused', (finding) => finding.daysUnused],
  ['lastAccessedEntityPath', (finding) => finding.lastAccessedEntityPath],
  ['lastAccessedRegion', (finding) => finding.lastAccessedRegion],
  ['accountsEverUsed', (finding) => finding.accountsEverUsed],
  ['accounts', (finding) => finding.accounts],
  ['youngAccounts', (finding) => finding.youngAccounts.join(' ')],
  ['entity', ({ entityId, entityPath }, names) => shownName(names.entity(entityId, entityPath))],
  [
    'lastAccessedEntity',
    ({ lastAccessedEntityPath: path }, names) => (path === null ? null : names.accountParts(path).name),
  ],
  ['place', ({ entityPath }, names) => names.place(entityPath)],
  ['outcome', ({ outcome }) => outcome],
  ['changeIds', ({ changeIds = [] }) => changeIds.join(' ')],
];

/** The findings as RFC 4180 comma-separated values: a header, then one record a finding with every cell quoted, lines ended by CR LF. `accountNames` adds names to account ids. */
export function renderCsv(result: ReviewResult, accountNames?: AccountNames): string {
  const names = namesOf(result, accountNames);
  const records = result.findings.map((finding) => columns.map(([, read]) => read(finding, names)));
  return csvOf(
    columns.map(([title]) => title),
    records,
  );
}

/** A header and records as RFC 4180 comma-separated values: every cell quoted, lines ended by CR LF. */
export function csvOf(header: readonly string[], records: readonly (readonly Cell[])[]): string {
  const written = records.map((record) => record.map(cell));
  return [header, ...written].map((record) => `${record.join(',')}\r\n`).join('');
}

function cell(value: Cell): string {
  const text = typeof value === 'string' ? harmless(value) : String(value ?? '');
  return `"${text.replaceAll('"', '""')}"`;
}

// What a spreadsheet takes for a formula, at the start of a cell: of the whole one, or of what another locale's separator or
// a quotation mark makes one.
const formula = /(^|[;,|\t\r\n"])(\s*)(?=[=+\-@＝＋－＠])|^(?=[\t\r\n])/g;

/** An apostrophe before a formula makes it a text; invisible characters are written out. */
function harmless(text: string): string {
  return visibleText(text.replace(formula, "$1'$2"));
}
