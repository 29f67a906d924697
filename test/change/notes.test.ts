import { describe, expect, test } from '@jest/globals';
import { decide } from '../../core/change/deciding/decide.ts';
import type { EventBody } from '../../core/change/life/events.ts';
import { evolve } from '../../core/change/life/life.ts';
import type { Starter } from '../../core/change/life/starter.ts';
import cases from '../cases/change/notes.json' with { type: 'json' };
import { peopleConfiguration } from '../message/sample-view.ts';
import { approvalOf, lived } from './lives.ts';
import { content, hour, proposal, start } from './samples.ts';

const configuration = peopleConfiguration();
const two = content({ requiredApprovals: 2 });

function bodyOf(line: string): EventBody {
  const [approverId = '', verb, , toApproverId = ''] = line.split(' ');
  if (verb === 'approves') return approvalOf(approverId);
  if (verb === 'asks') return { type: 'asked', approverId, question: 'why?' };
  return { type: 'handed-over', approverId, toApproverId, reason: 'not mine' };
}

describe('a note', () => {
  test.each(cases)('$name', (row) => {
    const starter: Starter =
      row.starter === undefined
        ? { type: 'schedule' }
        : { type: 'principal', arn: 'arn:aws:iam::111111111111:user/x', approverId: row.starter };
    const record = lived(proposal(two, starter), (row.happened ?? []).map(bodyOf));
    const approver = configuration.approvers.find(({ id }) => id === row.by);
    if (!approver) throw new Error(`nobody is called ${row.by}`);
    const judged = decide(
      record,
      {
        decision: row.decision,
        digest: row.digest ?? record.content.digest,
        reason: row.reason ?? 'x'.repeat(row.characters ?? 0),
        ...(row.to === undefined ? {} : { to: row.to }),
      },
      {
        ...{ ...configuration, approver, channel: 'email', now: start + (row.hours ?? 0) * hour },
        actor: { type: 'approver', id: approver.id },
      },
    );
    if (row.refused !== undefined) {
      expect(
        judged.ok ? judged.value : judged.reasons.map(({ code, field }) => [code, field].join(' ').trim()),
      ).toContain(row.refused);
      return;
    }
    if (!judged.ok) throw new Error(judged.reasons[0].detail);
    const [event] = judged.value;
    const text = (row.reason ?? 'x'.repeat(row.characters ?? 0)).trim();
    const told = event.type === 'asked' ? event.question : event.type === 'handed-over' ? event.reason : null;
    expect([event.type, told]).toEqual([row.recorded, text]);
    // It decides nothing: the state is as it was.
    expect(evolve(record, event).state).toEqual(record.state);
  });
});
