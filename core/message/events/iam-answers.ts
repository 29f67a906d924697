import { isoTime } from '../../base/iso-time.ts';
import type { ServiceEvidence } from '../../change/content/change.ts';
import type { TextEdit, ToldIdentities } from '../../kinds/kind.ts';
import type { StandingExemption } from '../../kinds/standing-exemption.ts';
import type { RequestedReview } from '../../review/requested-review.ts';
import type { ChangeView } from '../views/change-view.ts';
import type { ChangeAnswer, IamAnswer } from './iam-schemas.ts';

/** A change as `/iam` answers it: what the page shows, with times as ISO 8601. */
export function changeAnswer(view: ChangeView): ChangeAnswer {
  const { id, revision, status, statusLabel, statusSentence, headline, confirm } = view;
  const { edits, identities } = view.told;
  const [first] = edits;
  const { digest, baseDigest, thresholdDays, inheritance } = view;
  const { ifApproved, ifNobodyAnswers, whyRevised, reviewId } = view;
  const { approvals, risk } = view;
  return {
    id,
    revision,
    status,
    statusLabel,
    statusSentence,
    headline,
    confirm,
    policy: { id: first?.id ?? null, name: first?.name ?? view.told.deed },
    targets: view.targets.map((target) => ({ ...target })),
    services: [...view.services],
    accounts: view.accounts.map((account) => ({ ...account })),
    evidence: [...view.lapsed, ...view.neverUsed, ...view.notSince].map(evidenceAnswer),
    risk: { level: risk.level, flags: [...risk.flags], reasons: [...view.riskReasons] },
    checks: view.checks.map((check) => ({ ...check })),
    mustAccept: [...view.mustAccept],
    choice: [...view.choice],
    summary: first?.meaning.summary ?? view.told.deed,
    before: first?.before ?? null,
    after: first?.after ?? null,
    ...(identities === null ? {} : { identities: identitiesAnswer(identities, edits) }),
    ...view.exempted,
    ...exemptAnswer(view.exemptions),
    digest,
    baseDigest,
    thresholdDays,
    asOf: isoTime(view.asOf),
    cutOff: isoTime(view.cutOff),
    decideBy: isoOrNull(view.decideBy),
    applyNotBefore: isoOrNull(view.applyNotBefore),
    rollBackUntil: isoOrNull(view.rollBackUntil),
    approvals: { ...approvals, given: [...approvals.given] },
    inheritance,
    ifApproved,
    ifNobodyAnswers,
    whyRevised,
    history: view.history.map((line) => ({ ...line, at: isoTime(line.at) })),
    notReached: [...view.notReached],
    reviewId,
  };
}

/** Who is exempt for a time; nothing where nobody is. */
export function exemptAnswer(exemptions: readonly StandingExemption[]): Pick<ChangeAnswer, 'exempt'> {
  if (exemptions.length === 0) return {};
  return {
    exempt: exemptions.map(({ changeId: by, endsAt, principal, service }) => {
      return { principal, service, endsAt: isoTime(endsAt), by };
    }),
  };
}

function identitiesAnswer(
  { actions, effects, evidence, notes, steps }: ToldIdentities,
  edits: readonly TextEdit[],
): NonNullable<ChangeAnswer['identities']> {
  return {
    actions: [...actions],
    notes: [...notes],
    steps: [...steps],
    texts: edits.map(({ after, before, meaning, name }) => ({ name, what: meaning.summary, before, after })),
    effects: effects.map(({ arns, keeps, loses, narrowed }) => {
      return { arns: [...arns], loses: [...loses], narrowed: [...narrowed], keeps: [...keeps] };
    }),
    evidence: evidence.map(({ actions: of, report, why, ...rest }) => ({
      ...rest,
      actions: [...of],
      why: [...why],
      lastAccessedAt: isoOrNull(rest.lastAccessedAt),
      report: report ? { ...report, completedAt: isoTime(report.completedAt) } : null,
    })),
  };
}

function evidenceAnswer(entry: ServiceEvidence): ChangeAnswer['evidence'][number] {
  const { lastAccessedAbove, report, ...rest } = entry;
  return {
    ...rest,
    lastAccessedAt: isoOrNull(entry.lastAccessedAt),
    ...(lastAccessedAbove === undefined ? {} : { lastAccessedAbove: isoTime(lastAccessedAbove) }),
    report: report ? { ...report, completedAt: isoTime(report.completedAt) } : null,
  };
}

/** A review that was asked for, as `/iam` answers it. */
export function requestAnswer({
  event,
  id,
  requestedAt,
  requestedBy,
}: RequestedReview): IamAnswer<'review-request'>['request'] {
  return { id, requestedBy, requestedAt: isoTime(requestedAt), event: { ...event } };
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}
