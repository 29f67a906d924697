import { expect, test } from '@jest/globals';
import { putBackStatements } from '../../core/kinds/iam/put-back.ts';
import table from '../cases/change/put-back-statements.json' with { type: 'json' };

interface Row {
  readonly name: string;
  readonly earlier: string;
  readonly applied: string;
  readonly now: string;
  readonly text?: string;
  readonly refused?: string;
  readonly there?: boolean;
}

test.each(table as readonly Row[])('$name', ({ text, refused, there, ...texts }) => {
  const back = putBackStatements(texts);
  if (text !== undefined) expect(back).toEqual({ kind: 'put-back', text });
  else if (refused !== undefined) expect(back).toMatchObject({ kind: 'refused', why: refused });
  else expect([back.kind, there]).toEqual(['there', true]);
});
