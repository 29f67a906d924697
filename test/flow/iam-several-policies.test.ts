import { CreatePolicyVersionCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accountBefore } from '../../core/kinds/iam/before-done.ts';
import { identityReviewOf } from '../support/account-builder.ts';
import { accountWith, policyOf } from '../support/identities-on-the-wire.ts';
import { type IamStory, openIamStory } from './iam-story.ts';
import { benUser } from './ports.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

const allow = (...Action: readonly string[]) => policyOf({ Effect: 'Allow', Action, Resource: '*' });
const broad = 'arn:aws:iam::aws:policy/ExampleBroadAccess';
const arnOf = (name: string) => `arn:aws:iam::111111111111:policy/${name}`;

let story: IamStory;
let proposed: Snapshot;
beforeAll(async () => {
  story = await openIamStory({
    scenario: accountWith({
      users: [
        { name: 'ola', policies: ['One', 'Other'] },
        { name: 'uma', policies: ['One', 'Other'] },
        { name: 'nell', policies: ['First', 'Second'] },
        { name: 'ida', policies: ['Shared'] },
        { name: 'vic', policies: ['Shared'] },
        { name: 'ines', policies: [broad, 'Third'] },
        { name: 'pia', policies: ['Third'] },
      ],
      policies: [
        { name: 'One', versions: [allow('lambda:*')] },
        { name: 'Other', versions: [allow('lambda:*')] },
        { name: 'First', versions: [allow('sqs:*')], tags: { team: 'media' }, description: 'for queues' },
        { name: 'Second', versions: [allow('sqs:*')] },
        { name: 'Shared', versions: [allow('s3:*', 'glue:*')] },
        { name: 'Third', versions: [allow('ses:*')] },
        { name: 'ExampleBroadAccess', awsManaged: true, versions: [allow('ec2:*', 'ses:*')] },
      ],
      use: [
        { by: 'user/uma', service: 'lambda', daysAgo: 1 },
        { by: 'user/vic', service: 's3', daysAgo: 1 },
        { by: 'user/pia', service: 'ses', daysAgo: 1 },
        { by: 'user/ines', service: 'ec2', daysAgo: 1, 'by-policy': 'ExampleBroadAccess' },
      ],
    }),
  });
  await story.reviewIdentities({ all: true, thresholdDays: 90 });
  proposed = await takeSnapshot(story);
});
afterAll(() => story.close());

async function rollBack(id: string): Promise<string> {
  const request = { purpose: 'roll-back', reason: 'it was needed after all' } as const;
  expect((await story.ask(id, { principalArn: benUser }, request)).refusals).toEqual([]);
  return story.outcome(id);
}

/** Applies a change and stops right after so many of its steps are journalled as done. */
async function crashAfter(steps: number, id: string): Promise<void> {
  let done = 0;
  const onPoint = (point: string): void => {
    if (point !== 'done-journalled') return;
    done += 1;
    if (done === steps) throw new Error('crash');
  };
  await expect(story.outcome(id, { onPoint })).rejects.toThrow('crash');
}

async function rewriteShared(text: object): Promise<void> {
  const PolicyDocument = JSON.stringify(text);
  const version = { PolicyArn: arnOf('Shared'), PolicyDocument, SetAsDefault: true };
  await new IAMClient({ maxAttempts: 1 }).send(new CreatePolicyVersionCommand(version));
}

test('a change is not applied to a user who was made since, under the name of one who was deleted', async () => {
  await proposed.restore();
  const id = await story.idOf('Detach One from user ola, and detach Other from user ola');
  await story.approveFully(id);
  const { users } = story.sandbox.iamAccounts.of(story.accountId).written;
  const ola = users.get('ola');
  if (!ola) throw new Error('ola is not there');
  users.set('ola', { ...ola, id: 'AIDAMADEAGAIN', created: story.ports.clock.now() });
  expect(await story.outcome(id)).toBe('superseded');
  expect((await story.reason(id))?.detail).toBe('its access would change too by now: user ola');
});

test('of two policies that one user lost, the one that is still there comes back to him', async () => {
  await proposed.restore();
  const id = await story.idOf('Detach One from user ola, and detach Other from user ola');
  await story.approveFully(id);
  expect(await story.outcome(id)).toBe('applied');
  const { policies, users } = story.sandbox.iamAccounts.of(story.accountId).written;
  for (const { attached } of users.values()) attached.delete(arnOf('Other'));
  policies.delete(arnOf('Other'));
  expect(await rollBack(id)).toBe('rolled-back');
  expect([...(users.get('ola')?.attached ?? [])]).toEqual([arnOf('One')]);
});

