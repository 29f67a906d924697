import { describe, expect, test } from '@jest/globals';
import { evolve } from '../../core/change/life/life.ts';
import { nextUndoAction } from '../../core/kinds/scp/roll-back-plan.ts';
import { bodiesOfCreation, lived } from './lives.ts';
import { newPolicyContent, proposal, start, system } from './samples.ts';

const created = lived(proposal(newPolicyContent()), [
  ...bodiesOfCreation('p-new'),
  { type: 'roll-back-requested', approverId: 'ana', reason: 'a team needs it' },
]);
const extended =
  '{"Version":"2012-10-17","Statement":[{"Sid":"DenyUnusedServices","Effect":"Deny","Action":["dms:*","lex:*"],"Resource":"*"}]}';
const context = (servicesOfOthers: readonly string[], text = extended) => ({
  live: { id: 'p-new', text, targetIds: ['ou-ex01-development'] },
  servicesOfOthers,
  now: start,
});

describe('rolling back an SCP that was made by a change', () => {
  test('leaves it where another applied change denies more in it, and takes out its own', () => {
    const first = nextUndoAction(created, context(['dms']));
    expect(first).toMatchObject({
      ...{ action: 'journal-done', index: 0, outcome: 'kept' },
      detail: expect.stringContaining('other applied changes deny dms in it'),
    });
    const { revision } = created;
    const next = evolve(created, {
      ...{ at: start, actor: system, revision, type: 'roll-back-step-done', step: 0 },
      ...{ outcome: 'kept', detail: 'it stays' },
    });
    const second = nextUndoAction(next, context(['dms']));
    if (second.action !== 'send' || second.write.kind !== 'update-policy')
      throw new Error(`${second.action} is no update`);
    expect(second.outcome).toBe('removed');
    expect(JSON.parse(second.write.text).Statement[0].Action).toEqual(['dms:*']);
  });

  test('detaches it where nobody else denies anything in it', () => {
    expect(nextUndoAction(created, context([]))).toMatchObject({
      ...{ action: 'send', outcome: 'detached' },
      write: { kind: 'detach-policy', targetId: 'ou-ex01-development' },
    });
  });
});
