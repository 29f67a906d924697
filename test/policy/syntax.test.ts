import { describe, expect, test } from '@jest/globals';
import { checkSyntax } from '../../core/policy/syntax.ts';
import rows from '../cases/policy/syntax.json' with { type: 'json' };

describe('what AWS would say to a text (a quota of 300 characters)', () => {
  test.each(rows)('$name: $codes', ({ text, codes }) => {
    expect(checkSyntax(text, { characters: 300 }).map((reason) => reason.code)).toEqual(codes);
  });

  test('white space counts, and so does each byte of a letter', () => {
    const text =
      '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringLike":{"a:b":"\u00e9"}}}}';
    const codes = (sent: string, characters: number): string[] =>
      checkSyntax(sent, { characters }).map(({ code }) => code);
    expect(codes(text, text.length)).toEqual(['TOO_LONG']);
    expect(codes(text, text.length + 1)).toEqual([]);
    expect(codes(`${text}\n`, text.length + 1)).toEqual(['TOO_LONG']);
  });

  test('a reason names the place', () => {
    const text = '{\n"Statement": [{"Effect":"Deny",\n"Action": "lex",\n"Resource":"*"}]}';
    expect(checkSyntax(text, { characters: 300 })).toEqual([
      {
        code: 'WRONG_ACTION',
        detail: 'Statement[0].Action "lex" must be * or have the form service:action (line 3)',
      },
    ]);
  });
});
