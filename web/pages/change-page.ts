import { html } from 'hono/html';
import type { LinkPurpose } from '../../core/change/links.ts';
import type { DecisionRefusal } from '../../core/change/refusal.ts';
import type { ChangeView } from '../../core/message/change-view.ts';
import { badge, code, named, type Tone } from '../components/badge.ts';
import { policyDiff } from '../components/diff.ts';
import type { Markup } from '../components/markup.ts';
import { facts } from '../components/table.ts';
import { minute } from '../components/time.ts';
import { counted, visibleText } from '../components/visible-text.ts';
import { certificateTable } from '../report/change-article.ts';
import { flagMeaning } from '../report/words.ts';
import { affectedSection, evidenceSection } from './change-evidence.ts';
import { decisionForm, takeBackForm } from './decision-form.ts';
import { shell } from './shell.ts';

/** The form that a page offers, or none. */
export interface PageForm {
  readonly purpose: LinkPurpose;
  readonly token: string;
  readonly digest: string;
}

/** What a page is made of. */
export interface ChangePage {
  readonly view: ChangeView;
  readonly decidingAs: string;
  readonly form: PageForm | null;
  /** Whether the link is alive: a spent or expired one shows state and decider alone. */
  readonly isWhole: boolean;
  readonly refusals: readonly DecisionRefusal[];
  readonly entered: URLSearchParams;
}

const tones: Readonly<Partial<Record<ChangeView['status'], Tone>>> = {
  proposed: 'care',
  approved: 'care',
  applied: 'good',
  'apply-failed': 'bad',
  interrupted: 'bad',
  rejected: 'plain',
};
const riskTones: Readonly<Record<ChangeView['risk']['level'], Tone>> = {
  low: 'good',
  medium: 'care',
  high: 'bad',
};

/** The page of one change, in every state: what, where, why, proof, history, and the form while there is something to do. */
export function changePage(page: ChangePage): string {
  const { view, isWhole } = page;
  const content = isWhole ? whole(page) : brief(page);
  return shell(`${view.statusLabel}: ${view.headline}`, html`<main>${content}</main>`);
}

function head({ decidingAs, form, view }: ChangePage): Markup {
  return html`<p class="eyebrow">SCP change ${code(view.id)}, revision ${view.revision}</p>
<h1>${visibleText(view.headline)}</h1>
<p>${badge(view.statusLabel, tones[view.status])} ${badge(`${view.risk.level} risk`, riskTones[view.risk.level])}</p>
<p class="lead">${visibleText(view.statusSentence)}</p>
${form ? html`<p class="note">You act as <strong>${named(visibleText(decidingAs))}</strong>: this link is personal. If that is not you, close this page and tell ${named(visibleText(decidingAs))}.</p>` : null}`;
}

/** What a spent or expired link still shows: state and decider. */
function brief(page: ChangePage): Markup {
  return html`${head(page)}
<p class="note">This link was used or is over, so it shows the state alone. The newest message has a link that shows everything.</p>`;
}

function whole(page: ChangePage): Markup {
  const { view } = page;
  return html`${errors(page)}${head(page)}
${nextSteps(view, page.form !== null)}
<section aria-labelledby="what"><h2 id="what">What would be denied, and where</h2>
${facts([
  [
    'Policy',
    view.policy.id === null
      ? html`new SCP ${named(visibleText(view.policy.name))}`
      : html`${named(visibleText(view.policy.name))} ${code(view.policy.id)}`,
  ],
  [
    'Attached to',
    html`${view.targets.map((target, index) => html`${index > 0 ? ', ' : ''}${named(visibleText(target.name))} ${code(target.id)}`)}`,
  ],
  ['Who is affected', `${counted(view.accounts.length, 'account')}. ${view.inheritance}`],
  ['What it means', view.meaning.summary],
  [
    'Approvals',
    `${view.approvals.given.length} of ${view.approvals.required}${view.approvals.given.length > 0 ? `: ${view.approvals.given.join(', ')}` : ''}`,
  ],
  ['Digest', html`${code(view.shortDigest)} <span class="note">the same in every message</span>`],
])}
<h3>Why this SCP</h3><ul class="plain">${view.choice.map((line) => html`<li>${visibleText(line)}</li>`)}</ul>
</section>
${evidenceSection(view)}
${affectedSection(view)}
<section aria-labelledby="policy"><h2 id="policy">Policy text</h2>
${policyDiff(`the SCP ${visibleText(view.policy.name)}`, view.before, view.after)}</section>
<section aria-labelledby="proof"><h2 id="proof">Checks</h2>
<p class="note">Made from policy texts, the organization's tree and AWS's report rows alone. Everything is proved again right before it is applied.</p>
${certificateTable({ ok: true, checks: view.checks })}
<h3>Risk: ${view.risk.level}</h3>
${view.risk.flags.length === 0 ? html`<p>Nothing stands out.</p>` : html`<ul class="plain">${view.risk.flags.map((flag) => html`<li>${flagMeaning(flag)}</li>`)}</ul>`}
</section>
${historySection(view)}
${formOf(page)}`;
}

function nextSteps(view: ChangeView, hasForm: boolean): Markup | null {
  if (view.status !== 'proposed') return null;
  return html`<p class="notice"><strong>Nothing changes until somebody approves.</strong> ${view.ifApproved} ${view.ifNobodyAnswers}${hasForm ? html` <a href="#decide">Go to your decision</a>.` : null}${view.whyRevised ? ` This is revision ${view.revision}: ${visibleText(view.whyRevised)}.` : ''}</p>`;
}

function historySection(view: ChangeView): Markup {
  return html`<section aria-labelledby="history"><h2 id="history">History</h2>
<ol class="plain">${view.history.map(({ at, what, who }) => html`<li>${minute(new Date(at).toISOString())} ${named(visibleText(who))}: ${visibleText(what)}</li>`)}</ol>
${view.notReached.length > 0 ? html`<p class="notice">Not reached, tried again: ${view.notReached.map(visibleText).join('; ')}</p>` : null}
</section>`;
}

function formOf(page: ChangePage): Markup | null {
  const { form, view } = page;
  if (!form) return null;
  return form.purpose === 'decide'
    ? decisionForm(view, form, page.refusals, page.entered)
    : takeBackForm(view, form, page.refusals, page.entered);
}

function errors({ refusals }: ChangePage): Markup | null {
  if (refusals.length === 0) return null;
  return html`<div class="notice" role="alert" id="errors"><p><strong>Nothing was recorded.</strong></p><ul class="plain">${refusals.map(
    ({ detail, field }) =>
      html`<li>${field ? html`<a href="#field-${field}">${visibleText(detail)}</a>` : visibleText(detail)}</li>`,
  )}</ul></div>`;
}
