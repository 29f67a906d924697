import { html } from 'hono/html';
import { counted, grouped } from '../../core/base/counted.ts';
import type { ServiceEvidence } from '../../core/change/content/change.ts';
import { groupsOf } from '../../core/change/content/service-groups.ts';
import type { ChangeView } from '../../core/message/views/change-view.ts';
import { decisionWords } from '../../core/message/words/decision-words.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import { code, named } from '../components/badge.ts';
import type { Content, Markup } from '../components/markup.ts';
import { choice, choices, longField, pickField, shortField } from './form-fields.ts';
import type { ChangePage, PageForm } from './page-model.ts';
import { servicePicker } from './service-picker.ts';

const decisions: readonly (readonly [string, string, string])[] = [
  ['reject', 'Reject', decisionWords.reject],
  ['snooze', 'Snooze', decisionWords.snooze],
  ['exempt', 'Exempt services', decisionWords.exempt],
];

/** The one form of an undecided change: no default choice, a typed confirmation, everything kept that was entered. */
export function decisionForm(
  { entered, others, refusals, view }: ChangePage,
  { digest, token }: PageForm,
): Markup {
  const text = (name: string): string => entered.get(name) ?? '';
  const approve =
    view.approvals.required > 1
      ? ` ${view.approvals.given.length} of ${view.approvals.required} people have approved so far.`
      : '';
  return html`<section aria-labelledby="act"><h2 id="act">Your decision</h2>
<p>Nothing is chosen for you, and nothing happens before you send it.${approve}</p>
<form method="post" action="/changes/${view.id}/decisions">
<input type="hidden" name="token" value="${token}"><input type="hidden" name="digest" value="${digest}">
${choices(
  { name: 'decision', refusals },
  'What do you decide?',
  html`${[['approve', 'Approve', view.told.approve] as const, ...(view.told.exemptible ? decisions : decisions.slice(0, 2))].map(([value, label, what]) => choice('radio', 'decision', value, text('decision') === value, html`<strong>${label}</strong>: ${what}`))}`,
)}
${view.told.exemptible ? narrowing(view, text('decision'), refusals) : null}
${choices(
  { name: 'note', refusals },
  'Or leave it open',
  notes
    .slice(0, others.length > 0 ? 2 : 1)
    .map(([value, label, what]) =>
      choice(
        'radio',
        'decision',
        value,
        text('decision') === value,
        html`<strong>${label}</strong>: ${what}`,
      ),
    ),
)}
${others.length > 0 ? handOver(others, text('to'), refusals) : null}
${
  view.mustAccept.length === 0
    ? null
    : choices(
        { name: 'accept', refusals, when: 'approve' },
        'What is not proven',
        html`<p class="note">To approve, accept each of these.</p>${view.mustAccept.map((name) => choice('checkbox', 'accept', name, entered.getAll('accept').includes(name), html`I accept that ${code(visibleText(name))} is not proven`))}`,
      )
}
${longField({ name: 'reason', label: 'Reason, or your question', note: 'required', value: text('reason'), refusals, when: 'reject snooze exempt ask hand-over' })}
${shortField({ name: 'until', label: 'Until', note: view.told.exemptible ? 'for snooze and exempt, the last day' : 'for snooze, the last day', value: text('until'), refusals, when: 'snooze exempt' }, 'date')}
${view.told.exemptible ? choices({ name: 'services', refusals, when: 'exempt' }, 'Services to exempt', servicePicker(view, entered)) : null}
${shortField({ name: 'confirm', label: confirmLabel(view.confirm), note: 'required', value: text('confirm'), refusals }, 'text')}
<p><button type="submit">Send decision</button></p>
<p class="note small">Or with AWS credentials, without this link, in a checkout of this reviewer: ${code(`npx --no -- oar changes show ${view.id}`)}</p>
</form></section>`;
}

const notes: readonly (readonly [string, string, string])[] = [
  [
    'ask',
    'Ask a question',
    'who else may decide gets it, and the history keeps it; your link stays as it is',
  ],
  ['hand-over', 'Not mine', 'hand it over to another approver; your link ends, theirs comes by message'],
];

/** The names of those who may take it over: nobody is chosen for whoever hands it over. */
function handOver(others: ChangePage['others'], chosen: string, refusals: ChangePage['refusals']): Markup {
  return pickField(
    { name: 'to', label: 'Hand over to', note: 'required', value: chosen, refusals, when: 'hand-over' },
    others.map(({ id, name }) => [id, visibleText(name)]),
  );
}

const narrowWords: Readonly<Record<ServiceEvidence['kind'], string>> = {
  lapsed: 'The lapsed only',
  'never-used': 'The never used only',
  'not-since': 'Only those not used within the threshold',
};

/** One button for each group that may be kept alone. Nothing where there is but one group, unless there is a refusal to tell. */
function narrowing(
  { lapsed, neverUsed, notSince }: ChangeView,
  chosen: string,
  refusals: ChangePage['refusals'],
): Markup | null {
  const groups = groupsOf([...lapsed, ...neverUsed, ...notSince]);
  const isRefused = refusals.some(({ field }) => field === 'keep');
  if (groups.length < 2 && !isRefused) return null;
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const buttons = (groups.length < 2 ? [] : groups).map(({ count, id }) => {
    const value = `narrow:${id}`;
    const what = `deny ${counted(count, 'service')}, leave ${grouped(total - count)} alone for now`;
    return choice(
      'radio',
      'decision',
      value,
      chosen === value,
      html`<strong>${narrowWords[id]}</strong>: ${what}`,
    );
  });
  const note = html`<p class="note">This approves nothing: a new revision with fewer services is shown before anybody approves. The others are not proposed again for as long as after a rejection.</p>`;
  return choices({ name: 'keep', refusals }, 'Or narrow the proposal', html`${note}${buttons}`);
}

function confirmLabel(confirm: string): Content {
  return html`To confirm, type <strong class="typed">${named(visibleText(confirm))}</strong>`;
}
