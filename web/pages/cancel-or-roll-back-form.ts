import { html } from 'hono/html';
import { counted } from '../../core/base/counted.ts';
import { exemptionDays } from '../../core/change/deciding/exemption-days.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import { code } from '../components/badge.ts';
import type { Markup } from '../components/markup.ts';
import { choice, choices, longField, pickField } from './form-fields.ts';
import type { ChangePage, PageForm } from './page-model.ts';
import { servicePicker } from './service-picker.ts';

const words = {
  cancel: {
    title: 'Cancel this change',
    text: 'Nothing has been written yet. Cancelling takes the approval back, and nothing is applied.',
    note: 'optional',
    button: 'Cancel the change',
  },
  'roll-back': {
    title: 'Roll back',
    text: null,
    note: 'required',
    button: 'Roll back now',
  },
} as const;

/** The form of a cancel or roll-back link: one button, and a reason. */
export function cancelOrRollBackForm(
  { entered, refusals, view }: ChangePage,
  { purpose, token }: PageForm,
): Markup {
  const path = purpose === 'cancel' ? 'cancel' : 'roll-back';
  const { button, note, text, title } = words[path];
  return html`<section aria-labelledby="act"><h2 id="act">${title}</h2><p>${text ?? view.told.rollBack}</p>
<form method="post" action="/changes/${view.id}/${path}">
<input type="hidden" name="token" value="${token}">
${longField({ name: 'reason', label: 'Reason', note, value: entered.get('reason') ?? '', refusals })}
<p><button type="submit">${button}</button></p>
</form>
${purpose === 'roll-back' && offersSome(view) ? giveBackForm({ entered, refusals, view }, token) : null}
${purpose === 'roll-back' && offersExemption(view) ? exemptForm({ entered, refusals, view }, token) : null}</section>`;
}

/** Where one service alone is denied, giving it back is rolling back. */
function offersSome({ services, status, told }: ChangePage['view']): boolean {
  return status === 'applied' && told.exemptible && services.length > 1;
}

/** Only whom AWS named as denied: everybody else is asked for with AWS credentials. */
function offersExemption({ deniedTo, status, told }: ChangePage['view']): boolean {
  return status === 'applied' && told.exemptible && deniedTo.length > 0;
}

/** So many principals are listed; those denied last come first. */
const mostPrincipals = 20;

/** One principal that was denied, for some days: a proposal that others decide on, and a further one once it is over. */
function exemptForm(
  { entered, refusals, view }: Pick<ChangePage, 'entered' | 'refusals' | 'view'>,
  token: string,
): Markup {
  const isSent = entered.has('exempt-reason');
  const days = exemptionDays.offered.map((count) => [String(count), counted(count, 'day')] as const);
  const principals = view.deniedTo.slice(0, mostPrincipals).map(({ principal, services }) => {
    const words = html`${code(visibleText(principal))} from the denial of ${visibleText(services.join(', '))}`;
    return choice('radio', 'principals', principal, entered.get('principals') === principal, words);
  });
  return html`<details${isSent ? html` open` : null}><summary>Or exempt one principal for some days</summary>
<p>This rolls nothing back, and your link can be used afterwards: it proposes a change that lets one principal use what it was denied until a day that you choose. Others decide on it, and you are never the only one who approves. Once the day is over, a review proposes to take it out again, unless it was used.</p>
<form method="post" action="/changes/${view.id}/give-back">
<input type="hidden" name="token" value="${token}">
${choices({ name: 'principals', refusals }, 'Principal to exempt', principals)}
${pickField({ name: 'days', label: 'For how long', note: 'required', value: entered.get('days') ?? '', refusals }, days)}
${longField({ name: 'exempt-reason', label: 'Why it is needed', note: 'required', value: entered.get('exempt-reason') ?? '', refusals })}
<p><button type="submit">Propose this exemption</button></p>
</form></details>`;
}

/** Some services alone: a proposal that others decide on. A form of its own, so that no key in it sends the other one. */
function giveBackForm(
  { entered, refusals, view }: Pick<ChangePage, 'entered' | 'refusals' | 'view'>,
  token: string,
): Markup {
  const isSent = entered.has('give-reason');
  return html`<details${isSent ? html` open` : null}><summary>Or give back only these services</summary>
<p>This rolls nothing back, and your link can be used afterwards: it proposes a change that takes the services out of what is denied. Others decide on it, and you are never the only one who approves.</p>
<form method="post" action="/changes/${view.id}/give-back">
<input type="hidden" name="token" value="${token}">
${choices({ name: 'services', refusals }, 'Services to give back', servicePicker(view, entered, { end: 'field-give-reason' }))}
${longField({ name: 'give-reason', label: 'Why these are needed', note: 'required', value: entered.get('give-reason') ?? '', refusals })}
<p><button type="submit">Propose to give these back</button></p>
</form></details>`;
}
