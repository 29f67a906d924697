import { describe, expect, test } from '@jest/globals';
import { evolve } from '../../core/change/life/life.ts';
import { alsoDenying, bodiesOfCreation, lived, nextUndoAction } from './lives.ts';
import { newPolicyContent, proposal, start, system } from './samples.ts';

const created = lived(proposal(newPolicyContent()), [
  ...bodiesOfCreation('p-new'),
  { type: 'roll-back-requested', approverId: 'ana', reason: 'a team needs it' },
]);
const extended =
  '{"Version":"2012-10-17","Statement":[{"Sid":"DenyUnusedServices","Effect":"Deny","Action":["dms:*","lex:*"],"Resource":"*"}]}';
const context = (services: readonly string[], text = extended) => ({
  live: { id: 'p-new', text, targetIds: ['ou-ex01-development'] },
  others: services.length === 0 ? [] : [alsoDenying('p-new', services, text)],
  now: start,
});

describe('rolling back an SCP that was made by a change', () => {
  test('leaves it where another applied change denies more in it, and takes out its own', () => {
    const first = nextUndoAction(created, context(['dms']));
    expect(first).toMatchObject({
      ...{ action: 'journal-done', index: 0 },
      told: {
        outcome: 'kept',
        detail: expect.stringContaining('other changes deny dms in it'),
      },
    });
    const { revision } = created;
    const next = evolve(created, {
      ...{ at: start, actor: system, revision, type: 'roll-back-step-done', step: 0 },
      ...{ outcome: 'kept', detail: 'it stays' },
    });
    const second = nextUndoAction(next, context(['dms']));
    if (second.action !== 'send' || second.write.after === null)
      throw new Error(`${second.action} is no update`);
    expect(second).toMatchObject({ told: { outcome: 'removed' }, write: { existingId: 'p-new' } });
    expect(JSON.parse(second.write.after).Statement[0].Action).toEqual(['dms:*']);
  });

  test('detaches it where nobody else denies anything in it', () => {
    expect(nextUndoAction(created, context([]))).toMatchObject({
      ...{ action: 'send', told: { outcome: 'detached' } },
      write: { resource: { type: 'attachment', targetId: 'ou-ex01-development' }, after: null },
    });
  });
});
