import { html } from 'hono/html';
import { counted } from '../../core/message/visible-text.ts';
import { shownName } from '../../core/organization/organization.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';
import { code, named } from '../components/badge.ts';
import type { Content, Markup } from '../components/markup.ts';
import { standalonePage } from '../components/page.ts';
import { facts } from '../components/table.ts';
import { day, minute } from '../components/time.ts';
import { changesSection } from './change-article.ts';
import { evidenceSection, idleSettingsSection, refusalsSection } from './evidence-sections.ts';
import { findingsSection } from './findings-section.ts';
import { countFindings, groupFindings, groupRefusals } from './grouping.ts';
import { type AccountNames, namesOf } from './names.ts';
import { presentable } from './presentable.ts';
import { readingGuide } from './reading-guide.ts';
import { cutOffOf, metricsWords, statusWords, typeWords } from './words.ts';

/** The report of a review as one self-contained HTML file. `accountNames` adds names to account ids. */
export function reportPage(result: ReviewResult, accountNames?: AccountNames): string {
  const shown = presentable(result);
  const names = namesOf(shown, accountNames);
  const groups = groupFindings(shown, names);
  const serviceNames = new Map(
    shown.findings.map((finding) => [finding.serviceNamespace, finding.serviceName]),
  );
  return standalonePage(
    `Access review of ${shownName(shown.scope)}, ${shown.asOf.slice(0, 10)}`,
    html`${reportHeader(shown)}
<main>
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

function reportHeader(result: ReviewResult): Markup {
  const { scope } = result;
  const { openLapsed, openNeverUsed, notDrafted } = countFindings(result.findings);
  const failedReports = result.entities.filter(({ report }) => 'failed' in report || 'pending' in report);
  const tally: readonly (readonly [string, number])[] = [
    ['Lapsed services', openLapsed],
    ['Never used services', openNeverUsed],
    ['Found, not drafted', notDrafted],
    ['Proposed changes', result.changes.length],
    ['Refusals', result.refusals.length],
  ];
  return html`<header>
<p class="eyebrow">Organization access review</p>
<h1>${named(shownName(scope))}</h1>
<p class="lead">${headline(result)}</p>
<dl class="tally">${tally.map(([label, count]) => html`<div><dt>${label}</dt><dd>${count.toLocaleString('en-US')}</dd></div>`)}</dl>
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
  ['Entities', result.entities.length.toLocaleString('en-US')],
  ['Status', statusWords(result)],
])}
${contents(result)}
</header>`;
}

function headline(result: ReviewResult): string {
  const open = result.findings.filter((finding) => finding.status === 'open').length;
  if (open === 0) return 'No unused service is open for a decision.';
  const changes =
    result.changes.length === 0
      ? 'no change is'
      : `${counted(result.changes.length, 'change is', 'changes are')}`;
  return `${counted(open, 'unused service')} open for a decision; ${changes} proposed.`;
}

function contents(result: ReviewResult): Content {
  const sections: readonly (readonly [string, string])[] = [
    ['findings', 'Findings'],
    ['changes', 'Proposed changes'],
    ...(result.refusals.length === 0 ? [] : [['refusals', 'Not proposed'] as const]),
    ...(result.warnings === undefined ? [] : [['settings', 'Settings without effect'] as const]),
    ['evidence', 'Evidence'],
    ['guide', 'How to read this'],
  ];
  return html`<nav aria-label="Contents"><ul>${sections.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>`;
}
