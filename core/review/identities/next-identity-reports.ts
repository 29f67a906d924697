import { dayMilliseconds } from '../../base/limits.ts';
import {
  type AccountIndex,
  indexAccount,
  type PolicySource,
  sourceKey,
} from '../../identity/account-index.ts';
import { detectIdentities, type IdentityDetection } from '../../identity/detect-identities.ts';
import type { IdentityFinding } from '../../identity/identity-finding.ts';
import type { ReportLevel } from '../../identity/identity-report.ts';
import type { IdentityCase, LastWay } from '../../identity/judge.ts';
import { roleStoppedBy } from '../../identity/quarantine.ts';
import { type Subject, subjectsOf } from '../../identity/subject.ts';
import type { Plans } from '../../kinds/iam/advise.ts';
import { adviseAll } from '../../kinds/iam/advise-all.ts';
import { type AdvisedFinding, draftsOf, type IamDraft } from '../../kinds/iam/draft.ts';
import { keepAdministrators, textsOf } from '../../kinds/iam/last-administrator.ts';
import { planText, type TextPlan } from '../../kinds/iam/text-plan.ts';
import { type IdentityFacts, type IdentityRequest, openSteps } from './identity-facts.ts';
import { type Quarantines, quarantinesOf } from './quarantines.ts';

/** One report that is needed next. It must be made, polled and paged within one session. */
export interface IdentityQuestion {
  readonly question: 'identity-report';
  readonly subjectArn: string;
  readonly level: ReportLevel;
}

/** What the facts so far decide about one account. */
export interface IdentityJudgement {
  readonly given: IdentityCase;
  readonly subjects: readonly Subject[];
  readonly detection: IdentityDetection;
  /** Open findings that are about services, with the advice on each path. */
  readonly advised: readonly AdvisedFinding[];
  readonly plans: Plans;
  /** What they come to, before anything is proved. */
  readonly drafts: readonly IamDraft[];
}

/**
 * The reports that are still needed: of the subjects first, then of the policies and groups whose other users decide.
 * What a failed report leaves unknown is not asked again. Empty: everything is decided.
 */
export function nextIdentityReports({ given }: IdentityJudgement): readonly IdentityQuestion[] {
  const { knowledge, level } = given;
  return [...knowledge.wanted].map((subjectArn) => ({ question: 'identity-report', subjectArn, level }));
}

/** Judges the account by the reports so far: findings, and what to do about each of their paths. Throws for a choice that the account does not have. */
export function judgeIdentities(facts: IdentityFacts, request: IdentityRequest): IdentityJudgement {
  const index = indexAccount(facts.identities);
  const free = judgeOnce(caseOf(index, facts, request), request);
  const stopping = rolesToStop(facts, quarantinesOf(request, free));
  // What is to be stopped keeps its policies, and everything else is judged again around them.
  const first = stopping.size === 0 ? free : judgeOnce(caseOf(index, facts, request, stopping), request);
  const { refused } = keepAdministrators(
    facts.identities,
    facts.controls,
    openSteps(facts.standing),
    first.drafts,
  );
  if (refused.length === 0) return first;
  // IAM stays with the last administrator, and everything else is judged again around it.
  return judgeOnce(caseOf(index, facts, request, stopping, textsOf(first.given, refused)), request);
}

function judgeOnce(given: IdentityCase, request: IdentityRequest): IdentityJudgement {
  const chosen = subjectsOf(given.index, request.choice);
  if (!chosen.ok) throw new Error(chosen.reasons[0].detail);
  const subjects = chosen.value;
  const detection = detectIdentities(given, subjects);
  const open = detection.findings.filter(({ kind, status }) => status === 'open' && kind !== 'unused-role');
  const plans = plansOf(given, open);
  const openKeys = new Set(open.map(({ serviceNamespace, subject }) => `${subject.arn} ${serviceNamespace}`));
  const isOpen = (arn: string, namespace: string): boolean => openKeys.has(`${arn} ${namespace}`);
  // Reports of subjects come first: with them many of the others need not be asked.
  const { reports } = given.knowledge;
  const isComplete = subjects.every(({ arn }) => reports.has(arn) || detection.notJudged.has(arn));
  const advised = isComplete ? adviseAll({ given, plans, isOpen }, open) : [];
  return { given, subjects, detection, advised, plans, drafts: draftsOf(given, plans, advised) };
}

/** ARNs of the roles that are to be stopped: by an open change, or by this review where nobody decided against it. */
function rolesToStop({ identities, standing }: IdentityFacts, { advised }: Quarantines): ReadonlySet<string> {
  const isOpen = new Map<string, boolean>();
  for (const change of standing)
    for (const step of change.steps) {
      const role = roleStoppedBy(step);
      if (role !== null) isOpen.set(role, change.isOpen);
    }
  const meant = advised.filter(({ advice }) => advice.some(({ edit }) => edit !== null));
  const meantArns = new Set(meant.map(({ finding }) => finding.subject.arn));
  const toStop = identities.roles.filter(({ arn, name }) => isOpen.get(name) ?? meantArns.has(arn));
  return new Set(toStop.map(({ arn }) => arn));
}

function caseOf(
  index: AccountIndex,
  facts: IdentityFacts,
  request: IdentityRequest,
  stopping: ReadonlySet<string> = new Set(),
  lastAdministrators: ReadonlyMap<string, LastWay> = new Map(),
): IdentityCase {
  const { asOf, configuration, level, thresholdDays } = request;
  const { catalogue, managementAccountId, organizationId, ownRoleArns, place } = facts;
  return {
    index,
    knowledge: {
      reports: new Map(facts.reports.map((report) => [report.subjectArn, report])),
      cutOff: asOf - thresholdDays * dayMilliseconds,
      wanted: new Set(),
    },
    care: { configuration, ownRoleArns, managementAccountId },
    configuration,
    organizationId,
    place,
    catalogue,
    level,
    thresholdDays,
    asOf,
    lastAdministrators,
    stopping,
  };
}

/** Each text is planned once, from all findings that it takes part in, whoever asked. */
function plansOf(given: IdentityCase, open: readonly IdentityFinding[]): Plans {
  const findings = new Map<string, Set<IdentityFinding>>();
  for (const finding of open)
    for (const { source } of finding.grants) {
      const key = sourceKey(source);
      findings.set(key, (findings.get(key) ?? new Set()).add(finding));
    }
  const made = new Map<string, TextPlan>();
  return (source: PolicySource): TextPlan => {
    const key = sourceKey(source);
    const plan = made.get(key) ?? planText(given, source, [...(findings.get(key) ?? [])]);
    made.set(key, plan);
    return plan;
  };
}
