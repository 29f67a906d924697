import { describe, expect, test } from '@jest/globals';
import type { EventBody } from '../../core/change/life/events.ts';
import { evolve, mayHappen } from '../../core/change/life/life.ts';
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
