import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadScenario } from '../../../sandbox/scenario-load.ts';
import { closeBoxes, openBox } from '../../adapters/box.ts';
import { identities } from '../../support/identities-on-the-wire.ts';
import { deleteCheckSchema } from '../../support/identities-result-schema.ts';

const arnOf = (name: string): string => `arn:aws:iam::111111111111:${name}`;

async function checked(name: string, ...args: readonly string[]) {
  const said = await identities('check-delete', arnOf(name), ...args, '--format', 'json');
  expect(said.errors).toBe('');
  return { code: said.code, check: deleteCheckSchema.parse(JSON.parse(said.output)) };
}

beforeAll(() => openBox({ scenario: 'before-deleting' }));
afterAll(closeBoxes);

describe('check-delete', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['user/active-user', ['IN_USE'], ['user/active-user']],
    ['user/left-user', ['NAMED_IN_TRUST', 'NOT_USED', 'REGIONS_NOT_READ'], []],
    ['user/admin-jane', ['IN_USE', 'LAST_ADMINISTRATOR', 'NOT_TRACKED'], ['user/admin-jane']],
    ['user/queue-user', ['IN_USE'], ['user/queue-user']],
    ['user/git-user', ['EVIDENCE_MISSING', 'NEW_CREDENTIAL', 'NOT_USED', 'REGIONS_NOT_READ'], []],
    ['group/active-group', ['HAS_MEMBERS', 'IN_USE'], ['user/active-user']],
    ['role/ActiveRole', ['IN_SERVICE', 'IN_USE', 'MAY_BE_ASSUMED'], ['role/ActiveRole']],
    [
      'role/PartnerAccess',
      ['MAY_BE_ASSUMED', 'NOT_TRACKED', 'NOT_USED', 'REGIONS_NOT_READ'],
      ['role/PartnerAccess'],
    ],
    ['policy/ActivePolicy', ['IN_SERVICE', 'IN_USE', 'IS_ATTACHED'], ['role/ActiveRole', 'user/active-user']],
  ])('%s is not safe to delete: exit 3, and why', async (name, codes, users) => {
    const { check, code } = await checked(name);
    expect(code).toBe(3);
    expect(check).toMatchObject({ arn: arnOf(name), safe: false, usedBy: users.map(arnOf) });
    expect(check.reasons.map((reason) => reason.code).sort()).toEqual(codes);
    expect(check.lastUsedAt === null).toBe(users.length === 0);
  });

  test.each<[string, readonly string[]]>([
    ['user/moved-on-user', ['NOT_USED', 'REGIONS_NOT_READ']],
    ['group/empty-group', ['NOT_USED']],
    ['role/ForgottenRole', ['NOT_USED', 'REGIONS_NOT_READ', 'TRUSTS_ITS_ACCOUNT']],
    ['role/TrustsForgotten', ['NOT_USED', 'REGIONS_NOT_READ', 'TRUSTS_ITS_ACCOUNT']],
    ['policy/ForgottenPolicy', ['IS_ATTACHED', 'NOT_USED']],
    ['policy/UnattachedPolicy', ['NOT_USED']],
  ])('%s is safe to delete: exit 0, and what is to be undone first', async (name, codes) => {
    const { check, code } = await checked(name);
    expect({ code, safe: check.safe }).toEqual({ code: 0, safe: true });
    expect(check.reasons.map((reason) => reason.code).sort()).toEqual(codes);
  });

  test('the threshold decides: what was used 200 days ago is in use for who looks at 210 days', async () => {
    expect(await checked('role/PartnerAccess', '--days', '210')).toMatchObject({
      code: 3,
      check: { safe: false, usedBy: [arnOf('role/PartnerAccess')] },
    });
  });

  test('a person reads the verdict first', async () => {
    const unsafe = await identities('check-delete', arnOf('user/left-user'));
    expect(unsafe).toMatchObject({ code: 3, errors: '' });
    expect(unsafe.output).toMatch(
      /^NOT safe to delete: .*user\/left-user\n {2}nothing attempted in the tracking period\n/,
    );
    // What decides stands before what is only told.
    expect(unsafe.output).toMatch(
      /What speaks against it:\n {2}- role TrustsForgotten trusts it(.*\n)+ {2}To know:\n {2}- nothing was used by left-user/,
    );
    expect(unsafe.output).toMatch(
      /once nothing speaks against it any more:\n(.*\n)+ {4}aws iam delete-user /,
    );
    const safe = await identities('check-delete', arnOf('policy/UnattachedPolicy'));
    expect(safe).toMatchObject({ code: 0 });
    expect(safe.output).toMatch(/^safe to delete: /);
  });

  test('where its report cannot be had nobody knows, and that is not safe', async () => {
    const sandbox = await openBox({
      scenario: 'before-deleting',
      faults: [`failed-job:${arnOf('role/ForgottenRole')}:ServiceError`],
    });
    const { check, code } = await checked('role/ForgottenRole');
    expect(code).toBe(3);
    expect(check.reasons).toEqual([
      { code: 'EVIDENCE_MISSING', detail: expect.stringContaining('ServiceError') },
      { code: 'REGIONS_NOT_READ', detail: expect.stringContaining('sources.regions is off') },
      { code: 'TRUSTS_ITS_ACCOUNT', detail: expect.stringContaining('user/admin-jane') },
    ]);
    expect(sandbox.calls().some(({ operation }) => /^(Delete|Detach|Put)/.test(operation))).toBe(false);
  });

  test('credentials that may not be read are unknown, and that is not safe', async () => {
    await openBox({ scenario: { ...loadScenario('before-deleting'), denied: ['iam:ListAccessKeys'] } });
    const { check, code } = await checked('user/moved-on-user');
    expect(code).toBe(3);
    expect(check.reasons).toContainEqual({
      code: 'EVIDENCE_MISSING',
      detail: expect.stringContaining('iam:ListAccessKeys'),
    });
  });

  test('with sources.regions the account is asked, and a Region without data speaks against it', async () => {
    const regions = { '111111111111': ['ca-west-1'] };
    await openBox({ scenario: { ...loadScenario('before-deleting'), regions } });
    const folder = await mkdtemp(join(tmpdir(), 'check-delete-'));
    const file = join(folder, 'reviewer.config.json');
    await writeFile(file, JSON.stringify({ sources: { regions: true } }));
    const { check } = await checked('user/moved-on-user', '--config', file);
    await rm(folder, { recursive: true });
    expect(check.reasons.map(({ code }) => code)).toEqual(['NOT_USED', 'EVIDENCE_MISSING']);
    expect(check.reasons[1]?.detail).toContain('the account may use ca-west-1');
  });
});
