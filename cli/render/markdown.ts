import { counted } from '../../core/base/counted.ts';
import { refusalTitles } from '../../core/message/words/refusal-words.ts';
import { judgesLines, riskLines } from '../../core/message/words/risk-words.ts';
import { shownName } from '../../core/organization/organization.ts';
import type { Certificate } from '../../core/proof/verdict.ts';
import type { FindingResult } from '../../core/review/finding-result.ts';
import type { ChangeResult, ReviewResult } from '../../core/review/review-result.ts';
import { policyLines } from '../../web/components/policy-lines.ts';
import { type EntityFindings, groupFindings, groupRefusals } from '../../web/report/grouping.ts';
import { matrixOf, saysMore } from '../../web/report/matrix.ts';
import { type AccountNames, type Names, namesOf } from '../../web/report/names.ts';
import { presentable } from '../../web/report/presentable.ts';
import {
  dayOf,
  metricsWords,
  minuteOf,
  planWords,
  statusWords,
  trackedDays,
  verdictWords,
} from '../../web/report/words.ts';

/** A review as Markdown, for a ticket or a wiki; what it quotes is escaped. */
export function renderMarkdown(result: ReviewResult, accountNames?: AccountNames): string {
  const shown = presentable(result);
  const names = namesOf(shown, accountNames);
  const blocks = [
    `# Access review of ${plain(shownName(shown.scope))}`,
    `Scope ${code(shown.scope.id)}, as of ${minuteOf(shown.asOf)}, unused means not for more than ${shown.thresholdDays} days. Status ${statusWords(shown)}.`,
    planWords(shown)
      .filter((text) => text !== '')
      .join(' '),
    ...overviewBlock(shown),
    '## Findings',
    ...groupFindings(shown, names).flatMap((group) => entityBlocks(group, names)),
    ...(shown.findings.length === 0 ? ['No unused service was found.'] : []),
    ...(shown.changes.length === 0 ? [] : ['## Proposed changes', ...shown.changes.flatMap(changeBlocks)]),
    ...refusalBlocks(shown),
    ...idleSettingBlocks(shown),
    plain(`${metricsWords(shown)}; review ${shown.reviewId}`),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function overviewBlock(result: ReviewResult): readonly string[] {
  const rows = matrixOf(result).filter(saysMore);
  if (rows.length === 0) return [];
  const header =
    '| Entity | Accounts | Lapsed | Never used | From above | Proposed | Risk |\n|---|---:|---:|---:|---:|---:|---|';
  const lines = rows.map(({ above, entity, own: { kinds, outcomes }, risk }) => {
    const figures = [entity.accounts, kinds.lapsed, kinds['never-used'], above.lapsed + above.neverUsed];
    return `| ${[plain(shownName(entity)), ...figures, outcomes.proposed, risk ?? ''].join(' | ')} |`;
  });
  return [[header, ...lines].join('\n')];
}

function entityBlocks(group: EntityFindings, names: Names): readonly string[] {
  const { entity, lapsed, neverUsed, held } = group;
  const blocks = [
    `### ${plain(shownName(entity))} (${code(entity.id)}, ${counted(entity.accounts, 'account')})`,
  ];
  if (lapsed.length > 0) {
    const header =
      '| Service | Last attempted | Days | Where last attempted | Accounts | Status |\n|---|---|---:|---|---:|---|';
    blocks.push([header, ...lapsed.map((finding) => lapsedRow(finding, names))].join('\n'));
  }
  if (neverUsed.length > 0) {
    blocks.push(
      `Never used in the ${trackedDays} days that AWS tracks (${neverUsed.length}): ${codes(neverUsed)}`,
    );
  }
  for (const { status, why, findings } of held) {
    blocks.push(`Never used, ${status} (${plain(why)}): ${codes(findings)}`);
  }
  return blocks;
}

function lapsedRow(finding: FindingResult, names: Names): string {
  const path = finding.lastAccessedEntityPath;
  const cells = [
    `${plain(finding.serviceName)} ${code(finding.serviceNamespace)}`,
    finding.lastAccessedAt ? dayOf(finding.lastAccessedAt) : 'never',
    String(finding.daysUnused ?? ''),
    plain(path === null ? '' : `${names.account(path)} ${finding.lastAccessedRegion ?? ''}`.trim()),
    `${finding.accountsEverUsed} of ${finding.accounts}`,
    plain(finding.note ? `${finding.status}: ${finding.note}` : finding.status),
  ];
  return `| ${cells.join(' | ')} |`;
}

function changeBlocks(change: ChangeResult): readonly string[] {
  return [
    `### Deny ${counted(change.services.length, 'service')} in SCP ${plain(change.policyName)}`,
    [
      `- Change ${code(change.id)}, revision ${change.revision}, ${counted(change.accounts, 'account')}`,
      `- Services: ${change.services.map(code).join(', ')}`,
      `- Targets: ${change.targets.map((target) => `${plain(shownName(target))} (${code(target.id)})`).join(', ')}`,
      `- Digest: ${code(change.digest)}`,
      `- Risk: ${change.risk.level}${riskLines(change.risk)
        .map((line) => `; ${plain(line)}`)
        .join('')}`,
      ...judgesLines(change.certificate).map((line) => `- ${plain(line)}`),
      ...change.choice.map((line) => `- ${plain(line)}`),
    ].join('\n'),
    differenceBlock(change.before, change.after),
    certificateBlock(change.certificate),
  ];
}

/** Two texts as a difference between fences. */
export function differenceBlock(before: string | null, after: string): string {
  const marks = { same: ' ', added: '+', removed: '-', gap: '@' } as const;
  const difference = policyLines(before, after)
    .map(({ kind, text }) => (kind === 'gap' ? `@@ ${text} @@` : `${marks[kind]}${text}`))
    .join('\n');
  const fence = '`'.repeat(Math.max(3, ...[...difference.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${fence}diff\n${difference}\n${fence}`;
}

/** The checks of a certificate as a table. */
export function certificateBlock({ checks }: Certificate): string {
  const rows = checks.map(
    ({ detail, name, verdict }) => `| ${code(name)} | ${verdictWords[verdict]} | ${plain(detail)} |`,
  );
  return ['| Check | Verdict | Explanation |\n|---|---|---|', ...rows].join('\n');
}

function refusalBlocks(result: ReviewResult): readonly string[] {
  if (result.refusals.length === 0) return [];
  return [
    '## Not proposed',
    ...groupRefusals(result.refusals).flatMap(({ code: name, refusals }) => [
      `### ${refusalTitles[name]} (${code(name)})`,
      refusals
        .map(
          ({ detail, services = [] }) =>
            `- ${plain(detail)}${services.length > 0 ? `: ${services.map(code).join(', ')}` : ''}`,
        )
        .join('\n'),
    ]),
  ];
}

function idleSettingBlocks({ warnings = [] }: ReviewResult): readonly string[] {
  if (warnings.length === 0) return [];
  const lines = warnings.map(({ detail, key }) => `- ${plain(key)}: ${plain(detail)}`);
  return ['## Settings without effect', lines.join('\n')];
}

function codes(findings: readonly FindingResult[]): string {
  return findings.map((finding) => code(finding.serviceNamespace)).join(', ');
}

/** A text between back quotes, with none in it. */
export function code(text: string): string {
  return `\`${text.replace(/[`|]/g, "'")}\``;
}

/** Text in which nothing is markup. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~&-]/g, (character) =>
    /[-()]/.test(character) ? character : `\\${character}`,
  );
}
