import { html } from 'hono/html';
import { capitalized, counted } from '../../core/base/counted.ts';
import type { ChangeView } from '../../core/message/views/change-view.ts';
import { blockedWords, judgesWords } from '../../core/message/words/risk-words.ts';
import { shortened, visibleText } from '../../core/message/words/visible-text.ts';
import type { CheckResult } from '../../core/proof/verdict.ts';
import { badge } from '../components/badge.ts';
import type { Markup } from '../components/markup.ts';
import { riskTone } from '../components/risk-tone.ts';
import { certificateTable } from '../report/change-article.ts';

const longestDetail = 1_000;
/** What it says stands under a heading of its own. */
const replay = 'replay';

/** The checks of a change that did not hold, or that nobody could prove. */
export function doubtsOf({ checks }: Pick<ChangeView, 'checks'>): ChangeView['checks'] {
  return checks.filter(({ verdict }) => verdict !== 'ok');
}

/** Risk and proof: what is not proven stands first, in plain sight. */
export function checksSection(view: ChangeView): Markup {
  const doubts = doubtsOf(view);
  const { risk, riskReasons: reasons } = view;
  const blocked = blockedWords(view);
  const isBlockedKnown = !doubts.some(({ name }) => name === replay);
  return html`<section aria-labelledby="proof"><h2 id="proof">Risk and checks</h2>
<p>${badge(`${risk.level} risk`, riskTone(risk.level, { isProven: doubts.length === 0 }))} ${reasons.length + doubts.length === 0 ? 'Nothing stands out.' : null}</p>
${reasons.length === 0 ? null : html`<ul class="plain">${reasons.map((reason) => html`<li>${capitalized(shortened(visibleText(reason), longestDetail))}.</li>`)}</ul>`}
<p>${visibleText(judgesWords(view))}</p>
${doubtsList(doubts.filter(({ name }) => name !== replay))}
${blocked === null ? null : html`<div${isBlockedKnown ? null : html` class="notice"`}><h3>What would this have blocked?</h3><p>${capitalized(shortened(visibleText(blocked), longestDetail))}.</p></div>`}
<details${doubts.length === 0 ? html` open` : null}><summary>All ${counted(view.checks.length, 'check')}: what was looked at, and what was found</summary>
${certificateTable(readable(view.checks))}</details>
<p class="note small">Proved from policy texts, ${view.told.identities ? 'attachments, memberships' : "the organization's tree"} and AWS's report rows alone, and once more right before it is applied.</p>
</section>`;
}

/** The checks as they may be shown. */
function readable(checks: readonly CheckResult[]): readonly CheckResult[] {
  return checks.map(({ detail, name, verdict }) => ({
    name: visibleText(name),
    verdict,
    detail: shortened(visibleText(detail), longestDetail),
  }));
}

function doubtsList(doubts: readonly CheckResult[]): Markup | null {
  if (doubts.length === 0) return null;
  return html`<div class="notice"><h3>Not proven</h3><ul class="plain">${doubts.map(({ detail, name, verdict }) => html`<li><strong>${capitalized(visibleText(name).replaceAll('-', ' '))}</strong>${verdict === 'failed' ? ' (FAILED)' : null}: ${shortened(visibleText(detail), longestDetail)}</li>`)}</ul></div>`;
}
