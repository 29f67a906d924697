import type { AccountIdentities, Role, User } from '../../identity/account-identities.ts';
import type { IdentityStep } from '../../identity/identity-step.ts';
import {
  accountAfter,
  bearersOf,
  defaultTextOf,
  policyOf,
  principalOf,
  principalsTouched,
} from '../../identity/identity-values.ts';
import { type Access, accessOf, actionsNamedIn, everything, type KnownActions, minus } from './access.ts';
import type { IdentitySubject } from './subject.ts';
import { ownTexts, textsOf } from './texts.ts';

/** What the steps do to the access of one user or role. */
export interface Loss {
  readonly principal: User | Role;
  /** All texts in force before and after. */
  readonly texts: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly before: Access;
  readonly after: Access;
  /** Allowed before and no longer after, because the Allow is gone or a new Deny of everything stands above it; by resource and condition. */
  readonly lost: ReadonlyMap<string, ReadonlySet<string>>;
  /** Allowed after and not before. */
  readonly gained: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Something that the steps take away, with the subjects whose reports tell who used it. */
export interface Removal {
  /** ARNs: a report of any one of them covers everything that is taken away here. */
  readonly subjectArns: readonly string[];
  /** Whom it is taken from, by ARN. */
  readonly principalArns: ReadonlySet<string>;
  /** What it allowed before. */
  readonly allowed: Access['allows'];
}

/** An edit with everything that its checks compute from it once. */
export interface Effect {
  readonly after: AccountIdentities;
  readonly known: KnownActions;
  readonly losses: readonly Loss[];
  readonly removals: readonly Removal[];
}

const remembered = new WeakMap<IdentitySubject, Effect>();

/** What the steps do to every user and role that they touch. Several checks ask, so the answer is remembered for the subject. */
export function effectOf(subject: IdentitySubject): Effect {
  const effect = remembered.get(subject) ?? computeEffect(subject);
  remembered.set(subject, effect);
  return effect;
}

function computeEffect({ account, steps, knownActions }: IdentitySubject): Effect {
  const after = accountAfter(account, steps);
  // Everybody is looked at before and after: steps may take one out of a group and put another in.
  const touched = [...principalsTouched(after, steps), ...principalsTouched(account, steps)];
  const principals = [...new Map(touched.map((principal) => [principal.arn, principal])).values()];
  const texts = principals.map(({ type, name }) => {
    const textsIn = (state: AccountIdentities): readonly string[] => {
      const principal = principalOf(state, { type, name }) as User | Role | undefined;
      return principal ? textsOf(state, principal) : [];
    };
    return { before: textsIn(account), after: textsIn(after) };
  });
  const known = actionsNamedIn(
    [...new Set(texts.flatMap((each) => [...each.before, ...each.after]))],
    knownActions,
  );
  const losses = principals.map((principal, index) => {
    const inForce = texts[index] ?? { before: [], after: [] };
    const before = accessOf(inForce.before, known);
    const later = accessOf(inForce.after, known);
    return {
      principal,
      texts: inForce,
      before,
      after: later,
      lost: lostBetween(before, later),
      gained: minus(later.allows, before.allows),
    };
  });
  const removals = steps.flatMap((step) => removalOf(account, step, known) ?? []);
  return { after, known, losses, removals };
}

/** A new Deny on everything and without condition takes away whatever it names, whatever Allow stays. */
function lostBetween(before: Access, after: Access): ReadonlyMap<string, ReadonlySet<string>> {
  const denied = minus(after.denies, before.denies).get(everything);
  if (!denied) return minus(before.allows, after.allows);
  const standing = [...after.allows].map(
    ([key, actions]) => [key, new Set([...actions].filter((action) => !denied.has(action)))] as const,
  );
  return minus(before.allows, new Map(standing));
}

function removalOf(account: AccountIdentities, step: IdentityStep, known: KnownActions): Removal | null {
  const { resource, before } = step;
  if (before === null) return null;
  const principalArns = new Set(principalsTouched(account, [step]).map(({ arn }) => arn));
  const from = (subjectArns: readonly string[], texts: readonly string[]): Removal => ({
    subjectArns,
    principalArns,
    allowed: accessOf(texts, known).allows,
  });
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
