import { html } from 'hono/html';
import { decisionLimits } from '../../core/change/deciding/decision-fields.ts';
import type { DecisionRefusal } from '../../core/change/links/refusal.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import type { Content, Markup } from '../components/markup.ts';

/** What a field is shown with. */
export interface Field {
  readonly name: string;
  readonly label: Content;
  /** A word or two after the label: when it is needed. */
  readonly note: string;
  readonly value: string;
  readonly refusals: readonly DecisionRefusal[];
  /** Decisions that it belongs to, apart by blanks; absent: it always shows. A browser that cannot tell shows it always. */
  readonly when?: string;
}

/** A field of several lines. */
export function longField({ label, name, note, refusals, value, when }: Field): Markup {
  return html`<div class="field${whenClass(when)}"><label for="field-${name}">${label} <span class="note">${note}</span></label>
${errorOf(refusals, name)}<textarea id="field-${name}" name="${name}" rows="3" maxlength="${decisionLimits.reasonCharacters}"${wrong(refusals, name)}>
${value}</textarea></div>`;
}

/** A field of one line; `kind` is `text` or `date`. */
export function shortField(
  { label, name, note, refusals, value, when }: Field,
  kind: 'text' | 'date',
): Markup {
  return html`<div class="field${whenClass(when)}"><label for="field-${name}">${label} <span class="note">${note}</span></label>
${errorOf(refusals, name)}<input id="field-${name}" name="${name}" type="${kind}" value="${value}" autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false"${wrong(refusals, name)}></div>`;
}

/** One of several, by its value and its words; none at first. */
export function pickField(
  { label, name, note, refusals, value, when }: Field,
  options: readonly (readonly [string, string])[],
): Markup {
  return html`<div class="field${whenClass(when)}"><label for="field-${name}">${label} <span class="note">${note}</span></label>
${errorOf(refusals, name)}<select id="field-${name}" name="${name}"${wrong(refusals, name)}><option value="">Choose</option>${options.map(([id, words]) => html`<option value="${id}"${id === value ? html` selected` : null}>${words}</option>`)}</select></div>`;
}

/** A group of choices under one legend. */
export function choices(
  { name, refusals, when }: Pick<Field, 'name' | 'refusals' | 'when'>,
  legend: Content,
  content: Content,
): Markup {
  return html`<fieldset id="field-${name}" class="group${whenClass(when)}"${wrong(refusals, name)}><legend>${legend}</legend>
${errorOf(refusals, name)}${content}</fieldset>`;
}

/** A box or a button to be ticked, with its label; never ticked unless it was before. */
export function choice(
  kind: 'radio' | 'checkbox',
  name: string,
  value: string,
  isChosen: boolean,
  label: Content,
): Markup {
  return html`<label class="choice"${kind === 'radio' ? html` id="${name}-${value}"` : null}><input type="${kind}" name="${name}" value="${value}"${isChosen ? html` checked` : null}> <span>${label}</span></label>`;
}

function whenClass(when: string | undefined): string {
  return when === undefined ? '' : ` when ${when}`;
}

function wrong(refusals: readonly DecisionRefusal[], name: string): Markup | null {
  return refusals.some(({ field }) => field === name)
    ? html` aria-invalid="true" aria-describedby="error-${name}"`
    : null;
}

function errorOf(refusals: readonly DecisionRefusal[], name: string): Markup | null {
  const own = refusals.find(({ field }) => field === name);
  return own ? html`<p class="error" id="error-${name}">${visibleText(own.detail)}</p>` : null;
}
