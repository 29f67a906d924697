import { html } from 'hono/html';
import { counted, grouped } from '../../core/base/counted.ts';
import { shownName } from '../../core/organization/organization.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';
import { code, named } from '../components/badge.ts';
import type { Content, Markup } from '../components/markup.ts';
import { facts } from '../components/table.ts';
import { day, minute } from '../components/time.ts';
import { changesSection } from './change-article.ts';
import { evidenceSection, idleSettingsSection, refusalsSection } from './evidence-sections.ts';
import { findingsSection } from './findings-section.ts';
import { groupFindings, groupRefusals } from './grouping.ts';
import { heatMapSection } from './heat-map-section.ts';
import { matrixSection } from './matrix-section.ts';
import { type AccountNames, namesOf } from './names.ts';
import { presentable } from './presentable.ts';
import { readingGuide } from './reading-guide.ts';
import { standalonePage } from './standalone-page.ts';
import { cutOffOf, metricsWords, planWords, statusWords, typeWords } from './words.ts';

/** The report of a review as one self-contained HTML file. `accountNames` adds names to account ids. */
export function reportPage(result: ReviewResult, accountNames?: AccountNames): string {
  const shown = presentable(result);
  const names = namesOf(shown, accountNames);
  const groups = groupFindings(shown, names);
  const serviceNames = new Map(
    shown.findings.map((finding) => [finding.serviceNamespace, finding.serviceName]),
  );
  const map = heatMapSection(shown);
  return standalonePage(
    `Access review of ${shownName(shown.scope)}, ${shown.asOf.slice(0, 10)}`,
    html`${reportHeader(shown, map !== null)}
<main>
${matrixSection(shown)}
${map}
${shown.truncated ? html`<p class="notice">The findings are left out: the result was too large. The stored review has them all.</p>` : null}
${findingsSection(groups, names, shown.thresholdDays)}
${changesSection(shown.changes, serviceNames)}
${refusalsSection(groupRefusals(shown.refusals), names, serviceNames)}
${idleSettingsSection(shown.warnings ?? [])}
${evidenceSection(shown.entities, names)}
${readingGuide(shown.thresholdDays)}
</main>
<footer>Review ${code(shown.reviewId)}. ${metricsWords(shown)}. Reading only: nothing was changed.</footer>`,
  );
}

function reportHeader(result: ReviewResult, hasMap: boolean): Markup {
  const { scope } = result;
  const failedReports = result.entities.filter(({ report }) => 'failed' in report || 'pending' in report);
  const { changes, totals } = result;
  const tally: readonly (readonly [string, number])[] = [
    ['Changes', changes.length],
    ['Unused services', totals.services],
    ['Lapsed', totals.kinds.lapsed],
    ['Never used', totals.kinds['never-used']],
  ];
  const [plan, ...found] = planWords(result);
  return html`<header>
<p class="eyebrow">Organization access review</p>
<h1>${named(shownName(scope))}</h1>
<p class="lead"><strong>${plan}</strong> ${found.join(' ')}</p>
<dl class="tally">${tally.map(([label, count]) => html`<div><dt>${label}</dt><dd>${grouped(count)}</dd></div>`)}</dl>
${
  result.status === 'completed'
    ? null
    : html`<p class="notice"><strong>${result.status === 'partial' ? 'Partial review.' : 'Review still running.'}</strong> ${counted(failedReports.length, 'entity', 'entities')} could not be judged; see <a href="#evidence">Evidence</a>.</p>`
}
${facts([
  ['Scope', html`${typeWords[scope.type]} ${code(scope.id)}`],
  ['Organization', code(result.organizationId)],
  ['As of', minute(result.asOf)],
  ['Unused means', html`not for more than ${result.thresholdDays} days, since ${day(cutOffOf(result))}`],
  ['Entities', grouped(result.entities.length)],
  ['Status', statusWords(result)],
])}
${contents(result, hasMap)}
</header>`;
}

function contents(result: ReviewResult, hasMap: boolean): Content {
  const sections: readonly (readonly [string, string])[] = [
    ...(result.findings.length === 0 ? [] : [['overview', 'Overview'] as const]),
    ...(hasMap ? [['heat-map', 'Services by OU'] as const] : []),
    ['findings', 'Findings'],
    ['changes', 'Proposed changes'],
    ...(result.refusals.length === 0 ? [] : [['refusals', 'Not proposed'] as const]),
    ...(result.warnings === undefined ? [] : [['settings', 'Settings without effect'] as const]),
    ['evidence', 'Evidence'],
    ['guide', 'How to read this'],
  ];
  return html`<nav aria-label="Contents"><ul>${sections.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>`;
}
