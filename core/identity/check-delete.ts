import { obstaclesOf } from './delete-obstacles.ts';
import type { DeleteCheck, DeleteCode, DeleteQuestion, DeleteReason } from './delete-question.ts';
import { isUsed } from './identity-knowledge.ts';
import type { EntityUse } from './identity-report.ts';
import { unknownUse } from './unknown-use.ts';

// Nobody uses anything by it: whoever is in it, bears it or may assume it within the account loses nothing that he uses.
const toldOnly: ReadonlySet<DeleteCode> = new Set<DeleteCode>([
  'NOT_USED',
  'HAS_MEMBERS',
  'IS_ATTACHED',
  'TRUSTS_ITS_ACCOUNT',
]);

/** Whether something may be deleted by hand: unused within the threshold, nothing hangs on it, and nobody else's. Unknown is not safe. */
export function checkDelete(question: DeleteQuestion): DeleteCheck {
  const { index, report, subject } = question;
  const principal = index.principals.get(subject.arn);
  const rows = report?.status === 'completed' ? [...report.rows.values()] : [];
  const own = principal?.type === 'role' ? principal.lastUsed : null;
  const uses = [
    ...(own === null ? [] : [{ at: own.at, region: own.region }]),
    ...rows.flatMap(({ lastAccessedAt: at, lastAccessedRegion: region }) =>
      at === null ? [] : [{ at, region }],
    ),
  ];
  const last = uses.reduce<LastUse | null>(
    (latest, use) => (use.at > (latest?.at ?? 0) ? use : latest),
    null,
  );
  const byWhom = rows.flatMap(({ lastAccessedAt, lastAccessedBy: arn, usedBy }): readonly EntityUse[] => {
    if (usedBy.length > 0) return usedBy;
    return arn === null ? [] : [{ arn, lastAccessedAt }];
  });
  const ever = byWhom.flatMap(({ arn, lastAccessedAt: at }) => (at === null ? [] : [{ arn, at }]));
  const usedBy = ever.sort((a, b) => b.at - a.at).map(({ arn }) => arn);
  const reasons = [...useReasons(question, last), ...obstaclesOf(question)];
  const safe = reasons.every(({ code }) => toldOnly.has(code));
  return { arn: subject.arn, safe, lastUsedAt: last?.at ?? null, usedBy: [...new Set(usedBy)], reasons };
}

interface LastUse {
  readonly at: number;
  readonly region: string | null;
}

/** So many services in use are named. */
const mostServices = 5;

function useReasons(question: DeleteQuestion, last: LastUse | null): readonly DeleteReason[] {
  const { cutOff, report, subject } = question;
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
  const at = `${new Date(last.at).toISOString().slice(0, 10)}${last.region === null ? '' : ` (in ${last.region})`}`;
  if (last.at < cutOff)
    return [{ code: 'NOT_USED', detail: `nothing was used by ${subject.name} since ${at}` }, ...unknown];
  const used = [...report.rows.values()]
    .filter((row) => isUsed(row, cutOff))
    .map(({ serviceName }) => serviceName);
  const left = used.length - mostServices;
  const listed = used.slice(0, mostServices).join(', ');
  const what = used.length === 0 ? 'the role itself' : `${listed}${left > 0 ? ` and ${left} more` : ''}`;
  const detail = `last attempted by ${subject.name} on ${at}, within the threshold: ${what}`;
  return [{ code: 'IN_USE', detail }, ...unknown];
}
