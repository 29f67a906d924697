import { dayMilliseconds } from '../base/limits.ts';
import { sha256 } from '../base/sha256.ts';
import type { Role } from './account-identities.ts';
import { actionUse } from './action-use.ts';
import { grantsOf } from './grants.ts';
import type { IdentityFinding, IdentityFindingKind } from './identity-finding.ts';
import { isUsed, reportOf } from './identity-knowledge.ts';
import type { IdentityReason, IdentityRefusal } from './identity-refusal.ts';
import type { CompletedIdentityReport, IdentityServiceRow } from './identity-report.ts';
import { type Hold, type IdentityCase, judgeService, permissionHold, subjectHold } from './judge.ts';
import { lastUseOfRole } from './last-use-of-role.ts';
import { untouchable } from './never-touched.ts';
import { stoppedBy, whyQuarantineWaits } from './quarantine-waits.ts';
import type { Subject } from './subject.ts';
import { verdictOfRole } from './unused-roles.ts';
import { whyNotSurelyUnused, whyRoleExempt } from './why-no-quarantine.ts';
import { youth } from './young.ts';

/** What the reports say of the subjects, and the subjects of which nothing is said. */
export interface IdentityDetection {
  readonly findings: readonly IdentityFinding[];
  readonly refusals: readonly IdentityRefusal[];
  /** ARNs of subjects that are not judged: their reports are not asked for. */
  readonly notJudged: ReadonlyMap<string, IdentityReason>;
}

/** Judges every subject by its own report. What is young or AWS's own is refused, a failed report makes everything unknown. */
export function detectIdentities(given: IdentityCase, subjects: readonly Subject[]): IdentityDetection {
  const findings: IdentityFinding[] = [];
  const refusals: IdentityRefusal[] = [];
  const notJudged = new Map<string, IdentityReason>();
  for (const subject of subjects) {
    const why = whyNotJudged(given, subject);
    if (why !== null) {
      notJudged.set(subject.arn, why);
      refusals.push({ ...why, subjectArn: subject.arn });
      continue;
    }
    const report = reportOf(given.knowledge, subject.arn);
    if (report !== null) findings.push(...findingsOf(given, subject, report));
  }
  return { findings, refusals, notJudged };
}

function whyNotJudged(given: IdentityCase, subject: Subject): IdentityReason | null {
  const principal = given.index.principals.get(subject.arn);
  if (principal?.path.startsWith('/aws-service-role/')) return untouchable(principal, given.care);
  return youth(given, subject);
}

function findingsOf(
  given: IdentityCase,
  subject: Subject,
  report: CompletedIdentityReport,
): readonly IdentityFinding[] {
  const role = given.index.principals.get(subject.arn);
  if (role?.type === 'role' && isSilent(given, role, report))
    // Whole days, as the Config rule counts: on the day of the threshold itself nothing is said of the role.
    return verdictOfRole({ ...role, lastUsed: lastUseOfRole(role, report) }, [], {
      ...given,
      unseenRegions: [],
    }).compliance === 'NON_COMPLIANT'
      ? [unusedRoleOf(given, subject, role, report)]
      : [];
  const rows = [...report.rows.values()].sort((a, b) => (a.serviceNamespace < b.serviceNamespace ? -1 : 1));
  return rows.flatMap((row) => {
    if (!isUsed(row, given.knowledge.cutOff)) return [unusedService(given, subject, row)];
    return given.level === 'action' ? unusedActions(given, subject, row) : [];
  });
}

function unusedService(given: IdentityCase, subject: Subject, row: IdentityServiceRow): IdentityFinding {
  const kind = row.lastAccessedAt === null ? 'never-used' : 'lapsed';
  return { ...common(given, subject, row, kind), ...statusOf(given, subject, row) };
}

function unusedActions(
  given: IdentityCase,
  subject: Subject,
  row: IdentityServiceRow,
): readonly IdentityFinding[] {
  const { catalogue, index, knowledge } = given;
  const documents = grantsOf(index, subject, row.serviceNamespace).flatMap(
    ({ source }) => source.document ?? [],
  );
  const actions = actionUse(row, documents, catalogue, knowledge.cutOff);
  if (actions === null || actions.unused.length === 0) return [];
  const status = statusOf(given, subject, row);
  return [{ ...common(given, subject, row, 'unused-actions'), actions, ...status }];
}

