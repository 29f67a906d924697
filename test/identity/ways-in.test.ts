import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Role } from '../../core/identity/account-identities.ts';
import { untouchable } from '../../core/identity/never-touched.ts';
import { unknownManagement, waysInOf } from '../../core/identity/ways-in.ts';
import { contextOf } from '../../flow/identities/account-context.ts';
import { identityReviewOf } from '../support/account-builder.ts';

interface Case {
  readonly name: string;
  /** Statements of the trust policy. */
  readonly trust: readonly object[];
  /** Whether it may be the way in where the management account is known. */
  readonly known: boolean;
  /** The same where the organization was not read. */
  readonly notRead: boolean;
  /** What is said where it is known. */
  readonly words?: string;
}

const { cases } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../cases/identity/ways-in.json'), 'utf8'),
) as { readonly cases: readonly Case[] };

describe.each(cases)('a role that trusts $name', ({ known, notRead, trust, words }) => {
  const sketch = { roles: [{ name: 'entry', trust: { Version: '2012-10-17', Statement: trust } }] };
  const { facts, request } = identityReviewOf(sketch, {});
  const [role] = facts.identities.roles as [Role];

  test.each([
    ['the management account is known', '111111111111', known],
    ['the organization was not read', unknownManagement, notRead],
    ['the account is the management account itself', null, false],
  ])('%s', (_, managementAccountId, isWayIn) => {
    const care = { configuration: request.configuration, ownRoleArns: [], managementAccountId };
    expect(untouchable(role, care)?.code ?? null).toBe(isWayIn ? 'KEEP_MARK' : null);
    if (words !== undefined && managementAccountId === '111111111111')
      expect(untouchable(role, care)?.detail).toBe(words);
    expect(waysInOf(facts.identities, care)).toEqual(isWayIn ? [role.arn] : []);
  });
});

test('which account the management account is is unknown where the organization was not read', () => {
  expect(contextOf(null, '222222222222').managementAccountId).toBe(unknownManagement);
});
