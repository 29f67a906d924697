import { afterEach, describe, expect, test } from '@jest/globals';
import { wireReview } from '../../adapters/wire.ts';
import { buildTree, entityOf } from '../../core/organization/organization.ts';
import type { ScenarioChild } from '../../sandbox/scenario.ts';
import { moveAccount } from '../../sandbox/tree.ts';
import { closeBoxes, nestedUnits, openBox } from './box.ts';

afterEach(closeBoxes);

const shape = (tree: ReturnType<typeof buildTree>) =>
  [...tree.entities.values()]
    .map(({ id, type, name, path }) => ({ id, type, name, path }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));

describe('the tree', () => {
  test('comes from ListAccounts where accounts have paths, with one call per page', async () => {
    const sandbox = await openBox({ scenario: nestedUnits });
    const { organization, meter } = wireReview();
    const facts = await organization.readTree();
    const tree = buildTree(facts);
    expect(facts).toMatchObject({
      id: 'o-exampleorg1',
      managementAccountId: '111111111111',
      root: { id: 'r-ex01' },
    });
    expect(entityOf(tree, '333333333333').path).toBe(
      'o-exampleorg1/r-ex01/ou-ex01-development/ou-ex01-nested000/333333333333',
    );
    expect(facts.accounts.find(({ id }) => id === '333333333333')).toEqual({
      id: '333333333333',
      invited: false,
      name: 'nested-1',
      parentId: 'ou-ex01-nested000',
      state: 'SUSPENDED',
      joinedAt: Date.parse('2023-02-01'),
    });
    expect(entityOf(tree, 'ou-ex01-empty0000')).toMatchObject({ name: 'Empty', childIds: [] });
    const expected = {
      DescribeOrganization: 1,
      GetCallerIdentity: 1,
      ListRoots: 1,
      ListAccounts: 1,
      ListOrganizationalUnitsForParent: 4,
    };
    expect(meter.calls()).toEqual(expected);
    expect(sandbox.calls()).toHaveLength(8);
  });

  test('is the same where paths are left out, or the state, or where pages come empty', async () => {
    await openBox({ scenario: nestedUnits });
    const usual = await wireReview().organization.readTree();
    for (const older of [{ omitPaths: true }, { omitState: true }]) {
      await openBox({ scenario: nestedUnits, ...older });
      const facts = await wireReview().organization.readTree();
      expect(shape(buildTree(facts))).toEqual(shape(buildTree(usual)));
      expect(new Map(facts.accounts.map(({ id, state }) => [id, state]))).toEqual(
        new Map(usual.accounts.map(({ id, state }) => [id, state])),
      );
    }
    await openBox({ scenario: { ...nestedUnits, emptyPages: true } });
    const { organization, meter } = wireReview();
    expect(shape(buildTree(await organization.readTree()))).toEqual(shape(buildTree(usual)));
    expect(meter.calls()).toMatchObject({ ListAccounts: 2 });
  });

  test('follows every page of accounts', async () => {
    const children = Array.from({ length: 45 }, (_, index) => ({
      account: String(500_000_000_000 + index),
      name: `a-${index}`,
    }));
    await openBox({ scenario: { ...nestedUnits, root: { id: 'r-ex01', children }, policies: [] } });
    const { organization, meter } = wireReview();
    expect((await organization.readTree()).accounts).toHaveLength(46);
    expect(meter.calls()).toMatchObject({ ListAccounts: 3 });
    expect((await organization.readAccountParents()).get('500000000044')).toBe('r-ex01');
  });

  test('does not ask an OU at the deepest level for OUs', async () => {
    const nest = (depth: number): ScenarioChild => ({
      ou: `ou-ex01-level000${depth}`,
      name: `Level ${depth}`,
      children: depth < 5 ? [nest(depth + 1)] : [],
    });
    const sandbox = await openBox({
      scenario: { ...nestedUnits, root: { id: 'r-ex01', children: [nest(1)] }, policies: [] },
    });
    expect((await wireReview().organization.readTree()).organizationalUnits).toHaveLength(5);
    expect(
      sandbox.calls().filter(({ operation }) => operation === 'ListOrganizationalUnitsForParent'),
    ).toHaveLength(5);
  });

  test('an account that moves while its OUs are walked does not get lost or doubled', async () => {
    const sandbox = await openBox({ scenario: nestedUnits, omitPaths: true });
    let moved = false;
    sandbox.onCall(({ operation, input }) => {
      if (moved || operation !== 'ListAccountsForParent' || input.ParentId !== 'ou-ex01-empty0000') return;
      moved = true;
      moveAccount(sandbox.world, '444444444444', 'ou-ex01-empty0000');
    });
    const { accounts } = await wireReview().organization.readTree();
    expect(accounts.filter(({ id }) => id === '444444444444')).toMatchObject([
      { parentId: 'ou-ex01-empty0000' },
    ]);
  });
});

