import { html } from 'hono/html';
import { counted, grouped } from '../../core/base/counted.ts';
import type { DecisionRefusal } from '../../core/change/links/refusal.ts';
import type { ToldIdentities } from '../../core/kinds/kind.ts';
import { type ChangeView, isOver } from '../../core/message/views/change-view.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import { code, named } from '../components/badge.ts';
import type { Content, Markup } from '../components/markup.ts';
import { page as pageOf } from '../components/page.ts';
import { affectedSection } from './affected-accounts.ts';
import { cancelOrRollBackForm } from './cancel-or-roll-back-form.ts';
import { checksSection } from './change-checks.ts';
import { evidenceSection } from './change-evidence.ts';
import { historySection } from './change-history.ts';
import { policySection } from './change-policy.ts';
import { decisionForm } from './decision-form.ts';
import { firstScreen } from './first-screen.ts';
import { effectsSection, identityEvidenceSection, stepsList } from './identity-sections.ts';
import type { ChangePage } from './page-model.ts';

/** So many services are named before the evidence. */
const mostNamed = 16;
/** So many are named in full. */
const fewServices = 6;

/** The page of one change, in every state: what, where, why, proof, history, and the form while there is something to do. */
export function changePage(page: ChangePage): string {
  const { refusals, view, whyOver } = page;
  const title = `${refusals.length > 0 ? 'Not recorded: ' : ''}${visibleText(view.headline)} (${view.statusLabel})`;
  return pageOf(
    title,
    html`<main>
${errors(page)}
${firstScreen(page)}
${whyOver === null ? wholeChange(page) : html`<p class="notice calm">${whyOver}</p>`}
</main>
<footer>Change ${code(view.id)}, revision ${view.revision}, from review ${code(visibleText(view.reviewId))}. Opening this page changes nothing.</footer>`,
  );
}

function wholeChange(page: ChangePage): Markup {
  const { view } = page;
  const { identities } = view.told;
  return html`${summary(view)}
${checksSection(view)}
${identities ? effectsSection(view, identities) : null}
${identities ? identityEvidenceSection(view, identities) : evidenceSection(view)}
${identities ? null : affectedSection(view)}
${policySection(view)}
${historySection(view)}
${formOf(page)}`;
}

type Counts = readonly (readonly [string, Content])[];

function summary(view: ChangeView): Markup {
  const notProven = view.checks.filter(({ verdict }) => verdict !== 'ok').length;
  const { given, required } = view.approvals;
  const entries: readonly (readonly [string, Content])[] = [
    ...(view.told.identities ? identityCounts(view, view.told.identities) : serviceCounts(view)),
    ['checks ok', `${view.checks.length - notProven} of ${view.checks.length}`],
    ['approvals', `${given.length} of ${required}`],
  ];
  return html`<dl class="tally">${entries.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
${view.status === 'proposed' ? whatHappens(view) : null}
<section aria-labelledby="what"><h2 id="what">${whatTitle(view.status)}</h2>
<dl class="facts">
<div class="wide"><dt>${isOver(view.status) ? view.told.servicesTitleOver : view.told.servicesTitle}</dt><dd>${denied(view)}</dd></div>
${(view.told.identities ? [] : view.told.edits).map(({ id, name }) => html`<div><dt>${view.told.noun}</dt><dd>${id === null ? html`a new one, ${named(visibleText(name))}` : html`${named(visibleText(name))} ${code(id)}`}</dd></div>`)}
<div><dt>${view.told.identities ? 'Account' : 'Attached to'}</dt><dd>${targets(view)}</dd></div>
<div><dt>Who is affected</dt><dd>${view.told.extent}. ${view.inheritance}</dd></div>
</dl>
${view.told.identities ? stepsList(view.told.identities) : null}
${view.choice.length > 0 ? html`<h3>${view.told.identities ? 'Why this edit, and not another' : `Why this ${view.told.noun}`}</h3>${reasons(view.choice)}` : null}
</section>`;
}

