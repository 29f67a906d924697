import { list } from '../../../base/counted.ts';
import { patternMatchesAction } from '../../../base/matching.ts';
import type { AccountIdentities, ManagedPolicy, Principal } from '../../../identity/account-identities.ts';
import { bearersOf, membersOf, policyOf, principalOf } from '../../../identity/account-lookup.ts';
import { ownGrants } from '../../../identity/granted-since.ts';
import type { IdentityResource } from '../../../identity/identity-step.ts';
import { defaultTextOf, resourceKey } from '../../../identity/identity-values.ts';
import { grantWords } from '../../../identity/step-words.ts';
import { newlyGranted } from '../../../policy/newly-granted.ts';
import { day, holds, notProven } from '../../subject.ts';
import { effectOf } from '../losses.ts';
import { readingOf } from '../reading.ts';
import type { IdentityCheck, IdentitySubject } from '../subject.ts';

/** Every grant that is taken away was in force for the whole threshold: who got it lately had no time to use it. */
export const permissionAge: IdentityCheck = {
  name: 'permission-age',
  check: (subject) => {
    const { account, cutOff, steps } = subject;
    const taken = steps.flatMap((step) => (step.before === null ? [] : grantsTaken(account, step.resource)));
    const shared = bearersOfNarrowed(subject);
    const others = whyUndated(subject, taken);
    const open = [...others, ...(shared === null ? [] : [shared])];
    const young = effectOf(subject)
      .losses.map(({ principal }) => principal)
      .filter(({ createdAt }) => createdAt >= cutOff);
    const flagged =
      young.length > 0 ? `; younger than the threshold: ${list(young.map(({ name }) => name))}` : '';
    if (open.length > 0)
      return notProven(`${open.join('; ')}${flagged}`, others.length === 0 ? 'BEARERS_UNDATED' : undefined);
    return holds(`every grant that is taken away was in force before ${day(cutOff)}${flagged}`, 'PROVEN');
  },
};

/** Why it is not known that these grants, with all that they give and somebody loses, were in force before the cut-off; empty: it is. */
export function whyUndated(subject: IdentitySubject, grants: readonly IdentityResource[]): readonly string[] {
  const { account, cutOff } = subject;
  const undated = sinceWhenUnknown(subject, grants);
  return [
    ...(undated.length === 0
      ? []
      : [
          `AWS keeps no date of attachments, memberships and inline policies, and no stored review from before ${day(cutOff)} shows ${list(undated)}`,
        ]),
    ...newerTexts(account, grants, cutOff),
    ...newerVersions(subject, grants),
  ];
}

/** Those grants, in words, that no stored review from before the cut-off shows. */
function sinceWhenUnknown(
  { cutOff, grantedSince }: IdentitySubject,
  grants: readonly IdentityResource[],
): readonly string[] {
  const isUndated = (grant: IdentityResource): boolean =>
    (grantedSince.get(resourceKey(grant)) ?? Number.POSITIVE_INFINITY) > cutOff;
  return [...new Set(grants.filter(isUndated).map(grantWords))];
}

/**
 * Why it is not known that all who have a policy that is narrowed have had it for the whole threshold, or null. Its
 * versions alone are dated, and who got it lately had no time to use it. Users and roles that are younger are flagged
 * anyway.
 */
function bearersOfNarrowed(subject: IdentitySubject): string | null {
  const { account, cutOff, grantedSince, steps } = subject;
  const arns = steps.flatMap(({ before, resource }) =>
    resource.type === 'managed-policy' && before !== null ? resource.arn : [],
  );
  const unknown = sinceWhenUnknown(
    subject,
    arns.flatMap((arn) => waysTo(account, arn, cutOff)),
  );
  if (unknown.length === 0) return null;
  if ([...grantedSince.values()].some((since) => since <= cutOff))
    return `the stored review from before ${day(cutOff)} does not show ${list(unknown)}`;
  const names = list(arns.map((arn) => arn.split('/').at(-1) ?? arn));
  return `no stored review from before ${day(cutOff)} shows since when each user, group or role has ${names}`;
}

/** The attachments of a policy, and the memberships in groups that bear it, of everybody who is older than the threshold. */
function waysTo(account: AccountIdentities, policyArn: string, cutOff: number): readonly IdentityResource[] {
  const isOld = ({ createdAt }: Principal): boolean => createdAt < cutOff;
  return bearersOf(account, policyArn).flatMap(({ createdAt, name, type }): readonly IdentityResource[] => [
    ...(createdAt < cutOff
      ? [{ type: 'policy-attachment', principal: { type, name }, policyArn } as const]
      : []),
    ...(type === 'group' ? membersOf(account, name).filter(isOld) : []).map(
      (user) => ({ type: 'membership', user: user.name, group: name }) as const,
    ),
  ]);
}

