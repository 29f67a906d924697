import { patternMatchesAction, patternTouchesService } from '../../../base/matching.ts';
import type { AccountIdentities, ManagedPolicy, Principal } from '../../../identity/account-identities.ts';
import {
  bearersOf,
  membersOf,
  policyOf,
  principalOf,
  statementsIn,
} from '../../../identity/account-lookup.ts';
import { ownGrants } from '../../../identity/granted-since.ts';
import type { IdentityResource } from '../../../identity/identity-step.ts';
import { defaultTextOf, resourceKey } from '../../../identity/identity-values.ts';
import type { Statement } from '../../../policy/document.ts';
import { day, holds, list, notProven } from '../../subject.ts';
import { effectOf } from '../losses.ts';
import { readingOf } from '../reading.ts';
import type { IdentityCheck, IdentitySubject } from '../subject.ts';

/** Every grant that is taken away was in force for the whole threshold: who got it lately had no time to use it. */
export const permissionAge: IdentityCheck = {
  name: 'permission-age',
  check: (subject) => {
    const { account, cutOff, steps } = subject;
    const taken = steps.flatMap((step) => (step.before === null ? [] : grantsTaken(account, step.resource)));
    const undated = sinceWhenUnknown(subject, taken);
    const shared = bearersOfNarrowed(subject);
    const open = [
      ...(undated.length === 0
        ? []
        : [
            `AWS keeps no date of attachments, memberships and inline policies, and no stored review from before ${day(cutOff)} shows ${list(undated)}`,
          ]),
      ...newerTexts(account, taken, cutOff),
      ...newerVersions(subject, taken),
      ...(shared.is === 'newer'
        ? [`the stored review from before ${day(cutOff)} does not show ${list(shared.keys)}`]
        : []),
    ];
    const young = effectOf(subject)
      .losses.map(({ principal }) => principal)
      .filter(({ createdAt }) => createdAt >= cutOff);
    const flagged =
      young.length > 0 ? `; younger than the threshold: ${list(young.map(({ name }) => name))}` : '';
    if (open.length > 0) return notProven(`${open.join('; ')}${flagged}`);
    const unseen =
      shared.is === 'unseen'
        ? `; since when each bearer of ${list(shared.names)} has it is not known, so the use of every bearer counts`
        : '';
    return holds(`every grant that is taken away was in force before ${day(cutOff)}${unseen}${flagged}`);
  },
};

/** The keys of those grants that no stored review from before the cut-off shows. */
function sinceWhenUnknown(
  { cutOff, grantedSince }: IdentitySubject,
  grants: readonly IdentityResource[],
): readonly string[] {
  const keys = [...new Set(grants.map(resourceKey))];
  return keys.filter((key) => (grantedSince.get(key) ?? Number.POSITIVE_INFINITY) > cutOff);
}

/**
 * Since when those have a policy that is narrowed who bear it: its versions alone are dated. Without a stored review from
 * before the cut-off nobody knows, and the use of every bearer counts. Users and roles that are younger are flagged anyway.
 */
function bearersOfNarrowed(
  subject: IdentitySubject,
):
  | { readonly is: 'old' }
  | { readonly is: 'unseen'; readonly names: readonly string[] }
  | { readonly is: 'newer'; readonly keys: readonly string[] } {
  const { account, cutOff, grantedSince, steps } = subject;
  const arns = steps.flatMap(({ before, resource }) =>
    resource.type === 'managed-policy' && before !== null ? resource.arn : [],
  );
  if (arns.length === 0) return { is: 'old' };
  if (![...grantedSince.values()].some((since) => since <= cutOff))
    return { is: 'unseen', names: arns.map((arn) => arn.split('/').at(-1) ?? arn) };
  const keys = sinceWhenUnknown(
    subject,
    arns.flatMap((arn) => waysTo(account, arn, cutOff)),
  );
  return keys.length === 0 ? { is: 'old' } : { is: 'newer', keys };
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

/** Policies of the account's own that did not grant, or that denied, what goes by a version that may have been in force at the cut-off. */
function newerVersions(subject: IdentitySubject, taken: readonly IdentityResource[]): readonly string[] {
  const { account, cutOff, knownActions } = subject;
  const read = readingOf(account, knownActions);
  const lost = new Set(effectOf(subject).losses.flatMap(({ lostOf }) => [...lostOf.keys()]));
  const byPolicy = new Map<string, Set<string>>();
  for (const { after, before, policy } of takenTexts(subject, taken)) {
    const goes = read.differenceOf([before], after === null ? [] : [after]).lostOf;
    const newer = [...goes].filter(
      ([namespace, actions]) =>
        lost.has(namespace) && !wasInForce(subject, policy, before, namespace, actions),
    );
    const names = byPolicy.get(policy.name) ?? new Set<string>();
    for (const [namespace] of newer) names.add(namespace);
    byPolicy.set(policy.name, names);
  }
  return [...byPolicy].flatMap(([name, namespaces]) =>
    namespaces.size === 0
      ? []
      : [
          `a version of ${name} that may have been in force on ${day(cutOff)} did not grant ${list([...namespaces].sort())}`,
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

/** Whether every version that may have been in force at the cut-off allowed some of these actions of a service, and denied none that the text no longer denies. */
function wasInForce(
  { account, cutOff }: IdentitySubject,
  { versions }: ManagedPolicy,
  text: string,
  namespace: string,
  actions: readonly string[],
): boolean {
  const standing = new Set(statementsIn(account, text).map(meaningOf));
  const candidates = versions.filter(({ createdAt }) => createdAt < cutOff);
  const isGranted = candidates.every((version) => {
    const about = statementsIn(account, version.text).filter(
      (statement) => mayTouch(statement, namespace) && actions.some((action) => takesIn(statement, action)),
    );
    return (
      about.some(({ effect }) => effect === 'Allow') &&
      about.every((statement) => statement.effect === 'Allow' || standing.has(meaningOf(statement)))
    );
  });
  return candidates.length > 0 && isGranted;
}

/** Most statements are of other services: no action of theirs needs a look. */
function mayTouch({ actions: { kind, patterns } }: Statement, namespace: string): boolean {
  return kind === 'not-action' || patterns.some((pattern) => patternTouchesService(pattern, namespace));
}

function takesIn({ actions: { kind, patterns } }: Statement, action: string): boolean {
  return patterns.some((pattern) => patternMatchesAction(pattern, action)) === (kind === 'action');
}

/** A statement without its Sid. */
function meaningOf({ actions, condition, effect, resources }: Statement): string {
  return JSON.stringify([effect, actions, resources, condition]);
}
