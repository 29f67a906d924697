import { counted } from '../../core/base/counted.ts';
import { isoDay, minuteUtc } from '../../core/base/iso-time.ts';
import { accessReportLimits } from '../../core/base/limits.ts';
import type { ChangeAnswer } from '../../core/message/events/iam-schemas.ts';
import { notSinceWords } from '../../core/message/words/evidence-words.ts';
import { effectLines, evidenceLines } from '../../core/message/words/identity-words.ts';
import { judgesLines, riskWords } from '../../core/message/words/risk-words.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import { nameWithId } from '../../core/organization/organization.ts';
import { policyLines } from '../../web/components/policy-lines.ts';
import { renderPolicyLines } from './changes.ts';
import { type Look, padded, paintOf, paragraph } from './text.ts';

const narrowest = 60;
const labelWidth = 11;

/** A stored change for a terminal, no line wider than it: what, where, until when, why, the difference, the checks, the history. */
export function renderChangeView(view: ChangeAnswer, look: Look): string {
  const columns = Math.max(narrowest, look.columns);
  const written = (text: string): readonly string[] => {
    const [indent = ''] = /^ */.exec(text) ?? [];
    return paragraph(visibleText(text.slice(indent.length)), indent, columns);
  };
  const blocks = [
    [...written(view.headline), ...head(view, columns)],
    evidence(view).flatMap(written),
    difference(view, { ...look, columns }),
    view.checks.flatMap((check) =>
      paragraph(
        visibleText(`${check.name}: ${check.detail}`),
        `  ${padded(check.verdict, labelWidth)}`,
        columns,
      ),
    ),
    view.history.flatMap((line) => written(`  ${minuteUtc(Date.parse(line.at))} ${line.who}: ${line.what}`)),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function head(view: ChangeAnswer, columns: number): readonly string[] {
  const { approvals, decideBy, policy } = view;
  const why = approvals.why === null ? '' : `. ${approvals.why}`;
  const facts: readonly (readonly [string, string] | null)[] = [
    view.identities ? null : ['policy', `${policy.name}${policy.id ? ` (${policy.id})` : ', a new SCP'}`],
    ['targets', view.targets.map(nameWithId).join(', ')],
    ['accounts', `${counted(view.accounts.length, 'account')}. ${view.inheritance}`],
    ['services', view.services.join(', ')],
    ...(view.exempt ?? []).map(exemptLine),
    ['meaning', view.summary],
    ['risk', riskWords({ riskReasons: view.risk.reasons }, view.risk.level)],
    ...judgesLines(view).map((line, index) => [index === 0 ? 'judges' : '', line] as const),
    ['approvals', `${approvals.given.length} of ${approvals.required}${why}`],
    decideBy === null ? null : ['decide by', `${minuteUtc(Date.parse(decideBy))}. ${view.ifNobodyAnswers}`],
    decideBy === null ? null : ['then', view.ifApproved],
    ['confirm', view.confirm],
    ['digest', view.digest],
  ];
  const status = `${view.id}, revision ${view.revision}: ${view.statusLabel}. ${view.statusSentence}`;
  return [
    ...paragraph(visibleText(status), '  ', columns),
    ...facts.flatMap((fact) =>
      fact === null ? [] : paragraph(visibleText(fact[1]), `  ${padded(fact[0], labelWidth)}`, columns),
    ),
  ];
}

function exemptLine({ by, endsAt, principal, service }: NonNullable<ChangeAnswer['exempt']>[number]) {
  return [
    'exempt',
    `${principal} from the denial of ${service} until ${minuteUtc(Date.parse(endsAt))} (${by})`,
  ] as const;
}

function evidence(view: ChangeAnswer): readonly string[] {
  return [
    `  unused for more than ${view.thresholdDays} days as of ${minuteUtc(Date.parse(view.asOf))}`,
    ...view.evidence.map((entry) => evidenceLine(entry)),
    ...(view.identities ? identityLines(view.identities) : []),
  ];
}

function difference(view: ChangeAnswer, look: Look): readonly string[] {
  const texts = view.identities?.texts ?? [{ what: view.summary, before: view.before, after: view.after }];
  return texts.flatMap(({ after, before, what }) => {
    const title = paragraph(visibleText(what), '  ', look.columns);
    if (after === null) return title;
    const lines = renderPolicyLines(policyLines(before, after), look, paintOf(look.colour));
    return view.identities ? [...title, ...lines] : lines;
  });
}

function evidenceLine(entry: ChangeAnswer['evidence'][number]): string {
  const {
    lastAccessedAccount: account,
    lastAccessedAbove,
    lastAccessedAt: at,
    lastAccessedRegion: region,
  } = entry;
  const service = `  ${entry.serviceNamespace} (${entry.serviceName})`;
  if (entry.kind === 'not-since') {
    const above = lastAccessedAbove === undefined ? {} : { lastAccessedAbove: Date.parse(lastAccessedAbove) };
    return `${service}: ${notSinceWords({ entityName: entry.entityName, ...above })}`;
  }
  if (at === null)
    return `${service}: never used in ${accessReportLimits.trackingDays} days by ${entry.accounts} accounts`;
  const where = account ? `, ${account.name} (${account.id})${region ? ` in ${region}` : ''}` : '';
  return `${service}: last ${isoDay(Date.parse(at))}, ${entry.daysUnused} days ago${where}, ${entry.accountsEverUsed ?? 'at least 1'} of ${entry.accounts} accounts ever`;
}

/** What a change of one account's IAM says beside what every change says, a line each: steps, who loses what, why, notes. */
function identityLines(identities: NonNullable<ChangeAnswer['identities']>): readonly string[] {
  const { effects, evidence, notes, steps } = identities;
  const told = evidence.map((entry) => ({
    ...entry,
    lastAccessedAt: entry.lastAccessedAt === null ? null : Date.parse(entry.lastAccessedAt),
  }));
  return [
    ...evidenceLines(told).map((line) => `  ${line}`),
    '',
    '  Steps, in this order',
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    '',
    '  Who loses what',
    ...effectLines(effects).map((line) => `  ${line}`),
    ...notes.map((note) => `  - ${note}`),
  ];
}
