import { rememberedFor } from '../../base/remembered.ts';
import { accountAfter } from '../../identity/account-after.ts';
import type { AccountIdentities, PrincipalName, Role, User } from '../../identity/account-identities.ts';
import { bearersOf, documentIn, policyOf, principalOf } from '../../identity/account-lookup.ts';
import type { IdentityStep } from '../../identity/identity-step.ts';
import { defaultTextOf, principalsTouched } from '../../identity/identity-values.ts';
import type { ActionUniverse } from '../../policy/action-universe.ts';
import { type Access, allowsAny } from '../../policy/identity-access.ts';
import { type Difference, readingOf } from './reading.ts';
import type { IdentitySubject } from './subject.ts';
import { ownTexts, textsOf } from './texts.ts';

/** What the steps do to the access of one user or role. */
export interface Loss extends Difference {
  /** As he is before the steps, or after them where only then. */
  readonly principal: User | Role;
  /** What his permissions boundary allows at most; null: he has none, or its text was not read. */
  readonly limit: Access | null;
  /** All texts in force before and after. */
  readonly texts: { readonly before: readonly string[]; readonly after: readonly string[] };
}

/** Something that the steps take away, with the subjects whose reports tell who used it. */
export interface Removal {
  /** ARNs: a report of any one of them covers everything that is taken away here. */
  readonly subjectArns: readonly string[];
  /** Whom it is taken from, by ARN. */
  readonly principalArns: ReadonlySet<string>;
  /** What it said before. */
  readonly access: Access;
}

/** An edit with everything that its checks compute from it once. */
export interface Effect {
  readonly after: AccountIdentities;
  readonly universe: ActionUniverse;
  readonly losses: readonly Loss[];
  readonly removals: readonly Removal[];
}

/** What the steps do to every user and role that they touch. */
export const effectOf = rememberedFor(computeEffect);

function computeEffect({ account, steps, knownActions }: IdentitySubject): Effect {
  const after = accountAfter(account, steps);
  // Everybody is looked at before and after: steps may take one out of a group and put another in.
  const touched = [...principalsTouched(after, steps), ...principalsTouched(account, steps)];
  const names = new Map(touched.map(({ arn, name, type }) => [arn, { name, type }]));
  const inForce = [...names.values()].map((name) => {
    const before = personOf(account, name);
    const later = personOf(after, name);
    return {
      principal: before ?? later,
      before: before ? textsOf(account, before) : [],
      after: later ? textsOf(after, later) : [],
    };
  });
  const removed = steps.flatMap((step) => removalOf(account, step) ?? []);
  const read = readingOf(account, knownActions);
  const losses = inForce.flatMap(({ after: later, before, principal }): Loss[] => {
    if (principal === undefined) return [];
    const boundary = boundaryText(account, principal);
    const limit = boundary === null ? null : read.accessOf([boundary]);
    return [{ principal, limit, texts: { before, after: later }, ...read.differenceOf(before, later) }];
  });
  const removals = removed.map(({ texts: taken, ...removal }) => ({
    ...removal,
    access: read.accessOf(taken),
  }));
  return { after, universe: read.universe, losses, removals };
}

/** Whether the reports need not list a service for somebody: he was not permitted what he loses of it. */
export function isBeyondLimit({ universe }: Effect, { limit }: Loss, actions: readonly string[]): boolean {
  return limit !== null && !allowsAny(universe, limit, actions);
}

/** The text of the permissions boundary of a user or role; null: there is none, or it was not understood. */
export function boundaryText(account: AccountIdentities, { boundary }: User | Role): string | null {
  const policy = boundary === null ? undefined : policyOf(account, boundary);
  const text = policy ? defaultTextOf(policy) : null;
  return text !== null && documentIn(account, text) !== null ? text : null;
}

function personOf(account: AccountIdentities, name: PrincipalName): User | Role | undefined {
  const found = principalOf(account, name);
  return found?.type === 'group' ? undefined : found;
}

function removalOf(
  account: AccountIdentities,
  step: IdentityStep,
): (Omit<Removal, 'access'> & { readonly texts: readonly string[] }) | null {
  const { resource, before } = step;
  if (before === null) return null;
  const principalArns = new Set(principalsTouched(account, [step]).map(({ arn }) => arn));
  const from = (subjectArns: readonly string[], texts: readonly string[]) => {
    return { subjectArns, principalArns, texts };
  };
  switch (resource.type) {
    case 'managed-policy':
      return bearersOf(account, resource.arn).length > 0 ? from([resource.arn], [before]) : null;
    case 'inline-policy': {
      const bearer = principalOf(account, resource.principal);
      return from(bearer ? [bearer.arn] : [], [before]);
    }
    case 'policy-attachment': {
      const bearer = principalOf(account, resource.principal);
      const policy = policyOf(account, resource.policyArn);
      const text = policy ? defaultTextOf(policy) : null;
      return from([resource.policyArn, ...(bearer ? [bearer.arn] : [])], text === null ? [] : [text]);
    }
    case 'membership': {
      const group = principalOf(account, { type: 'group', name: resource.group });
      return group ? from([group.arn], ownTexts(account, group)) : null;
    }
  }
}
