import { list } from '../base/counted.ts';
import { isoDay } from '../base/iso-time.ts';
import { accessReportLimits } from '../base/limits.ts';
import { sum } from '../base/lists.ts';
import type { Refusal, RefusalCode } from '../base/refusal.ts';
import type { ChangeContent } from '../change/content/change.ts';
import type { OpenChange } from '../change/deciding/suppression.ts';
import type { ServiceRow } from '../finding/access-report.ts';
import type { Finding } from '../finding/finding.ts';
import { type PolicyDraft, servicesByEntity } from '../kinds/scp/drafting/placing.ts';
import { type DraftedEnds, draftEnds, type JudgedExemption } from '../kinds/scp/proposing/end-exemption.ts';
import { changeFrom } from '../kinds/scp/proposing/propose.ts';
import { coverageOf } from '../organization/coverage.ts';
import { entityOf } from '../organization/organization.ts';
import { prove } from '../proof/certificate.ts';
import { endedExemptions, endFactsOf, isInScope } from './ended-exemptions.ts';
import { targetsToRefresh } from './evidence.ts';
import { type Judgement, judge } from './judgement.ts';
import { type Answer, answersOf } from './outcome.ts';
import type { ReviewFacts, ReviewRequest } from './review-facts.ts';

/** What a review decides: findings, the changes that answer them, and a refusal for everything that it will not do. */
export interface ReviewDecision {
  readonly judgement: Judgement;
  readonly findings: readonly Finding[];
  readonly changes: readonly ChangeContent[];
  readonly refusals: readonly Refusal[];
  /** What is to become of exemptions with an end. */
  readonly ends: readonly JudgedExemption[];
  /** What became of each finding, by its id. */
  readonly answers: ReadonlyMap<string, Answer>;
}

/** Decides one review from what was read: detect, draft, prove. Nothing is read or written here. `judgement` is of the same facts. */
export function review(
  facts: ReviewFacts,
  request: ReviewRequest,
  judgement: Judgement = judge(facts, request),
): ReviewDecision {
  const { detection, placement } = judgement;
  const { changesPerReview } = request.configuration;
  const ends = endedExemptions(facts, request);
  const ended = endsOf(ends, facts, request);
  const changes: ChangeContent[] = [...ended.changes];
  let places = changesPerReview - changes.length;
  const unproved: Refusal[] = [];
  const later: Refusal[] = [];
  for (const draft of largestFirst(placement.drafts, facts)) {
    // A draft that fails takes no place, and neither does a change that waits for people: either would keep others out at every review.
    const isOpen = facts.openChanges.some((open) => isAgain(draft, open));
    if (!isOpen && places === 0) {
      const detail = `${draft.policyName} waits: at most ${changesPerReview} new changes a review`;
      later.push(...refuseDraft('DEFERRED', draft, detail));
      continue;
    }
    const old = targetsToRefresh(facts.tree, facts, draft.targets);
    if (old.length > 0) {
      const detail = `${draft.policyName} is not proposed: ${old.join(', ')} was not asked again, and the report of an earlier review is not enough for that`;
      unproved.push(...refuseDraft('EVIDENCE_MISSING', draft, detail));
      continue;
    }
    const certificate = prove({ ...facts, ...request, edit: draft, cutOff: judgement.knowledge.cutOff });
    const allowed = { ...judgement, allowedBefore: facts.allowedBefore, asOf: request.asOf };
    if (certificate.ok) {
      changes.push(changeFrom(draft, certificate, allowed, request));
      if (!isOpen) places -= 1;
    } else {
      const failed = certificate.checks.filter((check) => check.verdict === 'failed');
      const why = failed.map((check) => `${check.name}: ${check.detail}`).join('; ');
      unproved.push(
        ...refuseDraft('CERTIFICATE_FAILED', draft, `${draft.policyName} is not proposed: ${why}`),
      );
    }
  }
  const observed =
    request.configuration.mode === 'observe'
      ? refuseFindings(detection.findings, 'DEFERRED', observeDetail)
      : refuseUnconfirmed(facts, request, detection.findings);
  const refusals = [
    ...refuseUnknown(facts, judgement),
    ...observed,
    ...placement.refusals,
    ...ended.refusals,
    ...unproved,
    ...later,
  ];
  const answers = answersOf(detection.findings, changes, refusals);
  return { judgement, findings: detection.findings, changes, refusals, ends, answers };
}

