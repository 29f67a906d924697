import { html } from 'hono/html';
import { counted, grouped } from '../../core/base/counted.ts';
import type { Refusal } from '../../core/base/refusal.ts';
import { refusalTitles } from '../../core/message/words/refusal-words.ts';
import { shownName } from '../../core/organization/organization.ts';
import type { EntityResult, ReviewResult } from '../../core/review/review-result.ts';
import { badge, code, named } from '../components/badge.ts';
import { policyDiff } from '../components/diff.ts';
import type { Markup } from '../components/markup.ts';
import { servicesList } from '../components/services.ts';
import { table } from '../components/table.ts';
import { minute } from '../components/time.ts';
import type { RefusalGroup } from './grouping.ts';
import type { Names } from './names.ts';
import { evidenceWords, typeWords } from './words.ts';

const fewEntities = 20;

/** What the review will not propose, by reason. */
export function refusalsSection(
  groups: readonly RefusalGroup[],
  names: Names,
  serviceNames: ReadonlyMap<string, string>,
): Markup | null {
  if (groups.length === 0) return null;
  return html`<section aria-labelledby="refusals">
<h2 id="refusals">Not proposed</h2>
<p class="note">What the review will not draft, and what would have to change first.</p>
${groups.map(
  ({ code: reason, refusals }) => html`<h3>${refusalTitles[reason]}</h3>
<p class="note small">${code(reason)}</p>
${refusals.map((refusal) => refusalEntry(refusal, names, serviceNames))}`,
)}
</section>`;
}

function refusalEntry(refusal: Refusal, names: Names, serviceNames: ReadonlyMap<string, string>): Markup {
  const { entityId, policyId, services = [], detail, patch } = refusal;
  const where = [
    entityId === undefined
      ? null
      : html`findings at ${named(shownName(names.entity(entityId)))} ${code(entityId)}`,
    policyId === undefined ? null : html`the SCP ${code(policyId)}`,
  ].filter((part) => part !== null);
  return html`<p>${detail}</p>
${where.length === 0 ? null : html`<p class="note small">Concerns ${where.map((part, index) => html`${index > 0 ? ', ' : ''}${part}`)}</p>`}
${services.length === 0 ? null : servicesList(services.map((service) => [service, serviceNames.get(service) ?? null]))}
${
  patch === undefined
    ? null
    : html`<h4>The edit that the owner of ${code(patch.policyId)} may make</h4>${policyDiff(`the SCP ${patch.policyId}`, patch.before, patch.after)}`
}`;
}

/** The settings that have no effect on this organization. */
export function idleSettingsSection(warnings: NonNullable<ReviewResult['warnings']>): Markup | null {
  if (warnings.length === 0) return null;
  return html`<section aria-labelledby="settings">
<h2 id="settings">Settings without effect</h2>
<p class="note">What the configuration says and nothing in this organization matches.</p>
<ul>${warnings.map(({ detail, key }) => html`<li>${code(key)}: ${detail}</li>`)}</ul>
</section>`;
}

/** The entities and where the evidence about each comes from. */
export function evidenceSection(entities: readonly EntityResult[], names: Names): Markup {
  return html`<section aria-labelledby="evidence">
<h2 id="evidence">Evidence</h2>
${entities.length <= fewEntities ? evidenceTable(entities, names) : html`<details><summary>All ${counted(entities.length, 'entity', 'entities')}</summary>${evidenceTable(entities, names)}</details>`}
</section>`;
}

function evidenceTable(entities: readonly EntityResult[], names: Names): Markup {
  const shallowest = Math.min(...entities.map(depthOf));
  return table(
    'Every entity of this review and where the evidence about it comes from. The management account is never among the accounts: no SCP binds it.',
    [{ title: 'Entity' }, { title: 'Accounts', numeric: true }, { title: 'Evidence' }],
    entities.map((entity) => [
      html`<span class="depth-${Math.min(6, depthOf(entity) - shallowest)}">${named(shownName(entity))} <span class="note small">${typeWords[entity.type]}</span> ${code(entity.id)}</span>`,
      grouped(entity.accounts),
      evidence(entity, names),
    ]),
  );
}

function evidence(entity: EntityResult, names: Names): Markup {
  const { report } = entity;
  if ('failed' in report) return html`${badge('failed', 'bad')} ${evidenceWords(entity, names)}`;
  if ('pending' in report) return html`${badge('pending', 'care')} ${evidenceWords(entity, names)}`;
  if ('notJudged' in report) return html`${evidenceWords(entity, names)}`;
  if (!('jobId' in report)) return html`${badge('inferred')} ${evidenceWords(entity, names)}`;
  return html`${badge('report', 'good')} ${counted(report.services, 'service')}, finished ${minute(report.completedAt)} <span class="note small">job ${code(report.jobId)}</span>`;
}

function depthOf(entity: EntityResult): number {
  return entity.path.split('/').length;
}
