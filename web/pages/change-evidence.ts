import { html, raw } from 'hono/html';
import type { ServiceEvidence } from '../../core/change/change.ts';
import type { ChangeView } from '../../core/message/change-view.ts';
import { dayUtc, minuteUtc } from '../../core/message/words.ts';
import type { Markup } from '../components/markup.ts';
import { servicesList } from '../components/services.ts';
import { counted, visibleText } from '../components/visible-text.ts';

/** Why each service is denied: what was used before in a table, what never was as a list. */
export function evidenceSection(view: ChangeView): Markup {
  return html`<section aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>
<p class="note">Unused means not for more than ${view.thresholdDays} days before ${minuteUtc(view.asOf)}, so not since ${dayUtc(view.cutOff)}. AWS remembers ${view.trackingDays} days and names the account of the last attempt, never a person. Denied attempts count as use; use in the last 4 hours before a report is not in it.</p>
${view.lapsed.length > 0 ? html`<h3>Used before, not any more (${view.lapsed.length})</h3>${lapsedTable(view.lapsed)}` : null}
${view.neverUsed.length > 0 ? html`<h3>Never used in ${view.trackingDays} days (${view.neverUsed.length})</h3>${servicesList(view.neverUsed.map((entry) => [entry.serviceNamespace, visibleText(entry.serviceName)]))}` : null}
${reportsLine(view)}
</section>`;
}

/** Who is affected: folded, because there may be thousands. Written as plain escaped text: a template a row would be slow. */
export function affectedSection(view: ChangeView): Markup {
  const rows = view.accounts.map(
    ({ id, name, place, young }) =>
      `<tr><th scope="row"><bdi>${escaped(name)}</bdi> <code>${escaped(id)}</code></th><td data-title="Place">${escaped(place)}</td><td data-title="Note">${young ? 'joined within the threshold' : ''}</td></tr>`,
  );
  return html`<section aria-labelledby="affected"><h2 id="affected">Who is affected</h2>
<p>${counted(view.accounts.length, 'account')} below ${counted(view.targets.length, 'target')}. ${view.inheritance} The management account and service-linked roles are never bound by an SCP.</p>
<details><summary>All ${counted(view.accounts.length, 'account')}</summary>
<table><caption>Accounts below the targets.</caption><thead><tr><th scope="col">Account</th><th scope="col">Place</th><th scope="col">Note</th></tr></thead><tbody>${raw(rows.join(''))}</tbody></table></details>
</section>`;
}

function lapsedTable(entries: readonly ServiceEvidence[]): Markup {
  const rows = entries.map((entry) => {
    const account = entry.lastAccessedAccount;
    const where = account ? `<bdi>${escaped(account.name)}</bdi> <code>${escaped(account.id)}</code>` : '–';
    return (
      `<tr><th scope="row">${escaped(entry.serviceName)} <code>${escaped(entry.serviceNamespace)}</code></th>` +
      `<td data-title="Last used">${entry.lastAccessedAt === null ? 'never' : dayUtc(entry.lastAccessedAt)}</td>` +
      `<td data-title="Days" class="number">${entry.daysUnused ?? ''}</td><td data-title="Where">${where} ${escaped(entry.lastAccessedRegion ?? '')}</td>` +
      `<td data-title="Accounts ever" class="number">${entry.accountsEverUsed} of ${entry.accounts}</td></tr>`
    );
  });
  return html`<table><caption>Last use of each service, latest first.</caption><thead><tr><th scope="col">Service</th><th scope="col">Last used</th><th scope="col" class="number">Days</th><th scope="col">Where last used</th><th scope="col" class="number">Accounts ever</th></tr></thead><tbody>${raw(rows.join(''))}</tbody></table>`;
}

function reportsLine(view: ChangeView): Markup | null {
  const reports = new Map<string, string>();
  for (const { report } of [...view.lapsed, ...view.neverUsed]) {
    if (report) reports.set(report.jobId, `${report.entityId}, finished ${minuteUtc(report.completedAt)}`);
  }
  if (reports.size === 0) return null;
  return html`<details><summary>Access reports behind it (${reports.size})</summary><ul class="plain">${[...reports].map(([jobId, text]) => html`<li><code>${jobId}</code>: ${text}</li>`)}</ul></details>`;
}

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);
}
