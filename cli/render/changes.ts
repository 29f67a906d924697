import { counted, grouped } from '../../core/base/counted.ts';
import type { Risk } from '../../core/change/content/change.ts';
import { judgesLines, riskLines } from '../../core/message/words/risk-words.ts';
import { nameWithId } from '../../core/organization/organization.ts';
import type { Certificate, CheckResult } from '../../core/proof/verdict.ts';
import type { ChangeResult } from '../../core/review/review-result.ts';
import { countLines, type PolicyLine, policyLines } from '../../web/components/policy-lines.ts';
import { verdictWords } from '../../web/report/words.ts';
import { type Look, type Paint, padded, paragraph } from './text.ts';

const longestRun = 40;
const runEnds = 8;

/** One proposed change: what, why this SCP, the difference, the certificate check by check, the risk. */
export function renderChange(change: ChangeResult, look: Look, paint: Paint): readonly string[] {
  const policy =
    change.policyId === null
      ? `new SCP ${change.policyName}`
      : `SCP ${change.policyName} (${change.policyId})`;
  const targets = change.targets.map(nameWithId).join(', ');
  const fact = (label: string, text: string): readonly string[] =>
    paragraph(text, `  ${padded(label, 10)}`, look.columns);
  return [
    ...paragraph(`Deny ${counted(change.services.length, 'service')} in ${policy}`, '', look.columns).map(
      paint.heading,
    ),
    ...fact('change', `${change.id}, revision ${change.revision}`),
    ...fact('services', change.services.join(', ')),
    ...fact('targets', targets),
    ...fact(
      'accounts',
      `${counted(change.accounts, 'account')} below these targets; accounts that join later inherit it`,
    ),
    ...fact('digest', change.digest),
    '',
    `  ${paint.heading('Why this SCP')}`,
    ...change.choice.flatMap((line) => paragraph(line, '  - ', look.columns)),
    '',
    ...difference(change, look, paint),
    '',
    ...renderCertificate(change.certificate, look, paint),
    '',
    ...renderRisk(change, look, paint),
  ];
}

/** The lines of a difference with their marks, indented; the middle of a long run of the same kind is left out and counted. */
export function renderPolicyLines(lines: readonly PolicyLine[], look: Look, paint: Paint): readonly string[] {
  const marks = { same: '  ', added: '+ ', removed: '- ', gap: '' } as const;
  return withoutLongRuns(lines).flatMap(({ kind, text }) => {
    if (kind === 'gap') return [paint.faint(`  … ${text}`)];
    const indent = /^ */.exec(text)?.[0] ?? '';
    const wrapped = paragraph(text.trimStart(), `  ${marks[kind]}${indent}`, look.columns);
    if (kind === 'added') return wrapped.map(paint.good);
    return kind === 'removed' ? wrapped.map(paint.bad) : wrapped;
  });
}

/** Hundreds of denied services are listed above the text already. */
function withoutLongRuns(lines: readonly PolicyLine[]): readonly PolicyLine[] {
  const shown: PolicyLine[] = [];
  for (let start = 0; start < lines.length; ) {
    const kind = lines[start]?.kind;
    let end = start;
    while (end < lines.length && lines[end]?.kind === kind) end += 1;
    const run = lines.slice(start, end);
    if (run.length <= longestRun) shown.push(...run);
    else {
      const left = run.length - 2 * runEnds;
      const text = `${left} more ${kind} lines; --format html or json shows every line`;
      shown.push(...run.slice(0, runEnds), { kind: 'gap', text }, ...run.slice(-runEnds));
    }
    start = end;
  }
  return shown;
}

function difference(change: ChangeResult, look: Look, paint: Paint): readonly string[] {
  const lines = policyLines(change.before, change.after);
  const { added, removed } = countLines(lines);
  const size = change.before === null ? 'a new policy' : `${added} added, ${removed} removed`;
  return [
    ...paragraph(
      `Policy text, before and after (${size}; ${grouped(change.after.length)} characters)`,
      '  ',
      look.columns,
    ).map(paint.heading),
    ...renderPolicyLines(lines, look, paint),
  ];
}

/** A certificate, check by check. */
export function renderCertificate({ checks, ok }: Certificate, look: Look, paint: Paint): readonly string[] {
  const notProven = checks.filter((check) => check.verdict === 'not-proven').length;
  const failed = checks.filter((check) => check.verdict === 'failed').length;
  const verdict = ok ? paint.good('no check failed') : paint.bad(`${counted(failed, 'check')} FAILED`);
  const left = notProven === 0 ? '' : `, ${notProven} not proven`;
  return [
    `  ${paint.heading('Certificate')}: ${verdict}${left}`,
    ...checks.flatMap((check) => renderCheck(check, look, paint)),
  ];
}

function renderCheck(check: CheckResult, look: Look, paint: Paint): readonly string[] {
  const colour = { ok: paint.good, failed: paint.bad, 'not-proven': paint.care }[check.verdict];
  const mark = padded(verdictWords[check.verdict], 11);
  const [first = '', ...others] = paragraph(`${check.name}: ${check.detail}`, `  ${mark}`, look.columns);
  return [first.replace(mark, () => colour(mark)), ...others];
}

/** How risky a change is, and why; who judged it. */
export function renderRisk(
  { certificate, risk }: { readonly certificate: Certificate; readonly risk: Risk },
  look: Look,
  paint: Paint,
): readonly string[] {
  const { flags, level } = risk;
  const isProven = !flags.some((flag) => flag.startsWith('NOT_PROVEN:'));
  const colour =
    level === 'low' ? (isProven ? paint.good : String) : level === 'high' ? paint.bad : paint.care;
  return [
    `  ${paint.heading('Risk')}: ${colour(level)}`,
    ...riskLines(risk).flatMap((line) => paragraph(line, '  - ', look.columns)),
    ...judgesLines(certificate).flatMap((line) => paragraph(line, '  ', look.columns)),
  ];
}
