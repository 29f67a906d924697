import { globMatches, patternMatchesAction } from '../base/matching.ts';
import type { Principal, Role } from './account-identities.ts';
import { type AccountIndex, type PolicySource, reachedBy } from './account-index.ts';
import { accountWithout } from './account-without.ts';
import { administrationAfter } from './administrators.ts';
import type { DeleteCode, DeleteQuestion, DeleteReason } from './delete-question.ts';
import { hasDeny } from './granted-services.ts';
import { pathsOf } from './grants.ts';
import { namingsOf } from './naming-texts.ts';
import { isOwnerUnknown, uneditable, untouchableItself } from './never-touched.ts';
import { shortArn } from './step-words.ts';
import { trustOf } from './trust.ts';
import { isOld } from './young.ts';

/** What hangs on one identity or policy: members, attachments, Denies, boundaries, trust, instance profiles, texts that name it, whose it is. */
export function obstaclesOf(question: DeleteQuestion): readonly DeleteReason[] {
  const principal = question.index.principals.get(question.subject.arn);
  return [
    ...(principal === undefined ? aboutPolicy(question) : aboutPrincipal(question, principal)),
    ...named(question),
    ...lastAdministrator(question),
  ];
}

function aboutPolicy({ care, cutOff, index, subject }: DeleteQuestion): readonly DeleteReason[] {
  const policy = index.policies.get(subject.arn);
  const bearers = index.bearers.get(subject.arn) ?? [];
  const managed = policy?.managed ?? null;
  const reasons: DeleteReason[] = [];
  if (bearers.length > 0) {
    const list = bearers.map(({ name, type }) => `${type} ${name}`).join(', ');
    reasons.push(reason('IS_ATTACHED', `${subject.name} is attached to ${list}`));
    if (policy) reasons.push(...whatIsDenied([policy], 'whoever has it'));
    if (bearers.every((bearer) => isYoung(index, bearer, cutOff)))
      reasons.push(reason('NEW_PRINCIPAL', `${subject.name} is attached to nobody older than the threshold`));
  }
  if (policy?.type === 'aws-managed')
    reasons.push(reason('AWS_MANAGED', `${subject.name} is AWS's: nobody else can delete it`));
  else if (managed !== null && managed.createdAt >= cutOff)
    reasons.push(reason('NEW_PERMISSION', `${subject.name} is younger than the threshold`));
  if (policy?.type === 'customer-managed' && managed !== null && isOwnerUnknown(managed, care))
    reasons.push(
      reason('EVIDENCE_MISSING', `whose ${subject.name} is was not read: its tags may not be read`),
    );
  const bounded = [...index.account.users, ...index.account.roles].filter(
    ({ boundary }) => boundary === subject.arn,
  );
  const never = policy ? uneditable(policy, care, index.account) : null;
  if (bounded.length > 0) {
    const names = bounded.map(({ name }) => name).join(', ');
    reasons.push(reason('BOUNDARY', `${subject.name} is the boundary of ${names}`));
  } else if (never !== null) reasons.push(never);
  return reasons;
}

function aboutPrincipal(
  { care, cutOff, index }: DeleteQuestion,
  principal: Principal,
): readonly DeleteReason[] {
  const { name } = principal;
  const reasons: DeleteReason[] = [];
  const never = untouchableItself(principal, care);
  if (never !== null) reasons.push(never);
  const members = principal.type === 'group' ? reachedBy(index, principal) : [];
  if (isYoung(index, principal, cutOff))
    reasons.push(
      reason(
        'NEW_PRINCIPAL',
        `${name}${members.length > 0 ? ', or everybody in it,' : ''} is younger than the threshold`,
      ),
    );
  if (members.length > 0) {
    const names = members.map((member) => member.name).join(', ');
    reasons.push(reason('HAS_MEMBERS', `${names} would lose what ${name} grants`));
    reasons.push(...whatIsDenied(index.borne.get(principal.arn) ?? [], 'its members'));
  }
  return principal.type === 'role' ? [...reasons, ...aboutRole(index, principal)] : reasons;
}

