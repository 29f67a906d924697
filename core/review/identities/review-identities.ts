import type { ChangeContent } from '../../change/content/change.ts';
import { identityResource } from '../../change/content/identity-content.ts';
import type { IdentityFinding } from '../../identity/identity-finding.ts';
import type { IdentityRefusal } from '../../identity/identity-refusal.ts';
import { resourceKey } from '../../identity/identity-values.ts';
import { unknownManagement } from '../../identity/ways-in.ts';
import type { GrantAdvice } from '../../kinds/iam/advise.ts';
import { type AdvisedFinding, draftsOf, type IamDraft } from '../../kinds/iam/draft.ts';
import { keepAdministrators } from '../../kinds/iam/last-administrator.ts';
import { subjectToProve } from '../../kinds/iam/proof-subject.ts';
import { iamChangeFrom } from '../../kinds/iam/propose-change.ts';
import { proveIdentityEdit } from '../../proof/identity/certificate.ts';
import type { IdentitySubject } from '../../proof/identity/subject.ts';
import type { SimulateQuestion } from '../sources.ts';
import {
  type IdentityFacts,
  type IdentityRequest,
  openSteps,
  type StandingChange,
} from './identity-facts.ts';
import {
  refuseBlocked,
  refuseDraft,
  refuseHeld,
  refuseLastAdministrator,
  refuseReadOnly,
  refuseUnknown,
  refuseUnlisted,
  refuseUnread,
} from './identity-refusals.ts';
import { type AccountQuestion, questionsAboutEdits } from './identity-source-questions.ts';
import { type IdentityJudgement, judgeIdentities } from './next-identity-reports.ts';
import { quarantinesOf } from './quarantines.ts';

/** What a review of one account decides: findings with advice, the changes that answer them, and what it will not do. */
export interface IdentityDecision {
  readonly judgement: IdentityJudgement;
  readonly findings: readonly IdentityFinding[];
  /** Advice by the id of its finding. */
  readonly advice: ReadonlyMap<string, readonly GrantAdvice[]>;
  readonly changes: readonly ChangeContent[];
  readonly refusals: readonly IdentityRefusal[];
}

/**
 * Decides one review of identities from what was read: detect, advise, draft, prove. Nothing is read or written here. What the sources of
 * proof answered since the account was judged changes nothing of the judgement.
 */
export function reviewIdentities(
  facts: IdentityFacts,
  request: IdentityRequest,
  judgement: IdentityJudgement = judgeIdentities(facts, request),
): IdentityDecision {
  const { advised, detection } = judgement;
  const { kept, quarantines, refused } = draftsToProve(facts, request, judgement);
  const all = [...advised, ...quarantines.advised];
  const { changes, refusals } = propose(facts, request, judgement, { advised: all, drafts: kept });
  return {
    judgement,
    findings: detection.findings,
    advice: new Map(all.map(({ advice, finding }) => [finding.id, advice])),
    changes,
    refusals: [
      ...refuseUnknown(facts, judgement),
      ...refuseUnlisted(judgement),
      ...refuseUnread(judgement),
      ...detection.refusals,
      ...refuseHeld(detection.findings),
      ...refuseBlocked(judgement),
      ...quarantines.refusals,
      ...refused.flatMap(refuseLastAdministrator),
      ...refusals,
    ],
  };
}

/** What the configured sources of proof are asked about the drafts as they are, before they are proved. */
export function identitySourceQuestions(
  facts: IdentityFacts,
  request: IdentityRequest,
  judgement: IdentityJudgement,
): readonly (AccountQuestion | SimulateQuestion)[] {
  const { mode, sources } = request.configuration;
  if (mode === 'observe' || !(sources.regions || sources.simulate)) return [];
  const { kept } = draftsToProve(facts, request, judgement);
  return questionsAboutEdits(
    kept.map((draft) => subjectOf(draft, facts, request, judgement)),
    request.configuration,
  );
}

function draftsToProve(facts: IdentityFacts, request: IdentityRequest, judgement: IdentityJudgement) {
  const { given, plans } = judgement;
  const quarantines = quarantinesOf(request, judgement);
  const drafts = [...judgement.drafts, ...draftsOf(given, plans, quarantines.advised)];
  const steps = openSteps(facts.standing);
  return { quarantines, ...keepAdministrators(facts.identities, facts.controls, steps, drafts) };
}

