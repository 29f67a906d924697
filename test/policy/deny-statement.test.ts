import { describe, expect, test } from '@jest/globals';
import { addDeny, newDenyPolicy, ourDeniedServices, removeDeny } from '../../core/policy/deny-statement.ts';
import { parsePolicy } from '../../core/policy/document.ts';
import addedDenies from '../cases/policy/added-denies.json' with { type: 'json' };
import removedDenies from '../cases/policy/removed-denies.json' with { type: 'json' };

const roomy = { exemptPrincipals: [], maximumCharacters: 10_240 };

describe('addDeny', () => {
  test.each(addedDenies)('$name', (row) => {
    const exemptPrincipals = row.exempt ?? [];
    for (const lineEnd of ['\n', '\r\n']) {
      const result = addDeny(row.before.join(lineEnd), {
        ...roomy,
        services: row.services,
        exemptPrincipals,
      });
      expect(result.ok && result.value.text).toBe(row.after.join(lineEnd));
      expect(result.ok && result.value.edit).toBe(row.edit ?? 'added');
    }
  });

  test('minifies only when the text would not fit otherwise', () => {
    const text = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }, null, 8);
    const edit = (maximumCharacters: number): string => {
      const result = addDeny(text, { services: ['lex'], exemptPrincipals: [], maximumCharacters });
      return result.ok
        ? result.value.text
        : `${result.reasons[0].code} ${result.reasons[0].missingCharacters}`;
    };
    const spacious = edit(10_240);
    expect(edit(spacious.length)).toBe(spacious);
    const minified =
      '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"DenyUnusedServices","Effect":"Deny","Action":["lex:*"],"Resource":"*"}]}';
    expect(edit(spacious.length - 1)).toBe(minified);
    expect(edit(minified.length)).toBe(minified);
    expect(edit(minified.length - 7)).toBe('NO_CAPACITY 7');
  });

  test('says which of the services are new', () => {
    const text =
      '{"Statement":[{"Sid":"DenyUnusedServices2","Effect":"Deny","Action":["dms:*"],"Resource":"*"}]}';
    const result = addDeny(text, { ...roomy, services: ['mq', 'dms', 'lex', 'mq'] });
    expect(result.ok && result.value).toMatchObject({
      sid: 'DenyUnusedServices2',
      addedServices: ['lex', 'mq'],
    });
  });

  test('refuses a text that does not parse', () => {
    const result = addDeny('{"Statement":[],"Statement":[]}', { ...roomy, services: ['lex'] });
    expect(!result.ok && result.reasons[0].code).toBe('MALFORMED_POLICY');
  });

  test.each(['*', 'LEX', 'lex:*', 's3*', '', 'a b'])(
    'a namespace like %j is a bug of the caller',
    (namespace) => {
      expect(() => addDeny('{"Statement":[]}', { ...roomy, services: [namespace] })).toThrow(
        'not a service namespace',
      );
      expect(() => newDenyPolicy({ ...roomy, services: [namespace] })).toThrow('not a service namespace');
      expect(() => removeDeny('{"Statement":[]}', { services: [namespace] })).toThrow(
        'not a service namespace',
      );
    },
  );
});

describe('newDenyPolicy', () => {
  test('is minified, sorted, each service once', () => {
    const result = newDenyPolicy({
      ...roomy,
      services: ['lex', 'dms', 'lex'],
      exemptPrincipals: ['arn:aws:iam::*:role/b'],
    });
    expect(result.ok && result.value).toEqual({
      sid: 'DenyUnusedServices',
      text: '{"Version":"2012-10-17","Statement":[{"Sid":"DenyUnusedServices","Effect":"Deny","Action":["dms:*","lex:*"],"Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/b"]}}}]}',
    });
  });

  test('names the missing characters', () => {
    const result = newDenyPolicy({ services: ['lex'], exemptPrincipals: [], maximumCharacters: 100 });
    expect(!result.ok && result.reasons[0]).toMatchObject({ code: 'NO_CAPACITY', missingCharacters: 17 });
  });
});

describe('removeDeny', () => {
  test.each(removedDenies)('$name', (row) => {
    const exemption = row.exempt ? { exemptPrincipals: row.exempt } : {};
    const result = removeDeny(row.before, { services: row.services, ...exemption });
    expect(result.ok && result.value).toEqual({
      text: row.after,
      removedServices: row.removed,
      missing: row.missing,
    });
  });

  test('says so when no statement would be left', () => {
    const text =
      '{"Statement":{"Sid":"DenyUnusedServices","Effect":"Deny","Action":["lex:*"],"Resource":"*"}}';
    const result = removeDeny(text, { services: ['lex'] });
    expect(!result.ok && result.reasons[0].code).toBe('EMPTY_POLICY');
  });
});

test('ourDeniedServices lists what our statements deny, whatever their exemption', () => {
  const statements = [
    { Sid: 'DenyUnusedServices', Effect: 'Deny', Action: ['mq:*', 'lex:*'], Resource: '*' },
    {
      Sid: 'DenyUnusedServices2',
      Effect: 'Deny',
      Action: ['dms:*'],
      Resource: '*',
      Condition: { ArnNotLike: { 'aws:PrincipalArn': 'x' } },
    },
    { Sid: 'Other', Effect: 'Deny', Action: ['glue:*'], Resource: '*' },
  ];
  const parsed = parsePolicy(JSON.stringify({ Statement: statements }));
  expect(parsed.ok && ourDeniedServices(parsed.value)).toEqual(['dms', 'lex', 'mq']);
});
