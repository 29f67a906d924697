import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allowedServices } from '../../sandbox/allowed-services.ts';
import type { ScenarioPolicy } from '../../sandbox/scenario.ts';
import { checkScenario } from '../../sandbox/scenario-check.ts';
import { covers, overlap } from '../../sandbox/wildcards.ts';
import { createWorld } from '../../sandbox/world.ts';
import cases from '../cases/sandbox/allowed-services.json' with { type: 'json' };

const statement = ([kind = '', actions, resource = '*', condition]: readonly (
  | string
  | readonly string[]
)[]) => ({
  Effect: String(kind).startsWith('Deny') ? 'Deny' : 'Allow',
  ...(String(kind).endsWith('AllBut') ? { NotAction: actions } : { Action: actions }),
  Resource: resource,
  ...(condition === undefined ? {} : { Condition: { StringEquals: { 'aws:username': 'nobody' } } }),
});

const policiesOn = (
  target: string,
  rules: readonly (readonly (string | readonly string[])[])[],
): readonly ScenarioPolicy[] =>
  rules.map((rule, index) => {
    const id = `p-${target.replaceAll('-', '')}0${index}00000`;
    return {
      id,
      name: id,
      content: { Version: '2012-10-17', Statement: [statement(rule)] },
      targets: [target],
    };
  });

describe('services that the SCPs of a path allow', () => {
  test.each(cases)('$case', ({ root, ou, account, listed, hidden }) => {
    const world = createWorld(
      checkScenario({
        organization: { id: 'o-exampleorg1', managementAccountId: '111111111111' },
        root: {
          id: 'r-ex01',
          children: [
            {
              ou: 'ou-ex01-workloads',
              name: 'Workloads',
              children: [{ account: '222222222222', name: 'one' }],
            },
          ],
        },
        policies: [
          { id: 'p-FullAWSAccess', name: 'FullAWSAccess', content: {}, targets: ['111111111111'] },
          ...policiesOn('r-ex01', root as string[][]),
          ...policiesOn('ou-ex01-workloads', ou as string[][]),
          ...policiesOn('222222222222', account as string[][]),
        ],
      }),
    );
    const found = allowedServices(world, '222222222222');
    expect(found).toEqual(expect.arrayContaining(listed));
    expect(found.filter((namespace) => hidden.includes(namespace))).toEqual([]);
    expect(allowedServices(world, '111111111111')).toHaveLength(world.services.size);
  });
});

// The model: a pattern is the set of texts over a, b that its regular expression matches. Two patterns of three
// letters that have a text in common have one of at most six.
const texts = [0, 1, 2, 3, 4, 5, 6].flatMap((length) =>
  Array.from({ length: 2 ** length }, (_, bits) =>
    Array.from({ length }, (_nothing, position) => ((bits >> position) & 1 ? 'a' : 'b')).join(''),
  ),
);
const matches = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 3 });

test('law: a pattern that covers another matches all that the other matches', () => {
  fc.assert(
    fc.property(pattern, pattern, (outer, inner) => {
      if (!covers(outer, inner)) return;
      for (const text of texts) if (matches(inner, text)) expect(matches(outer, text)).toBe(true);
    }),
  );
});

test('law: two patterns overlap exactly if some text matches both', () => {
  fc.assert(
    fc.property(pattern, pattern, (left, right) => {
      expect(overlap(left, right)).toBe(texts.some((text) => matches(left, text) && matches(right, text)));
    }),
    { numRuns: process.env.LONG ? 10_000 : 200 },
  );
});
