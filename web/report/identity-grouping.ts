import { groupBy } from '../../core/base/lists.ts';
import { byWeight, weightOf } from '../../core/policy/service-weights.ts';
import type {
  IdentitiesResult,
  IdentityFindingResult,
  IdentityRefusalResult,
  SubjectResult,
} from '../../core/review/identities/identities-result.ts';

/** Findings that come by the same paths and have the same answer. */
export interface AnswerGroup {
  /** The first of them; of several, with reasons that are told of all. */
  readonly first: IdentityFindingResult;
  /** Privileged services first, then those that were used before, the longest unused first. */
  readonly findings: readonly IdentityFindingResult[];
}

/** One identity with its findings. */
export interface SubjectFindings {
  readonly subject: SubjectResult;
  readonly findings: readonly IdentityFindingResult[];
  readonly open: readonly IdentityFindingResult[];
  /** How many of the open ones are of privileged services: those that weigh 2 or more. */
  readonly privileged: number;
}

/** Findings that come by the same paths and have the same answer read as one; reasons that name their service alone differ in nothing else. */
export function groupByAnswer(findings: readonly IdentityFindingResult[]): readonly AnswerGroup[] {
  const groups = groupBy([...findings].sort(byUrgency), (finding) => {
    const { advice, grants, note, reason, status } = withoutName(finding);
    return JSON.stringify([grants, advice, status, reason, note]);
  });
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    return [{ first: group.length > 1 ? withoutName(first) : first, findings: group }];
  });
}

/** Every identity with its findings: who has most privileged services that he never uses first, then who has most of any. */
export function bySubject({ findings, subjects }: IdentitiesResult): readonly SubjectFindings[] {
  const lists = groupBy(findings, ({ subjectArn }) => subjectArn);
  const all = subjects.map((subject): SubjectFindings => {
    const own = lists.get(subject.arn) ?? [];
    const open = own.filter(({ status }) => status === 'open');
    return { subject, findings: own, open, privileged: open.filter(isPrivileged).length };
  });
  return all.sort(
    (a, b) =>
      b.privileged - a.privileged || b.open.length - a.open.length || b.findings.length - a.findings.length,
  );
}

/** Refusals by their code. What is refused of several identities in the same words is told once. */
export function groupIdentityRefusals(
  refusals: readonly IdentityRefusalResult[],
): readonly (readonly [IdentityRefusalResult['code'], readonly IdentityRefusalResult[]])[] {
  const told = new Map(refusals.map((each) => [JSON.stringify({ ...each, subjectArn: null }), each]));
  return [...groupBy(told.values(), ({ code }) => code)];
}

/** Whether misuse of a finding's service would cost more than money or data. An unused role may do all that it is granted. */
export function isPrivileged({ kind, serviceNamespace }: IdentityFindingResult): boolean {
  return kind === 'unused-role' || (weightOf(serviceNamespace)?.weight ?? 0) >= 2;
}

function byUrgency(a: IdentityFindingResult, b: IdentityFindingResult): number {
  const privileged = Number(isPrivileged(b)) - Number(isPrivileged(a));
  if (privileged !== 0) return privileged;
  if (isPrivileged(a)) return byWeight(a.serviceNamespace, b.serviceNamespace);
  return (b.daysUnused ?? -1) - (a.daysUnused ?? -1);
}

/** The finding with its reasons told of whole groups of services. */
function withoutName(finding: IdentityFindingResult): IdentityFindingResult {
  const told = (text: string): string => text.replaceAll(finding.serviceName, 'these services');
  const advice = finding.advice.map((each) => ({ ...each, why: told(each.why) }));
  return { ...finding, advice, ...(finding.note === undefined ? {} : { note: told(finding.note) }) };
}
