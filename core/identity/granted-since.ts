import { sha256 } from '../base/sha256.ts';
import type { AccountIdentities, Principal } from './account-identities.ts';
import type { IdentityResource } from './identity-step.ts';
import { attached, member, resourceKey } from './identity-values.ts';

/** The grants of an account of which AWS keeps no date, as one review saw them. */
export interface SeenGrants {
  /** Epoch milliseconds: the account had been read by then. */
  readonly readAt: number;
  /** `attached`, `member`, or the SHA-256 (64 hex) of an inline text, by the key of its resource. */
  readonly grants: Readonly<Record<string, string>>;
}

/** Every attachment, membership and inline policy of an account that had been read by this instant (epoch ms), for later reviews. */
export function grantsSeenIn(account: AccountIdentities, readAt: number): SeenGrants {
  const grants = Object.fromEntries(undatedGrants(account).map(({ key, mark }) => [key, mark]));
  return { readAt, grants };
}

/**
 * Since when an earlier review shows each grant of an account in force (epoch ms), by the key of its resource. An inline
 * policy counts with the same text alone, and nothing counts whose user, group, role or policy was made again since.
 */
export function grantedSinceIn(
  account: AccountIdentities,
  seen: SeenGrants | null,
): ReadonlyMap<string, number> {
  if (seen === null) return new Map();
  const { grants, readAt } = seen;
  const old = undatedGrants(account).filter(
    ({ key, madeAt, mark }) => grants[key] === mark && madeAt <= readAt,
  );
  return new Map(old.map(({ key }) => [key, readAt]));
}

/** What a user, group or role bears itself and AWS keeps no date of: attached policies, then inline ones. */
export function ownGrants({ attached: arns, inline, name, type }: Principal): readonly IdentityResource[] {
  const principal = { type, name };
  return [
    ...arns.map((policyArn) => ({ type: 'policy-attachment', principal, policyArn }) as const),
    ...inline.map((policy) => ({ type: 'inline-policy', principal, name: policy.name }) as const),
  ];
}

interface UndatedGrant {
  readonly key: string;
  readonly mark: string;
  /** When the last of those that it joins was made (epoch ms): one made again has the name of the first. */
  readonly madeAt: number;
}

function undatedGrants({ groups, policies, roles, users }: AccountIdentities): readonly UndatedGrant[] {
  const madeAt = new Map(
    [...groups.map(({ createdAt, name }) => [name, createdAt] as const)].concat(
      policies.map(({ arn, createdAt }) => [arn, createdAt] as const),
    ),
  );
  const grantOf = (resource: IdentityResource, mark: string, { createdAt }: Principal, other?: string) => {
    const otherAt = other === undefined ? undefined : madeAt.get(other);
    return { key: resourceKey(resource), mark, madeAt: Math.max(createdAt, otherAt ?? createdAt) };
  };
  const memberships = users.flatMap((user) =>
    user.groups.map((group) => grantOf({ type: 'membership', user: user.name, group }, member, user, group)),
  );
  const borne = [...users, ...groups, ...roles].flatMap((bearer) =>
    ownGrants(bearer).map((resource) => {
      if (resource.type === 'policy-attachment')
        return grantOf(resource, attached, bearer, resource.policyArn);
      const name = resource.type === 'inline-policy' ? resource.name : '';
      const text = bearer.inline.find((policy) => policy.name === name)?.text ?? '';
      return grantOf(resource, sha256(text), bearer);
    }),
  );
  return [...memberships, ...borne];
}
