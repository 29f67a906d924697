import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreatePolicyCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { everyKind, everyKindEvent, everyKindScenario } from './iam-every-kind.ts';
import { type IamStory, openIamStory } from './iam-story.ts';
import { anaSession, benUser } from './ports.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

const broad = 'arn:aws:iam::aws:policy/ExampleBroadAccess';
const [Path, PolicyName] = ['/a+b/c=d/', 'Ex+am=ple,Un.used@tra-n_s'];

let story: IamStory;
let id: string;
let untouched: unknown;
let applied: Snapshot;
let membership: string;
let joined: Snapshot;
let copy: string;
let replaced: Snapshot;
beforeAll(async () => {
  story = await openIamStory({ scenario: everyKindScenario });
  untouched = await story.access();
  await story.reviewIdentities(everyKindEvent);
  id = await story.idOf(everyKind.deletion);
  await story.approveFully(id);
  expect(await story.outcome(id)).toBe('applied');
  applied = await takeSnapshot(story);
  membership = await story.idOf(everyKind.membership);
  await story.approveFully(membership);
  expect(await story.outcome(membership)).toBe('applied');
  joined = await takeSnapshot(story);
  copy = await story.idOf(everyKind.copy);
  await story.approveFully(copy);
  expect(await story.outcome(copy)).toBe('applied');
  replaced = await takeSnapshot(story);
});
afterAll(() => story.close());

async function rollBack(principalArn: string, of = id): Promise<string> {
  const request = { purpose: 'roll-back', reason: 'it was needed after all' } as const;
  const { refusals } = await story.ask(of, { principalArn }, request);
  expect(refusals).toEqual([]);
  return story.outcome(of);
}

/** Somebody makes a policy of the name of the one that was deleted. */
const makeByHand = (Action: string) =>
  new IAMClient({ maxAttempts: 1 }).send(
    new CreatePolicyCommand({
      ...{ Path, PolicyName },
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
      }),
    }),
  );

test('a deleted policy that nobody made again comes back by one request', async () => {
  await applied.restore();
  expect(await rollBack(benUser)).toBe('rolled-back');
  expect(await story.access()).toEqual(untouched);
});

test('one of its name that grants something else is named before it is attached, and stays as it is', async () => {
  await applied.restore();
  await makeByHand('*');
  const left = await story.access();
  expect(await rollBack(benUser)).toBe('interrupted');
  expect(await story.access()).toEqual(left);
  expect((await story.reason(id))?.detail).toContain(
    `what arn:aws:iam::111111111111:policy${Path}${PolicyName} grants was changed since`,
  );
  expect(await rollBack(benUser)).toBe('interrupted');
  expect(await rollBack(anaSession)).toBe('rolled-back');
  const { history } = (await story.load(id)).record;
  const outcomes = history.flatMap((event) => (event.type === 'roll-back-step-done' ? [event.outcome] : []));
  expect(outcomes).toEqual(['kept', 'restored']);
});

test('a group of the name that is joined again, made at another path, is named', async () => {
  await joined.restore();
  const { written } = story.sandbox.iamAccounts.of(story.accountId);
  const group = written.groups.get('security');
  if (!group) throw new Error('the group is not there');
  for (const { groups } of written.users.values()) groups.delete('security');
  const attached = new Set(['arn:aws:iam::aws:policy/AdministratorAccess']);
  written.groups.set('security', { ...group, attached, id: 'AGPAMADEAGAIN', path: '/other/' });
  const left = await story.access();
  expect(await rollBack(benUser, membership)).toBe('interrupted');
  expect(await story.access()).toEqual(left);
  expect((await story.reason(membership))?.detail).toContain(
    'what arn:aws:iam::111111111111:group/other/security grants was changed since',
  );
});

test('a user who was made since, under the name of one who was deleted, is named before he gets what that one lost', async () => {
  await joined.restore();
  const { written } = story.sandbox.iamAccounts.of(story.accountId);
  const nell = written.users.get('nell');
  if (!nell) throw new Error('nell is not there');
  story.advance(3600);
  const made = { id: 'AIDAMADEAGAIN', created: story.ports.clock.now(), groups: new Set<string>() };
  written.users.set('nell', { ...nell, ...made });
  const left = await story.access();
  expect(await rollBack(benUser, membership)).toBe('interrupted');
  expect(await story.access()).toEqual(left);
  expect((await story.reason(membership))?.detail).toContain(
    'user nell came since and would get access by it',
  );
});

test('who was deleted since holds nothing up: it stays, and is said to', async () => {
  await joined.restore();
  const { written } = story.sandbox.iamAccounts.of(story.accountId);
  for (const { groups } of written.users.values()) groups.delete('security');
  written.groups.delete('security');
  written.users.delete('ola');
  expect(await rollBack(benUser, membership)).toBe('rolled-back');
  expect((await story.load(membership)).record.history).toContainEqual(
    expect.objectContaining({
      outcome: 'kept',
      detail: expect.stringContaining('group security was deleted since'),
    }),
  );
  expect(await rollBack(benUser)).toBe('rolled-back');
  expect(written.policies.has(`arn:aws:iam::111111111111:policy${Path}${PolicyName}`)).toBe(true);
});

test('who was put back by hand gets nothing more: one request is enough, whatever the group grants by now', async () => {
  await joined.restore();
  const hand = new IAMClient({ maxAttempts: 1 });
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await hand.send(new AttachGroupPolicyCommand({ GroupName: 'security', PolicyArn }));
  await hand.send(new AddUserToGroupCommand({ UserName: 'nell', GroupName: 'security' }));
  expect(await rollBack(benUser, membership)).toBe('rolled-back');
});

test('a policy that was deleted since does not come back, and the copy that stands for it stays', async () => {
  await replaced.restore();
  story.sandbox.iamAccounts.of(story.accountId).written.policies.delete(broad);
  const left = await story.access();
  await rollBack(benUser, copy);
  expect(await story.access()).toEqual(left);
  const { history } = (await story.load(copy)).record;
  const told = history.flatMap((event) => (event.type === 'roll-back-step-done' ? [event] : []));
  expect(told.map(({ outcome }) => outcome)).toEqual(['kept', 'kept', 'kept', 'kept', 'kept']);
  expect(told[0]?.detail).toContain(`stays away: policy ${broad} was deleted since`);
  expect(told[2]?.detail).toContain(`may stand for policy ${broad}`);
});

test('a policy that is changed after the roll back was proved is named, to as many people as for any, before it is attached', async () => {
  await replaced.restore();
  const { policies } = story.sandbox.iamAccounts.of(story.accountId).written;
  const policy = policies.get(broad);
  if (!policy) throw new Error('the policy is not there');
  const text = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
  const widen = (point: string): void => {
    if (point !== 'sending-journalled') return;
    policies.set(broad, { ...policy, versions: policy.versions.map((each) => ({ ...each, text })) });
  };
  const left = await story.access();
  const ask = async (onPoint: (point: string) => void) => {
    const request = { purpose: 'roll-back', reason: 'it was needed after all' } as const;
    expect((await story.ask(copy, { principalArn: benUser }, request)).refusals).toEqual([]);
    return story.outcome(copy, { onPoint });
  };
  expect(await ask(widen)).toBe('interrupted');
  expect(await story.reason(copy)).toMatchObject({
    code: 'ROLL_BACK_WIDENS',
    named: [expect.stringContaining(`${broad}@`)],
  });
  // He knows it now, and is one; the policy is as it was while this is proved.
  policies.set(broad, policy);
  expect(await ask(widen)).toBe('interrupted');
  policies.set(broad, policy);
  expect(await story.access()).toEqual(left);
});
