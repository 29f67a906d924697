import type { Principal } from './account-identities.ts';
import { type AccountIndex, reachedBy } from './account-index.ts';
import { accountWithout } from './account-without.ts';
import { administratorsOf, type ControlLevels } from './administrators.ts';
import { isUsed } from './identity-knowledge.ts';
import type { IdentityReason } from './identity-refusal.ts';
import type { EntityUse, IdentityReport } from './identity-report.ts';
import { type CareSettings, untouchable } from './never-touched.ts';
import type { Subject } from './subject.ts';
import { trustOf } from './trust.ts';

/** What deleting one identity or policy by hand would break. Times are epoch milliseconds. */
export interface DeleteCheck {
  readonly arn: string;
  readonly safe: boolean;
  readonly lastUsedAt: number | null;
  /** ARNs of whoever used anything by it within the tracking period, latest first. */
  readonly usedBy: readonly string[];
  /** What speaks against it, and what has to be undone first. */
  readonly reasons: readonly { readonly code: DeleteCode; readonly detail: string }[];
}

/** What is told of a deletion: each speaks against it, but that it was not used, has members, is attached or may be assumed. */
export type DeleteCode =
  | IdentityReason['code']
  | 'NOT_USED'
  | 'IN_USE'
  | 'HAS_MEMBERS'
  | 'IS_ATTACHED'
  | 'MAY_BE_ASSUMED'
  | 'HOLDS_A_DENY'
  | 'NAMED_IN_TRUST'
  | 'NAMED_IN_POLICY';

/** What is looked at. `cutOff` in epoch milliseconds. */
export interface DeleteQuestion {
  readonly index: AccountIndex;
  readonly subject: Subject;
  /** Undefined: it was not asked, which is never unused. */
  readonly report: IdentityReport | undefined;
  readonly care: CareSettings;
  readonly controls: ControlLevels;
  readonly cutOff: number;
}

/** Whether something may be deleted by hand: unused within the threshold, nothing hangs on it, and nobody else's. Unknown is not safe. */
export function checkDelete(question: DeleteQuestion): DeleteCheck {
  const { index, report, subject } = question;
  const principal = index.principals.get(subject.arn);
  const rows = report?.status === 'completed' ? [...report.rows.values()] : [];
  const ownUse = principal?.type === 'role' ? (principal.lastUsed?.at ?? null) : null;
  const times = [ownUse, ...rows.map(({ lastAccessedAt }) => lastAccessedAt)].filter((at) => at !== null);
  const lastUsedAt = times.length === 0 ? null : Math.max(...times);
  const uses = rows.flatMap(({ lastAccessedAt, lastAccessedBy: arn, usedBy }): readonly EntityUse[] => {
    if (usedBy.length > 0) return usedBy;
    return arn === null ? [] : [{ arn, lastAccessedAt }];
  });
  const ever = uses.flatMap(({ arn, lastAccessedAt: at }) => (at === null ? [] : [{ arn, at }]));
  const usedBy = ever.sort((a, b) => b.at - a.at).map(({ arn }) => arn);
  const reasons = [
    ...useReasons(question, lastUsedAt),
    ...hanging(question, principal),
    ...named(question),
    ...lastAdministrator(question),
  ];
  const safe = reasons.every(({ code }) => toldOnly.has(code));
  return { arn: subject.arn, safe, lastUsedAt, usedBy: [...new Set(usedBy)], reasons };
}

// Nobody uses anything by it: whoever is in it or bears it loses nothing that he uses.
const toldOnly: ReadonlySet<DeleteCode> = new Set<DeleteCode>([
  'NOT_USED',
  'HAS_MEMBERS',
  'IS_ATTACHED',
  'MAY_BE_ASSUMED',
]);

type Reasons = DeleteCheck['reasons'];

/** So many services in use are named. */
const mostServices = 5;

function useReasons({ cutOff, report, subject }: DeleteQuestion, lastUsedAt: number | null): Reasons {
  if (report?.status !== 'completed') {
    const why =
      report === undefined ? 'its report was not made' : `${report.failure.code}: ${report.failure.message}`;
    return [{ code: 'EVIDENCE_MISSING', detail: `the use of ${subject.name} is unknown (${why})` }];
  }
  if (lastUsedAt === null)
    return [{ code: 'NOT_USED', detail: `nothing was used by ${subject.name} in the tracking period` }];
  if (lastUsedAt < cutOff) {
    const day = new Date(lastUsedAt).toISOString().slice(0, 10);
    return [{ code: 'NOT_USED', detail: `nothing was used by ${subject.name} since ${day}` }];
  }
  const used = [...report.rows.values()]
    .filter((row) => isUsed(row, cutOff))
    .map(({ serviceName }) => serviceName);
  const left = used.length - mostServices;
  const listed = used.slice(0, mostServices).join(', ');
  const what = used.length === 0 ? 'the role itself' : `${listed}${left > 0 ? ` and ${left} more` : ''}`;
  const at = new Date(lastUsedAt).toISOString().slice(0, 10);
  return [
    {
      code: 'IN_USE',
      detail: `last attempted by ${subject.name} on ${at}, within the threshold: ${what}`,
    },
  ];
}

