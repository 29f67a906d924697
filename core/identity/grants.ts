import type { PrincipalName } from './account-identities.ts';
import type { AccountIndex, PolicySource } from './account-index.ts';
import { grantsService } from './granted-services.ts';
import type { Subject } from './subject.ts';

/** One path by which a subject comes by a service. */
export interface Grant {
  readonly source: PolicySource;
  /** Who bears the policy: the subject itself, a group that it is in, or whoever a policy is attached to. */
  readonly attachedTo: PrincipalName;
  /** The group through which it comes, or direct. */
  readonly via: 'direct' | { readonly group: string };
}

/** Every path by which a subject may come by anything, read from the texts: its own policies, then those of its groups in the order read. */
export function pathsOf(index: AccountIndex, subject: Subject): readonly Grant[] {
  if (subject.type === 'policy') {
    const source = index.policies.get(subject.arn);
    const bearers = index.bearers.get(subject.arn) ?? [];
    return source ? bearers.map((bearer) => ({ source, attachedTo: nameOf(bearer), via: 'direct' })) : [];
  }
  const own = (index.borne.get(subject.arn) ?? []).map((source): Grant => {
    return { source, attachedTo: nameOf(subject), via: 'direct' };
  });
  const principal = index.principals.get(subject.arn);
  const groups = principal?.type === 'user' ? principal.groups : [];
  return [...own, ...groups.flatMap((name) => pathsThrough(index, name))];
}

/** The paths that lead through one group. */
export function pathsThrough(index: AccountIndex, groupName: string): readonly Grant[] {
  const group = index.groups.get(groupName);
  const sources = group ? (index.borne.get(group.arn) ?? []) : [];
  const attachedTo = { type: 'group', name: groupName } as const;
  return sources.map((source) => ({ source, attachedTo, via: { group: groupName } }));
}

/** Paths whose text was not read or cannot be understood with certainty: whether a service comes by them nobody can tell. */
export function unreadPathsOf(index: AccountIndex, subject: Subject): readonly Grant[] {
  return pathsOf(index, subject).filter(({ source }) => source.document === null);
}

/** Every path by which a subject is known to come by one service: `unreadPathsOf` has those of which nobody can tell. */
export function grantsOf(index: AccountIndex, subject: Subject, namespace: string): readonly Grant[] {
  return pathsOf(index, subject).filter(
    ({ source }) => source.document !== null && grantsService(source.document, namespace),
  );
}

function nameOf({ type, name }: { readonly type: Subject['type']; readonly name: string }): PrincipalName {
  if (type === 'policy') throw new Error('a policy bears no policies');
  return { type, name };
}
