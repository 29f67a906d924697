import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  DetachUserPolicyCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accountWith, policyOf } from '../support/identities-on-the-wire.ts';
import { unknownEvents } from './event-schemas.ts';
import { type IamStory, openIamStory } from './iam-story.ts';

const day = 86_400;
const allowing = (Action: string) => policyOf({ Sid: 'Some', Effect: 'Allow', Action, Resource: '*' });
const asked = { all: true, thresholdDays: 90 } as const;

let story: IamStory;
let hand: IAMClient;
beforeAll(async () => {
  story = await openIamStory({
    scenario: accountWith({
      users: [
        { name: 'rosa', policies: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
        { name: 'ola', policies: ['Old'] },
        { name: 'uma' },
      ],
      policies: [
        { name: 'Old', versions: [allowing('elastictranscoder:*')] },
        { name: 'Later', versions: [allowing('lex:*')] },
      ],
      use: [{ by: 'user/rosa', service: 'iam', daysAgo: 0.2 }],
    }),
  });
  hand = new IAMClient({ maxAttempts: 1 });
});
afterAll(() => story.close());

const detachOld = 'Detach Old from user ola and delete it';
const detachLater = 'Detach Later from user uma and delete it';

/** What the review that runs now says of the age of what each change takes away, by its title. */
async function agesNow() {
  const { run } = await story.reviewIdentities(asked);
  const ages = run.decision.changes.map(({ certificate, identity }) => {
    const check = certificate.checks.find(({ name }) => name === 'permission-age');
    return [identity?.title, check] as const;
  });
  return Object.fromEntries(ages);
}

test('the first review cannot tell how old a grant is', async () => {
  expect((await agesNow())[detachOld]).toMatchObject({
    verdict: 'not-proven',
    detail: expect.stringContaining('Old on user ola'),
  });
});

test('a later one can, for what stood in a review from before the cut-off, and for nothing else', async () => {
  story.advance(50 * day);
  const PolicyArn = 'arn:aws:iam::111111111111:policy/Later';
  await hand.send(new AttachUserPolicyCommand({ UserName: 'uma', PolicyArn }));
  story.advance(41 * day);
  const ages = await agesNow();
  expect(ages[detachOld]?.verdict).toBe('ok');
  expect(ages[detachLater]).toMatchObject({
    verdict: 'not-proven',
    detail: expect.stringContaining('Later on user uma'),
  });
});

test('what was proven when it was approved is proven again when it is applied', async () => {
  const id = await story.idOf(detachOld);
  await story.approveFully(id);
  expect([await story.outcome(id), await story.reason(id)]).toEqual(['applied', null]);
});

test('what an applied change took away and somebody gave again is told once, and that it ended', async () => {
  const id = await story.idOf(detachOld);
  const told = () => story.eventsOf('IAM Drift Detected');
  const PolicyArn = 'arn:aws:iam::111111111111:policy/Old';
  expect((await story.reviewIdentities(asked)).watched.noted).toEqual([]);
  story.advance(600);
  const text = JSON.stringify(allowing('elastictranscoder:*'));
  await hand.send(new CreatePolicyCommand({ PolicyName: 'Old', PolicyDocument: text }));
  await hand.send(new AttachUserPolicyCommand({ UserName: 'ola', PolicyArn }));
  expect((await story.reviewIdentities(asked)).watched.noted).toEqual([id]);
  expect(told()).toHaveLength(1);
  const [event] = told();
  if (!event) throw new Error('nothing was told');
  const { data } = event.detail as { readonly data: { readonly detail: string } };
  expect(data).toMatchObject({ changeId: id, accountId: '111111111111' });
  expect(data.detail).toContain('the attachment of Old to user ola is there again');
  expect(data.detail).toContain('the managed policy Old is there again');
  expect(unknownEvents(story.sandbox.events())).toEqual([]);

  expect((await story.reviewIdentities(asked)).watched.noted).toEqual([]);
  await hand.send(new DetachUserPolicyCommand({ UserName: 'ola', PolicyArn }));
  story.sandbox.iamAccounts.of(story.accountId).written.policies.delete(PolicyArn);
  expect((await story.reviewIdentities(asked)).watched.noted).toEqual([id]);
  expect(told()).toHaveLength(1);
  const last = (await story.load(id)).record.history.findLast(({ type }) => type === 'noted');
  expect(last).toMatchObject({ code: 'DRIFT_ENDED' });
});