/** What is attached to it, in it or behind it. */
function hanging(
  { care, cutOff, index, subject }: DeleteQuestion,
  principal: Principal | undefined,
): Reasons {
  const reasons: { code: DeleteCode; detail: string }[] = [];
  if (principal === undefined) {
    const policy = index.policies.get(subject.arn);
    const bearers = index.bearers.get(subject.arn) ?? [];
    const list = bearers.map(({ name, type }) => `${type} ${name}`).join(', ');
    if (bearers.length > 0)
      reasons.push({ code: 'IS_ATTACHED', detail: `${subject.name} is attached to ${list}` });
    if (policy?.type === 'aws-managed')
      reasons.push({ code: 'AWS_MANAGED', detail: `${subject.name} is AWS's` });
    const bounded = [...index.account.users, ...index.account.roles].filter(
      ({ boundary }) => boundary === subject.arn,
    );
    const names = bounded.map(({ name }) => name).join(', ');
    if (bounded.length > 0)
      reasons.push({ code: 'BOUNDARY', detail: `${subject.name} is the boundary of ${names}` });
    return reasons;
  }
  const never = untouchable(principal, care);
  if (never !== null) reasons.push(never);
  if (principal.createdAt >= cutOff)
    reasons.push({ code: 'NEW_PRINCIPAL', detail: `${principal.name} is younger than the threshold` });
  const denying = (index.borne.get(principal.arn) ?? []).filter(({ document }) =>
    document?.statements.some(({ effect }) => effect === 'Deny'),
  );
  if (principal.type === 'group') {
    const members = reachedBy(index, principal).map(({ name }) => name);
    if (members.length > 0)
      reasons.push({
        code: 'HAS_MEMBERS',
        detail: `${members.join(', ')} would lose what ${principal.name} grants`,
      });
    if (members.length > 0 && denying.length > 0)
      reasons.push({
        code: 'HOLDS_A_DENY',
        detail: `its members would no longer be denied what ${denying.map(({ name }) => name).join(', ')} denies`,
      });
  }
  if (principal.type === 'role') {
    if (principal.instanceProfiles.length > 0)
      reasons.push({
        code: 'IN_SERVICE',
        detail: `${principal.name} is in the instance profile ${principal.instanceProfiles.join(', ')}`,
      });
    const { accountIds, isUnknown, providers, services } = trustOf(principal);
    const outside = [...accountIds.filter((id) => id !== index.account.accountId), ...providers, ...services];
    if (outside.length > 0 || isUnknown)
      reasons.push({
        code: 'MAY_BE_ASSUMED',
        detail: `${isUnknown ? 'anybody' : outside.join(', ')} may assume ${principal.name}: what there has it set is not read`,
      });
  }
  return reasons;
}

/** Without it nobody could manage IAM here any more. */
function lastAdministrator({ controls, index, subject }: DeleteQuestion): Reasons {
  const { account } = index;
  const before = administratorsOf(account, controls);
  if (before.length === 0 || administratorsOf(accountWithout(account, subject), controls).length > 0)
    return [];
  const detail = `without ${subject.name} nobody in the account may do everything in IAM`;
  return [{ code: 'LAST_ADMINISTRATOR', detail }];
}

/** Trusts and policies of the account that name it: they break, also where one of the same name is made again. */
function named({ index, subject }: DeleteQuestion): Reasons {
  const reasons: { code: DeleteCode; detail: string }[] = [];
  const isNamed = (text: string | null): boolean => text?.includes(subject.arn) ?? false;
  const trusting = index.account.roles.filter(({ arn, trust }) => arn !== subject.arn && isNamed(trust));
  for (const { name } of trusting)
    reasons.push({
      code: 'NAMED_IN_TRUST',
      detail: `role ${name} trusts it: one of the same name made again is another one, and stays locked out`,
    });
  const naming = new Set<string>();
  for (const { arn, name, text } of index.policies.values())
    if (arn !== subject.arn && isNamed(text)) naming.add(name);
  for (const [arn, sources] of index.borne)
    for (const { name, owner, text } of sources)
      if (owner !== null && arn !== subject.arn && isNamed(text))
        naming.add(`${name} of ${owner.type} ${owner.name}`);
  for (const name of naming) reasons.push({ code: 'NAMED_IN_POLICY', detail: `the policy ${name} names it` });
  return reasons;
}