test('a copy goes when what it stands for comes back, whatever else its bearer lost was deleted since', async () => {
  await proposed.restore();
  const id = await story.idOf(
    'Replace ExampleBroadAccess by a narrower copy, and detach Third from user ines',
  );
  await story.approveFully(id);
  expect(await story.outcome(id)).toBe('applied');
  const { policies, users } = story.sandbox.iamAccounts.of(story.accountId).written;
  for (const { attached } of users.values()) attached.delete(arnOf('Third'));
  policies.delete(arnOf('Third'));
  expect(await rollBack(id)).toBe('rolled-back');
  expect([...(users.get('ines')?.attached ?? [])]).toEqual([broad]);
});

test('a policy stays attached where somebody detached its copy meanwhile', async () => {
  await proposed.restore();
  const id = await story.idOf(
    'Replace ExampleBroadAccess by a narrower copy, and detach Third from user ines',
  );
  await story.approveFully(id);
  const attached = story.sandbox.iamAccounts.of(story.accountId).written.users.get('ines')?.attached;
  let done = 0;
  const onPoint = (point: string): void => {
    if (point === 'done-journalled') done += 1;
    if (done === 2) attached?.delete(arnOf('ExampleBroadAccess-narrowed'));
  };
  expect(await story.outcome(id, { onPoint })).toBe('apply-failed');
  expect((await story.reason(id))?.detail).toContain('which was to stand in its place');
  expect([...(attached ?? [])]).toContain(broad);
});

test('a change that was interrupted between two deletions goes on', async () => {
  await proposed.restore();
  const id = await story.idOf(
    'Detach First from user nell and delete it, and detach Second from user nell and delete it',
  );
  await story.approveFully(id);
  await crashAfter(3, id);
  const read = identityReviewOf({ users: [{ name: 'nell' }] }, {}).facts.identities;
  const before = accountBefore(read, (await story.load(id)).record.content, 3);
  expect(before.policies).toMatchObject([
    { arn: arnOf('First'), tags: { team: 'media' }, createdAt: 0, versions: [{ createdAt: 0 }] },
  ]);
  expect(await story.outcome(id)).toBe('applied');
});

test('it goes on as well where AWS still lists the policy that was deleted first', async () => {
  await proposed.restore();
  const id = await story.idOf(
    'Detach First from user nell and delete it, and detach Second from user nell and delete it',
  );
  await story.approveFully(id);
  const { sessions } = story.ports;
  const open = async () => {
    const opened = await sessions.openToRead(story.accountId);
    if (opened.status !== 'open') throw new Error(opened.message);
    return opened;
  };
  const opened = await open();
  const earlier = await opened.reader.readIdentities();
  opened.close();
  await crashAfter(3, id);
  const openToRead = async () => {
    const own = await open();
    const readIdentities = async () => ({
      ...(await own.reader.readIdentities()),
      policies: earlier.policies,
    });
    return { ...own, reader: { ...own.reader, readIdentities } };
  };
  expect(await story.outcome(id, { sessions: { ...sessions, openToRead } })).toBe('applied');
});

test('a change that was interrupted takes nothing more where somebody put back what its first step took', async () => {
  await proposed.restore();
  const id = await story.idOf('Detach Shared from user ida, and narrow Shared');
  await story.approveFully(id);
  const onPoint = (point: string): void => {
    if (point === 'done-journalled') throw new Error('crash');
  };
  await expect(story.outcome(id, { onPoint })).rejects.toThrow('crash');
  await rewriteShared(allow('s3:*', 'glue:*'));
  const left = await story.access();
  story.advance(3600);
  expect(await story.outcome(id)).toBe('apply-failed');
  expect((await story.reason(id))?.detail).toContain(
    'the managed policy Shared was written by this change, and somebody changed it since',
  );
  expect(await story.access()).toEqual(left);
});

test('a policy that was narrowed and detached, and that somebody widened since, is named before it is attached', async () => {
  await proposed.restore();
  const id = await story.idOf('Detach Shared from user ida, and narrow Shared');
  await story.approveFully(id);
  expect(await story.outcome(id)).toBe('applied');
  await rewriteShared(allow('*'));
  expect(await rollBack(id)).toBe('interrupted');
  expect((await story.reason(id))?.detail).toContain(`what ${arnOf('Shared')} grants was changed since`);
});