/** Who may assume a role: what is set up outside the account nobody can see; inside it, the role's last use tells. */
function aboutRole(index: AccountIndex, role: Role): readonly DeleteReason[] {
  const { accountId } = index.account;
  const { name } = role;
  const reasons: DeleteReason[] = [];
  if (role.instanceProfiles.length > 0)
    reasons.push(
      reason('IN_SERVICE', `${name} is in the instance profile ${role.instanceProfiles.join(', ')}`),
    );
  const { accountIds, isUnknown, principals, providers, services } = trustOf(role);
  const outside = [...accountIds.filter((id) => id !== accountId), ...providers, ...services];
  if (outside.length > 0 || isUnknown) {
    const who = isUnknown ? 'anybody' : outside.join(', ');
    reasons.push(
      reason('MAY_BE_ASSUMED', `${who} may assume ${name}: what is set up there to use it is not read`),
    );
  }
  const isWhole = principals.some((each) => each === accountId || each.endsWith(`::${accountId}:root`));
  const inside = isWhole
    ? assumersOf(index, role)
    : principals.flatMap((each) => index.principals.get(each)?.arn ?? []);
  if (isWhole || inside.length > 0) {
    const who = inside.length === 0 ? 'no user or role is allowed to' : listed(inside.map(shortArn));
    reasons.push(reason('TRUSTS_ITS_ACCOUNT', `whoever may assume ${name} within the account: ${who}`));
  }
  return reasons;
}

/** ARNs of the users and roles whose policies let them assume a role that trusts the account as a whole. */
function assumersOf(index: AccountIndex, role: Role): readonly string[] {
  const { roles, users } = index.account;
  const isAllowed = ({ document }: PolicySource): boolean =>
    (document?.statements ?? []).some(
      ({ actions, effect, resources }) =>
        effect === 'Allow' &&
        actions.patterns.some((pattern) => patternMatchesAction(pattern, 'sts:AssumeRole')) ===
          (actions.kind === 'action') &&
        resources.patterns.some((pattern) => globMatches(pattern, role.arn)) ===
          (resources.kind === 'resource'),
    );
  return [...users, ...roles]
    .filter((each) => each.arn !== role.arn && pathsOf(index, each).some(({ source }) => isAllowed(source)))
    .map(({ arn }) => arn);
}

/** Nobody had the whole threshold to use anything by it; by an empty group nobody can, however old it is. */
function isYoung(index: AccountIndex, principal: Principal, cutOff: number): boolean {
  return reachedBy(index, principal).length === 0
    ? principal.createdAt >= cutOff
    : !isOld(index, principal, cutOff);
}

/** So many principals are named in one sentence. */
const mostNamed = 5;

function listed(names: readonly string[]): string {
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  return `${names.slice(0, mostNamed).join(', ')}${more}`;
}

/** A Deny that would fall away lets people do what they may not now; a text that cannot be read may hold one. */
function whatIsDenied(sources: readonly PolicySource[], whom: string): readonly DeleteReason[] {
  return sources.flatMap(({ document, name }): readonly DeleteReason[] => {
    if (document === null)
      return [
        reason('MALFORMED_POLICY', `what ${name} denies ${whom} is unknown: its text was not understood`),
      ];
    return hasDeny(document)
      ? [reason('HOLDS_A_DENY', `${whom} would no longer be denied what ${name} denies`)]
      : [];
  });
}

/** Without it nobody could manage IAM here any more. */
function lastAdministrator({ controls, index, subject }: DeleteQuestion): readonly DeleteReason[] {
  const { account } = index;
  const { isLost, why } = administrationAfter(account, accountWithout(account, subject), controls);
  if (!isLost) return [];
  return [
    reason(
      'LAST_ADMINISTRATOR',
      `without ${subject.name} nobody in the account is sure to do everything in IAM${why}`,
    ),
  ];
}

/** Trusts and policies of the account that name it: they break, also where one of the same name is made again. */
function named({ index, subject }: DeleteQuestion): readonly DeleteReason[] {
  const { policies, trusts } = namingsOf(index.account, subject.arn);
  return [
    ...trusts.map((name) =>
      reason(
        'NAMED_IN_TRUST',
        `role ${name} trusts it: if it is deleted and made again, it has another id, and that role no longer lets it in`,
      ),
    ),
    ...policies.map((name) => reason('NAMED_IN_POLICY', `the policy ${name} names it`)),
  ];
}

function reason(code: DeleteCode, detail: string): DeleteReason {
  return { code, detail };
}