function common(given: IdentityCase, subject: Subject, row: IdentityServiceRow, kind: IdentityFindingKind) {
  const { lastAccessedAt, lastAccessedBy, lastAccessedRegion, serviceName, serviceNamespace } = row;
  const isShared = subject.type === 'group' || subject.type === 'policy';
  const everUsed = row.usedBy.filter((use) => use.lastAccessedAt !== null).map(({ arn }) => arn);
  return {
    id: findingIdOf(given, subject, serviceNamespace),
    kind,
    subject,
    serviceNamespace,
    serviceName,
    lastAccessedAt,
    daysUnused: daysSince(given, lastAccessedAt),
    lastAccessedBy,
    lastAccessedRegion: lastAccessedAt === null ? null : lastAccessedRegion,
    usedBy: isShared ? everUsed : [],
    grants: grantsOf(given.index, subject, serviceNamespace),
  };
}

function statusOf(
  given: IdentityCase,
  subject: Subject,
  row: IdentityServiceRow,
): Pick<IdentityFinding, 'status' | 'reason' | 'note'> {
  const judged = judgeService(given, subject, row.serviceNamespace);
  // Of a service in use, single actions may be unused: what keeps the service keeps them.
  const kept = judged.kind === 'kept' ? judged.hold : subjectHold(given, subject, row.serviceNamespace);
  if (kept !== null) return asStatus(kept);
  const principal = given.index.principals.get(subject.arn);
  const never = principal ? untouchable(principal, given.care) : null;
  // What a tool owns stays open: its owner gets a patch.
  if (never !== null && never.code !== 'FOREIGN_POLICY')
    return { status: 'held', reason: never.code, note: never.detail };
  const grants = grantsOf(given.index, subject, row.serviceNamespace);
  if (grants.length === 0) {
    const note = `no text that was read grants it to ${subject.name}: the policies changed, or one of them was not understood`;
    return { status: 'held', reason: 'EVIDENCE_MISSING', note };
  }
  const holds = grants.map(({ source }) => permissionHold(given, source, row));
  const [first] = holds;
  return first && holds.every((hold) => hold !== null) ? asStatus(first) : { status: 'open' };
}

function asStatus({ code, detail, status }: Hold): Pick<IdentityFinding, 'status' | 'reason' | 'note'> {
  return { status, ...(code === undefined ? {} : { reason: code }), note: detail };
}

/** Nobody used the role at all, by its own record and by its report. */
function isSilent({ knowledge }: IdentityCase, role: Role, report: CompletedIdentityReport): boolean {
  return (lastUseOfRole(role, report)?.at ?? Number.NEGATIVE_INFINITY) < knowledge.cutOff;
}

/** One finding instead of one a service. */
function unusedRoleOf(
  given: IdentityCase,
  subject: Subject,
  role: Role,
  report: CompletedIdentityReport,
): IdentityFinding {
  const last = lastUseOfRole(role, report);
  const lastAccessedAt = last?.at ?? null;
  const never = untouchable(role, given.care);
  const exempt = whyRoleExempt(given, role);
  const isStopped = stoppedBy(given.index, role) !== null;
  const waits = isStopped ? whyQuarantineWaits(given.index, given.stopping, subject) : null;
  const held = never ?? (exempt === null ? (waits ?? whyNotSurelyUnused(given, role)) : null);
  const status =
    held !== null
      ? ({ status: 'held', reason: held.code, note: held.detail } as const)
      : exempt !== null
        ? ({ status: 'exempt', note: exempt.detail } as const)
        : ({ status: 'open' } as const);
  return {
    id: findingIdOf(given, subject, '*'),
    kind: 'unused-role',
    subject,
    serviceNamespace: null,
    serviceName: 'every service',
    lastAccessedAt,
    daysUnused: daysSince(given, lastAccessedAt),
    lastAccessedBy: null,
    lastAccessedRegion: last?.region ?? null,
    usedBy: [],
    grants: [],
    ...status,
  };
}

function daysSince({ asOf }: IdentityCase, at: number | null): number | null {
  return at === null ? null : Math.floor((asOf - at) / dayMilliseconds);
}

function findingIdOf(given: IdentityCase, subject: Subject, service: string): string {
  const { account } = given.index;
  const name = `${given.organizationId}|${account.accountId}|${subject.arn}|${service}`;
  return `fnd-${sha256(name).slice(0, 12)}`;
}
