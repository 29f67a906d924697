import { html } from 'hono/html';
import { counted } from '../../core/base/counted.ts';
import { minuteUtc } from '../../core/base/iso-time.ts';
import type { DecisionRefusal } from '../../core/change/links/refusal.ts';
import type { ChangeView } from '../../core/message/views/change-view.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import { code, named } from '../components/badge.ts';
import type { Content, Markup } from '../components/markup.ts';
import { page } from '../components/page.ts';
import { choices, longField, shortField } from './form-fields.ts';
import { servicePicker } from './service-picker.ts';

/** What the page of a link is made of that asks services back. */
export interface RequestBackPage {
  readonly view: ChangeView;
  /** Null: there is nothing to ask by this link. */
  readonly token: string | null;
  /** Why the link asks no more, or null. */
  readonly over: string | null;
  /** What became of a request by this link, or null. */
  readonly asked: ChangeView | null;
  readonly refusals: readonly DecisionRefusal[];
  /** The form as it was sent, empty on a first look. */
  readonly entered: URLSearchParams;
}

/** The page for whoever was denied: which services, and a form. Evidence, names of people and texts of policies are for approvers. */
export function requestBackPage({ asked, entered, over, refusals, token, view }: RequestBackPage): string {
  const title = `${refusals.length > 0 ? 'Not recorded: ' : ''}Ask for services back`;
  return page(
    title,
    html`<main>
${errors(refusals)}
<header class="first"><p class="eyebrow">${view.told.noun} change ${code(view.id)}</p>
<h1>Ask for services back</h1>
<p class="lead">${counted(view.services.length, 'service')} ${view.services.length === 1 ? 'is' : 'are'} denied in ${named(visibleText(view.place))}. Say what you need and why: the approvers decide, and nothing changes before they do.</p></header>
${asked === null ? null : recorded(asked)}
${token === null ? html`<p class="notice">${over === null ? 'Nothing of it is denied any more.' : `${over}.`}</p>` : form(view, token, refusals, entered)}
</main>
<footer>Opening this page changes nothing. This link can do nothing else.</footer>`,
  );
}

/** What became of a request. */
export function recorded({
  decideBy,
  id,
  services,
  statusLabel,
}: Pick<ChangeView, 'decideBy' | 'id' | 'services' | 'statusLabel'>): Markup {
  const until = decideBy === null ? '' : `, until ${minuteUtc(decideBy)}`;
  return html`<div class="notice calm" role="status"><p><strong>Your request is change ${code(id)}</strong>: ${services.join(', ')}. It is ${statusLabel}${until}. Keep this page's address to see what becomes of it.</p></div>`;
}

function form(
  view: ChangeView,
  token: string,
  refusals: readonly DecisionRefusal[],
  entered: URLSearchParams,
): Markup {
  const text = (name: string): string => entered.get(name) ?? '';
  const field = (name: string, label: string) => ({
    name,
    label,
    note: 'required',
    value: text(name),
    refusals,
  });
  return html`<h2>Your request</h2>
<form method="post" action="/changes/${view.id}/request-back">
<input type="hidden" name="token" value="${token}">
${choices({ name: 'services', refusals }, 'Which services do you need?', servicePicker(view, entered, { end: 'field-name', byGroups: false }))}
${shortField(field('name', 'Your name, and how the approvers reach you'), 'text')}
${longField(field('reason', 'What for'))}
<p class="note">Nobody checks the name: the approvers read it as <em>not verified</em>, and two of them must approve. With AWS credentials of your own it is known, and you can ask for yourself alone${view.askBack === null ? null : html`: ${code(view.askBack)}`}.</p>
<p><button type="submit">Send request</button></p>
</form>`;
}

function errors(refusals: readonly DecisionRefusal[]): Markup | null {
  if (refusals.length === 0) return null;
  const line = ({ detail, field }: DecisionRefusal): Content =>
    field === undefined ? visibleText(detail) : html`<a href="#field-${field}">${visibleText(detail)}</a>`;
  return html`<div class="notice bad" role="alert"><h2 class="plain-heading">Nothing was recorded</h2>
<ul class="plain">${refusals.map((refusal) => html`<li>${line(refusal)}</li>`)}</ul></div>`;
}
