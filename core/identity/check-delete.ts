import { isoDay } from '../base/iso-time.ts';
import { regionCoverage } from '../organization/region-coverage.ts';
import { reachedBy } from './account-index.ts';
import { holdsOf } from './delete-holds.ts';
import { obstaclesOf } from './delete-obstacles.ts';
import type { DeleteCheck, DeleteCode, DeleteQuestion, DeleteReason } from './delete-question.ts';
import { isUsed } from './identity-knowledge.ts';
import type { EntityUse } from './identity-report.ts';
import { unknownUse } from './unknown-use.ts';
import { usesOfCredentials } from './user-credentials.ts';

/** What does not speak against a deletion: whoever is in it, bears it or may assume it within the account uses nothing by it. */
export const toldOnly: ReadonlySet<DeleteCode> = new Set<DeleteCode>([
  'NOT_USED',
  'HAS_MEMBERS',
  'IS_ATTACHED',
  'TRUSTS_ITS_ACCOUNT',
  'REGIONS_NOT_READ',
]);

/** Whether something may be deleted by hand: unused within the threshold, nothing hangs on it, and nobody else's. Unknown is not safe. */
export function checkDelete(question: DeleteQuestion): DeleteCheck {
  const { report, subject } = question;
  const rows = report?.status === 'completed' ? [...report.rows.values()] : [];
  const uses = usesOf(question);
  const last = uses.reduce<Use | null>((latest, use) => (use.at > (latest?.at ?? 0) ? use : latest), null);
  const byWhom = rows.flatMap(({ lastAccessedAt, lastAccessedBy: arn, usedBy }): readonly EntityUse[] => {
    if (usedBy.length > 0) return usedBy;
    return arn === null ? [] : [{ arn, lastAccessedAt }];
  });
  const ever = byWhom.flatMap(({ arn, lastAccessedAt: at }) => (at === null ? [] : [{ arn, at }]));
  const own = subject.type === 'user' && last !== null ? [{ arn: subject.arn, at: last.at }] : [];
  const usedBy = [...ever, ...own].sort((a, b) => b.at - a.at).map(({ arn }) => arn);
  const reasons = [
    ...useReasons(question, uses, last),
    ...credentialReasons(question),
    ...(last !== null && last.at >= question.cutOff ? [] : regionReasons(question)),
    ...obstaclesOf(question),
    ...holdsOf(question),
  ];
  const safe = reasons.every(({ code }) => toldOnly.has(code));
  return { arn: subject.arn, safe, lastUsedAt: last?.at ?? null, usedBy: [...new Set(usedBy)], reasons };
}

/** One use that is on record, and of what, in words. */
interface Use {
  readonly at: number;
  readonly region: string | null;
  readonly what: string;
}

/** Every use on record: services in the order of the report, then the role itself, then the user's credentials. */
function usesOf({ credentials, index, report, subject }: DeleteQuestion): readonly Use[] {
  const principal = index.principals.get(subject.arn);
  const lastUsed = principal?.type === 'role' ? principal.lastUsed : null;
  const rows = report?.status === 'completed' ? [...report.rows.values()] : [];
  return [
    ...rows.flatMap(({ lastAccessedAt: at, lastAccessedRegion: region, serviceName: what }) =>
      at === null ? [] : [{ at, region, what }],
    ),
    ...(lastUsed === null ? [] : [{ ...lastUsed, what: 'the role itself' }]),
    ...(credentials !== null && 'credentials' in credentials
      ? usesOfCredentials(credentials.credentials)
      : []),
  ];
}

/** So many services in use are named. */
const mostServices = 5;

function useReasons(
  question: DeleteQuestion,
  uses: readonly Use[],
  last: Use | null,
): readonly DeleteReason[] {
  const { cutOff, index, report, subject } = question;
  if (subject.type === 'policy' && (index.bearers.get(subject.arn) ?? []).length === 0) {
    const detail = `${subject.name} is attached to nobody, so nobody uses anything by it now; AWS's reports do not tell of use from before it was detached`;
    return [{ code: 'NOT_USED', detail }];
  }
  if (report?.status !== 'completed') {
    const why =
      report === undefined ? 'its report was not made' : `${report.failure.code}: ${report.failure.message}`;
    return [{ code: 'EVIDENCE_MISSING', detail: `the use of ${subject.name} is unknown (${why})` }];
  }
  const unknown = unknownUse(question, report);
  if (last === null)
    return [
      { code: 'NOT_USED', detail: `nothing was used by ${subject.name} in the tracking period` },
      ...unknown,
    ];
  const at = `${isoDay(last.at)}${last.region === null ? '' : ` (in ${last.region})`}`;
  if (last.at < cutOff)
    return [{ code: 'NOT_USED', detail: `nothing was used by ${subject.name} since ${at}` }, ...unknown];
  const services = [...report.rows.values()]
    .filter((row) => isUsed(row, cutOff))
    .map(({ serviceName }) => serviceName);
  const used =
    services.length > 0 ? services : uses.filter((use) => use.at >= cutOff).map(({ what }) => what);
  const left = used.length - mostServices;
  const listed = used.slice(0, mostServices).join(', ');
  const detail = `last attempted by ${subject.name} on ${at}, within the threshold: ${listed}${left > 0 ? ` and ${left} more` : ''}`;
  return [{ code: 'IN_USE', detail }, ...unknown];
}

/** What a user signs in with, and whose use is unknown or did not have the whole threshold to show. */
function credentialReasons({
  credentials: reading,
  cutOff,
  subject,
}: DeleteQuestion): readonly DeleteReason[] {
  if (reading === null) return [];
  if ('failure' in reading) {
    const detail = `when ${subject.name} last signed in, and with what, was not read: ${reading.failure}`;
    return [{ code: 'EVIDENCE_MISSING', detail }];
  }
  const { accessKeys, passwordCreatedAt, unrecorded } = reading.credentials;
  const young = accessKeys.filter(({ createdAt, isActive }) => isActive && createdAt >= cutOff);
  const reasons: DeleteReason[] = young.map(({ createdAt, id }) => ({
    code: 'NEW_CREDENTIAL',
    detail: `access key ${id} was made for ${subject.name} on ${isoDay(createdAt)}, within the threshold`,
  }));
  if (passwordCreatedAt !== null && passwordCreatedAt >= cutOff)
    reasons.push({
      code: 'NEW_CREDENTIAL',
      detail: `the password of ${subject.name} for the console was made on ${isoDay(passwordCreatedAt)}, within the threshold`,
    });
  if (unrecorded.length > 0) {
    const detail = `${subject.name} may sign in with ${unrecorded.join(', ')}, and IAM keeps no record of such use`;
    reasons.push({ code: 'EVIDENCE_MISSING', detail });
  }
  return reasons;
}

/** Use in which Regions does not show, where none shows. By what reaches nobody nothing is used, in whatever Region. */
function regionReasons({ cutOff, index, regions, subject }: DeleteQuestion): readonly DeleteReason[] {
  const principal = index.principals.get(subject.arn);
  const bearers = principal ? [principal] : (index.bearers.get(subject.arn) ?? []);
  if (bearers.every((bearer) => reachedBy(index, bearer).length === 0)) return [];
  const { coverage, detail } = regionCoverage(index.account.partition, regions, cutOff);
  if (coverage === 'whole') return [];
  const isOff = coverage === 'not-read' && regions === 'off';
  return [{ code: isOff ? 'REGIONS_NOT_READ' : 'EVIDENCE_MISSING', detail }];
}
