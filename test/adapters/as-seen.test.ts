import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { requireStillAsSeen } from '../../adapters/aws/as-seen.ts';
import type { IdentitySessions } from '../../adapters/identity-ports.ts';
import { wireIdentities } from '../../adapters/wire-identities.ts';
import type { IdentityResource } from '../../core/identity/identity-step.ts';
import type { IamState } from '../../sandbox/iam/state.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { closeBoxes, openBox } from './box.ts';
import { accounts, memberRoles, organizationWith } from './identity-box.ts';

const text = (action: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
const byHand = text('sts:ByHand');
const versions = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => text(`lex:${index + 1}`));
const arnOf = (name: string): string => `arn:aws:iam::${accounts.own}:policy/${name}`;
const managed = (name: string): IdentityResource => ({ type: 'managed-policy', arn: arnOf(name) });
const mia = { type: 'user', name: 'mia' } as const;
const inline = (name: string): IdentityResource => ({ type: 'inline-policy', principal: mia, name });

/** Somebody makes a version of a policy that is the default at once. */
const newDefault =
  (name: string) =>
  ({ policies }: IamState): void => {
    const policy = policies.get(arnOf(name));
    if (!policy) throw new Error(`${name} is not there`);
    const number = policy.nextVersion;
    policy.versions = [...policy.versions.slice(-4), { number, text: byHand, created: 0 }];
    policy.defaultVersion = number;
    policy.nextVersion = number + 1;
  };

const attached = 'attached';
const mayWrite = async (): Promise<void> => undefined;
let sandbox: Sandbox;
let sessions: IdentitySessions;
beforeAll(async () => {
  const scenario = organizationWith({
    users: [
      {
        name: mia.name,
        groups: ['makers'],
        policies: ['Attached'],
        inline: { edited: text('s3:*'), removed: text('s3:*'), slow: text('s3:*') },
      },
    ],
    groups: [{ name: 'makers' }],
    policies: [
      { name: 'Listed', versions: versions(5) },
      { name: 'Kept', versions: versions(5) },
      { name: 'Halfway', versions: versions(5) },
      { name: 'Added', versions: versions(2) },
      { name: 'SetBack', versions: versions(2) },
      { name: 'Deleted', versions: versions(2) },
      { name: 'Last', versions: versions(1) },
      { name: 'Stopped', versions: versions(3) },
      { name: 'Taken', versions: versions(1) },
      { name: 'Attached', versions: versions(1) },
    ],
  });
  sandbox = await openBox({ scenario });
  ({ sessions } = wireIdentities(memberRoles));
});
afterAll(closeBoxes);

interface Race {
  readonly name: string;
  readonly resource: IdentityResource;
  readonly before: string | null;
  readonly after: string | null;
  /** The call right before whose answer somebody edits; `keep` is the call that keeps a version. */
  readonly at: string;
  /** The first answer takes more than a second, and he edits before the second one. */
  readonly isSlow?: true;
  readonly edit: (state: IamState) => void;
  /** What was sent until then. */
  readonly sent: readonly string[];
}

const races: readonly Race[] = [
  {
    ...{ name: 'a new default while the versions are listed', resource: managed('Listed') },
    ...{ before: text('lex:5'), after: text('lex:6'), sent: [] },
    ...{ at: 'ListPolicyVersions', edit: newDefault('Listed') },
  },
  {
    ...{ name: 'a new default while the oldest version is kept', resource: managed('Kept') },
    ...{ before: text('lex:5'), after: text('lex:6'), sent: [] },
    ...{ at: 'keep', edit: newDefault('Kept') },
  },
  {
    ...{ name: 'a new default after the oldest version went', resource: managed('Halfway') },
    ...{ before: text('lex:5'), after: text('lex:6'), sent: ['DeletePolicyVersion'] },
    ...{ at: 'DeletePolicyVersion', edit: newDefault('Halfway') },
  },
  {
    ...{ name: 'a new default before a version is added', resource: managed('Added') },
    ...{ before: text('lex:2'), after: text('lex:3'), sent: [] },
    ...{ at: 'GetPolicyVersion', edit: newDefault('Added') },
  },
  {
    ...{ name: 'a new default before an earlier version is set', resource: managed('SetBack') },
    ...{ before: text('lex:2'), after: text('lex:1'), sent: [] },
    ...{ at: 'GetPolicyVersion', edit: newDefault('SetBack') },
  },
  {
    ...{ name: 'a new default before the policy is deleted', resource: managed('Deleted') },
    ...{ before: text('lex:2'), after: null, sent: [] },
    ...{ at: 'ListEntitiesForPolicy', edit: newDefault('Deleted') },
  },
  {
    ...{ name: 'a new default while the last version is kept', resource: managed('Last') },
    ...{ before: text('lex:1'), after: null, sent: [] },
    ...{ at: 'keep', edit: newDefault('Last') },
  },
  {
    ...{ name: 'a policy of the name that is to be made', resource: managed('Taken') },
    ...{ before: null, after: text('lex:1'), sent: [] },
    ...{ at: 'GetPolicy', edit: newDefault('Taken') },
  },
  {
    ...{ name: 'a policy that is gone', resource: managed('Gone') },
    ...{ before: text('lex:1'), after: text('lex:2'), sent: [] },
    ...{ at: 'GetPolicy', edit: () => undefined },
  },
  {
    ...{ name: 'an inline policy', resource: inline('edited') },
    ...{ before: text('s3:*'), after: text('s3:Get*'), sent: [] },
    ...{ at: 'GetUserPolicy', edit: ({ users }) => users.get(mia.name)?.inline.set('edited', byHand) },
  },
  {
    ...{ name: 'an inline policy that is to go', resource: inline('removed') },
    ...{ before: text('s3:*'), after: null, sent: [] },
    ...{ at: 'GetUserPolicy', edit: ({ users }) => users.get(mia.name)?.inline.set('removed', byHand) },
  },
  {
    ...{ name: 'an inline policy of the name that is to be made', resource: inline('made') },
    ...{ before: null, after: text('s3:*'), sent: [] },
    ...{ at: 'GetUserPolicy', edit: ({ users }) => users.get(mia.name)?.inline.set('made', byHand) },
  },
  {
    ...{ name: 'an inline policy while an answer is on its way', resource: inline('slow') },
    ...{ before: text('s3:*'), after: text('s3:Get*'), sent: [], isSlow: true },
    ...{ at: 'GetUserPolicy', edit: ({ users }) => users.get(mia.name)?.inline.set('slow', byHand) },
  },
  {
    name: 'an attachment that somebody took',
    resource: { type: 'policy-attachment', principal: mia, policyArn: arnOf('Attached') },
    ...{ before: attached, after: null, sent: [] },
    at: 'ListAttachedUserPolicies',
    edit: ({ users }) => users.get(mia.name)?.attached.clear(),
  },
  {
    name: 'a membership that somebody ended',
    resource: { type: 'membership', user: mia.name, group: 'makers' },
    ...{ before: 'member', after: null, sent: [] },
    ...{ at: 'ListGroupsForUser', edit: ({ users }) => users.get(mia.name)?.groups.clear() },
  },
];

