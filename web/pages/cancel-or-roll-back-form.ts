import { html } from 'hono/html';
import type { Markup } from '../components/markup.ts';
import { longField } from './form-fields.ts';
import type { ChangePage, PageForm } from './page-model.ts';

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
</form></section>`;
}
