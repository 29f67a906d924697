import type { FindingResult, ReviewResult } from '../../core/review-result.ts';
import { visibleText } from '../../web/components/visible-text.ts';

type Cell = string | number | null;

const columns: readonly (readonly [string, (finding: FindingResult) => Cell])[] = [
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
];

/** The findings as RFC 4180 comma-separated values: a header, then one record a finding, lines ended by CR LF. */
export function renderCsv(result: ReviewResult): string {
  const header = columns.map(([title]) => title);
  const records = result.findings.map((finding) => columns.map(([, read]) => field(read(finding))));
  return [header, ...records].map((record) => `${record.join(',')}\r\n`).join('');
}

function field(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = harmless(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A spreadsheet takes a text that starts so for a formula; an apostrophe before it makes it a text. Looked for before invisible characters are written out, and after. */
function harmless(text: string): string {
  const shown = visibleText(text);
  return /^\s*[=+\-@\t\r\n＝＋－＠]/.test(text) || /^\s*[=+\-@]/.test(shown) ? `'${shown}` : shown;
}
