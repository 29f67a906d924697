import type { AccountIdentities } from '../../core/identity/account-identities.ts';
import type { IdentityStep } from '../../core/identity/identity-step.ts';
import { modelOf } from '../support/policy-model.ts';

// What an account grants, by brute force over raw texts, and what steps make of it: nothing of the product's own reading.

/** An account as plain lists. */
export interface PlainAccount {
  readonly inline: ReadonlyMap<string, string>;
  readonly attached: ReadonlySet<string>;
  readonly members: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, string>;
  readonly people: readonly { readonly arn: string; readonly key: string }[];
}

/** The plain lists of an account. */
export function plainOf({ groups, policies, roles, users }: AccountIdentities): PlainAccount {
  const all = [...users, ...groups, ...roles];
  const pairs = <Value>(pick: (each: (typeof all)[number]) => readonly Value[]): readonly Value[] =>
    all.flatMap(pick);
  return {
    inline: new Map(
      pairs((each) =>
        each.inline.map(({ name, text }): [string, string] => [`${each.type}/${each.name} ${name}`, text]),
      ),
    ),
    attached: new Set(
      pairs((each) => each.attached.map((policyArn) => `${each.type}/${each.name} ${policyArn}`)),
    ),
    members: new Set(
      users.flatMap(({ groups: of, name }) => of.map((group) => `user/${name} group/${group}`)),
    ),
    texts: new Map(
      policies.map(({ arn, defaultVersionId, versions }) => [
        arn,
        versions.find(({ id }) => id === defaultVersionId)?.text ?? '',
      ]),
    ),
    people: [...users, ...roles].map(({ arn, name, type }) => ({ arn, key: `${type}/${name}` })),
  };
}

/** The account after steps, each of which must start from what stands. Throws where one does not. */
export function stepped(account: PlainAccount, steps: readonly IdentityStep[]): PlainAccount {
  const inline = new Map(account.inline);
  const attached = new Set(account.attached);
  const members = new Set(account.members);
  const texts = new Map(account.texts);
  for (const { after, before, resource } of steps) {
    const put = (all: Map<string, string>, key: string): void => {
      if ((all.get(key) ?? null) !== before) throw new Error(`${key} is not what the step starts from`);
      if (after === null) all.delete(key);
      else all.set(key, after);
    };
    const flip = (all: Set<string>, key: string): void => {
      if (all.has(key) !== (before !== null)) throw new Error(`${key} is not what the step starts from`);
      if (after === null) all.delete(key);
      else all.add(key);
    };
    const bearer = 'principal' in resource ? `${resource.principal.type}/${resource.principal.name}` : '';
    if (resource.type === 'managed-policy') put(texts, resource.arn);
    else if (resource.type === 'inline-policy') put(inline, `${bearer} ${resource.name}`);
    else if (resource.type === 'policy-attachment') flip(attached, `${bearer} ${resource.policyArn}`);
    else flip(members, `user/${resource.user} group/${resource.group}`);
  }
  return { ...account, inline, attached, members, texts };
}

/** What one person's texts say: actions by effect, resource and condition. */
export type Said = ReadonlyMap<string, ReadonlySet<string>>;

/** What every user and role may do, by ARN. */
export function accessIn(account: PlainAccount, universe: readonly string[]): ReadonlyMap<string, Said> {
  const { attached, inline, members, people, texts } = account;
  const ownTexts = (bearer: string): readonly string[] => [
    ...[...inline].flatMap(([key, text]) => (key.startsWith(`${bearer} `) ? [text] : [])),
    ...[...attached].flatMap((key) => {
      const text = key.startsWith(`${bearer} `) ? texts.get(key.slice(bearer.length + 1)) : undefined;
      return text === undefined ? [] : [text];
    }),
  ];
  return new Map(
    people.map(({ arn, key }) => {
      const groups = [...members].flatMap((each) =>
        each.startsWith(`${key} `) ? [each.slice(key.length + 1)] : [],
      );
      const said = new Map<string, Set<string>>();
      for (const text of [key, ...groups].flatMap(ownTexts))
        for (const [scope, actions] of modelOf(text, universe)) {
          const sum = said.get(scope) ?? new Set();
          for (const action of actions) sum.add(action);
          said.set(scope, sum);
        }
      return [arn, said];
    }),
  );
}

/** What the one says and the other does not, of one effect. */
export function missing(one: Said, other: Said, effect: 'Allow' | 'Deny'): readonly string[] {
  return [...one].flatMap(([scope, actions]) =>
    scope.startsWith(`${effect} |`)
      ? [...actions]
          .filter((action) => !other.get(scope)?.has(action))
          .map((action) => `${action} @ ${scope}`)
      : [],
  );
}
