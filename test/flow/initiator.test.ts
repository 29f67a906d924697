import { afterEach, describe, expect, test } from '@jest/globals';
import { reviewAndPublish } from '../../flow/publish.ts';
import { recordUse } from '../../sandbox/tree.ts';
import { development } from './organization.ts';
import { benUser, people, storyConfiguration } from './ports.ts';
import { openStory, type Story } from './story.ts';

let story: Story | undefined;
afterEach(async () => {
  await story?.close();
  story = undefined;
});

/** The stories' reviews run with the sandbox's own credentials: here those are Dora's. */
const admin = 'arn:aws:iam::111111111111:user/admin';
const dora = { id: 'dora', name: 'Dora Lind', email: 'dora@example.com', principals: [admin] };
const open = async (approvers: readonly object[]): Promise<Story> => {
  story = await openStory({ configuration: { approvers } });
  return story;
};

describe('who started a review', () => {
  test('cannot be the only approver of what it proposes, by no way', async () => {
    const own = await open([...people, dora]);
    const id = await own.propose();
    const first = await own.approve(id, admin);
    expect(first.refusals).toEqual([]);
    expect(first.change.record.state.status).toBe('proposed');
    const again = await own.approve(id, admin);
    expect(again.refusals[0]?.code).toBe('ALREADY_DECIDED');
    const token = await own.link(id, 'dora', 'decide');
    const { content } = (await own.load(id)).record;
    const byLink = await own.ask(
      id,
      { token },
      {
        ...{ purpose: 'decide', decision: 'approve', digest: content.digest, confirm: content.confirm },
      },
    );
    expect(byLink.refusals[0]?.code).toBe('ALREADY_DECIDED');
    expect(await own.outcome(id)).toBe('not due');

    const second = await own.approve(id, benUser);
    expect(second.change.record.state.status).toBe('approved');
    expect(await own.outcome(id)).toBe('applied');
  });

  test('may be one of those who approve', async () => {
    const own = await open([...people, dora]);
    const id = await own.propose();
    await own.approve(id, benUser);
    expect((await own.load(id)).record.state.status).toBe('approved');
  });

  test('is whoever ran the review of the newest revision', async () => {
    const own = await open(people);
    const id = await own.propose();
    expect((await own.load(id)).record).toMatchObject({ initiatorId: null, revision: 1 });
    recordUse(own.sandbox.world, { accountId: '222222222222', service: 'lex', daysAgo: 0 });
    const withDora = storyConfiguration({ approvers: [...people, dora] });
    await reviewAndPublish(own.ports, { scope: development }, withDora, {});
    expect((await own.load(id)).record).toMatchObject({ initiatorId: 'dora', revision: 2 });
  });

  test('is nobody where a function or somebody who is no approver ran it', async () => {
    const own = await open(people);
    const id = await own.propose();
    expect((await own.load(id)).record.initiatorId).toBeNull();
  });
});
