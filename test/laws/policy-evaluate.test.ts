import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  patternCoversService,
  patternMatchesAction,
  patternTouchesService,
} from '../../core/base/matching.ts';
import { type PolicyDocument, parsePolicy } from '../../core/policy/document.ts';
import { allowsSome, denialOf, standingOf } from '../../core/policy/standing.ts';
import { type ActionVerdict, evaluateAction } from '../support/evaluate-action.ts';
import { actions, namespaces, policyValue } from './policy-generators.ts';

const runs = (some: number): number => (process.env.LONG ? some * 10 : some / 5);

interface RawStatement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly NotAction?: string | string[];
  readonly Resource?: string | string[];
  readonly Condition?: object;
}
interface RawPolicy {
  readonly Statement: RawStatement | RawStatement[];
}

const levels = fc.array(fc.array(policyValue, { maxLength: 2 }), { minLength: 1, maxLength: 3 });

function read(value: unknown): PolicyDocument {
  const parsed = parsePolicy(JSON.stringify(value));
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
}

// The oracle: regular expressions over the raw JSON, nothing of the product. A statement is certain
// if it has no condition and names `*`; one that may not apply is tried both ways.
function oracle(chain: readonly (readonly RawPolicy[])[], action: string): ActionVerdict {
  const list = <Item>(value: Item | Item[] | undefined): Item[] =>
    value === undefined ? [] : ([value].flat() as Item[]);
  const fits = (glob: string): boolean =>
    new RegExp(
      `^${glob
        .replace(/[^*?]/g, '\\$&')
        .replace(/\\([A-Za-z0-9])/g, '$1')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
      'i',
    ).test(action);
  const hits = (s: RawStatement): boolean =>
    s.Action ? list(s.Action).some(fits) : !list(s.NotAction).some(fits);
  const certain = (s: RawStatement): boolean => !s.Condition && list(s.Resource).includes('*');
  const never = (s: RawStatement): boolean =>
    'NotResource' in s && list((s as { NotResource: string }).NotResource).includes('*');
  const verdictIf = (uncertainApply: (s: RawStatement) => boolean): ActionVerdict => {
    const applying = chain.map((level) =>
      level
        .flatMap((policy) => list(policy.Statement))
        .filter((s) => hits(s) && !never(s) && (certain(s) || uncertainApply(s))),
    );
    if (applying.flat().some((s) => s.Effect === 'Deny')) return 'denied-explicitly';
    return applying.every((level) => level.some((s) => s.Effect === 'Allow'))
      ? 'allowed'
      : 'denied-implicitly';
  };
  const best = verdictIf((s) => s.Effect === 'Allow');
  const worst = verdictIf((s) => s.Effect === 'Deny');
  return best === worst || best !== 'allowed' ? best : 'depends';
}

describe('evaluateAction', () => {
  test('says what a brute-force reading of the raw JSON says', () => {
    fc.assert(
      fc.property(levels, fc.constantFrom(...actions), (chain, action) => {
        const verdict = evaluateAction(
          chain.map((level) => level.map(read)),
          action,
        );
        expect(verdict).toBe(oracle(chain as unknown as RawPolicy[][], action));
      }),
      { numRuns: runs(500) },
    );
  });
});

describe('denialOf and standingOf', () => {
  test('agree with what happens to single actions', () => {
    fc.assert(
      fc.property(levels, fc.constantFrom(...namespaces), (chain, namespace) => {
        const documents = chain.map((level) => level.map(read));
        const own = actions.filter((action) => action.startsWith(`${namespace}:`));
        const { denial, listed } = standingOf(documents, namespace);
        for (const action of own) {
          const verdict = evaluateAction(documents, action);
          if (denial === 'whole') expect(verdict).toBe('denied-explicitly');
          if (denial === 'none') expect(verdict).not.toBe('denied-explicitly');
          if (!listed) expect(verdict).not.toBe('allowed');
          if (denial === 'conditional' || denial === 'principals-exempt') expect(verdict).not.toBe('allowed');
        }
      }),
    );
  });

  test('a document that denies whole and one that allows nothing hide a service at any level', () => {
    fc.assert(
      fc.property(policyValue, fc.constantFrom(...namespaces), (value, namespace) => {
        const document = read(value);
        const hidden = denialOf(document, namespace) === 'whole' || !allowsSome(document, namespace);
        expect(standingOf([[document]], namespace).listed).toBe(!hidden);
      }),
    );
  });
});

describe('patterns', () => {
  const glob = fc
    .array(fc.constantFrom('*', '?', 'a', 'b', ':'), { maxLength: 7 })
    .map((parts) => parts.join(''));
  const name = fc
    .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join(''));
  const allNames = ['a', 'b', 'c', 'ab', 'cc', 'abc', 'cccc', 'bacabac'];

  test('match as a regular expression does', () => {
    fc.assert(
      fc.property(glob, name, name, (pattern, namespace, action) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(patternMatchesAction(pattern, `${namespace}:${action}`)).toBe(
          expression.test(`${namespace}:${action}`),
        );
      }),
      { numRuns: runs(1_000) },
    );
  });

  test('cover only what they match altogether, and touch whatever they match', () => {
    fc.assert(
      fc.property(glob, name, (pattern, namespace) => {
        const matched = allNames.filter((action) => patternMatchesAction(pattern, `${namespace}:${action}`));
        const covers = patternCoversService(pattern, namespace);
        const touches = patternTouchesService(pattern, namespace);
        if (covers) expect(matched).toEqual(allNames);
        if (matched.length > 0) expect(touches).toBe(true);
        if (covers) expect(touches).toBe(true);
        // The names of up to seven letters show every pattern of up to seven places that does not cover.
        if (!covers) expect(matched.length).toBeLessThan(allNames.length);
      }),
      { numRuns: runs(2_000) },
    );
  });
});