describe('who may not read it', () => {
  test('another account than the management account', async () => {
    await openBox(
      {
        scenario: {
          ...nestedUnits,
          accessKeys: { AKIAMEMBER: { user: 'dev', account: '222222222222' } },
        },
      },
      { AWS_ACCESS_KEY_ID: 'AKIAMEMBER' },
    );
    await expect(wireReview().organization.readTree()).rejects.toMatchObject({
      name: 'AwsRefusal',
      operation: 'DescribeOrganization',
      message: expect.stringContaining('run with credentials of the management account'),
    });
  });

  test('an organization whose root has no SCPs enabled', async () => {
    await openBox({ scenario: 'scps-not-enabled' });
    await expect(wireReview().organization.readTree()).rejects.toMatchObject({
      code: 'SCPS_NOT_ENABLED',
      kind: 'set-up',
    });
  });
});

const idsOf = (policies: readonly { readonly id: string }[]) => policies.map(({ id }) => id);

/** Every SCP with its text. */
async function readWhole() {
  const { organization } = wireReview();
  const listed = await organization.readPolicies();
  return organization.readTexts(listed, idsOf(listed));
}

describe('the SCPs', () => {
  test('come with targets; texts and tags of those that are asked for, where there is a target', async () => {
    await openBox({ scenario: nestedUnits });
    const { organization, meter } = wireReview();
    const listed = await organization.readPolicies();
    expect(listed.map(({ tags, text }) => [tags, text])).toEqual(listed.map(() => [null, null]));
    expect(meter.calls()).toEqual({ ListPolicies: 1, ListTargetsForPolicy: 3 });
    expect(await organization.readTexts(listed, ['p-newsvctest'], 0)).toEqual(listed);
    const one = await organization.readTexts(listed, ['p-newsvctest']);
    expect(one.filter(({ text }) => text !== null).map(({ id }) => id)).toEqual(['p-newsvctest']);
    const policies = await organization.readTexts(one, idsOf(one));
    expect(policies.find(({ id }) => id === 'p-newsvctest')).toEqual({
      id: 'p-newsvctest',
      name: 'NewServiceTest',
      description: 'Tries new services',
      awsManaged: false,
      text: '{ "Version": "2012-10-17",  "Statement": [] }',
      targets: [
        { id: 'ou-ex01-development', type: 'ou', name: 'Development' },
        { id: 'ou-ex01-nested000', type: 'ou', name: 'Nested' },
      ],
      tags: { owner: 'john' },
    });
    expect(policies.find(({ id }) => id === 'p-nowhere0')).toMatchObject({
      text: null,
      targets: [],
      tags: null,
    });
    expect(policies.find(({ id }) => id === 'p-FullAWSAccess')).toMatchObject({
      awsManaged: true,
      tags: null,
    });
    expect(meter.calls()).toEqual({
      ListPolicies: 1,
      ListTargetsForPolicy: 3,
      DescribePolicy: 2,
      ListTagsForResource: 1,
    });
  });

  test('are read without tags where the caller may not read them', async () => {
    await openBox({ scenario: { ...nestedUnits, denied: ['organizations:ListTagsForResource'] } });
    const policies = await readWhole();
    expect(policies.find(({ id }) => id === 'p-newsvctest')).toMatchObject({
      tags: null,
      targets: { length: 2 },
    });
  });

  test('a policy whose text cannot be read stops the review: it might deny anything', async () => {
    await openBox({ scenario: { ...nestedUnits, denied: ['organizations:DescribePolicy'] } });
    await expect(readWhole()).rejects.toMatchObject({
      operation: 'DescribePolicy',
      permission: 'organizations:DescribePolicy',
    });
  });

  test.each<[string, { limit?: number; textsUntil: number }, string | null]>([
    ['are unread where the run is over, also a little before texts are', { limit: 5, textsUntil: 60 }, null],
    [
      'throw that the run is over where they must all be read',
      { limit: 5, textsUntil: Number.POSITIVE_INFINITY },
      'time',
    ],
    ['are unread where AWS throttles until their time is over', { textsUntil: 5 }, null],
    ['throw where AWS throttles for long and there is time left', { textsUntil: 600 }, 'throttled'],
  ])('texts %s', async (_, { limit, textsUntil }, thrown) => {
    await openBox({ scenario: nestedUnits, faults: ['throttle:DescribePolicy:10000'] });
    // Each call is tried for 20 s then.
    const { clock, limit: bound, organization } = wireReview({ milliseconds: 1 });
    const now = clock.now();
    if (limit !== undefined) bound?.(now + limit * 1_000);
    const read = organization.readPolicies(now + textsUntil * 1_000);
    if (thrown !== null) await expect(read).rejects.toMatchObject({ kind: thrown });
    else expect((await read).map(({ text }) => text)).toEqual([null, null, null]);
  });

  test('a policy that is deleted while it is read is left out', async () => {
    const sandbox = await openBox({ scenario: nestedUnits });
    sandbox.onCall(({ operation, input }) => {
      if (operation === 'ListTargetsForPolicy' && input.PolicyId === 'p-nowhere0')
        sandbox.world.policies.delete('p-nowhere0');
      if (operation === 'DescribePolicy') sandbox.world.policies.delete('p-newsvctest');
    });
    expect(idsOf(await readWhole())).toEqual(['p-FullAWSAccess']);
  });
});

