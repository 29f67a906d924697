import { counted } from '../../base/counted.ts';
import { isoDay, minuteUtc } from '../../base/iso-time.ts';
import { listAt } from '../../base/lists.ts';
import type { RefusalCode } from '../../base/refusal.ts';
import type { Finding } from '../../finding/finding.ts';
import type { FindingNews } from '../../finding/finding-life.ts';
import { nameWithId, type OrganizationTree, shownName } from '../../organization/organization.ts';
import type { ReviewResult } from '../../review/review-result.ts';
import {
  asciiSubject,
  asciiText,
  harmless,
  harmlessName,
  type Message,
  oneLine,
  subjectCharacters,
  wrap,
} from '../words/plain-text.ts';
import { refusalTitles } from '../words/refusal-words.ts';
import { notProvenNames, riskReasons, riskWords } from '../words/risk-words.ts';
import { cutInside } from '../words/words.ts';

const mostLapsed = 20;
/** Longer paths of names lose their middle, in UTF-16 units. */
const mostName = 120;

/** The message of a review that has something new to say. */
export function reviewMessage(result: ReviewResult, news: FindingNews, tree: OrganizationTree): Message {
  const open = news.current.filter(({ status }) => status === 'open');
  const what =
    result.changes.length > 0
      ? `${counted(result.changes.length, 'SCP change')} proposed`
      : 'nothing to approve';
  const lines = [
    ...field(
      'WHAT',
      `${counted(open.length, 'service')} not used for more than ${result.thresholdDays} days; ${what}.`,
    ),
    ...field(
      'WHERE',
      `${harmlessName(nameWithId(result.scope), mostName)}, organization ${result.organizationId}`,
    ),
    ...field(
      'NEWS',
      `${news.found.filter(({ status }) => status === 'open').length} new, ${news.resolved.length} resolved since the last review`,
    ),
    ...(result.status === 'completed'
      ? []
      : field('STATUS', `${result.status}: part of the organization could not be judged, see below`)),
    '',
    ...findingLines(open, tree),
    ...result.changes.flatMap(changeLines),
    ...refusalLines(result),
    `Judged from ${minuteUtc(Date.parse(result.asOf))}.`,
    `Review ${result.reviewId}.`,
    'Nothing changes until somebody approves. Use within the last 4 hours',
    "before a report is invisible to AWS's data.",
  ];
  const said = `: ${counted(open.length, 'unused service')}, ${what}`;
  const scope = asciiText(harmless(shownName(result.scope), Number.POSITIVE_INFINITY));
  return {
    subject: asciiSubject(
      `[SCP] ${cutInside(scope, subjectCharacters - '[SCP] '.length - said.length)}${said}`,
    ),
    text: `${lines.join('\n')}\n`,
  };
}

function findingLines(open: readonly Finding[], tree: OrganizationTree): readonly string[] {
  const lapsed = open
    .filter((finding) => finding.kind === 'lapsed')
    .sort((a, b) => (b.daysUnused ?? 0) - (a.daysUnused ?? 0));
  const never = open.filter((finding) => finding.kind === 'never-used');
  const lines: string[] = [];
  if (lapsed.length > 0) {
    lines.push('NOT USED ANY MORE');
    for (const finding of lapsed.slice(0, mostLapsed)) {
      const account = tree.entities.get(finding.lastAccessedBy?.id ?? '');
      const where = account ? `, account ${harmlessName(nameWithId(account), mostName)}` : '';
      const when = `last ${isoDay(finding.lastAccessedAt ?? 0)}, ${finding.daysUnused} days ago${where}`;
      lines.push(
        ...wrap(`${finding.serviceNamespace} (${harmless(finding.serviceName, 60)}): ${when}`, '  ', '    '),
      );
    }
    if (lapsed.length > mostLapsed) lines.push(`  and ${lapsed.length - mostLapsed} more`);
    lines.push('');
  }
  if (never.length > 0) {
    const namespaces = [...new Set(never.map((finding) => finding.serviceNamespace))];
    const shown = namespaces.slice(0, 60);
    const more = namespaces.length > shown.length ? ` and ${namespaces.length - shown.length} more` : '';
    lines.push(
      `NEVER USED IN THE TRACKING PERIOD (${namespaces.length})`,
      ...wrap(`${shown.join(', ')}${more}`, '  ', '  '),
      '',
    );
  }
  return lines;
}

function changeLines(change: ReviewResult['changes'][number]): readonly string[] {
  const shown = change.services.slice(0, 30).map((service) => `+${service}:*`);
  const more =
    change.services.length > shown.length ? `  and ${change.services.length - shown.length} more` : '';
  const notProven = notProvenNames(change.certificate);
  const risk = riskWords({ riskReasons: riskReasons(change.risk) }, change.risk.level);
  return [
    `CHANGE ${change.id}, revision ${change.revision}`,
    ...wrap(
      `${change.kind === 'create-policy' ? 'new policy' : 'policy'} ${oneLine(change.policyName)}${change.policyId ? ` (${change.policyId})` : ''}`,
      '  ',
      '  ',
    ),
    ...wrap(
      `reaches ${counted(change.accounts, 'account')} below ${change.targets.map((target) => harmlessName(shownName(target), mostName)).join(', ')}; new ones inherit`,
      '  ',
      '  ',
    ),
    ...wrap(`risk ${risk}${notProven.length > 0 ? `; not proven: ${notProven.join(', ')}` : ''}`, '  ', '  '),
    ...wrap(`${shown.join('  ')}${more}`, '  ', '  '),
    `  digest ${change.digest.slice(0, 12)}`,
    '',
  ];
}

function refusalLines(result: ReviewResult): readonly string[] {
  if (result.refusals.length === 0) return [];
  const details = new Map<RefusalCode, string[]>();
  for (const { code, detail } of result.refusals) listAt(details, code).push(detail);
  const failed = result.entities.filter(({ report }) => 'failed' in report || 'pending' in report);
  return [
    'NOT DONE',
    ...wrap(
      [...details]
        .map(([code, all]) => `${refusalTitles[code]} (${code}): ${all.length}${sharedBy(all)}`)
        .join('; '),
      '  ',
      '  ',
    ),
    ...failed
      .slice(0, 10)
      .flatMap((entity) => wrap(`unknown: ${harmlessName(nameWithId(entity), mostName)}`, '  ', '  ')),
    '',
  ];
}

/** What all refusals of a code say, such as that the mode is observe: said once. */
function sharedBy(details: readonly string[]): string {
  const [first = '', ...others] = new Set(details);
  return others.length === 0 ? `, ${harmless(first, mostName)}` : '';
}

function field(name: string, text: string): readonly string[] {
  return wrap(`${name.padEnd(8)}${text}`, '', ' '.repeat(8));
}
