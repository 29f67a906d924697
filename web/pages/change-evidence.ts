import { html } from 'hono/html';
import { counted, grouped } from '../../core/base/counted.ts';
import { isoDay, minuteUtc } from '../../core/base/iso-time.ts';
import { groupBy } from '../../core/base/lists.ts';
import type { ServiceEvidence } from '../../core/change/content/change.ts';
import type { ChangeView } from '../../core/message/views/change-view.ts';
import { notSinceWords } from '../../core/message/words/evidence-words.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import { each, escaped, escapedName, escapedOnce } from '../components/lean.ts';
import type { Markup } from '../components/markup.ts';
import { servicesList } from '../components/services.ts';

/** Access reports in the order in which the evidence names them. */
type Reports = ReadonlyMap<string, { readonly number: number; readonly entry: ServiceEvidence }>;

/** Why each service is denied: what was used before as a table, what never was as a list, and the reports that say so. */
export function evidenceSection(view: ChangeView): Markup {
  const { lapsed, neverUsed, notSince } = view;
  const reports = reportsOf([...lapsed, ...neverUsed, ...notSince]);
  return html`<section aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>
<p>Unused means not for more than ${view.thresholdDays} days, so not since ${isoDay(view.cutOff)}; judged from ${minuteUtc(view.asOf)}.</p>
${lapsed.length === 0 ? null : html`<h3>Lapsed: used before, not any more (${grouped(lapsed.length)})</h3>${lapsedTable(lapsed, reports)}`}
${neverUsed.length === 0 ? null : neverUsedLists(view, reports)}
${notSince.length === 0 ? null : notSinceList(notSince, reports)}
${reports.size === 0 ? null : reportTable(reports)}
<p class="note small">AWS remembers ${view.trackingDays} days and names the account of the last attempt, never a person. Denied attempts count as use. What happened in the last 4 hours before a report is not in it.</p>
</section>`;
}

function lapsedTable(entries: readonly ServiceEvidence[], reports: Reports): Markup {
  const once = escapedOnce();
  const row = (entry: ServiceEvidence): string => {
    const { lastAccessedAccount: account, lastAccessedRegion: region } = entry;
    const where = account ? `<bdi>${once(account.name)}</bdi> <code>${once(account.id)}</code>` : 'not said';
    return (
      `<tr><th scope="row">${escapedName(entry.serviceName)} <code>${escaped(entry.serviceNamespace)}</code></th>` +
      `<td data-title="Last attempted">${entry.lastAccessedAt === null ? 'never' : `<span class="nowrap">${isoDay(entry.lastAccessedAt)}</span>`}</td>` +
      `<td data-title="Days ago" class="number">${entry.daysUnused ?? ''}</td>` +
      `<td data-title="Attempted in">${where}${region ? `, <span class="nowrap">${once(region)}</span>` : ''}</td>` +
      `<td data-title="Accounts ever" class="number">${entry.accountsEverUsed ?? 'at least 1'} of ${entry.accounts}</td>` +
      `<td data-title="Report" class="number">${reportNumber(entry, reports)}</td></tr>`
    );
  };
  return html`<table class="lapsed"><caption>The last use of each service, the latest first.</caption>
<thead><tr><th scope="col">Service</th><th scope="col">Last attempted</th><th scope="col" class="number">Days ago</th><th scope="col">Attempted in</th><th scope="col" class="number">Accounts ever</th><th scope="col" class="number">Report</th></tr></thead>
<tbody>${each(entries, row)}</tbody></table>`;
}

function notSinceList(entries: readonly ServiceEvidence[], reports: Reports): Markup {
  return html`<h3>Not used within the threshold (${grouped(entries.length)})</h3>
<ul class="plain">${each(
    entries,
    (entry) =>
      `<li>${escapedName(entry.serviceName)} <code>${escaped(entry.serviceNamespace)}</code>: ${escaped(notSinceWords(entry))} (report ${reportNumber(entry, reports)})</li>`,
  )}</ul>`;
}

/** Grouped by report where there are several: that is what sets never used services apart. */
function neverUsedLists({ neverUsed, trackingDays }: ChangeView, reports: Reports): Markup {
  const groups = groupBy(neverUsed, ({ report }) => report?.jobId ?? '');
  return html`<h3>Never used in ${trackingDays} days (${grouped(neverUsed.length)})</h3>
<p class="note">By none of the accounts, not even an attempt.</p>
${[...groups.values()].map((group) => {
  const [first] = group;
  const list = servicesList(group.map((entry) => [entry.serviceNamespace, entry.serviceName] as const));
  return html`${groups.size > 1 && first ? html`<h4>By report ${reportNumber(first, reports)}, ${visibleText(first.entityName)}</h4>` : null}${list}`;
})}`;
}

function reportsOf(entries: readonly ServiceEvidence[]): Reports {
  const reports = new Map<string, { readonly number: number; readonly entry: ServiceEvidence }>();
  for (const entry of entries) {
    const { report } = entry;
    if (report && !reports.has(report.jobId)) reports.set(report.jobId, { number: reports.size + 1, entry });
  }
  return reports;
}

function reportNumber({ report }: ServiceEvidence, reports: Reports): string {
  return report ? String(reports.get(report.jobId)?.number ?? '') : '';
}

function reportTable(reports: Reports): Markup {
  return html`<details><summary>${counted(reports.size, 'access report')} that these rows come from</summary>
<table><caption>IAM access reports that the evidence rests on.</caption>
<thead><tr><th scope="col">Report</th><th scope="col">Of</th><th scope="col">Finished</th><th scope="col">Job</th></tr></thead>
<tbody>${each(
    [...reports.values()],
    ({ entry: { entityId, entityName, report }, number }) =>
      `<tr><th scope="row">${number}</th><td data-title="Of">${entityId === report?.entityId ? `<bdi>${escapedName(entityName)}</bdi> ` : ''}<code>${escaped(report?.entityId ?? '')}</code></td><td data-title="Finished">${minuteUtc(report?.completedAt ?? 0)}</td><td data-title="Job"><code>${escaped(report?.jobId ?? '')}</code></td></tr>`,
  )}</tbody></table></details>`;
}
