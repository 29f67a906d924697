import { html } from 'hono/html';
import { counted } from '../../core/base/counted.ts';
import type { PrincipalEffect } from '../../core/change/content/identity-part.ts';
import type { IdentityStep } from '../../core/identity/identity-step.ts';
import { textWritten } from '../../core/identity/identity-values.ts';
import { shortArn, stepWords } from '../../core/identity/step-words.ts';
import { judgesLines, riskLines } from '../../core/message/words/risk-words.ts';
import { byWeight } from '../../core/policy/service-weights.ts';
import type {
  IdentityChangeResult,
  IdentityRefusalResult,
} from '../../core/review/identities/identities-result.ts';
import { code } from '../components/badge.ts';
import { policyDiff } from '../components/diff.ts';
import type { Content, Markup } from '../components/markup.ts';
import { servicesList } from '../components/services.ts';
import { facts, table } from '../components/table.ts';
import { articleBadges, certificateFold } from '../report/change-article.ts';
import { groupIdentityRefusals } from '../report/identity-grouping.ts';
import { identityCodeTitles, takenBy } from '../report/identity-words.ts';

/** The checks of so many edits stand open; of more, each certificate is folded. */
const fewChanges = 1;
/** So many services are read at a glance in a cell. */
const fewNames = 8;

/** The proposed edits of an account, each an article. */
export function identityChangesSection(changes: readonly IdentityChangeResult[]): Markup {
  return html`<section aria-labelledby="changes">
<h2 id="changes">Proposed edits</h2>
${changes.length === 0 ? html`<p>No edit is proposed.</p>` : html`<p class="note">Drafts. This review has changed nothing.</p>`}
${changes.map((change) => changeArticle(change, changes.length <= fewChanges))}
</section>`;
}

function changeArticle(change: IdentityChangeResult, isFew: boolean): Markup {
  const { certificate, id, notes, principals, risk, steps, title } = change;
  const { actions, part, whole } = takenBy(change);
  return html`<article aria-labelledby="${id}">
<h3 id="${id}">${title}</h3>
${articleBadges(change)}
${facts([
  ['Change', html`${code(id)}, revision ${change.revision}`],
  [
    'Who loses something',
    `${counted(principals.length, 'principal')}: ${principals.map(shortArn).join(', ')}`,
  ],
])}
<h4>What is taken away</h4>
${whole.length === 0 ? null : servicesList([...whole].sort(byWeight).map((service) => [service, null]))}
${part.length === 0 ? null : html`<p>In part: ${part.join(', ')}</p>`}
${actions.length === 0 ? null : html`<p>Single actions: ${actions.join(', ')}</p>`}
${notes.length === 0 ? null : html`<ul class="plain">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
<h4>Who loses what, largest first</h4>
${effectsTable(change.effects)}
<h4>Steps, in this order</h4>
<ol>${steps.map((step) => html`<li>${stepWords(step)}${stepText(step)}</li>`)}</ol>
${certificateFold('Certificate', certificate.checks, isFew)}
<h4>Risk: ${risk.level}</h4>
${risk.flags.length === 0 ? html`<p>Nothing stands out.</p>` : html`<ul class="plain">${riskLines(risk).map((line) => html`<li>${line}</li>`)}</ul>`}
${judgesLines(certificate).map((line) => html`<p>${line}</p>`)}
</article>`;
}

function effectsTable(effects: readonly PrincipalEffect[]): Markup {
  return table(
    'Read from the policy texts before and after, for each user and role that the steps touch.',
    [
      { title: 'User or role' },
      { title: 'Loses' },
      { title: 'Loses a part of' },
      { title: 'Uses, and keeps whole' },
    ],
    effects.map(({ arns, keeps, loses, narrowed }) => [
      arns.map(shortArn).join(', '),
      namespacesCell(loses),
      namespacesCell(narrowed),
      namespacesCell(keeps),
    ]),
  );
}

function namespacesCell(names: readonly string[]): Content {
  if (names.length === 0) return 'nothing';
  const sorted = [...names].sort(byWeight);
  if (names.length <= fewNames) return sorted.join(', ');
  const summary = `${counted(names.length, 'service')}: ${sorted.slice(0, 3).join(', ')} …`;
  return html`<details><summary>${summary}</summary>${sorted.join(', ')}</details>`;
}

function stepText(step: IdentityStep): Markup | null {
  const text = textWritten(step);
  return text === null ? null : policyDiff(stepWords(step), step.before, text);
}

/** What the review will not propose, by reason. */
export function identityRefusalsSection(refusals: readonly IdentityRefusalResult[]): Markup | null {
  if (refusals.length === 0) return null;
  return html`<section aria-labelledby="refusals">
<h2 id="refusals">Not proposed</h2>
${groupIdentityRefusals(refusals).map(
  ([reason, alike]) => html`<h3>${identityCodeTitles[reason]}</h3>
<p class="note small">${code(reason)}</p>
${alike.map(refusalEntry)}`,
)}
</section>`;
}

function refusalEntry({ detail, patch, policyArn, services = [] }: IdentityRefusalResult): Markup {
  return html`<p>${detail}${services.length === 0 ? null : html` (${services.join(', ')})`}</p>
${patch ? html`<h4>The edit that the owner may make</h4>${policyDiff(policyArn ?? 'the policy', patch.before, patch.after)}` : null}`;
}