/** The grants without a date that go with one step: who leaves a group loses all that the group bears. A managed policy's own versions are dated. */
function grantsTaken(account: AccountIdentities, resource: IdentityResource): readonly IdentityResource[] {
  if (resource.type === 'managed-policy') return [];
  if (resource.type !== 'membership') return [resource];
  const group = principalOf(account, { type: 'group', name: resource.group });
  return [resource, ...(group ? ownGrants(group) : [])];
}

/** Policies of AWS that go and whose text AWS changed within the threshold: what it grants may be new although the attachment is old. */
function newerTexts(
  account: AccountIdentities,
  taken: readonly IdentityResource[],
  cutOff: number,
): readonly string[] {
  const arns = new Set(taken.flatMap((each) => (each.type === 'policy-attachment' ? each.policyArn : [])));
  const policies = [...arns].flatMap((arn) => policyOf(account, arn) ?? []);
  return policies.flatMap(({ defaultVersionId, isAwsManaged, name, versions }) => {
    if (!isAwsManaged) return [];
    const inForce = versions.find(({ id }) => id === defaultVersionId);
    const isNewer = inForce !== undefined && inForce.createdAt > cutOff;
    return isNewer ? [`AWS changed ${name} on ${day(inForce.createdAt)}`] : [];
  });
}

/** One policy of the account's own of which something goes: its text as it stands, and what is left of it for somebody. */
interface TakenText {
  readonly policy: ManagedPolicy;
  readonly before: string;
  readonly after: string | null;
}

/** Policies of the account's own that did not grant all that goes, or denied it, by a version that may have been in force at the cut-off. */
function newerVersions(subject: IdentitySubject, taken: readonly IdentityResource[]): readonly string[] {
  const { account, cutOff, knownActions } = subject;
  const read = readingOf(account, knownActions);
  const lost = new Set(effectOf(subject).losses.flatMap(({ lostOf }) => [...lostOf.keys()]));
  const byPolicy = new Map<string, Set<string>>();
  for (const { after, before, policy } of takenTexts(subject, taken)) {
    const goes = read.differenceOf([before], after === null ? [] : [after]).lostOf;
    const granted = newerThan(subject, policy, before);
    const isNewer = (action: string): boolean =>
      granted === null || granted.some((each) => each === action || patternMatchesAction(each, action));
    const newer = [...goes].filter(([namespace, actions]) => lost.has(namespace) && actions.some(isNewer));
    const names = byPolicy.get(policy.name) ?? new Set<string>();
    for (const [namespace] of newer) names.add(namespace);
    byPolicy.set(policy.name, names);
  }
  return [...byPolicy].flatMap(([name, namespaces]) =>
    namespaces.size === 0
      ? []
      : [
          `a version of ${name} that may have been in force on ${day(cutOff)} did not grant ${list([...namespaces].sort())}, or less of what goes`,
        ],
  );
}

function takenTexts(
  { account, steps }: IdentitySubject,
  taken: readonly IdentityResource[],
): readonly TakenText[] {
  const own = (arn: string): ManagedPolicy | undefined => {
    const policy = policyOf(account, arn);
    return policy?.isAwsManaged ? undefined : policy;
  };
  const narrowed = steps.flatMap(({ after, before, resource }): readonly TakenText[] => {
    const policy = resource.type === 'managed-policy' ? own(resource.arn) : undefined;
    return policy && before !== null ? [{ policy, before, after }] : [];
  });
  const detached = taken.flatMap((each): readonly TakenText[] => {
    const policy = each.type === 'policy-attachment' ? own(each.policyArn) : undefined;
    const before = policy ? defaultTextOf(policy) : null;
    return policy && before !== null ? [{ policy, before, after: null }] : [];
  });
  return [...narrowed, ...detached];
}

/** What the text grants and some version that may have been in force at the cut-off did not: no action, fewer resources, or under a condition; null: everything. */
function newerThan(
  { account, cutOff, knownActions }: IdentitySubject,
  { versions }: ManagedPolicy,
  text: string,
): readonly string[] | null {
  const candidates = versions.filter(({ createdAt }) => createdAt < cutOff);
  if (candidates.length === 0) return null;
  const { accessOf, universe } = readingOf(account, knownActions);
  const others = candidates.filter((version) => version.text !== text);
  return others.flatMap((version) => {
    const { allowed, undenied } = newlyGranted(universe, accessOf([version.text]), accessOf([text]));
    return [...allowed, ...undenied];
  });
}
