import { html } from 'hono/html';
import type { ChangeView } from '../../core/message/change-view.ts';
import { flagMeaning } from '../../core/message/risk-words.ts';
import { counted, shortened, visibleText } from '../../core/message/visible-text.ts';
import type { CheckResult, Verdict } from '../../core/proof/verdict.ts';
import { badge, type Tone } from '../components/badge.ts';
import type { Markup } from '../components/markup.ts';
import { certificateTable } from '../report/change-article.ts';

const order: readonly Verdict[] = ['failed', 'not-proven', 'ok'];
const riskTones: Readonly<Record<ChangeView['risk']['level'], Tone>> = {
  low: 'good',
  medium: 'care',
  high: 'bad',
};
const mostNamed = 8;
const longestDetail = 1_000;

/** Risk and proof: what is not proven stands first, in plain sight. */
export function checksSection(view: ChangeView): Markup {
  const { risk, youngAccounts } = view;
  const doubts = view.checks.filter(({ verdict }) => verdict !== 'ok');
  // What has a paragraph of its own below is not said twice.
  const flags = risk.flags.filter(
    (flag) => !flag.startsWith('NOT_PROVEN:') && (flag !== 'YOUNG_ACCOUNTS' || youngAccounts.length === 0),
  );
  return html`<section aria-labelledby="proof"><h2 id="proof">Risk and checks</h2>
<p>${badge(`${risk.level} risk`, riskTones[risk.level])} ${flags.length + doubts.length + youngAccounts.length === 0 ? 'Nothing stands out.' : null}</p>
${flags.length === 0 ? null : html`<ul class="plain">${flags.map((flag) => html`<li>${sentence(visibleText(flagMeaning(flag)))}.</li>`)}</ul>`}
${youngAccounts.length === 0 ? null : html`<p class="notice">${counted(youngAccounts.length, 'account')} joined after the cut-off and had no full period to use anything: ${youngNames(view)}.</p>`}
${doubts.length === 0 ? null : doubtsList(doubts)}
<details${doubts.length === 0 ? html` open` : null}><summary>All ${counted(view.checks.length, 'check')}: what was looked at, and what was found</summary>
${certificateTable(readable(view.checks))}</details>
<p class="note small">Proved from policy texts, ${view.told.identities ? 'attachments, memberships' : "the organization's tree"} and AWS's report rows alone, and once more right before it is applied.</p>
</section>`;
}

/** The checks as they may be shown, what is not proven first. */
function readable(checks: readonly CheckResult[]): readonly CheckResult[] {
  return checks
    .map(({ detail, name, verdict }) => ({
      name: visibleText(name),
      verdict,
      detail: shortened(visibleText(detail), longestDetail),
    }))
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}

function doubtsList(doubts: readonly CheckResult[]): Markup {
  return html`<div class="notice"><h3>Not proven</h3><ul class="plain">${doubts.map(({ detail, name, verdict }) => html`<li><strong>${sentence(visibleText(name).replaceAll('-', ' '))}</strong>${verdict === 'failed' ? ' (FAILED)' : null}: ${shortened(visibleText(detail), longestDetail)}</li>`)}</ul></div>`;
}

function youngNames({ youngAccounts }: ChangeView): string {
  const names = youngAccounts.slice(0, mostNamed).map(({ name }) => shortened(visibleText(name), 80));
  const rest = youngAccounts.length - names.length;
  return `${names.join(', ')}${rest > 0 ? ` and ${rest} more, marked in the list of accounts` : ''}`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