/** Whether a draft is an open change again: of the same SCP, or of a new one for the same targets. */
function isAgain(draft: PolicyDraft, open: OpenChange): boolean {
  if (draft.policyId !== null) return open.policyId === draft.policyId;
  const targetIds = new Set(draft.targets.map(({ id }) => id));
  return (
    open.policyId === null &&
    open.targetIds.length === targetIds.size &&
    open.targetIds.every((id) => targetIds.has(id))
  );
}

/** What takes out exemptions that have ended, within the scope; nothing where nothing may be proposed. The rest waits. */
function endsOf(ends: readonly JudgedExemption[], facts: ReviewFacts, request: ReviewRequest): DraftedEnds {
  const { changesPerReview, mode } = request.configuration;
  if (mode === 'observe' || facts.treeNotConfirmed !== undefined) return { changes: [], refusals: [] };
  const inScope = ends.filter((end) => isInScope(end, facts, request));
  const drafted = draftEnds(inScope, endFactsOf(facts, request), {
    ...request,
    organizationId: facts.tree.id,
  });
  return { ...drafted, changes: drafted.changes.slice(0, changesPerReview) };
}

const observeDetail = 'the mode is observe: nothing is proposed until the configuration says approve';

/** Where the tree could not be read again after the reports, an account may have moved with its use unseen: nothing is proposed. */
function refuseUnconfirmed(
  { treeNotConfirmed }: ReviewFacts,
  { scopeId }: ReviewRequest,
  findings: readonly Finding[],
): readonly Refusal[] {
  if (treeNotConfirmed === undefined) return [];
  const detail = `the organization could not be read again after the reports, so an account may have moved unseen and nothing is proposed: ${treeNotConfirmed}`;
  const refused = refuseFindings(findings, 'EVIDENCE_MISSING', detail);
  return refused.length > 0 ? refused : [{ code: 'EVIDENCE_MISSING', entityId: scopeId, detail }];
}

/** Every open finding has a change or a refusal, where nothing is drafted too. */
function refuseFindings(findings: readonly Finding[], code: RefusalCode, detail: string): readonly Refusal[] {
  const open = findings.filter(({ status }) => status === 'open');
  return [...servicesByEntity(open)].map(([entityId, services]) => ({
    code,
    entityId,
    services: services.toSorted(),
    detail,
  }));
}

function largestFirst(drafts: readonly PolicyDraft[], { tree }: ReviewFacts): readonly PolicyDraft[] {
  const reach = ({ targets, services }: PolicyDraft): number => {
    const { ends, firsts } = coverageOf(
      tree,
      targets.map(({ id }) => entityOf(tree, id)),
    );
    return services.length * (sum(ends) - sum(firsts));
  };
  const weighed = drafts.map((draft) => ({ draft, weight: reach(draft) }));
  return weighed
    .sort((a, b) => b.weight - a.weight || (a.draft.policyName < b.draft.policyName ? -1 : 1))
    .map(({ draft }) => draft);
}

/** A refusal for each entity whose findings a draft would have answered. */
function refuseDraft(code: RefusalCode, draft: PolicyDraft, detail: string): readonly Refusal[] {
  return [...servicesByEntity(draft.findings)].map(([entityId, services]) => ({
    code,
    entityId,
    ...(draft.policyId === null ? {} : { policyId: draft.policyId }),
    services: services.toSorted(),
    detail,
  }));
}