describe('what somebody edits right before a write is not written over', () => {
  test.each(races)('$name', async ({ after, at, before, edit, isSlow, resource, sent }) => {
    const opened = await sessions.openToWrite(accounts.own, {
      ...{ id: 'chg-1', step: { resource, before, after } },
    });
    if (opened.status !== 'open') throw new Error(opened.message);
    const { written } = sandbox.iamAccounts.of(accounts.own);
    let left: unknown = null;
    const happens = (): void => {
      if (left !== null) return;
      edit(written);
      left = structuredClone(written);
    };
    const calls = sandbox.calls().length;
    let isFirst = isSlow === true;
    if (isFirst) sandbox.faults.add(`slow:${at}:1100ms:1`);
    const remove = sandbox.onCall(({ operation }) => {
      if (operation !== at) return;
      if (!isFirst) happens();
      isFirst = false;
    });
    const keep = async (): Promise<void> => {
      if (at === 'keep') happens();
    };
    await expect(opened.writer.write({ resource, before, after }, { keep, mayWrite })).rejects.toMatchObject({
      ...{ code: 'LOOK_AGAIN', refusedByAws: true },
    });
    remove();
    const writes = sandbox
      .calls()
      .slice(calls)
      .map(({ operation }) => operation)
      .filter((operation) => !/^(Get|List)/.test(operation));
    expect(writes).toEqual(sent);
    expect(left).not.toBeNull();
    if (sent.length === 0) expect(written).toEqual(left);
  });
});

test('what stops writes stops a write between two of its calls', async () => {
  const resource = managed('Stopped');
  const step = { resource, before: text('lex:3'), after: null };
  const opened = await sessions.openToWrite(accounts.own, { id: 'chg-1', step });
  if (opened.status !== 'open') throw new Error(opened.message);
  const deletions = (): number =>
    sandbox.calls().filter(({ operation }) => operation === 'DeletePolicyVersion').length;
  const before = deletions();
  const untilFirst = async (): Promise<void> => {
    if (deletions() > before) throw new Error('frozen');
  };
  const checks = { keep: async (): Promise<void> => undefined, mayWrite: untilFirst };
  await expect(opened.writer.write(step, checks)).rejects.toThrow('frozen');
  expect(deletions()).toBe(before + 1);
  expect(await opened.writer.read(resource)).toBe(text('lex:3'));
});

describe('an answer that took more than a second', () => {
  /** Reads that take so long each, in milliseconds, and what they show; the last one again and again. */
  const reading = async (answers: readonly (readonly [milliseconds: number, shown: string])[]) => {
    let [now, reads] = [0, 0];
    const clock = { now: () => now, wait: async () => undefined };
    const read = async () => {
      const [milliseconds, shown] = answers[Math.min(reads, answers.length - 1)] ?? [0, ''];
      reads += 1;
      now += milliseconds;
      return shown;
    };
    const code = await requireStillAsSeen(clock, 'iam:PutUserPolicy', 'seen', read).then(
      () => 'written',
      (error: { readonly code: string }) => error.code,
    );
    return { code, reads };
  };

  test.each([
    ['is not asked again if it did not', [[1_000, 'seen']], { code: 'written', reads: 1 }],
    [
      'is asked again',
      [
        [1_001, 'seen'],
        [5, 'seen'],
      ],
      { code: 'written', reads: 2 },
    ],
    [
      'shows what was edited meanwhile',
      [
        [1_001, 'seen'],
        [5, 'by hand'],
      ],
      { code: 'LOOK_AGAIN', reads: 2 },
    ],
    [
      'five times in a row keeps the write from being sent',
      [[1_001, 'seen']],
      { code: 'LOOK_TOO_SLOW', reads: 5 },
    ],
  ] as const)('%s', async (_, answers, expected) => {
    expect(await reading(answers)).toEqual(expected);
  });
});