/** Proves each draft; only what is proved takes a place, largest first. */
function propose(
  facts: IdentityFacts,
  request: IdentityRequest,
  judgement: IdentityJudgement,
  { advised, drafts }: { readonly advised: readonly AdvisedFinding[]; readonly drafts: readonly IamDraft[] },
): Pick<IdentityDecision, 'changes' | 'refusals'> {
  const { configuration, thresholdDays } = request;
  const { controls, identities: account, organizationId } = facts;
  const changes: ChangeContent[] = [];
  const refusals: IdentityRefusal[] = [];
  const largest = [...drafts].sort((a, b) => reach(b) - reach(a) || (a.title < b.title ? -1 : 1));
  const open = new Set(openSteps(facts.standing).map(({ resource }) => resourceKey(resource)));
  let places = configuration.changesPerReview;
  for (const draft of largest) {
    if (configuration.mode === 'observe') {
      const detail = 'the mode is observe: nothing is proposed until the configuration says approve';
      refusals.push(...refuseDraft('DEFERRED', draft, detail));
      continue;
    }
    // In the management account itself no role has to be taken.
    if (configuration.memberRoles.write === null && isMember(facts)) {
      refusals.push(...refuseReadOnly(draft));
      continue;
    }
    // What waits for people takes no place: it would keep others out at every review.
    const isOpen = draft.steps.some(({ resource }) => open.has(resourceKey(resource)));
    if (!isOpen && places === 0) {
      const detail = `"${draft.title}" waits: at most ${configuration.changesPerReview} new changes a review`;
      refusals.push(...refuseDraft('DEFERRED', draft, detail));
      continue;
    }
    const subject = subjectOf(draft, facts, request, judgement);
    const certificate = proveIdentityEdit(subject);
    if (certificate.ok) {
      const { asOf, reviewId } = request;
      const proposal = {
        organizationId,
        account,
        place: facts.account,
        controls,
        thresholdDays,
        configuration,
        level: request.level,
        advice: advised,
        asOf,
        reviewId,
      };
      const change = iamChangeFrom(draft, certificate, subject, proposal);
      const stands = standingAgainst(change, facts.standing);
      if (stands === null) {
        changes.push(change);
        if (!isOpen) places -= 1;
      } else refusals.push(...refuseDraft('DEFERRED', draft, `"${draft.title}" is not proposed: ${stands}`));
      continue;
    }
    const failed = certificate.checks.filter(({ verdict }) => verdict === 'failed');
    const why = failed.map(({ detail, name }) => `${name}: ${detail}`).join('; ');
    refusals.push(...refuseDraft('CERTIFICATE_FAILED', draft, `"${draft.title}" is not proposed: ${why}`));
  }
  return { changes, refusals };
}

function subjectOf(
  draft: IamDraft,
  facts: IdentityFacts,
  { asOf, configuration, thresholdDays }: IdentityRequest,
  { given: { care, knowledge } }: IdentityJudgement,
): IdentitySubject {
  const { identities: account, sources } = facts;
  const { cutOff } = knowledge;
  return subjectToProve(draft, {
    ...facts,
    ...sources,
    account,
    asOf,
    care,
    configuration,
    cutOff,
    thresholdDays,
  });
}

function isMember({ managementAccountId }: IdentityFacts): boolean {
  return managementAccountId !== null && managementAccountId !== unknownManagement;
}

/** Why a change is not brought before people now: they decided against the same, or another one of the same waits. */
function standingAgainst(change: ChangeContent, standing: readonly StandingChange[]): string | null {
  const keys = new Set(change.steps.map(({ resource }) => resourceKey(identityResource(resource))));
  for (const { changeId, isOpen, steps, why } of standing) {
    if (!steps.some(({ resource }) => keys.has(resourceKey(resource)))) continue;
    // The same one is revised where anything of it is new.
    if (isOpen && changeId === change.id) continue;
    return `${changeId} writes the same and ${why}`;
  }
  return null;
}

function reach({ actions, principals, services }: IamDraft): number {
  return principals.length * (services.length + actions.length);
}
