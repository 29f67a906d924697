import { afterEach, describe, expect, test } from '@jest/globals';
import { baseText, development } from './organization.ts';
import { openStory, type Story, type StoryOptions } from './story.ts';

let story: Story | undefined;
const open = async (options?: StoryOptions): Promise<Story> => {
  story = await openStory(options);
  return story;
};
afterEach(async () => {
  await story?.close();
  story = undefined;
});

describe('applying an approved change', () => {
  test('writes exactly the text that was approved, once, and says so', async () => {
    const { approved, load, outcome, text, count, eventsOf } = await open();
    const id = await approved();
    const { after } = (await load(id)).record.content;
    expect(text()).toBe(baseText);
    expect(await outcome(id)).toBe('applied');
    expect(text()).toBe(after);
    expect(count('UpdatePolicy')).toBe(1);
    expect(eventsOf('SCP Change Applied')).toHaveLength(1);
    expect(await outcome(id)).toBe('not due');
  });

  test('makes a new SCP, attaches it, and says so', async () => {
    const { sandbox, approved, load, outcome, count, eventsOf } = await open({
      configuration: { editablePolicies: ['Nothing'] },
    });
    const id = await approved();
    const { content } = (await load(id)).record;
    expect(content.kind).toBe('create-policy');
    expect(await outcome(id)).toBe('applied');
    const made = [...sandbox.world.policies.values()].filter(({ name }) => name === content.policyName);
    expect(made).toMatchObject([{ content: content.after }]);
    expect([...(made[0]?.targets ?? [])]).toEqual([development]);
    expect(count('CreatePolicy')).toBe(1);
    expect(count('AttachPolicy')).toBe(1);
    expect(eventsOf('SCP Change Applied')).toHaveLength(1);
  });
});
