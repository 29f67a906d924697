import { describe, expect, test } from '@jest/globals';
import { prove } from '../../core/proof/certificate.ts';
import { subject } from './good-edit.ts';

describe('exemptions in force', () => {
  const verdictOf = (changes: object, namespacesSeen: readonly string[] = []) => {
    const exemption = { entity: 'Prod', service: 'lex', reason: 'pilot', owner: 'ana', until: '2027-01-01' };
    const settings = { exemptions: [{ ...exemption, ...changes }] };
    return prove(subject({ settings, namespacesSeen: new Set(namespacesSeen) })).checks.find(
      ({ name }) => name === 'exemptions-respected',
    );
  };
  test.each([
    ['one elsewhere', {}, 'ok', '1 exemption in force'],
    ['one of this OU in other letters', { entity: 'DEV' }, 'failed', 'lex is exempt at DEV'],
    [
      'one of a service in other letters',
      { entity: 'Dev', service: 'Lex' },
      'failed',
      'lex is exempt at Dev',
    ],
    ['one of a mistyped OU', { entity: 'Devv' }, 'not-proven', 'id, path or name "Devv"'],
    ['one of a service by its name', { service: 'Service lex' }, 'not-proven', 'write lex'],
    ['one of no service', { entity: 'Dev', service: 'lexx' }, 'not-proven', 'the service "lexx"'],
    ['one of roles inside accounts', { entity: 'arn:aws:iam::*:role/pay-*' }, 'ok', '1 exemption in force'],
    ['one that has ended', { entity: 'Devv', until: '2026-01-01' }, 'ok', 'no exemption holds'],
  ])('%s', (_, changes, verdict, words) => {
    expect(verdictOf(changes)).toMatchObject({ verdict, detail: expect.stringContaining(words) });
  });

  test('a service that only an earlier review listed is known when the change is applied', () => {
    expect(verdictOf({ service: 'newthing' })?.verdict).toBe('not-proven');
    expect(verdictOf({ service: 'newthing' }, ['newthing'])?.verdict).toBe('ok');
  });
});
