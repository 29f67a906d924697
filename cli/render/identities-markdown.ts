import { counted } from '../../core/base/counted.ts';
import { textWritten } from '../../core/identity/identity-values.ts';
import { shortArn, stepWords } from '../../core/identity/step-words.ts';
import { judgesLines, riskLines } from '../../core/message/words/risk-words.ts';
import type {
  IdentitiesResult,
  IdentityChangeResult,
  IdentityFindingResult,
} from '../../core/review/identities/identities-result.ts';
import { groupByAnswer, groupIdentityRefusals } from '../../web/report/identity-grouping.ts';
import { adviceWords, grantWords, identityCodeTitles, takenBy } from '../../web/report/identity-words.ts';
import { partialWords } from '../../web/report/partial-words.ts';
import { presentable } from '../../web/report/presentable.ts';
import { whyNothing } from '../../web/report/why-nothing.ts';
import { dayOf, minuteOf } from '../../web/report/words.ts';
import { certificateBlock, code, differenceBlock, plain } from './markdown.ts';

/** A review of identities as Markdown, for a ticket or a wiki; what it quotes is escaped. */
export function renderIdentitiesMarkdown(given: IdentitiesResult): string {
  const result = presentable(given);
  const partial = partialWords(result);
  const blocks = [
    `# Access review of identities, account ${result.accountId}`,
    `As of ${minuteOf(result.asOf)}, unused means no attempt for more than ${result.thresholdDays} days. Status ${result.status}${partial === null ? '' : `: ${partial}`}.`,
    '## Findings',
    ...result.subjects.flatMap((subject) => {
      const findings = result.findings.filter(({ subjectArn }) => subjectArn === subject.arn);
      const title = `### ${subject.type} ${plain(subject.name)}`;
      const { report } = subject;
      if ('failed' in report)
        return [title, `Unknown: ${code(report.failed.code)}, ${plain(report.failed.message)}`];
      if ('notJudged' in report)
        return [title, `Not judged: ${code(report.notJudged.code)}, ${plain(report.notJudged.message)}`];
      return findings.length === 0 ? [title, 'Nothing unused.'] : [title, findingsTable(findings)];
    }),
    '## Proposed edits',
    ...(result.changes.length === 0 ? [noEdit(result)] : result.changes.flatMap(changeBlocks)),
    ...(result.refusals.length === 0 ? [] : ['## Not proposed', refusalLines(result)]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function noEdit(result: IdentitiesResult): string {
  const why = whyNothing(result);
  return why === null ? 'None.' : `None: ${plain(why)}.`;
}

/** So many services that nobody ever used and that have one answer stand in rows of their own. */
const mostRows = 12;

function findingsTable(findings: readonly IdentityFindingResult[]): string {
  const rows = groupByAnswer(findings).flatMap(({ findings: alike, first }) => {
    const never = alike.filter(({ actions, lastAccessedAt }) => lastAccessedAt === null && !actions);
    if (never.length <= mostRows) return alike.map((finding) => findingRow(finding, serviceName(finding)));
    const names = never.map(({ serviceNamespace }) => code(serviceNamespace ?? '')).join(', ');
    return [
      ...alike
        .filter((finding) => !never.includes(finding))
        .map((each) => findingRow(each, serviceName(each))),
      findingRow({ ...first, lastAccessedAt: null }, `${counted(never.length, 'service')}: ${names}`),
    ];
  });
  return ['| Service | Last attempted | Granted by | Answer |\n|---|---|---|---|', ...rows].join('\n');
}

function serviceName({ actions, serviceName: name, serviceNamespace }: IdentityFindingResult): string {
  const unused = actions ? `: ${actions.unused.map((action) => action.name).join(', ')}` : '';
  return `${plain(name)}${serviceNamespace === null ? '' : ` ${code(serviceNamespace)}`}${plain(unused)}`;
}

function findingRow(finding: IdentityFindingResult, what: string): string {
  const { advice, grants, lastAccessedAt, note, status } = finding;
  const answers = advice.map((each) => `${adviceWords(each)}: ${each.why}`).join('; ');
  const cells = [
    what,
    lastAccessedAt === null ? 'never' : dayOf(lastAccessedAt),
    plain(grants.map(grantWords).join('; ')),
    plain(status === 'open' ? answers : `${status}: ${note ?? ''}`),
  ];
  return `| ${cells.join(' | ')} |`;
}

function changeBlocks(change: IdentityChangeResult): readonly string[] {
  const { certificate, id, notes, principals, revision, risk, steps, title } = change;
  const { actions, part, whole } = takenBy(change);
  const taken = [...whole.map(code), ...part.map((each) => `${code(each)} in part`), ...actions.map(code)];
  return [
    `### ${plain(title)}`,
    [
      `- Change ${code(id)}, revision ${revision}`,
      `- Takes away: ${taken.join(', ')}`,
      `- From: ${principals.map((arn) => plain(shortArn(arn))).join(', ')}`,
      `- Risk: ${risk.level}${riskLines(risk)
        .map((line) => `; ${plain(line)}`)
        .join('')}`,
      ...judgesLines(certificate).map((line) => `- ${plain(line)}`),
      ...notes.map((note) => `- ${plain(note)}`),
      ...steps.map((step, index) => `- Step ${index + 1}: ${plain(stepWords(step))}`),
    ].join('\n'),
    ...steps.flatMap((step) => {
      const text = textWritten(step);
      return text === null ? [] : [differenceBlock(step.before, text)];
    }),
    certificateBlock(certificate),
  ];
}

function refusalLines({ refusals }: IdentitiesResult): string {
  return groupIdentityRefusals(refusals)
    .flatMap(([, alike]) => alike)
    .map(({ code: reason, detail, services = [] }) => {
      const named = services.length === 0 ? '' : `: ${services.map(code).join(', ')}`;
      return `- ${identityCodeTitles[reason]} (${code(reason)}): ${plain(detail)}${named}`;
    })
    .join('\n');
}
