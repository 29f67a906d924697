import { describe, expect, test } from '@jest/globals';
import type { EventBody } from '../../core/change/life/events.ts';
import { evolve, mayHappen, notUnderstood, replay } from '../../core/change/life/life.ts';
import { approvalOf, lived } from './lives.ts';
import { content, day, hour, proposal, start, system } from './samples.ts';

const approved: EventBody = { type: 'approved', applyNotBefore: start + 4 * hour };
const exempted: EventBody = {
  ...{ type: 'services-exempted', approverId: 'bob', services: ['lex'] },
  ...{ reason: 'tests', until: start + day },
};

describe('approved', () => {
  test.each<{ readonly name: string; readonly required: number; readonly before: readonly EventBody[] }>([
    { name: 'by nobody', required: 1, before: [] },
    { name: 'by one of two', required: 2, before: [approvalOf('bob')] },
    { name: 'by two of three', required: 3, before: [approvalOf('bob'), approvalOf('ana')] },
    { name: 'before a service was taken out', required: 1, before: [approvalOf('bob'), exempted] },
  ])('$name: that cannot happen', ({ before, required }) => {
    const record = lived(proposal(content({ requiredApprovals: required })), before);
    const event = { ...approved, at: start, actor: system, revision: 1 };
    expect(mayHappen(record, event)).toBe(false);
    expect(() => evolve(record, event)).toThrow(
      `event approved of revision 1 may not happen to ${record.id} (proposed, revision 1)`,
    );
  });

  test('by as many as are asked: that happens once', () => {
    const record = lived(proposal(content({ requiredApprovals: 2 })), [
      approvalOf('bob'),
      approvalOf('ana'),
      approved,
    ]);
    expect(record.state).toMatchObject({ status: 'approved', applyNotBefore: start + 4 * hour });
    expect(mayHappen(record, { ...approved, at: start, actor: system, revision: 1 })).toBe(false);
  });
});

describe('a history is loaded', () => {
  const head = { at: start, actor: system, revision: 1 };

  test('as it was written, though its events might not happen under the rules of today', () => {
    const history = [
      proposal(content({ requiredApprovals: 3 })),
      { ...head, ...approvalOf('bob') },
      { ...head, ...approved },
      { ...head, type: 'step-done', step: 7, policyId: null },
      { ...head, type: 'apply-started' },
      { ...head, type: 'roll-back-requested', approverId: 'bob', reason: 'needed' },
      { ...head, type: 'rolled-back', at: start - 1 },
    ] as const;
    expect(replay(history).state).toMatchObject({
      status: 'rolled-back',
      request: { approverId: 'bob', reason: 'needed' },
      journal: [{ step: 7, phase: 'done' }],
    });
  });

  test('with what this version does not know, and nothing may happen after it', () => {
    const unknown = {
      ...head,
      type: 'unknown',
      name: 'quarantined',
      stored: { type: 'quarantined' },
    } as const;
    const record = replay([proposal(content()), unknown]);
    expect(record.state.status).toBe('proposed');
    expect(notUnderstood(record)).toContain('quarantined');
    const noted = { ...head, type: 'noted', code: 'X', detail: '' } as const;
    expect(mayHappen(record, noted)).toBe(false);
    expect(() => evolve(record, noted)).toThrow('does not know (quarantined)');
    expect(mayHappen(replay([proposal(content())]), unknown)).toBe(false);
  });
});
