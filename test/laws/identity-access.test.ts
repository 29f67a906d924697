import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { patternsMeet, patternWithin } from '../../core/base/pattern-relations.ts';
import { actionsOf, namesIn } from '../../core/policy/action-set.ts';
import { universeOf } from '../../core/policy/action-universe.ts';
import { knownActions, matchedNames } from '../../core/policy/known-actions.ts';
import { modelOf } from '../support/policy-model.ts';

const glob = fc
  .array(fc.constantFrom('*', '?', 'a', 'b', 'A'), { maxLength: 5 })
  .map((parts) => parts.join(''));
const letters = ['a', 'b', 'c'];
// Every text of up to six letters shows what two patterns of up to five places have to do with each other.
const texts = ['']
  .concat(letters)
  .concat(letters.flatMap((x) => letters.map((y) => x + y)))
  .concat(letters.flatMap((x) => letters.flatMap((y) => letters.map((z) => x + y + z))));
const allTexts = [...new Set(texts.flatMap((one) => texts.map((other) => one + other)))];
const matching = (pattern: string): ReadonlySet<string> => {
  const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
  return new Set(allTexts.filter((text) => expression.test(text)));
};

describe('patterns', () => {
  test('lie within each other and meet as the texts that they match do', () => {
    fc.assert(
      fc.property(glob, glob, (one, other) => {
        const ones = matching(one);
        const others = matching(other);
        if (patternWithin(one, other)) for (const text of ones) expect(others.has(text)).toBe(true);
        const doMeet = [...ones].some((text) => others.has(text));
        // A text that both match needs no more letters than both have beside their stars; longer ones are not among the texts.
        const isWhole = `${one}${other}`.replaceAll('*', '').length <= 6;
        if (isWhole || doMeet) expect(patternsMeet(one, other)).toBe(doMeet);
      }),
      { numRuns: process.env.LONG ? 5000 : 100 },
    );
  });

  test('a pattern lies within itself, and within everything', () => {
    fc.assert(
      fc.property(glob, (pattern) => {
        expect(patternWithin(pattern, pattern)).toBe(true);
        expect(patternWithin(pattern, '*')).toBe(true);
      }),
    );
  });
});

describe('actionsOf', () => {
  const everything = universeOf(
    new Map(
      [...knownActions().keys()].map((namespace) => [namespace, matchedNames(`${namespace}:*`, namespace)]),
    ),
  );
  const universe = [...knownActions().keys()].flatMap((namespace) =>
    matchedNames(`${namespace}:*`, namespace).map((name) => `${namespace}:${name}`),
  );
  const pattern = fc.oneof(
    fc.constantFrom(...universe).map((action) => action.toUpperCase()),
    fc.constantFrom(...universe).map((action) => `${action.slice(0, action.indexOf(':') + 4)}*`),
    fc.constantFrom('*', '*:*', '*:Get*', 's?s:*', 'ec2:*Instance*', 'ec2:Describe?pn*', 'nobody:*', '**'),
    fc.constantFrom(...knownActions().keys()).map((namespace) => `${namespace}:*`),
  );

  test('has what a regular expression finds over every known action', () => {
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), fc.boolean(), (patterns, negated) => {
        const key = negated ? 'NotAction' : 'Action';
        const text = JSON.stringify({ Statement: [{ Effect: 'Allow', [key]: patterns, Resource: '*' }] });
        const [model = new Set()] = modelOf(text, universe).values();
        const set = actionsOf(everything, negated ? 'not-action' : 'action', patterns);
        const known = namesIn(everything, set).filter((name) => !name.endsWith('\u0000'));
        expect(new Set(known)).toEqual(model);
      }),
      { numRuns: process.env.LONG ? 500 : 15 },
    );
  });
});
