import type { AccountIdentities } from '../../identity/account-identities.ts';
import { statementsIn } from '../../identity/account-lookup.ts';
import { defaultTextOf } from '../../identity/identity-values.ts';
import { type AccessChange, compareAccess } from '../../policy/access-comparison.ts';
import { type ActionNames, type ActionUniverse, universeWith } from '../../policy/action-universe.ts';
import { type Access, accessOf, together } from '../../policy/identity-access.ts';
import { byNamespace } from './actions.ts';

/** What texts before and texts after differ in: actions such as `s3:GetObject` and patterns, each once. */
export interface Difference {
  readonly before: Access;
  readonly after: Access;
  /** Allowed before and no longer after: the Allow is gone, or a new Deny on everything stands above it. */
  readonly lost: readonly string[];
  /** The same by namespace. */
  readonly lostOf: ReadonlyMap<string, readonly string[]>;
  /** Allowed after and not before, on some resource or under some condition. */
  readonly gained: readonly string[];
  readonly deniesLost: readonly string[];
  readonly deniesAdded: readonly string[];
}

/** Texts read over one universe of actions, each distinct one once. A text that is no policy says nothing here: the check `syntax` fails for it. */
export interface Reading {
  readonly universe: ActionUniverse;
  accessOf(texts: readonly string[]): Access;
  differenceOf(before: readonly string[], after: readonly string[]): Difference;
}

interface AccountReading {
  readonly known: ActionNames;
  readonly reading: Reading;
}

const remembered = new WeakMap<AccountIdentities, AccountReading>();

/** A reading over the known actions and those that the account's texts name beside them. An account is read once for all its edits; what a new text alone names is found by its patterns. */
export function readingOf(account: AccountIdentities, known: ActionNames): Reading {
  const before = remembered.get(account);
  if (before?.known === known) return before.reading;
  const reading = readAccount(account, known);
  remembered.set(account, { known, reading });
  return reading;
}

function readAccount(account: AccountIdentities, known: ActionNames): Reading {
  const inline = [...account.users, ...account.groups, ...account.roles].flatMap((each) => each.inline);
  const managed = account.policies.flatMap((policy) => defaultTextOf(policy) ?? []);
  const statements = [...inline.map(({ text }) => text), ...managed].flatMap((text) =>
    statementsIn(account, text),
  );
  return readingOver(account, universeWith(known, statements));
}

function readingOver(account: AccountIdentities, universe: ActionUniverse): Reading {
  const byText = new Map<string, Access>();
  const byTexts = new Map<string, Access>();
  const differences = new Map<string, Difference>();
  const numbers = new Map<string, number>();
  const accessOfText = (text: string): Access => {
    const access = byText.get(text) ?? accessOf(universe, statementsIn(account, text));
    byText.set(text, access);
    return access;
  };
  // Members of one group bear the same texts: whatever stands in the same texts is worked out once.
  const keyOf = (texts: readonly string[]): string =>
    [...new Set(texts)]
      .map((text) => numberOf(numbers, text))
      .sort((a, b) => a - b)
      .join(' ');
  const accessOfTexts = (texts: readonly string[]): Access => {
    const key = keyOf(texts);
    const access = byTexts.get(key) ?? together([...new Set(texts)].map(accessOfText));
    byTexts.set(key, access);
    return access;
  };
  const differenceOf = (before: readonly string[], after: readonly string[]): Difference => {
    const key = `${keyOf(before)} > ${keyOf(after)}`;
    const known = differences.get(key);
    if (known) return known;
    const earlier = accessOfTexts(before);
    const later = accessOfTexts(after);
    const { deniesAdded, deniesLost, lost, widened } = compareAccess(universe, earlier, later);
    const lostNames = namesOf(lost);
    const difference = {
      before: earlier,
      after: later,
      lost: lostNames,
      lostOf: byNamespace(lostNames),
      gained: namesOf(widened),
      deniesLost: namesOf(deniesLost),
      deniesAdded: namesOf(deniesAdded),
    };
    differences.set(key, difference);
    return difference;
  };
  return { universe, accessOf: accessOfTexts, differenceOf };
}

function numberOf(numbers: Map<string, number>, text: string): number {
  const number = numbers.get(text) ?? numbers.size;
  numbers.set(text, number);
  return number;
}

function namesOf(changes: readonly AccessChange[]): readonly string[] {
  const [only, ...others] = changes;
  // Within one scope each action stands once.
  if (only && others.length === 0) return only.actions;
  return [...new Set(changes.flatMap(({ actions }) => actions))];
}
