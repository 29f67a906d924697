import { describe, expect, test } from '@jest/globals';
import type { Role, User } from '../../core/identity/account-identities.ts';
import { surelyEntered } from '../../core/identity/ways-to-a-role.ts';
import type { PolicyDocument } from '../../core/policy/document.ts';
import { identityReviewOf } from '../support/account-builder.ts';

const many = 5_000;
const trust = (statement: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', ...statement }],
});
const ofAccount = trust({
  Principal: { AWS: 'arn:aws:iam::222222222222:root' },
  Action: 'sts:AssumeRole',
});
const ofOutside = trust({ Principal: { AWS: '333333333333' }, Action: 'sts:AssumeRole' });
const account = identityReviewOf(
  {
    users: [{ name: 'oncall' }],
    roles: [
      { name: 'open', trust: ofOutside },
      ...Array.from({ length: many }, (_, at) => ({ name: `r${at}`, trust: ofAccount })),
    ],
  },
  {},
).facts.identities;

/** Everybody bears one text of his own, whose resources count how often they are looked at. */
function entering(candidates: readonly (User | Role)[], resourceOf: (principal: User | Role) => string) {
  const counts = { bearers: 0, looks: 0 };
  const documents = new Map<string, PolicyDocument>();
  const documentOf = (principal: User | Role): PolicyDocument => ({
    version: null,
    id: null,
    statements: [
      {
        ...{ sid: null, effect: 'Allow', condition: null },
        actions: { kind: 'action', patterns: ['sts:AssumeRole'] },
        get resources() {
          counts.looks += 1;
          return { kind: 'resource', patterns: [resourceOf(principal)] } as const;
        },
      },
    ],
  });
  const layersOf = (principal: User | Role) => {
    counts.bearers += 1;
    const document = documents.get(principal.arn) ?? documentOf(principal);
    documents.set(principal.arn, document);
    return [[document]];
  };
  const entered = surelyEntered(candidates, { account, layersOf, levels: [], organizationId: null });
  return { counts, isEntered: candidates.map(({ arn }) => entered.has(arn)) };
}

const roleNamed = (name: string): Role => account.roles.find((role) => role.name === name) as Role;
const oncall = account.users[0] as User;
const elsewhere = 'arn:aws:iam::999999999999:role/*';

describe(`in an account of ${many} roles`, () => {
  test('of users and roles that somebody outside assumes nobody else is asked', () => {
    const { counts, isEntered } = entering([oncall, roleNamed('open')], () => elsewhere);
    expect([isEntered, counts]).toEqual([[true, true], { bearers: 0, looks: 0 }]);
  });

  test('who may assume one role is asked once of everybody', () => {
    const { counts, isEntered } = entering([roleNamed('r7')], () => elsewhere);
    expect(isEntered).toEqual([false]);
    expect(counts.bearers).toBe(many + 2);
    expect(counts.looks).toBeLessThanOrEqual(3 * (many + 2));
  });

  test('of many whose texts differ and say the same, one is asked for all', () => {
    const shut = account.roles.filter(({ name }) => name !== 'open').slice(0, 100);
    const { counts, isEntered } = entering(shut, ({ type, name }) =>
      type === 'user' || name === 'open' ? elsewhere : '*',
    );
    expect(isEntered).toEqual(shut.map(() => false));
    expect(counts.looks).toBeLessThanOrEqual(6 * (many + 2));
  });

  test('whoever comes in is looked for first, by however many roles he gets there', () => {
    // oncall → r2 → r1 → r0, and nobody else to any of them.
    const nextOf = ({ name }: User | Role): string =>
      ({ oncall: 'r2', r2: 'r1', r1: 'r0' })[name] ?? 'nowhere';
    const { counts, isEntered } = entering(
      [roleNamed('r0'), roleNamed('r1')],
      (principal) => `arn:aws:iam::222222222222:role/${nextOf(principal)}`,
    );
    expect(isEntered).toEqual([true, true]);
    expect(counts.bearers).toBe(many + 2);
    expect(counts.looks).toBeLessThanOrEqual(3 * 2 * (many + 2));
  });
});
