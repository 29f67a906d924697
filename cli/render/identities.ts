import { counted } from '../../core/base/counted.ts';
import { shortArn } from '../../core/identity/step-words.ts';
import type {
  IdentitiesResult,
  IdentityFindingResult,
  IdentityRefusalResult,
  SubjectResult,
} from '../../core/review/identities/identities-result.ts';
import {
  type AnswerGroup,
  bySubject,
  groupByAnswer,
  groupIdentityRefusals,
} from '../../web/report/identity-grouping.ts';
import { adviceWords, grantWords, identityCodeTitles } from '../../web/report/identity-words.ts';
import { partialWords } from '../../web/report/partial-words.ts';
import { presentable } from '../../web/report/presentable.ts';
import { whyNothing } from '../../web/report/why-nothing.ts';
import { dayOf, minuteOf, trackedDays } from '../../web/report/words.ts';
import { type Column, renderColumns } from './columns.ts';
import { renderIdentityChange, shortNames } from './identity-changes.ts';
import { atLeast, type Look, type Paint, padded, paintOf, paragraph, section } from './text.ts';

const narrowest = 72;
/** So many services are listed one by one; the others are counted. */
const mostListed = 12;

/** A review of identities for a terminal, ending in a line break: what each subject never uses and how it comes by it, the edits, what is not done. */
export function renderIdentities(given: IdentitiesResult, options: Look): string {
  const result = presentable(given);
  const look = atLeast(narrowest, options);
  const paint = paintOf(look.colour);
  const blocks = [
    summary(result, look, paint),
    ...bySubject(result).flatMap(({ findings, subject }) =>
      subjectBlocks(subject, findings, result.subjects.length === 1, look, paint),
    ),
    ...result.changes.map((change, index) => [
      ...(index === 0 ? [section('Proposed edits', look, paint), ''] : []),
      ...renderIdentityChange(change, look, paint),
    ]),
    ...refusalBlocks(result.refusals, look, paint),
    paragraph(
      `${counted(result.metrics.reportJobs, 'report')} · ${(result.metrics.durationMs / 1000).toFixed(1)} s · review ${result.reviewId}`,
      '',
      look.columns,
    ).map(paint.faint),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function summary(result: IdentitiesResult, look: Look, paint: Paint): readonly string[] {
  const fact = (label: string, text: string): readonly string[] =>
    paragraph(text, padded(label, 12), look.columns);
  const [only] = result.subjects;
  const what =
    result.subjects.length === 1 && only
      ? `${only.type} ${only.name}`
      : counted(result.subjects.length, 'identity', 'identities');
  const open = result.findings.filter(({ status }) => status === 'open').length;
  const nothing = whyNothing(result);
  const partial = partialWords(result);
  return [
    ...paragraph(`Access review of ${what}, account ${result.accountId}`, '', look.columns).map(
      paint.heading,
    ),
    ...fact(
      'as of',
      `${minuteOf(result.asOf)}; unused means no attempt for more than ${result.thresholdDays} days`,
    ),
    ...fact('level', result.level === 'service' ? 'services' : 'services and the actions that AWS tracks'),
    ...fact('status', partial === null ? 'completed' : `PARTIAL: ${partial}`).map(
      partial === null ? (line) => line : paint.care,
    ),
    ...fact('findings', `${open} open, ${result.findings.length - open} not drafted (kept, exempt or held)`),
    ...fact(
      'proposed',
      `${counted(result.changes.length, 'edit')}, ${counted(result.refusals.length, 'refusal')}; nothing was changed`,
    ),
    ...(nothing === null ? [] : fact('why none', nothing)),
  ];
}

function subjectBlocks(
  subject: SubjectResult,
  findings: readonly IdentityFindingResult[],
  isOnly: boolean,
  look: Look,
  paint: Paint,
): readonly (readonly string[])[] {
  const { report } = subject;
  const heading = `${paint.heading(`${subject.type} ${subject.name}`)}  ${paint.faint(subject.arn)}`;
  if ('failed' in report) {
    const why = `unknown: the report failed, ${report.failed.code}: ${report.failed.message}`;
    return [[heading, ...paragraph(why, '  ', look.columns).map(paint.care)]];
  }
  if ('notJudged' in report) {
    const why = `not judged: ${report.notJudged.message} (${report.notJudged.code})`;
    // Among many the refusals tell it.
    return isOnly ? [[heading, ...paragraph(why, '  ', look.columns)]] : [];
  }
  if (findings.length === 0)
    return isOnly
      ? [[heading, `  Nothing unused was found among ${counted(report.services, 'service')}.`]]
      : [];
  const groups = groupByAnswer(findings);
  const tables = groups.flatMap((group) => ['', ...answerBlock(group, look, paint)]);
  const actions = findings.flatMap((finding) => actionLines(finding, look, paint));
  return [[heading, ...tables, ...actions]];
}

const columns: readonly Column[] = [
  { title: 'service', flexible: true },
  { title: 'last attempted' },
  { title: 'days', align: 'right' },
  { title: 'by', flexible: true },
];

function answerBlock({ first, findings }: AnswerGroup, look: Look, paint: Paint): readonly string[] {
  const listed = findings.slice(0, mostListed);
  const rows = listed.map((finding) => [
    finding.serviceNamespace === null
      ? finding.serviceName
      : `${finding.serviceName} (${finding.serviceNamespace})`,
    finding.lastAccessedAt === null ? `never in ${trackedDays} days` : dayOf(finding.lastAccessedAt),
    finding.daysUnused === null ? '' : String(finding.daysUnused),
    finding.lastAccessedBy === null ? '' : shortArn(finding.lastAccessedBy),
  ]);
  const table = renderColumns(columns, rows, look.columns - 2, {
    title: paint.faint,
    cell: (text) => text,
  });
  const left = findings.slice(mostListed).map(({ serviceNamespace }) => serviceNamespace ?? '');
  const more =
    left.length === 0
      ? []
      : paragraph(`and ${counted(left.length, 'more service')}: ${shortNames(left)}`, '  ', look.columns);
  const paths = first.grants.map(grantWords);
  const granted = paths.length === 0 ? [] : paragraph(`granted by ${paths.join('; ')}`, '  ', look.columns);
  const answers = first.advice.flatMap((advice) =>
    paragraph(`${adviceWords(advice)}: ${advice.why}`, '  → ', look.columns),
  );
  const { note, reason, status } = first;
  const why = status === 'open' ? [] : [`${status}${reason ? ` (${reason})` : ''}: ${note ?? ''}`];
  return [
    ...table.map((line) => `  ${line}`),
    ...more,
    ...granted.map(paint.faint),
    ...answers,
    ...why.flatMap((line) => paragraph(line, '  → ', look.columns)).map(paint.faint),
  ];
}

function actionLines({ actions, serviceNamespace }: IdentityFindingResult, look: Look, paint: Paint) {
  if (!actions) return [];
  const line = (label: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : paragraph(`${label}: ${names.join(', ')}`, '    ', look.columns);
  const used = actions.used.map(
    ({ name, lastAccessedAt, region }) =>
      `${name} (${lastAccessedAt === null ? 'never' : dayOf(lastAccessedAt)}${region ? `, ${region}` : ''})`,
  );
  return [
    '',
    `  ${paint.heading(`Actions of ${serviceNamespace}`)}`,
    ...line('used', used),
    ...line(
      'not accessed in the tracking period',
      actions.unused.filter(({ lastAccessedAt }) => lastAccessedAt === null).map(({ name }) => name),
    ),
    ...line(
      'not used since the cut-off',
      actions.unused.flatMap(({ name, lastAccessedAt }) =>
        lastAccessedAt === null ? [] : [`${name} (${dayOf(lastAccessedAt)})`],
      ),
    ),
    ...line('not tracked by AWS, or too lately to judge, so they stay', actions.notTracked),
    ...line('tracked, and not permitted here', actions.notPermitted),
  ];
}

function refusalBlocks(
  refusals: readonly IdentityRefusalResult[],
  look: Look,
  paint: Paint,
): readonly (readonly string[])[] {
  if (refusals.length === 0) return [];
  const lines = groupIdentityRefusals(refusals).flatMap(([code, alike]) => [
    `${paint.heading(identityCodeTitles[code])}  ${paint.faint(code)}`,
    ...alike.flatMap(({ detail, services = [] }) => {
      const named = services.length === 0 ? '' : ` (${shortNames(services)})`;
      return paragraph(`${detail}${named}`, '  - ', look.columns);
    }),
  ]);
  return [[section('Not proposed', look, paint), '', ...lines]];
}
