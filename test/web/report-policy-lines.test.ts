import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { policyLines } from '../../web/components/policy-lines.ts';

const changed = (before: string | null, after: string): readonly string[] =>
  policyLines(before, after)
    .filter(({ kind }) => kind === 'added' || kind === 'removed')
    .map(({ kind, text }) => `${kind} ${text.trim()}`);

describe('the difference of two policy texts', () => {
  test('layout does not count', () => {
    expect(changed('{"Statement":[ {"Sid" : "A"}]}', '{\n\t"Statement": [{"Sid": "A"}]\n}')).toEqual([]);
  });

  test('a comma that moved does not count', () => {
    expect(changed('{"Action":["a:*"]}', '{"Action":["a:*","b:*"]}')).toEqual(['added "b:*"']);
    expect(changed('{"Action":["a:*","b:*"]}', '{"Action":["a:*"]}')).toEqual(['removed "b:*"']);
  });

  test('a new policy is added whole', () => {
    expect(policyLines(null, '{"Sid":"A"}').map(({ kind }) => kind)).toEqual(['added', 'added', 'added']);
  });

  test('a text that is not JSON is compared as it is', () => {
    expect(changed('{broken\nsame', '{mended\nsame')).toEqual(['removed {broken', 'added {mended']);
  });

  test('long unchanged parts are counted, not shown', () => {
    const actions = Array.from({ length: 50 }, (_, index) => `s${index}:*`);
    const lines = policyLines(
      JSON.stringify({ actions }),
      JSON.stringify({ actions: [...actions, 'new:*'] }),
    );
    expect(lines[0]).toEqual({ kind: 'gap', text: '48 unchanged lines' });
    expect(lines.filter(({ kind }) => kind === 'same')).toHaveLength(6);
  });

  test('law: what is shown and what is counted make up the whole text', () => {
    const texts = fc.array(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 40 });
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const whole = JSON.stringify(after, null, 2).split('\n').length;
        const counted = policyLines(JSON.stringify(before), JSON.stringify(after)).reduce(
          (sum, { kind, text }) => {
            if (kind === 'removed') return sum;
            return sum + (kind === 'gap' ? Number(text.split(' ')[0]) : 1);
          },
          0,
        );
        expect(counted).toBe(whole);
      }),
    );
  });
});
