import { html } from 'hono/html';
import { counted } from '../../core/base/counted.ts';
import { shortArn } from '../../core/identity/step-words.ts';
import { weightOf } from '../../core/policy/service-weights.ts';
import type { IdentityFindingResult } from '../../core/review/identities/identities-result.ts';
import { badge, code, named } from '../components/badge.ts';
import type { Content, Markup } from '../components/markup.ts';
import { servicesList } from '../components/services.ts';
import { table } from '../components/table.ts';
import { day } from '../components/time.ts';
import {
  type AnswerGroup,
  groupByAnswer,
  isPrivileged,
  type SubjectFindings,
} from '../report/identity-grouping.ts';
import { adviceWords, grantWords } from '../report/identity-words.ts';
import { trackedDays } from '../report/words.ts';
import { pathsOfSubject } from './paths.ts';

/** So many services stand in one row of the table; a longer group is a block of its own. */
const mostInRow = 6;
const mostUsers = 8;

/** One identity: how it comes by what it does not use, and the answer to each. `id` is what links lead to. */
export function subjectSection(given: SubjectFindings, id: string): Markup {
  const { findings, subject } = given;
  const { report } = subject;
  const heading = html`<h3 id="${id}">${subject.type} ${named(subject.name)}</h3><p class="note small">${code(subject.arn)}</p>`;
  if ('failed' in report)
    return html`${heading}<p class="notice">Unknown: the report failed with ${code(report.failed.code)}: ${report.failed.message}</p>`;
  if ('notJudged' in report)
    return html`${heading}<p>Not judged: ${report.notJudged.message} (${code(report.notJudged.code)}).</p>`;
  if (findings.length === 0)
    return html`${heading}<p>Nothing unused was found among ${counted(report.services, 'service')}.</p>`;
  const groups = groupByAnswer(findings);
  const short = groups.filter((group) => group.findings.length <= mostInRow);
  const long = groups.filter((group) => group.findings.length > mostInRow);
  return html`${heading}
${pathsOfSubject(given)}
${short.length === 0 ? null : shortTable(subject.name, short)}
${long.map(longGroup)}`;
}

function shortTable(name: string, groups: readonly AnswerGroup[]): Markup {
  return table(
    `What ${name} may use and did not, how it comes by it, and what to do.`,
    [{ title: 'Service' }, { title: 'Last attempted' }, { title: 'Granted by' }, { title: 'Answer' }],
    groups.map(({ findings, first }) => [
      html`${findings.map((finding) => html`<div>${serviceCell(finding)}</div>`)}`,
      lastCells(findings),
      lines(first.grants.map(grantWords)),
      answerOf(first),
    ]),
  );
}

/** Services that share paths and answer: the answer once, privileged ones by name with the reason, the others folded. */
function longGroup({ findings, first }: AnswerGroup): Markup {
  const privileged = findings.filter(isPrivileged);
  const others = findings.filter((finding) => !isPrivileged(finding));
  const lapsed = others.filter(({ lastAccessedAt }) => lastAccessedAt !== null);
  const never = others.filter(({ lastAccessedAt }) => lastAccessedAt === null);
  const isOpen = first.status === 'open';
  return html`<h4>${isOpen ? counted(findings.length, 'unused service') : `${counted(findings.length, 'unused service')}, ${first.status}`}</h4>
<p class="note small">Granted by</p>${lines(first.grants.map(grantWords))}
<p class="note small">Answer</p>${answerOf(first)}
${[...privileged, ...lapsed].length === 0 ? null : datedTable([...privileged, ...lapsed])}
${never.length === 0 ? null : html`<p>Never used in ${trackedDays} days:</p>${servicesList(never.map(({ serviceName, serviceNamespace }) => [serviceNamespace ?? '', serviceName] as const))}`}`;
}

function datedTable(findings: readonly IdentityFindingResult[]): Markup {
  return table(
    'Privileged services first, then those that were used before.',
    [{ title: 'Service' }, { title: 'Last attempted' }, { title: 'What misuse would cost' }],
    findings.map((finding) => [
      serviceCell(finding),
      lastCell(finding),
      weightOf(finding.serviceNamespace)?.why ?? '',
    ]),
  );
}

function serviceCell(finding: IdentityFindingResult): Content {
  const { actions, serviceName, serviceNamespace } = finding;
  const name = html`${named(serviceName)}${serviceNamespace === null ? null : html` ${code(serviceNamespace)}`}${isPrivileged(finding) ? html` ${badge('privileged', 'care')}` : null}`;
  if (!actions) return name;
  const parts: readonly (readonly [string, readonly Content[]])[] = [
    [
      'used',
      actions.used.map(
        ({ lastAccessedAt, name: action, region }) =>
          html`${action}${lastAccessedAt === null ? null : html` (${day(lastAccessedAt)}${region ? `, ${region}` : ''})`}`,
      ),
    ],
    ['not used', actions.unused.map((action) => action.name)],
    ['that AWS does not track, or too lately to judge: they stay', actions.notTracked],
    ['tracked by AWS and not permitted here', actions.notPermitted],
  ];
  return html`${name}${parts
    .filter(([, names]) => names.length > 0)
    .map(
      ([title, names]) =>
        html`<details><summary>${counted(names.length, 'action')} ${title}</summary><p class="note small">${names.map((each, index) => html`${index > 0 ? ', ' : ''}${each}`)}</p></details>`,
    )}`;
}

/** Where none of several was ever used, that is said once. */
function lastCells(findings: readonly IdentityFindingResult[]): Content {
  if (findings.every(({ lastAccessedAt }) => lastAccessedAt === null)) return `never in ${trackedDays} days`;
  if (findings.length === 1) return html`${findings.map(lastCell)}`;
  return html`${findings.map((finding) => html`<div>${code(finding.serviceNamespace ?? '')}: ${lastCell(finding)}</div>`)}`;
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

function answerOf({ advice, note, reason, status, usedBy }: IdentityFindingResult): Content {
  const answers = advice.map((each) => html`<strong>${adviceWords(each)}</strong>: ${each.why}`);
  const names = usedBy.slice(0, mostUsers).map(shortArn);
  const more = usedBy.length - names.length;
  const used =
    names.length === 0
      ? null
      : html`<p class="note small">once used by ${names.join(', ')}${more > 0 ? ` and ${more} more` : null}</p>`;
  const held =
    status === 'open'
      ? null
      : html`<p>${badge(status, 'care')} ${reason ? code(reason) : null} ${note ?? null}</p>`;
  return html`${lines(answers)}${held}${used}`;
}

function lines(items: readonly Content[]): Content {
  return items.length === 0
    ? null
    : html`<ul class="plain">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}
