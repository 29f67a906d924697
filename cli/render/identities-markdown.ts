import { textWritten } from '../../core/identity/identity-values.ts';
import { shortArn, stepWords } from '../../core/identity/step-words.ts';
import { judgesLines, riskLines } from '../../core/message/risk-words.ts';
import type {
  IdentitiesResult,
  IdentityChangeResult,
  IdentityFindingResult,
} from '../../core/review/identities/identities-result.ts';
import { adviceWords, grantWords, identityCodeTitles } from '../../web/report/identity-words.ts';
import { presentable } from '../../web/report/presentable.ts';
import { dayOf, minuteOf } from '../../web/report/words.ts';
import { certificateBlock, code, differenceBlock, plain } from './markdown.ts';

/** A review of identities as Markdown, for a ticket or a wiki; what it quotes is escaped. */
export function renderIdentitiesMarkdown(given: IdentitiesResult): string {
  const result = presentable(given);
  const blocks = [
    `# Access review of identities, account ${result.accountId}`,
    `As of ${minuteOf(result.asOf)}, unused means no attempt for more than ${result.thresholdDays} days. Status ${result.status}.`,
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
    ...(result.changes.length === 0 ? ['None.'] : result.changes.flatMap(changeBlocks)),
    ...(result.refusals.length === 0 ? [] : ['## Not proposed', refusalLines(result)]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function findingsTable(findings: readonly IdentityFindingResult[]): string {
  const rows = findings.map((finding) => {
    const { actions, advice, grants, lastAccessedAt, note, serviceName, serviceNamespace, status } = finding;
    const unused = actions ? `: ${actions.unused.map(({ name }) => name).join(', ')}` : '';
    const answers = advice.map((each) => `${adviceWords(each)}: ${each.why}`).join('; ');
    const cells = [
      `${plain(serviceName)}${serviceNamespace === null ? '' : ` ${code(serviceNamespace)}`}${plain(unused)}`,
      lastAccessedAt === null ? 'never' : dayOf(lastAccessedAt),
      plain(grants.map(grantWords).join('; ')),
      plain(status === 'open' ? answers : `${status}: ${note ?? ''}`),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| Service | Last attempted | Granted by | Answer |\n|---|---|---|---|', ...rows].join('\n');
}

function changeBlocks(change: IdentityChangeResult): readonly string[] {
  const { actions, certificate, id, notes, principals, revision, risk, services, steps, title } = change;
  return [
    `### ${plain(title)}`,
    [
      `- Change ${code(id)}, revision ${revision}`,
      `- Takes away: ${(actions ?? services).map(code).join(', ')}`,
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
  return refusals
    .map(({ code: reason, detail, services = [] }) => {
      const named = services.length === 0 ? '' : `: ${services.map(code).join(', ')}`;
      return `- ${identityCodeTitles[reason]} (${code(reason)}): ${plain(detail)}${named}`;
    })
    .join('\n');
}
