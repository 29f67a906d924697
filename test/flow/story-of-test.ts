import { afterEach, expect } from '@jest/globals';
import { unknownEvents } from './event-schemas.ts';
import { openStory, type Story, type StoryOptions } from './story.ts';

/** Options of a story in which no SCP may be edited, so that a change makes a new one. */
export const newPolicies = {
  configuration: { editablePolicies: ['Nothing'], tags: { CostCenter: '4711' } },
} as const;

/** Opens the stories of a suite; each is closed after its test, when every event that was sent fits its schema. */
export function storyOfTest(): (options?: StoryOptions) => Promise<Story> {
  const stories: Story[] = [];
  afterEach(async () => {
    for (const story of stories.splice(0).reverse()) {
      const unknown = unknownEvents(story.sandbox.events());
      await story.close();
      expect(unknown).toEqual([]);
    }
  });
  return async (options) => {
    const story = await openStory(options);
    stories.push(story);
    return story;
  };
}
