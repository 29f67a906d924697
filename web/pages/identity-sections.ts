import { html } from 'hono/html';
import { counted } from '../../core/base/counted.ts';
import { isoDay, minuteUtc } from '../../core/base/iso-time.ts';
import {
  type IdentityEvidence,
  lastUserIn,
  type PrincipalEffect,
} from '../../core/change/content/identity-part.ts';
import { shortArn } from '../../core/identity/step-words.ts';
import type { ToldIdentities } from '../../core/kinds/kind.ts';
import type { ChangeView } from '../../core/message/views/change-view.ts';
import { evidenceBySubject } from '../../core/message/words/identity-words.ts';
import { shortened, visibleText } from '../../core/message/words/visible-text.ts';
import { byWeight, weightOf } from '../../core/policy/service-weights.ts';
import { badge, code, named } from '../components/badge.ts';
import { each, escaped, escapedName } from '../components/lean.ts';
import type { Content, Markup } from '../components/markup.ts';
import { servicesList } from '../components/services.ts';
import { table } from '../components/table.ts';

/** So many users and roles, or services, are read at a glance in a cell. */
const fewNames = 8;
const longestSentence = 1_000;

/** What is written, in this order, and what a reader should know of it. */
export function stepsList({ notes, steps }: ToldIdentities): Markup {
  return html`<h3>Steps, in this order</h3><ol class="plain">${steps.map((step) => html`<li>${sentence(step)}</li>`)}</ol>
${notes.length === 0 ? null : html`<h3>To know</h3><ul class="plain">${notes.map((note) => html`<li>${sentence(note)}</li>`)}</ul>`}`;
}

/** Who loses what and who keeps what; those to whom the same is done share a row. */
export function effectsSection(view: ChangeView, { actions, effects, others }: ToldIdentities): Markup {
  return html`<section aria-labelledby="affected"><h2 id="affected">Who loses what, and who keeps what</h2>
<p>${view.inheritance} ${others}</p>
${table(
  'Read from the policy texts before and after, for each user and role that the steps touch.',
  [
    { title: 'User or role' },
    { title: 'Loses' },
    { title: 'Loses a part of' },
    { title: 'Uses, and keeps whole' },
  ],
  effects.map((effect) => [
    principals(effect),
    namespaces(effect.loses),
    namespaces(effect.narrowed),
    namespaces(effect.keeps),
  ]),
)}
${actions.length === 0 ? null : html`<h3>Single actions that go</h3>${folded(actions, 'action', 40)}`}
<h3>How to get it back</h3><p>${view.told.rollBack}</p>
</section>`;
}

function principals({ arns, loses, narrowed }: PrincipalEffect): Content {
  const names = arns.map((arn) => shortArn(visibleText(arn)));
  const list = html`${names.map((name, index) => html`${index > 0 ? ', ' : ''}${named(shortened(name, 150))}`)}`;
  const none = loses.length + narrowed.length === 0 ? html` ${badge('loses nothing', 'good')}` : null;
  if (names.length <= fewNames) return html`${list}${none}`;
  return html`<details><summary>${counted(names.length, 'user or role', 'users and roles')}</summary>${list}</details>${none}`;
}

function namespaces(names: readonly string[]): Content {
  if (names.length === 0) return 'nothing';
  return folded([...names].sort(byWeight), 'service', fewNames);
}

function folded(names: readonly string[], noun: string, few: number): Content {
  const list = html`${names.map((name, index) => html`${index > 0 ? ', ' : ''}${code(visibleText(name))}`)}`;
  return names.length <= few
    ? list
    : html`<details><summary>${counted(names.length, noun)}: ${names.slice(0, 3).map(visibleText).join(', ')} …</summary>${list}</details>`;
}

/** Why: what was used before as a table, what never was as a list, by whom the reports are about. */
export function identityEvidenceSection(view: ChangeView, { evidence }: ToldIdentities): Markup {
  return html`<section aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>
<p>Unused means no attempt for more than ${view.thresholdDays} days, so not since ${isoDay(view.cutOff)}; judged from ${minuteUtc(view.asOf)}.</p>
${evidenceBySubject(evidence).map(({ inPart, lapsed, never, subjectArn }) => {
  const dear = never.filter(({ serviceNamespace }) => (weightOf(serviceNamespace)?.weight ?? 0) >= 2);
  return html`<h3>${named(shortArn(visibleText(subjectArn)))}</h3>
${lapsed.length + dear.length === 0 ? null : datedTable([...dear, ...lapsed], view.trackingDays)}
${never.length === dear.length ? null : html`<p>${dear.length === 0 ? 'Never' : 'Also never'} used in ${view.trackingDays} days, not even an attempt:</p>${servicesList(never.filter((entry) => !dear.includes(entry)).map((entry) => [entry.serviceNamespace ?? '', entry.serviceName] as const))}`}
${inPart.map((entry) => html`<p>${named(visibleText(entry.serviceName))}: ${counted(entry.actions.length, 'action')} that AWS tracks and nobody attempted. ${folded(entry.actions, 'action', 40)}</p>`)}
${reportOf([...lapsed, ...never, ...inPart])}`;
})}
<p class="note small">AWS remembers ${view.trackingDays} days. Denied attempts count as use, by whoever could have used the policy. What happened in the last 4 hours before a report is not in it.</p>
</section>`;
}

function datedTable(entries: readonly IdentityEvidence[], trackingDays: number): Markup {
  const row = (entry: IdentityEvidence): string => {
    const { daysUnused, lastAccessedAt: at, lastAccessedRegion: region } = entry;
    const by = lastUserIn(entry);
    const why = weightOf(entry.serviceNamespace)?.why ?? '';
    const who =
      by === null
        ? unnamed(at)
        : `<bdi>${escapedName(shortArn(by))}</bdi>${region ? `, ${escapedName(region)}` : ''}`;
    return (
      `<tr><th scope="row">${escapedName(entry.serviceName)}${entry.serviceNamespace === null ? '' : ` <code>${escaped(entry.serviceNamespace)}</code>`}</th>` +
      `<td data-title="Last attempted">${at === null ? `never in ${trackingDays} days` : `<span class="nowrap">${isoDay(at)}</span>, ${daysUnused ?? 0} days ago`}</td>` +
      `<td data-title="By">${who}</td>` +
      `<td data-title="What misuse would cost">${escaped(why)}</td></tr>`
    );
  };
  return html`<table><caption>Privileged services first, then those that were used before.</caption>
<thead><tr><th scope="col">Service</th><th scope="col">Last attempted</th><th scope="col">By</th><th scope="col">What misuse would cost</th></tr></thead>
<tbody>${each(entries, row)}</tbody></table>`;
}

function unnamed(at: number | null): string {
  return at === null ? '<span class="nowrap">nobody</span>' : 'somebody whom AWS does not name';
}

function reportOf(entries: readonly IdentityEvidence[]): Markup | null {
  const report = entries.find((entry) => entry.report !== null)?.report;
  if (!report) return null;
  return html`<p class="note small">By AWS's report ${code(visibleText(report.jobId))}, finished ${minuteUtc(report.completedAt)}.</p>`;
}

function sentence(text: string): string {
  return shortened(visibleText(text), longestSentence);
}
