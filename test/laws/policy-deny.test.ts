import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Result } from '../../core/base/result.ts';
import { addDeny, newDenyPolicy, ourDeniedServices, removeDeny } from '../../core/policy/deny-statement.ts';
import { type PolicyDocument, parsePolicy, type Statement } from '../../core/policy/document.ts';
import { policyCharacters } from '../../core/policy/size.ts';
import { denialOf } from '../../core/policy/standing.ts';
import { namespaces, policyText, someExemption, someServices } from './policy-generators.ts';

const roomy = 10_240;

function valueIn<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(result.reasons[0].detail);
  return result.value;
}

function read(text: string): PolicyDocument {
  return valueIn(parsePolicy(text));
}

function others(document: PolicyDocument, sid: string): readonly Statement[] {
  return document.statements.filter((statement) => statement.sid !== sid);
}

describe('addDeny', () => {
  test('leaves every other statement as it was, in its place', () => {
    fc.assert(
      fc.property(policyText, someServices, someExemption, (text, services, exemptPrincipals) => {
        const edit = valueIn(addDeny(text, { services, exemptPrincipals, maximumCharacters: roomy }));
        const before = read(text);
        const after = read(edit.text);
        if (edit.edit === 'added') {
          expect(after.statements.slice(0, -1)).toEqual(before.statements);
          expect(before.statements.map((statement) => statement.sid)).not.toContain(edit.sid);
        } else {
          expect(after.statements).toHaveLength(before.statements.length);
          const changed = after.statements.filter((statement, index) => {
            return JSON.stringify(statement) !== JSON.stringify(before.statements[index]);
          });
          expect(changed.length).toBeLessThanOrEqual(1);
          for (const statement of changed) expect(statement.sid).toBe(edit.sid);
        }
        expect({ version: after.version, id: after.id }).toEqual({ version: before.version, id: before.id });
      }),
    );
  });

  test('denies each asked service whole, apart from the exempted, and no other service more than before', () => {
    fc.assert(
      fc.property(policyText, someServices, someExemption, (text, services, exemptPrincipals) => {
        const edit = valueIn(addDeny(text, { services, exemptPrincipals, maximumCharacters: roomy }));
        const before = read(text);
        const after = read(edit.text);
        for (const namespace of namespaces) {
          const denial = denialOf(after, namespace);
          if (services.includes(namespace)) expect(['whole', 'principals-exempt']).toContain(denial);
          else expect(denial).toBe(denialOf(before, namespace));
          if (services.includes(namespace) && exemptPrincipals.length === 0) expect(denial).toBe('whole');
        }
        expect(ourDeniedServices(after)).toEqual(expect.arrayContaining([...services]));
      }),
    );
  });

  test('asked again changes nothing', () => {
    fc.assert(
      fc.property(policyText, someServices, someExemption, (text, services, exemptPrincipals) => {
        const request = { services, exemptPrincipals, maximumCharacters: roomy };
        const once = valueIn(addDeny(text, request));
        const twice = valueIn(addDeny(once.text, request));
        expect(twice).toEqual({ text: once.text, sid: once.sid, edit: 'extended', addedServices: [] });
      }),
    );
  });

  test('in two steps ends as in one', () => {
    fc.assert(
      fc.property(
        policyText,
        someServices,
        someServices,
        someExemption,
        (text, first, second, exemptPrincipals) => {
          const size = { exemptPrincipals, maximumCharacters: roomy };
          const stepped = valueIn(
            addDeny(valueIn(addDeny(text, { services: first, ...size })).text, { services: second, ...size }),
          );
          const atOnce = valueIn(addDeny(text, { services: [...first, ...second], ...size }));
          expect(read(stepped.text)).toEqual(read(atOnce.text));
        },
      ),
    );
  });

  test('keeps within the size, or says exactly how much is missing', () => {
    fc.assert(
      fc.property(
        policyText,
        someServices,
        fc.integer({ min: 50, max: 900 }),
        (text, services, maximumCharacters) => {
          const result = addDeny(text, { services, exemptPrincipals: [], maximumCharacters });
          if (result.ok) {
            expect(policyCharacters(result.value.text)).toBeLessThanOrEqual(maximumCharacters);
            return;
          }
          const [{ code, missingCharacters, detail }] = result.reasons;
          expect(code).toBe('NO_CAPACITY');
          expect(detail).toContain(String(missingCharacters));
          const enough = maximumCharacters + (missingCharacters ?? 0);
          const request = { services, exemptPrincipals: [] };
          expect(addDeny(text, { ...request, maximumCharacters: enough }).ok).toBe(true);
          expect(addDeny(text, { ...request, maximumCharacters: enough - 1 }).ok).toBe(false);
        },
      ),
    );
  });
});

describe('removeDeny', () => {
  test('takes back exactly what addDeny added', () => {
    fc.assert(
      fc.property(policyText, someServices, someExemption, (text, services, exemptPrincipals) => {
        const edit = valueIn(addDeny(text, { services, exemptPrincipals, maximumCharacters: roomy }));
        if (edit.addedServices.length === 0) return;
        const back = valueIn(removeDeny(edit.text, { services: edit.addedServices, exemptPrincipals }));
        expect(back.missing).toEqual([]);
        expect(back.removedServices).toEqual(edit.addedServices);
        const before = read(text);
        const after = read(back.text);
        expect(others(after, edit.sid)).toEqual(others(before, edit.sid));
        for (const namespace of namespaces)
          expect(denialOf(after, namespace)).toBe(denialOf(before, namespace));
      }),
      { numRuns: process.env.LONG ? 5_000 : 100 },
    );
  });

  test('of a new policy for everything it denies leaves no statement, and says so', () => {
    fc.assert(
      fc.property(someServices, someExemption, (services, exemptPrincipals) => {
        const { text } = valueIn(newDenyPolicy({ services, exemptPrincipals, maximumCharacters: roomy }));
        const result = removeDeny(text, { services });
        expect(result.ok).toBe(false);
        if (!result.ok) expect(result.reasons[0].code).toBe('EMPTY_POLICY');
      }),
    );
  });
});
