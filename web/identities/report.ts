import { html } from 'hono/html';
import { counted, grouped } from '../../core/base/counted.ts';
import type { IdentitiesResult } from '../../core/review/identities/identities-result.ts';
import { code, named } from '../components/badge.ts';
import type { Markup } from '../components/markup.ts';
import { facts } from '../components/table.ts';
import { minute } from '../components/time.ts';
import { bySubject, type SubjectFindings } from '../report/identity-grouping.ts';
import { partialWords } from '../report/partial-words.ts';
import { presentable } from '../report/presentable.ts';
import { standalonePage } from '../report/standalone-page.ts';
import { whyNothing } from '../report/why-nothing.ts';
import { identityChangesSection, identityRefusalsSection } from './changes.ts';
import { overviewSection, policiesSection } from './overview.ts';
import { subjectSection } from './subject-section.ts';

/** So many identities are shown open; of more, each is folded behind its name and figures. */
const mostOpen = 5;

/** The report of a review of identities as one self-contained HTML file. */
export function identitiesReport(given: IdentitiesResult): string {
  const result = presentable(given);
  const all = bySubject(result);
  const ids = new Map(all.map((each, index) => [each, `identity-${index + 1}`]));
  const idOf = (each: SubjectFindings): string => ids.get(each) ?? '';
  const isWhole = all.length > 1;
  const told = isWhole
    ? all.filter(({ findings, subject }) => findings.length > 0 || !('services' in subject.report))
    : all;
  const silent = all.length - told.length;
  return standalonePage(
    `Access review of account ${result.accountId}, ${result.asOf.slice(0, 10)}`,
    html`${header(result)}
<main>
${isWhole ? overviewSection(all, idOf) : null}
${isWhole ? policiesSection(all) : null}
<section aria-labelledby="findings">
<h2 id="findings">${isWhole ? 'Each identity' : 'Findings'}</h2>
${told.map((each) => (told.length > mostOpen ? folded(each, idOf(each)) : subjectSection(each, idOf(each))))}
${silent === 0 ? null : html`<p class="note">${counted(silent, 'more identity', 'more identities')} without anything unused.</p>`}
</section>
${identityChangesSection(result.changes)}
${identityRefusalsSection(result.refusals)}
</main>
<footer>Review ${code(result.reviewId)}. ${counted(result.metrics.reportJobs, 'report')}. Reading only: nothing was changed.</footer>`,
  );
}

function folded(given: SubjectFindings, id: string): Markup {
  const { open, privileged, subject } = given;
  const isUnusedRole = open.some(({ kind }) => kind === 'unused-role');
  const services = `${grouped(open.length)} unused${privileged > 0 ? `, ${privileged} of them privileged` : ''}`;
  const figures = isUnusedRole ? 'nobody uses it' : services;
  return html`<details class="identity"><summary>${subject.type} ${named(subject.name)}: ${figures}</summary>${subjectSection(given, id)}</details>`;
}

function header(result: IdentitiesResult): Markup {
  const [only] = result.subjects;
  const what =
    result.subjects.length === 1 && only
      ? html`${only.type} ${named(only.name)}`
      : counted(result.subjects.length, 'identity', 'identities');
  const open = result.findings.filter(({ status }) => status === 'open').length;
  const partial = partialWords(result);
  const nothing = whyNothing(result);
  const tally: readonly (readonly [string, number])[] = [
    ['Open findings', open],
    ['Kept, exempt or held', result.findings.length - open],
    ['Proposed edits', result.changes.length],
    ['Refusals', result.refusals.length],
  ];
  return html`<header>
<p class="eyebrow">Identity access review</p>
<h1>${what} of account ${result.accountId}</h1>
<p class="lead">${
    open === 0
      ? 'Nothing unused is open for a decision.'
      : `${counted(open, 'unused permission')} open for a decision.`
  }</p>
<dl class="tally">${tally.map(([label, count]) => html`<div><dt>${label}</dt><dd>${grouped(count)}</dd></div>`)}</dl>
${partial === null ? null : html`<p class="notice"><strong>Partial review:</strong> ${partial}.</p>`}
${facts([
  ['Account', code(result.accountId)],
  ['As of', minute(result.asOf)],
  ['Unused means', `no attempt for more than ${result.thresholdDays} days`],
  ['Level', result.level === 'service' ? 'services' : 'services and tracked actions'],
  ...(nothing === null ? [] : [['Why no edit is proposed', nothing] as const]),
])}
</header>`;
}
