import { rememberedFor } from '../base/remembered.ts';
import type { Condition } from './document.ts';

/** The partitions of AWS (SDK endpoint metadata, botocore `partitions.json`): the second part of every ARN. */
const partitions = [
  ...['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc'],
  ...['aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f'],
];

// IAM User Guide, "Condition operators": ArnNotEquals and ArnNotLike behave alike; StringNotEquals knows no wildcards.
// Operators and keys are taken in any letter case.
const exemptingOperators: Readonly<Record<string, { readonly wildcards: boolean }>> = {
  arnnotlike: { wildcards: true },
  arnnotequals: { wildcards: true },
  stringnotlike: { wildcards: true },
  stringnotequals: { wildcards: false },
};

/**
 * Whether a condition does nothing but leave out some principals, so that the statement still binds every account. False
 * where all roles of some account are left out, in any partition, by one value or by several together. Where that cannot
 * be told within bounds the answer is false as well: such a deny counts as one on a condition.
 */
export const exemptsPrincipalsOnly = rememberedFor(judge);

function judge(condition: Condition): boolean {
  const [[operator, keys] = ['', {}], ...otherOperators] = Object.entries(condition);
  const [[key, values] = ['', []], ...otherKeys] = Object.entries(keys);
  if (otherOperators.length > 0 || otherKeys.length > 0) return false;
  const known = exemptingOperators[operator.toLowerCase()];
  if (!known || key.toLowerCase() !== 'aws:principalarn') return false;
  const patterns = values.map((value) => placesOf(value, known.wildcards));
  return !partitions.some((partition) => leavesAnAccountFree(patterns, partition));
}

/** One place of a pattern: a character, any character, or any number of them. */
type Place = { readonly is: string } | 'one' | 'any';
type Pattern = readonly Place[];
/** How far each pattern has come: pattern index and place, as `index:place`, sorted. */
type Reached = readonly string[];

/** A policy variable may stand for anything: `${aws:PrincipalArn}` is everybody. */
function placesOf(value: string, wildcards: boolean): Pattern {
  const parts = value.match(/\$\{[^}]*\}|[\s\S]/g) ?? [];
  return parts.map((part): Place => {
    if (part.length > 1 || (wildcards && part === '*')) return 'any';
    return wildcards && part === '?' ? 'one' : { is: part };
  });
}

/** No pattern holds it: it stands for every character that none names. */
const unnamed = '\u0000';
const accountDigits = 12;
/** So many different states are looked at before the answer is "cannot be told". */
const mostStates = 2_000;

/** Whether some account has all of its roles matched: `arn:<partition>:iam::<12 digits>:role/<any path and name>`. */
function leavesAnAccountFree(patterns: readonly Pattern[], partition: string): boolean {
  const start = passed(
    patterns,
    patterns.map((_, index) => `${index}:0`),
  );
  const named = new Set(patterns.flat().flatMap((place) => (typeof place === 'string' ? [] : [place.is])));
  const digits = [...'0123456789'].filter((digit) => named.has(digit));
  const accountCharacters = digits.length < 10 ? [...digits, unnamed] : digits;
  let states = [readAll(patterns, start, `arn:${partition}:iam::`)];
  for (let digit = 0; digit < accountDigits; digit += 1) {
    states = distinct(
      states.flatMap((state) => accountCharacters.map((character) => read(patterns, state, character))),
    );
    if (states.length > mostStates) return true;
  }
  const nameCharacters = [unnamed, ...named];
  return states.some((state) =>
    matchesAllNames(patterns, readAll(patterns, state, ':role/'), nameCharacters),
  );
}

/** Whether every text of one character or more is matched from here on. */
function matchesAllNames(
  patterns: readonly Pattern[],
  start: Reached,
  characters: readonly string[],
): boolean {
  const seen = new Set<string>();
  const waiting = [start];
  for (let state = waiting.pop(); state; state = waiting.pop()) {
    // A pattern that ends in `*` here matches whatever follows.
    if (state.some((reached) => isLast(patterns, reached, 'any'))) continue;
    // The unnamed character goes last onto the stack, so that what is not matched shows soon.
    for (const character of [...characters].reverse()) {
      const next = read(patterns, state, character);
      if (!next.some((reached) => isLast(patterns, reached, 'end'))) return false;
      const key = next.join(' ');
      if (!seen.has(key)) waiting.push(next);
      seen.add(key);
    }
    if (seen.size > mostStates) return true;
  }
  return true;
}

function isLast(patterns: readonly Pattern[], reached: string, what: 'any' | 'end'): boolean {
  const [pattern, place] = at(patterns, reached);
  if (what === 'end') return place === pattern.length;
  return place === pattern.length - 1 && pattern[place] === 'any';
}

function readAll(patterns: readonly Pattern[], state: Reached, text: string): Reached {
  return [...text].reduce((now, character) => read(patterns, now, character), state);
}

function read(patterns: readonly Pattern[], state: Reached, character: string): Reached {
  const next = state.flatMap((reached) => {
    const [pattern, place] = at(patterns, reached);
    const wanted = pattern[place];
    if (wanted === 'any') return [reached];
    const takes = wanted === 'one' || (typeof wanted === 'object' && wanted.is === character);
    return takes ? [`${reached.split(':')[0]}:${place + 1}`] : [];
  });
  return passed(patterns, next);
}

/** `*` also stands for nothing. */
function passed(patterns: readonly Pattern[], state: Reached): Reached {
  const all = new Set(state);
  for (const reached of all) {
    const [pattern, place] = at(patterns, reached);
    if (pattern[place] === 'any') all.add(`${reached.split(':')[0]}:${place + 1}`);
  }
  return [...all].sort();
}

function at(patterns: readonly Pattern[], reached: string): readonly [Pattern, number] {
  const [index, place] = reached.split(':').map(Number);
  return [patterns[index ?? 0] ?? [], place ?? 0];
}

function distinct(states: readonly Reached[]): Reached[] {
  return [...new Map(states.map((state) => [state.join(' '), state])).values()];
}
