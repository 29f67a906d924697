import { editOf } from '../core/change/content/edit.ts';
import type { AccessReport, CompletedReport } from '../core/finding/access-report.ts';
import type { Finding } from '../core/finding/finding.ts';
import { rememberedUse } from '../core/finding/remembered-use.ts';
import { type SeenUse, withReports } from '../core/finding/seen-use.ts';
import { indexPolicies } from '../core/policy/policy-index.ts';
import type { ServiceControlPolicy } from '../core/policy/service-control-policy.ts';
import { judge } from '../core/review/judgement.ts';
import { reportsToAsk } from '../core/review/next-questions.ts';
import { type ReviewDecision, review } from '../core/review/review.ts';
import type { ReviewFacts, ReviewRequest } from '../core/review/review-facts.ts';
import { type ChangingWorld, changingWorld, reportAt } from './changing-world.ts';
import { atMost, type FigureOptions, type Row } from './figure.ts';
import { reviewOf } from './review-of.ts';
import { day, now } from './true-reports.ts';

const weeks = 52;
/** A proposal is in force so many reviews after it was made. */
const approvedAfter = 2;

interface Year {
  readonly jobs: number;
  /** Findings of what the reports of this moment show used. */
  readonly unsafe: number;
  /** Open findings that asking everywhere has and the review has not, or the other way round. */
  readonly otherwise: number;
  readonly findings: number;
}

/** Weekly reviews over a simulated year that remember what earlier ones saw, beside asking every OU every week. */
export async function measureWarmYear({ quick }: FigureOptions): Promise<readonly Row[]> {
  const world = changingWorld({ seed: 7, accounts: quick ? 100 : 1_000 });
  const units = [...world.tree.entities.values()].filter(({ type }) => type !== 'account').length;
  const year = liveThrough(world);
  const size = `${world.tree.accounts.length.toLocaleString('en-US')} accounts, ${units - 1} OUs, ${weeks} weekly reviews to OU depth, each proposal in force after ${approvedAfter} weeks`;
  return [
    atMost(0.5, {
      name: 'report jobs of warm weekly reviews',
      value: year.jobs / (units * weeks),
      unit: '×',
      against: `asking root and every OU every week: ${units * weeks} jobs; ${size}`,
    }),
    atMost(0, {
      name: 'findings of warm reviews that the reports of that moment show used',
      value: year.unsafe,
      unit: 'findings',
      against: size,
    }),
    atMost(0, {
      name: 'open findings that differ from asking everywhere',
      value: year.otherwise,
      unit: 'findings',
      against: `${year.findings} open findings of asking everywhere; ${size}`,
    }),
  ];
}

function liveThrough(world: ChangingWorld): Year {
  const year = { jobs: 0, unsafe: 0, otherwise: 0, findings: 0 };
  const askedBefore = new Map<string, number>();
  const inForceAt = new Map<string, number>();
  let seen: SeenUse = new Map();
  let policies = world.policies;
  let waiting: { readonly week: number; readonly change: ReviewDecision['changes'][number] }[] = [];
  for (let week = 0; week < weeks; week += 1) {
    const at = now + week * 7 * day;
    for (const { change } of waiting.filter((each) => each.week <= week))
      policies = withChange(policies, change);
    waiting = waiting.filter((each) => each.week > week);
    const policyIndex = indexPolicies(world.tree, policies);
    const known = new Map<string, CompletedReport>();
    const reportOf = (id: string): CompletedReport => {
      const report = known.get(id) ?? reportAt(world, policyIndex, id, at);
      known.set(id, report);
      return report;
    };
    const { facts: plain, request } = weekly(world, policies, at);
    const remembered = rememberedUse(seen, at - request.thresholdDays * day);
    const warm = ask({ ...plain, seenUse: seen, remembered, askedBefore }, request, reportOf);
    const decision = review(warm, request);
    year.jobs += warm.reports.length;
    year.unsafe += decision.findings.filter((finding) =>
      isUsed(finding, reportOf, at - request.thresholdDays * day),
    ).length;

    const everywhere = [...world.tree.entities.values()].flatMap(({ id, type }) =>
      type === 'account' ? [] : reportOf(id),
    );
    const cold = openIn(judge({ ...plain, seenUse: seen, reports: everywhere }, request).detection.findings);
    const ours = openIn(decision.findings);
    year.findings += cold.size;
    year.otherwise +=
      [...cold].filter((each) => !ours.has(each)).length + [...ours].filter((each) => !cold.has(each)).length;

    const completed = warm.reports.filter(
      (report): report is CompletedReport => report.status === 'completed',
    );
    seen = withReports(seen, completed).seen;
    for (const { completedAt, entityId } of completed) askedBefore.set(entityId, completedAt);
    for (const change of decision.changes) {
      const key = editOf(change).policyId ?? change.targets.map(({ id }) => id).join(' ');
      if ((inForceAt.get(key) ?? -1) > week) continue;
      inForceAt.set(key, week + approvedAfter);
      waiting.push({ week: week + approvedAfter, change });
    }
  }
  return year;
}

function weekly(
  { tree }: ChangingWorld,
  policies: readonly ServiceControlPolicy[],
  at: number,
): { readonly facts: ReviewFacts; readonly request: ReviewRequest } {
  const { facts, request } = reviewOf({ tree, policies, reports: [] });
  // Else a backlog of ten changes a week would hide what the order of asking does.
  const configuration = { ...request.configuration, changesPerReview: 1_000 };
  return { facts: { ...facts, readAt: at }, request: { ...request, asOf: at, configuration } };
}

function ask(
  start: ReviewFacts,
  request: ReviewRequest,
  reportOf: (id: string) => AccessReport,
): ReviewFacts {
  let facts = start;
  for (;;) {
    const open = reportsToAsk({ judgement: judge(facts, request), request, facts });
    if (open.length === 0) return facts;
    facts = { ...facts, reports: [...facts.reports, ...open.map(reportOf)] };
  }
}

function isUsed(
  { entityId, serviceNamespace }: Finding,
  reportOf: (id: string) => CompletedReport,
  cutOff: number,
): boolean {
  return (reportOf(entityId).rows.get(serviceNamespace)?.lastAccessedAt ?? 0) >= cutOff;
}

function openIn(findings: readonly Finding[]): ReadonlySet<string> {
  const open = findings.filter(({ status }) => status === 'open');
  return new Set(open.map(({ entityId, serviceNamespace }) => `${entityId} ${serviceNamespace}`));
}

/** The SCPs once a change is applied. */
function withChange(
  policies: readonly ServiceControlPolicy[],
  change: ReviewDecision['changes'][number],
): readonly ServiceControlPolicy[] {
  const { after, policyId, policyName, targets } = editOf(change);
  if (policyId !== null)
    return policies.map((policy) => (policy.id === policyId ? { ...policy, text: after } : policy));
  const id = `p-new${change.id.slice(4)}`;
  return [...policies, { id, name: policyName, awsManaged: false, text: after, targets, tags: {} }];
}
