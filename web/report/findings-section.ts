import { html } from 'hono/html';
import { counted } from '../../core/base/counted.ts';
import { shownName } from '../../core/organization/organization.ts';
import type { FindingResult } from '../../core/review/finding-result.ts';
import type { EntityResult } from '../../core/review/review-result.ts';
import { badge, code, named } from '../components/badge.ts';
import type { Content, Markup } from '../components/markup.ts';
import { servicesList } from '../components/services.ts';
import { table } from '../components/table.ts';
import { day } from '../components/time.ts';
import type { EntityFindings, HeldFindings } from './grouping.ts';
import type { Names } from './names.ts';
import { trackedDays, typeWords } from './words.ts';

const previewed = 8;
const fewReasons = 5;
const fewHeld = 24;

/** The findings, entity by entity. */
export function findingsSection(
  groups: readonly EntityFindings[],
  names: Names,
  thresholdDays: number,
): Markup {
  return html`<section aria-labelledby="findings">
<h2 id="findings">Findings</h2>
${groups.length === 0 ? html`<p>No unused service was found.</p>` : html`<p class="note">Each service is named at the highest entity where nobody used it.</p>`}
${groups.map((group) => entitySection(group, names, thresholdDays))}
</section>`;
}

function entitySection(group: EntityFindings, names: Names, thresholdDays: number): Markup {
  const { entity, lapsed, neverUsed, held, youngAccounts } = group;
  const heldCount = held.reduce((sum, { findings }) => sum + findings.length, 0);
  return html`<section aria-labelledby="at-${entity.id}">
<h3 id="at-${entity.id}">${named(shownName(entity))}</h3>
<p class="note small">${typeWords[entity.type]} ${code(entity.id)}, ${counted(entity.accounts, 'account')}${placeBelow(entity, names)}</p>
${youngAccounts.length === 0 ? null : youngNotice(youngAccounts, names)}
${lapsed.length === 0 ? null : lapsedTable(lapsed, names, thresholdDays)}
${
  neverUsed.length === 0
    ? null
    : html`<h4>Never used: ${counted(neverUsed.length, 'service')}</h4>
<p class="note">No attempt by any account below in the ${trackedDays} days that AWS tracks.</p>
${servicesList(neverUsed.map((finding) => [finding.serviceNamespace, finding.serviceName]))}`
}
${
  held.length === 0
    ? null
    : html`<h4>Never used, not drafted: ${counted(heldCount, 'service')}</h4>
${heldTable(held, heldCount)}`
}
</section>`;
}

function youngNotice(accountIds: readonly string[], names: Names): Markup {
  const list = accountIds.map((id) => names.account(id)).join(', ');
  const text = `${counted(accountIds.length, 'account')} joined after the cut-off and had no full period to use anything`;
  if (accountIds.length <= previewed) return html`<p class="notice">${text}: ${named(list)}.</p>`;
  return html`<div class="notice"><details><summary>${text}</summary>${named(list)}</details></div>`;
}

function lapsedTable(findings: readonly FindingResult[], names: Names, thresholdDays: number): Markup {
  return table(
    html`<strong>Lapsed: ${counted(findings.length, 'service')}.</strong> Used before, not for more than ${thresholdDays} days.`,
    [
      { title: 'Service' },
      { title: 'Last attempted' },
      { title: 'Days', numeric: true },
      { title: 'Where last attempted' },
      { title: 'Ever used by', numeric: true },
      { title: 'Status' },
    ],
    findings.map((finding) => [
      html`${finding.serviceName} ${code(finding.serviceNamespace)}`,
      finding.lastAccessedAt === null ? 'never' : day(finding.lastAccessedAt),
      finding.daysUnused ?? '',
      whereLastUsed(finding, names),
      html`<span class="nowrap">${finding.accountsEverUsed} of ${finding.accounts}</span>`,
      status(finding),
    ]),
  );
}

function whereLastUsed(finding: FindingResult, names: Names): Content {
  if (finding.lastAccessedEntityPath === null) return '';
  const { id, name } = names.accountParts(finding.lastAccessedEntityPath);
  const region = finding.lastAccessedRegion;
  return html`${name === null ? null : html`${named(name)} `}<span class="nowrap note small">${id}</span>${region === null ? null : html`, <span class="nowrap">${region}</span>`}`;
}

/** Where a nested entity stands; one directly below the root needs no words. */
function placeBelow(entity: EntityResult, names: Names): Content {
  const place = names.place(entity.path);
  return place.includes(' / ') ? html`; ${named(place)}` : null;
}

function status(finding: FindingResult): Markup {
  const why = finding.note ?? finding.reason ?? '';
  const word = finding.status === 'open' ? badge('open', 'care') : badge(finding.status);
  return why === '' ? word : html`${word} <span class="note small">${why}</span>`;
}

function heldTable(groups: readonly HeldFindings[], count: number): Markup {
  const rows = table(
    'Shown for completeness; no change denies them.',
    [{ title: 'Services' }, { title: 'Status' }, { title: 'Why' }],
    groups.map(({ status: word, why, findings }) => [
      html`${findings.map((finding, index) => html`${index > 0 ? ' ' : ''}<code title="${finding.serviceName}">${finding.serviceNamespace}</code>`)}`,
      badge(word),
      why,
    ]),
  );
  if (groups.length <= fewReasons && count <= fewHeld) return rows;
  const summary = [...statusCounts(groups)].map(([word, count]) => `${count} ${word}`).join(', ');
  return html`<details><summary>${summary}: all by reason</summary>${rows}</details>`;
}

function statusCounts(groups: readonly HeldFindings[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const group of groups)
    counts.set(group.status, (counts.get(group.status) ?? 0) + group.findings.length);
  return counts;
}
