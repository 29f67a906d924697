import { html } from 'hono/html';
import type { DecisionRefusal } from '../../core/change/refusal.ts';
import type { ChangeView } from '../../core/message/change-view.ts';
import { named } from '../components/badge.ts';
import type { Markup } from '../components/markup.ts';
import { visibleText } from '../components/visible-text.ts';
import type { PageForm } from './change-page.ts';

const decisions = [
  ['approve', 'Approve'],
  ['reject', 'Reject'],
  ['snooze', 'Snooze: ask again later'],
  [
    'exempt',
    'Exempt the services ticked below: a new revision without them is shown before anybody approves',
  ],
] as const;

/** The one form of an undecided change: no default choice, a typed confirmation, everything kept that was entered. */
export function decisionForm(
  view: ChangeView,
  form: PageForm,
  refusals: readonly DecisionRefusal[],
  entered: URLSearchParams,
): Markup {
  const wrong = (field: string) => attributesOf(refusals, field);
  const ticked = entered.getAll('services');
  const accepted = entered.getAll('accept');
  return html`<section aria-labelledby="decide"><h2 id="decide">Your decision</h2>
<form method="post" action="/changes/${view.id}/decisions">
<input type="hidden" name="token" value="${form.token}"><input type="hidden" name="digest" value="${form.digest}">
<fieldset id="field-decision"${wrong('decision')}><legend>What do you decide?</legend>
${decisions.map(([value, label]) => html`<p class="choice"><label><input type="radio" name="decision" value="${value}"${entered.get('decision') === value ? html` checked` : ''}> ${label}</label></p>`)}
</fieldset>
${
  view.mustAccept.length > 0
    ? html`<fieldset id="field-accept"${wrong('accept')}><legend>Not proven: to approve, accept each by name</legend>${view.mustAccept.map(
        (name) =>
          html`<p class="choice"><label><input type="checkbox" name="accept" value="${name}"${accepted.includes(name) ? html` checked` : ''}> I accept that <strong>${name}</strong> is not proven</label></p>`,
      )}</fieldset>`
    : null
}
<p><label for="field-reason">Reason <span class="note">(required unless you approve)</span></label><br><textarea id="field-reason" name="reason" rows="3" maxlength="10000"${wrong('reason')}>${entered.get('reason') ?? ''}</textarea></p>
<p><label for="field-until">Until <span class="note">(for snooze and exempt: a day, as 2027-01-31)</span></label><br><input id="field-until" name="until" inputmode="numeric" placeholder="YYYY-MM-DD" value="${entered.get('until') ?? ''}"${wrong('until')}></p>
<details${ticked.length > 0 ? html` open` : ''}><summary>Services to exempt</summary><fieldset id="field-services"${wrong('services')}><legend>Only for “Exempt”</legend><ul class="services">${view.services.map(
    (service) =>
      html`<li><label><input type="checkbox" name="services" value="${service}"${ticked.includes(service) ? html` checked` : ''}> <code>${service}</code></label></li>`,
  )}</ul></fieldset></details>
<p><label for="field-confirm">Type <strong>${named(visibleText(view.confirm))}</strong> to confirm</label><br><input id="field-confirm" name="confirm" autocomplete="off" spellcheck="false" value="${entered.get('confirm') ?? ''}"${wrong('confirm')}></p>
<p><button type="submit">Send decision</button></p>
<p class="note">With AWS credentials instead: <code>npx oar changes approve ${view.id} --confirm …</code></p>
</form></section>`;
}

/** The form of a cancel or roll-back link. */
export function takeBackForm(
  view: ChangeView,
  form: PageForm,
  refusals: readonly DecisionRefusal[],
  entered: URLSearchParams,
): Markup {
  const cancels = form.purpose === 'cancel';
  const text = cancels
    ? 'Nothing has been written yet. Cancelling takes the approval back.'
    : 'What this change wrote is taken back: the earlier text if nobody edited it since, else exactly what this change added.';
  return html`<section aria-labelledby="decide"><h2 id="decide">${cancels ? 'Cancel' : 'Roll back'}</h2><p>${text}</p>
<form method="post" action="/changes/${view.id}/${form.purpose}">
<input type="hidden" name="token" value="${form.token}">
<p><label for="field-reason">Reason <span class="note">${cancels ? '(optional)' : '(required)'}</span></label><br><textarea id="field-reason" name="reason" rows="3" maxlength="10000"${attributesOf(refusals, 'reason')}>${entered.get('reason') ?? ''}</textarea></p>
<p><button type="submit">${cancels ? 'Cancel this change' : 'Roll back'}</button></p>
</form></section>`;
}

function attributesOf(refusals: readonly DecisionRefusal[], field: string): Markup | null {
  return refusals.some((refusal) => refusal.field === field)
    ? html` aria-invalid="true" aria-describedby="errors"`
    : null;
}
