import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { meansTheSame } from '../../core/policy/same-meaning.ts';
import { policyText, policyValue } from './policy-generators.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The same value laid out otherwise: keys and lists in another order, items twice, single values as lists, lists of one as single values. */
function relaid(value: Json, next: () => number): Json {
  if (Array.isArray(value)) {
    const items = value.map((item) => relaid(item, next));
    if (next() % 3 === 0) items.push(...items.slice(0, 1));
    const mixed = shuffled(items, next);
    return mixed.length === 1 && next() % 2 === 0 ? (mixed[0] as Json) : mixed;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, item]) => [key, relaid(item, next)] as const);
    return Object.fromEntries(shuffled(members, next));
  }
  return next() % 4 === 0 ? [value] : value;
}

function shuffled<Item>(items: readonly Item[], next: () => number): Item[] {
  const left = [...items];
  return items.map(() => left.splice(next() % left.length, 1)[0] as Item);
}

/** Every value with one single value in it changed. */
function changedOnce(value: Json): Json[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) =>
      changedOnce(item).map((changed) => value.map((other, at) => (at === index ? changed : other))),
    );
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, item]) =>
      changedOnce(item).map((changed) => ({ ...value, [key]: changed })),
    );
  return typeof value === 'string' ? [`${value} `, value.length] : [String(value), null];
}

const layout = fc.constantFrom<number | string>(0, 1, 4, '\t');
const numbers = fc.infiniteStream(fc.nat({ max: 1000 }));

test('whatever the layout of a text, it means the same', () => {
  fc.assert(
    fc.property(policyText, layout, numbers, (text, indentation, stream) => {
      const next = (): number => stream.next().value as number;
      const other = JSON.stringify(relaid(JSON.parse(text) as Json, next), null, indentation);
      expect([text, other, meansTheSame(text, other)]).toEqual([text, other, true]);
    }),
  );
});

test('with any one value changed, it does not', () => {
  fc.assert(
    fc.property(policyValue, (policy) => {
      const value = policy as unknown as Json;
      const text = JSON.stringify(value);
      const alike = changedOnce(value).filter((changed) => meansTheSame(text, JSON.stringify(changed)));
      expect(alike).toEqual([]);
    }),
  );
});