test('what the caller may not read of an organization is refused once a reading, not once an invocation', async () => {
  const denied = ['organizations:ListTagsForResource', 'organizations:ListAWSServiceAccessForOrganization'];
  const sandbox = await openBox({ scenario: { ...nestedUnits, denied } });
  const known = new Map<string, string>();
  const pages = {
    get: (question: string) => JSON.parse(known.get(question) ?? 'null') ?? undefined,
    keep: async (question: string, answer: unknown) => void known.set(question, JSON.stringify([answer])),
  };
  const unwrapped = { ...pages, get: (question: string) => (pages.get(question) as unknown[])?.[0] };
  const { organization } = wireReview();
  const refused = () => sandbox.calls().filter(({ status }) => status !== 200).length;
  const read = async () => ({
    tags: (await organization.readPolicies(Number.POSITIVE_INFINITY, unwrapped)).map(({ tags }) => tags),
    trusted: await organization.readTrustedServices(unwrapped),
  });
  const first = await read();
  expect(first).toMatchObject({ trusted: null, tags: first.tags.map(() => null) });
  const before = refused();
  expect(before).toBeGreaterThan(1);
  expect(await read()).toEqual(first);
  expect(refused()).toBe(before);
});

describe('trusted services', () => {
  const trusting = {
    ...nestedUnits,
    trustedServices: ['guardduty.amazonaws.com', 'config.amazonaws.com'],
    delegatedAdministrators: { '222222222222': ['guardduty.amazonaws.com', 'inspector2.amazonaws.com'] },
  };

  test('are those with trusted access or a delegated administrator, each once', async () => {
    await openBox({ scenario: trusting });
    const expected = ['config.amazonaws.com', 'guardduty.amazonaws.com', 'inspector2.amazonaws.com'];
    expect(await wireReview().organization.readTrustedServices()).toEqual(expected);
  });

  test('are unknown, not none, where the caller may not read them; any other error is told', async () => {
    await openBox({ scenario: { ...trusting, denied: ['organizations:ListDelegatedServicesForAccount'] } });
    expect(await wireReview().organization.readTrustedServices()).toBeNull();
    await openBox({
      scenario: trusting,
      faults: ['error:ListDelegatedAdministrators:InvalidInputException'],
    });
    await expect(wireReview().organization.readTrustedServices()).rejects.toMatchObject({
      code: 'InvalidInputException',
    });
  });
});