/** Names all that could not be known: failed reports, moved accounts, rows that name an account from elsewhere, SCPs that do not parse. */
function refuseUnknown(facts: ReviewFacts, judgement: Judgement): readonly Refusal[] {
  const { policyIndex } = judgement;
  const refusals: Refusal[] = [];
  for (const report of facts.reports) {
    if (report.status === 'completed') continue;
    const { code, message } = report.failure;
    const detail = `the access report of ${report.entityId} is missing (${code}: ${message}); what it would show stays unknown`;
    refusals.push({
      code: code === 'MOVED_ACCOUNT' ? 'MOVED_ACCOUNT' : 'EVIDENCE_MISSING',
      entityId: report.entityId,
      detail,
    });
  }
  for (const accountId of facts.movedAgainAccountIds) {
    const detail = `account ${accountId} was new or moved while the reports ran; the next review asks again`;
    refusals.push({ code: 'MOVED_ACCOUNT', entityId: accountId, detail });
  }
  for (const entityId of facts.pendingEntityIds) {
    refusals.push({
      code: 'EVIDENCE_MISSING',
      entityId,
      detail: `${entityId} was not asked: ${facts.askingEnd?.reason ?? 'the time ran out'}`,
    });
  }
  for (const policyId of facts.unreadPolicyIds ?? []) {
    const name = policyIndex.policies.get(policyId)?.name ?? policyId;
    const detail = `the text of ${name} (${policyId}) was not read: ${facts.askingEnd?.reason ?? 'the time ran out'}`;
    refusals.push({ code: 'EVIDENCE_MISSING', policyId, detail });
  }
  refusals.push(...refuseDoubtful(judgement));
  for (const { policyId, detail } of policyIndex.malformed) {
    const name = policyIndex.policies.get(policyId)?.name ?? policyId;
    refusals.push({
      code: 'MALFORMED_POLICY',
      policyId,
      detail: `${name} (${policyId}) was left out: ${detail}`,
    });
  }
  return refusals;
}

/** Names the rows that tell nothing: those that cannot be read, and those whose last use is of an account that the tree does not show below their entity. */
function refuseDoubtful({ knowledge: { doubtfulRows, reports } }: Judgement): readonly Refusal[] {
  const refusals: Refusal[] = [];
  for (const report of reports.values()) {
    if (report.status === 'failed') continue;
    const { entityId, rows, unnamed = [] } = report;
    const refuse = (
      doubtful: readonly ServiceRow[],
      words: (row: ServiceRow) => string,
      why: (of: string) => string,
    ) => {
      if (doubtful.length === 0) return;
      const services = doubtful.map(({ serviceNamespace }) => serviceNamespace).sort();
      refusals.push({ code: 'EVIDENCE_MISSING', entityId, services, detail: why(list(doubtful.map(words))) });
    };
    const services = doubtfulRows.get(entityId);
    const doubtful =
      services === undefined
        ? []
        : [...rows.values()].filter(({ serviceNamespace }) => services.has(serviceNamespace));
    refuse(
      doubtful.filter(({ unreadable }) => unreadable !== undefined),
      ({ serviceNamespace, unreadable }) => `${serviceNamespace}: ${unreadable}`,
      (those) =>
        `rows of the report of ${entityId} cannot be read (${those}): unknown until AWS makes a report of which they can`,
    );
    refuse(
      doubtful.filter(({ unreadable }) => unreadable === undefined),
      ({ lastAccessedAt, lastAccessedBy, serviceNamespace }) =>
        `${serviceNamespace} by ${lastAccessedBy?.id ?? 'no account that AWS names'} on ${isoDay(lastAccessedAt ?? 0)}`,
      (those) =>
        `the last use at ${entityId} is by an account that is not below it in the organization as read (${those}): unknown until somebody there uses it, or AWS forgets that use after ${accessReportLimits.trackingDays} days`,
    );
    if (unnamed.length > 0)
      refusals.push({
        code: 'EVIDENCE_MISSING',
        entityId,
        detail: `rows of the report of ${entityId} name no service (${list(unnamed)}): they are left out, and no deny can name them`,
      });
  }
  return refusals;
}
