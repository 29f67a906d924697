import { expect, test } from '@jest/globals';
import { record } from '../../flow/record.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();

test('what nobody answers three times in a row is not proposed again for a while, and told', async () => {
  const story = await open();
  /** What a review proposes, and why it leaves something out. */
  const proposed = async () => {
    const { run } = await story.review();
    return run.decision;
  };
  const expire = async (id: string): Promise<void> => {
    await record(story.ports, await story.load(id), {
      ...{ type: 'notified', approverId: 'ana', channel: 'email', purpose: 'decide:1' },
    });
    await record(story.ports, await story.load(id), { type: 'expired' });
    story.advance(7 * 86_400);
  };
  const ids: string[] = [];
  for (let time = 1; time <= 3; time += 1) {
    const [change] = (await proposed()).changes;
    ids.push(change?.id ?? '');
    await expire(change?.id ?? '');
  }
  expect(new Set(ids).size).toBe(1);
  const { changes, refusals } = await proposed();
  expect(changes).toEqual([]);
  expect(refusals).toContainEqual(
    expect.objectContaining({
      ...{ code: 'DEFERRED', services: ['dms', 'lex'] },
      detail: expect.stringMatching(/^chg-\w+: not answered 3 times in a row; not proposed again before /),
    }),
  );
  story.advance(90 * 86_400);
  expect((await proposed()).changes.map(({ id }) => id)).toEqual([ids[0]]);
}, 60_000);
