import { CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { everyKind, everyKindEvent, everyKindScenario } from './iam-every-kind.ts';
import { type IamStory, openIamStory } from './iam-story.ts';
import { anaSession, benUser } from './ports.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

const [Path, PolicyName] = ['/a+b/c=d/', 'Ex+am=ple,Un.used@tra-n_s'];

let story: IamStory;
let id: string;
let untouched: unknown;
let applied: Snapshot;
let membership: string;
let joined: Snapshot;
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
