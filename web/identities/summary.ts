import { html } from 'hono/html';
import { counted, grouped } from '../../core/base/counted.ts';
import type {
  AccountSummary,
  IdentitiesSummary,
  PlaceSummary,
} from '../../core/review/identities/identities-summary.ts';
import { badge, code, named } from '../components/badge.ts';
import type { Content } from '../components/markup.ts';
import { table } from '../components/table.ts';
import { presentable } from '../report/presentable.ts';
import { standalonePage } from '../report/standalone-page.ts';

const tones = { completed: 'good', partial: 'care', unreachable: 'bad' } as const;

/** The summary of many accounts as one self-contained HTML file. */
export function identitiesSummaryReport(given: IdentitiesSummary, places: readonly PlaceSummary[]): string {
  const { accounts, reviewId, totals } = presentable(given);
  const tally: readonly (readonly [string, number])[] = [
    ['Accounts', totals.accounts],
    ['Open findings', totals.findings],
    ['Proposed edits', totals.changes],
    ['Not read', totals.unreachable],
  ];
  return standalonePage(
    `Access review of identities, ${counted(totals.accounts, 'account')}`,
    html`<header>
<p class="eyebrow">Identity access review</p>
<h1>${counted(totals.accounts, 'account')}</h1>
<p class="lead">${counted(totals.findings, 'unused permission')} open for a decision.</p>
<dl class="tally">${tally.map(([label, count]) => html`<div><dt>${label}</dt><dd>${grouped(count)}</dd></div>`)}</dl>
${
  totals.unreachable + totals.partial === 0
    ? null
    : html`<p class="notice"><strong>Partial review.</strong> ${counted(totals.unreachable, 'account')} not read, ${grouped(totals.partial)} read in part: nothing is claimed about what is missing.</p>`
}
</header>
<main>
${table(
  'OUs, those with most open findings first',
  [
    { title: 'OU' },
    { title: 'Accounts', numeric: true },
    { title: 'Open findings', numeric: true },
    { title: 'Edits', numeric: true },
  ],
  presentable(places).map(({ accounts: inOu, changes, findings, place }) => [
    place,
    ...[inOu, findings, changes].map((count) => grouped(count)),
  ]),
)}
${table(
  'Accounts, those with most open findings first',
  [
    { title: 'Account' },
    { title: 'Status' },
    { title: 'Open findings', numeric: true },
    { title: 'Edits', numeric: true },
    { title: 'Why' },
  ],
  accounts.map(row),
)}
</main>
<footer>Review ${code(reviewId)}. Reading only: nothing was changed.</footer>`,
  );
}

function row(line: AccountSummary): readonly Content[] {
  const { accountId, changes, code: reason, detail, findings, name, status } = line;
  const isKnown = status !== 'unreachable';
  return [
    html`${named(name)} ${code(accountId)}`,
    badge(status, tones[status]),
    isKnown ? grouped(findings) : '–',
    isKnown ? grouped(changes) : '–',
    reason === undefined ? '' : html`${code(reason)}: ${detail}`,
  ];
}
