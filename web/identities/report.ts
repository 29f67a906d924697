import { html } from 'hono/html';
import { counted } from '../../core/message/visible-text.ts';
import type {
  IdentitiesResult,
  IdentityFindingResult,
  SubjectResult,
} from '../../core/review/identities/identities-result.ts';
import { badge, code, named } from '../components/badge.ts';
import type { Content, Markup } from '../components/markup.ts';
import { standalonePage } from '../components/page.ts';
import { facts, table } from '../components/table.ts';
import { day, minute } from '../components/time.ts';
import { adviceWords, grantWords, shortArn } from '../report/identity-words.ts';
import { presentable } from '../report/presentable.ts';
import { trackedDays } from '../report/words.ts';
import { identityChangesSection, identityRefusalsSection } from './changes.ts';
import { pathsOfSubject } from './paths.ts';

/** The report of a review of identities as one self-contained HTML file. */
export function identitiesReport(given: IdentitiesResult): string {
  const result = presentable(given);
  const findingsOf = (subject: SubjectResult): readonly IdentityFindingResult[] =>
    result.findings.filter(({ subjectArn }) => subjectArn === subject.arn);
  const subjects = [...result.subjects].sort((a, b) => findingsOf(b).length - findingsOf(a).length);
  return standalonePage(
    `Access review of account ${result.accountId}, ${result.asOf.slice(0, 10)}`,
    html`${header(result)}
<main>
<section aria-labelledby="findings">
<h2 id="findings">Findings</h2>
${subjects.map((subject) => subjectSection(subject, findingsOf(subject)))}
</section>
${identityChangesSection(result.changes)}
${identityRefusalsSection(result.refusals)}
</main>
<footer>Review ${code(result.reviewId)}. ${counted(result.metrics.reportJobs, 'report')}. Reading only: nothing was changed.</footer>`,
  );
}

function header(result: IdentitiesResult): Markup {
  const [only] = result.subjects;
  const what =
    result.subjects.length === 1 && only
      ? html`${only.type} ${named(only.name)}`
      : counted(result.subjects.length, 'identity', 'identities');
  const open = result.findings.filter(({ status }) => status === 'open').length;
  const failed = result.subjects.filter(({ report }) => 'failed' in report).length;
  const tally: readonly (readonly [string, number])[] = [
    ['Open findings', open],
    ['Kept, exempt or held', result.findings.length - open],
    ['Proposed edits', result.changes.length],
    ['Refusals', result.refusals.length],
  ];
  return html`<header>
<p class="eyebrow">Identity access review</p>
<h1>${what}</h1>
<p class="lead">${
    open === 0
      ? 'Nothing unused is open for a decision.'
      : `${counted(open, 'unused permission')} open for a decision.`
  }</p>
<dl class="tally">${tally.map(([label, count]) => html`<div><dt>${label}</dt><dd>${count.toLocaleString('en-US')}</dd></div>`)}</dl>
${
  failed === 0
    ? null
    : html`<p class="notice"><strong>Partial review.</strong> ${counted(failed, 'report')} failed: nothing is claimed about these identities.</p>`
}
${facts([
  ['Account', code(result.accountId)],
  ['As of', minute(result.asOf)],
  ['Unused means', `no attempt for more than ${result.thresholdDays} days`],
  ['Level', result.level === 'service' ? 'services' : 'services and tracked actions'],
])}
</header>`;
}

function subjectSection(subject: SubjectResult, findings: readonly IdentityFindingResult[]): Markup | null {
  const { report } = subject;
  const heading = html`<h3>${subject.type} ${named(subject.name)}</h3><p class="note small">${code(subject.arn)}</p>`;
  if ('failed' in report)
    return html`${heading}<p class="notice">Unknown: the report failed with ${code(report.failed.code)}: ${report.failed.message}</p>`;
  if (findings.length === 0)
    return html`${heading}<p>Nothing unused was found among ${counted(report.services, 'service')}.</p>`;
  return html`${heading}
${pathsOfSubject(subject, findings)}
${table(
  `What ${subject.name} may use and did not, how it comes by it, and what to do.`,
  [{ title: 'Service' }, { title: 'Last attempted' }, { title: 'Granted by' }, { title: 'Answer' }],
  findings.map((finding) => [
    serviceCell(finding),
    lastCell(finding),
    lines(finding.grants.map(grantWords)),
    answerCell(finding),
  ]),
)}`;
}

function serviceCell({ actions, serviceName, serviceNamespace }: IdentityFindingResult): Content {
  const name = html`${serviceName}${serviceNamespace === null ? null : html` ${code(serviceNamespace)}`}`;
  if (!actions) return name;
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['used', actions.used.map((action) => action.name)],
    ['not used', actions.unused.map((action) => action.name)],
    ['not tracked, so they stay', actions.notTracked],
    ['tracked, not permitted', actions.notPermitted],
  ];
  return html`${name}${parts
    .filter(([, names]) => names.length > 0)
    .map(
      ([title, names]) =>
        html`<details><summary>${counted(names.length, 'action')} ${title}</summary>${names.join(', ')}</details>`,
    )}`;
}

function lastCell({
  daysUnused,
  lastAccessedAt,
  lastAccessedBy,
  lastAccessedRegion,
}: IdentityFindingResult): Content {
  if (lastAccessedAt === null) return `never in ${trackedDays} days`;
  const by = lastAccessedBy === null ? '' : ` by ${shortArn(lastAccessedBy)}`;
  const where = lastAccessedRegion === null ? '' : `, ${lastAccessedRegion}`;
  return html`${day(lastAccessedAt)}<br><span class="note small">${daysUnused} days ago${by}${where}</span>`;
}

function answerCell({ advice, note, reason, status, usedBy }: IdentityFindingResult): Content {
  const answers = advice.map((each) => html`<strong>${adviceWords(each)}</strong>: ${each.why}`);
  const used =
    usedBy.length === 0 ? null : html`<p class="note small">used by ${usedBy.map(shortArn).join(', ')}</p>`;
  const held =
    status === 'open' ? null : html`${badge(status, 'care')} ${reason ? code(reason) : null} ${note ?? null}`;
  return html`${lines(answers)}${held}${used}`;
}

function lines(items: readonly Content[]): Content {
  return items.length === 0
    ? null
    : html`<ul class="plain">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}
