import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { addDeny, removeDeny } from '../../core/policy/deny-statement.ts';
import { comparePolicies } from '../../core/policy/difference.ts';
import { type PolicyDocument, parsePolicy } from '../../core/policy/document.ts';
import { policyCharacters } from '../../core/policy/size.ts';
import { denialOf } from '../../core/policy/standing.ts';
import { checkSyntax } from '../../core/policy/syntax.ts';

// Whole SCPs as people write them (.scp, so that no formatter touches their layout). SCP_CORPUS may name one more folder of SCPs that AWS accepts.
const folders = [join(import.meta.dirname, '../cases/policy/corpus'), process.env.SCP_CORPUS ?? ''].filter(
  Boolean,
);
const texts = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => /\.(json|scp)$/.test(file))
    .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') })),
);
const quota = 10_240;

function read(text: string): PolicyDocument {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
}

describe.each(texts)('$file', ({ text }) => {
  test('is found free of faults', () => {
    expect(checkSyntax(text, { characters: Math.max(quota, policyCharacters(text)) })).toEqual([]);
  });

  test.each([{ exemptPrincipals: [] }, { exemptPrincipals: ['arn:aws:iam::*:role/break-glass'] }])(
    'takes a deny for $exemptPrincipals and gives it back',
    ({ exemptPrincipals }) => {
      const edit = addDeny(text, { services: ['lex', 'dms'], exemptPrincipals, maximumCharacters: quota });
      if (!edit.ok) throw new Error(edit.reasons[0].detail);
      expect(checkSyntax(edit.value.text, { characters: quota })).toEqual([]);
      expect(['whole', 'principals-exempt']).toContain(denialOf(read(edit.value.text), 'lex'));

      const { addedStatements, removedStatements, changedStatements } = comparePolicies(
        text,
        edit.value.text,
      );
      expect(removedStatements).toEqual([]);
      expect(addedStatements.length + changedStatements.length).toBe(1);
      const [changed] = changedStatements;
      if (changed)
        expect(changed).toMatchObject({
          sid: edit.value.sid,
          addedActions: ['dms:*', 'lex:*'],
          removedActions: [],
          otherwiseChanged: false,
        });

      const back = removeDeny(edit.value.text, { services: edit.value.addedServices, exemptPrincipals });
      expect(back.ok && read(back.value.text)).toEqual(read(text));
    },
  );
});
