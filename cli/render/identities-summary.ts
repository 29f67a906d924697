import { counted, grouped } from '../../core/base/counted.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import type {
  AccountSummary,
  IdentitiesSummary,
  PlaceSummary,
} from '../../core/review/identities/identities-summary.ts';
import { presentable } from '../../web/report/presentable.ts';
import { type Column, renderColumns } from './columns.ts';
import { type Cell, csvOf } from './csv.ts';
import { code, plain } from './markdown.ts';
import { type Look, paintOf, paragraph } from './text.ts';

const columns: readonly (readonly [Column, (line: AccountSummary) => string])[] = [
  [{ title: 'Account' }, ({ accountId }) => accountId],
  [{ title: 'Name', flexible: true }, ({ name }) => name],
  [{ title: 'Status' }, ({ status }) => status],
  [{ title: 'Findings', align: 'right' }, (line) => countOf(line, line.findings)],
  [{ title: 'Edits', align: 'right' }, (line) => countOf(line, line.changes)],
  [{ title: 'Why', flexible: true }, ({ code: reason, detail }) => (reason ? `${reason}: ${detail}` : '')],
];

const placeColumns: readonly (readonly [Column, (line: PlaceSummary) => string])[] = [
  [{ title: 'OU', flexible: true }, ({ place }) => place],
  [{ title: 'Accounts', align: 'right' }, ({ accounts }) => grouped(accounts)],
  [{ title: 'Findings', align: 'right' }, ({ findings }) => grouped(findings)],
  [{ title: 'Edits', align: 'right' }, ({ changes }) => grouped(changes)],
];

/** The summary of many accounts for a terminal, by OU and one by one, ending in a line break. */
export function renderIdentitiesSummary(
  given: IdentitiesSummary,
  places: readonly PlaceSummary[],
  look: Look,
): string {
  const summary = presentable(given);
  const byOu = presentable(places);
  const paint = paintOf(look.colour);
  const rows = summary.accounts.map((line) => columns.map(([, read]) => read(line)));
  const lines = [
    paint.heading('Access review of identities across the organization'),
    '',
    ...renderColumns(
      placeColumns.map(([column]) => column),
      byOu.map((line) => placeColumns.map(([, read]) => read(line))),
      look.columns,
      { title: paint.faint, cell: (text) => text },
    ),
    '',
    ...renderColumns(
      columns.map(([column]) => column),
      rows,
      look.columns,
      { title: paint.faint, cell: (text) => text },
    ),
    '',
    ...paragraph(totalsWords(summary), '', look.columns),
  ];
  return `${lines.join('\n')}\n`;
}

/** What came of one account, on one line. */
export function accountWords({
  accountId,
  changes,
  code: reason,
  detail,
  findings,
  name,
  status,
}: AccountSummary): string {
  const account = `${accountId}  ${visibleText(name)}: ${status}`;
  if (reason !== undefined) return `${account}, ${reason}: ${visibleText(detail ?? '')}`;
  return `${account}, ${counted(findings, 'open finding')}, ${counted(changes, 'edit')}`;
}

/** The summary as comma-separated values, one record an account. */
export function renderIdentitiesSummaryCsv({ accounts }: IdentitiesSummary): string {
  const header = ['accountId', 'name', 'status', 'code', 'detail', 'findings', 'changes'] as const;
  return csvOf(
    header,
    accounts.map((line) => header.map((key): Cell => line[key] ?? null)),
  );
}

/** The summary as Markdown; what it quotes is escaped. */
export function renderIdentitiesSummaryMarkdown(
  given: IdentitiesSummary,
  places: readonly PlaceSummary[],
): string {
  const summary = presentable(given);
  const byOu = presentable(places).map(
    (line) =>
      `| ${placeColumns.map(([, read], at) => (at === 0 ? plain(read(line)) : read(line))).join(' | ')} |`,
  );
  const ouTable = ['| OU | Accounts | Findings | Edits |\n|---|---:|---:|---:|', ...byOu].join('\n');
  const rows = summary.accounts.map((line) => {
    const { accountId, code: reason, detail = '', name, status } = line;
    const why = reason === undefined ? '' : `${code(reason)}: ${plain(detail)}`;
    const counts = [countOf(line, line.findings), countOf(line, line.changes)];
    return `| ${[code(accountId), plain(name), status, ...counts, why].join(' | ')} |`;
  });
  const header = '| Account | Name | Status | Findings | Edits | Why |\n|---|---|---|---:|---:|---|';
  const table = [header, ...rows].join('\n');
  return `${['# Access review of identities across the organization', ouTable, table, plain(totalsWords(summary))].join('\n\n')}\n`;
}

/** Of an account that was not read, nothing is known: no zero is shown. */
function countOf({ status }: AccountSummary, count: number): string {
  return status === 'unreachable' ? '-' : grouped(count);
}

/** One sentence with the totals. */
function totalsWords({ totals }: IdentitiesSummary): string {
  const { accounts, changes, findings, partial, unreachable } = totals;
  const parts = [
    counted(accounts, 'account'),
    counted(findings, 'open finding'),
    counted(changes, 'edit'),
    ...(partial > 0 ? [`${partial} partial`] : []),
    ...(unreachable > 0 ? [`nothing known of ${counted(unreachable, 'account')}`] : []),
  ];
  return `${parts.join(', ')}.`;
}