function serviceCounts({ accounts, lapsed, neverUsed, notSince }: ChangeView): Counts {
  return [
    ['lapsed (used before)', grouped(lapsed.length)],
    ['never used', grouped(neverUsed.length)],
    ...(notSince.length === 0 ? [] : [['not within the threshold', grouped(notSince.length)] as const]),
    [accounts.length === 1 ? 'account affected' : 'accounts affected', grouped(accounts.length)],
  ];
}

function identityCounts({ services }: ChangeView, { actions, effects }: ToldIdentities): Counts {
  const losing = effects.filter(({ loses, narrowed }) => loses.length + narrowed.length > 0);
  const count = losing.reduce((sum, { arns }) => sum + arns.length, 0);
  return [
    ...(services.length === 0 && actions.length > 0 ? [] : [tally('service', services.length)]),
    ...(actions.length === 0 ? [] : [tally('single action', actions.length)]),
    [count === 1 ? 'user or role loses' : 'users and roles lose', grouped(count)],
  ];
}

function tally(noun: string, count: number): Counts[number] {
  return [count === 1 ? noun : `${noun}s`, grouped(count)];
}

function whatHappens(view: ChangeView): Markup {
  return html`<div class="notice calm"><p><strong>Reading changes nothing.</strong> ${view.ifApproved}</p>
<p>${view.ifNobodyAnswers}</p></div>`;
}

function whatTitle(status: ChangeView['status']): string {
  if (status === 'applied' || status === 'rolling-back') return 'What changed';
  return isOver(status) ? 'What was proposed' : 'What would change';
}

/** A few services by their names, more of them by their namespaces. */
function denied({ lapsed, neverUsed, notSince, services, told }: ChangeView): Markup {
  if (services.length > fewServices) {
    const rest = services.length - mostNamed;
    return html`${services.slice(0, mostNamed).map((service, index) => html`${index > 0 ? ', ' : ''}${code(visibleText(service))}`)}${rest > 0 ? html` and <a href="#evidence">${grouped(rest)} more</a>` : null}`;
  }
  const names = new Map(
    [...lapsed, ...neverUsed, ...notSince, ...(told.identities?.evidence ?? [])].map(
      (entry) => [entry.serviceNamespace, entry.serviceName] as const,
    ),
  );
  const whole = services.map(
    (service) =>
      html`<strong>${visibleText(names.get(service) ?? '')}</strong> ${code(visibleText(service))}`,
  );
  const actions = told.identities?.actions ?? [];
  const rest = actions.length - mostNamed;
  const all = [...whole, ...actions.slice(0, mostNamed).map((action) => code(visibleText(action)))];
  return html`${all.map((each, index) => html`${index > 0 ? ', ' : ''}${each}`)}${rest > 0 ? html` and <a href="#affected">${counted(rest, 'more action')}</a>` : null}`;
}

function targets(view: ChangeView): Markup {
  return html`${view.targets.map((target, index) => html`${index > 0 ? ', ' : ''}${named(visibleText(target.name))} ${code(target.id)}`)}`;
}

function formOf(page: ChangePage): Markup | null {
  if (page.form === null) return null;
  return page.form.purpose === 'decide'
    ? decisionForm(page, page.form)
    : cancelOrRollBackForm(page, page.form);
}

function errors({ form, refusals }: ChangePage): Markup | null {
  if (refusals.length === 0) return null;
  const line = ({ detail, field }: DecisionRefusal): Content =>
    form !== null && field !== undefined && field !== 'digest'
      ? html`<a href="#field-${field}">${visibleText(detail)}</a>`
      : visibleText(detail);
  return html`<div class="notice bad" role="alert"><h2 class="plain-heading">Nothing was recorded</h2>
<ul class="plain">${refusals.map((refusal) => html`<li>${line(refusal)}</li>`)}</ul></div>`;
}

/** So many reasons are read at a glance: a broad grant that is narrowed has one for each service. */
const fewReasons = 6;

function reasons(lines: readonly string[]): Markup {
  const list = (some: readonly string[]) =>
    html`<ul class="plain">${some.map((line) => html`<li>${visibleText(line)}</li>`)}</ul>`;
  if (lines.length <= fewReasons) return list(lines);
  const rest = lines.slice(fewReasons);
  return html`${list(lines.slice(0, fewReasons))}<details><summary>${grouped(rest.length)} more</summary>${list(rest)}</details>`;
}
