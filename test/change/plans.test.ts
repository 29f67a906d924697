import { describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import type { EventBody } from '../../core/change/life/events.ts';
import { type ChangeRecord, evolve } from '../../core/change/life/life.ts';
import applyPlans from '../cases/change/apply-plans.json' with { type: 'json' };
import rollBackPlans from '../cases/change/roll-back-plans.json' with { type: 'json' };
import { alsoDenying, applying, nextApplyAction, nextUndoAction } from './lives.ts';
import { afterText, beforeText, content, day, newPolicyContent, start, system } from './samples.ts';

const failure = { code: 'ConcurrentModificationException', detail: 'try again' };
const createDone: readonly EventBody[] = [
  { type: 'step-sending', step: 0 },
  { type: 'step-done', step: 0, policyId: 'p-new' },
];

function happens(record: ChangeRecord, bodies: readonly EventBody[], at: number): ChangeRecord {
  return bodies.reduce(
    (now, body) => evolve(now, { ...body, at, actor: system, revision: now.revision }),
    record,
  );
}

describe('what comes next in an apply', () => {
  test.each(applyPlans)('$name: $next', (row) => {
    const subject = row.step === 'update' ? content() : newPolicyContent();
    const { after, policyId } = editOf(subject);
    const step = row.step === 'attach' ? 1 : 0;
    const seconds = row.sentSecondsAgo;
    const journal: EventBody[] = step === 1 ? [...createDone] : [];
    if (seconds !== undefined) journal.push({ type: 'step-sending', step });
    if (row.refused) journal.push({ type: 'step-refused', step, failure });
    const texts: Readonly<Record<string, string>> = {
      before: beforeText,
      after,
      other: '{"Version":"2012-10-17","Statement":[]}',
      spaced: `${beforeText}\n`,
      'after, laid out otherwise': JSON.stringify(JSON.parse(after), null, 2),
    };
    const live =
      row.text === null
        ? null
        : {
            id: policyId ?? 'p-new',
            text: texts[row.text] ?? '',
            targetIds: row.targets ?? ['ou-ex01-development'],
          };
    const next = nextApplyAction(applying(subject, journal), live, start + (seconds ?? 0) * 1000);
    expect(next.action === 'stop' ? `stale ${next.failure.code}` : next.action).toBe(row.next);
    if (next.action === 'send') expect(next.write).toMatchObject(subject.steps[step] ?? {});
  });

  test('nothing, once every step is done', () => {
    const record = applying(content(), [...createDone]);
    expect(nextApplyAction(record, null, start)).toEqual({ action: 'finished' });
  });

  test('the journal knows the id of a new SCP and attaches that one', () => {
    const live = { id: 'p-new', text: editOf(newPolicyContent()).after, targetIds: [] };
    const next = nextApplyAction(applying(newPolicyContent(), createDone), live, start);
    expect(next).toMatchObject({
      action: 'send',
      write: { existingId: 'p-new', resource: { type: 'attachment' }, after: 'attached' },
    });
  });

  test('trying again does not push the minute away from itself', () => {
    const once = applying(content(), [{ type: 'step-sending', step: 0 }]);
    const twice = happens(once, [{ type: 'step-sending', step: 0 }], start + 50_000);
    const live = { id: 'p-newsvctest', text: beforeText, targetIds: ['ou-ex01-development'] };
    expect(nextApplyAction(twice, live, start + 61_000).action).toBe('interrupted');
  });
});

const added = '{"Sid":"Audit","Effect":"Deny","Action":"cloudtrail:StopLogging","Resource":"*"}';
const undoTexts: Readonly<Record<string, string>> = {
  base: beforeText,
  ours: afterText,
  'base, laid out otherwise': JSON.stringify(JSON.parse(beforeText), null, 2),
  'ours, laid out otherwise': JSON.stringify(JSON.parse(afterText), null, 2),
  'ours and a statement': `${afterText.slice(0, -2)},${added}]}`,
  'base and a statement': `${beforeText.slice(0, -2)},${added}]}`,
  'lex and a statement': `${afterText.slice(0, -2).replace('"dms:*","lex:*"],"Resource":"*"}', '"lex:*"],"Resource":"*"}')},${added}]}`,
  broken: '{"Statement":',
};

describe('what comes next in a roll back', () => {
  /** So long after the apply no read is late any more. */
  const asked = start + 60_000;
  test.each(rollBackPlans)('$name: $next', (row) => {
    const isNew = row.undo !== 'restore';
    const subject = isNew ? newPolicyContent({ after: afterText }) : content();
    const attach: readonly EventBody[] = [
      ...(row.foreign ? [] : [{ type: 'step-sending', step: 1 } as const]),
      { type: 'step-done', step: 1, policyId: null },
    ];
    const applied = happens(
      applying(subject, isNew ? [...createDone, ...attach] : createDone),
      [
        { type: 'applied', rollBackUntil: start + 90 * day },
        { type: 'roll-back-requested', approverId: 'ana', reason: 'a team needs it' },
      ],
      asked,
    );
    const step = row.undo === 'delete' ? 1 : 0;
    const before: readonly EventBody[] =
      step === 1 ? [{ type: 'roll-back-step-done', step: 0, outcome: 'detached', detail: '' }] : [];
    const sending: readonly EventBody[] =
      row.sentSecondsAgo === undefined ? [] : [{ type: 'roll-back-step-sending', step }];
    const record = happens(applied, [...before, ...sending], asked);
    const live =
      row.text === null
        ? null
        : {
            id: isNew ? 'p-new' : 'p-newsvctest',
            text: undoTexts[row.text] ?? '',
            targetIds: row.targets ?? [],
          };
    const now = asked + (row.sentSecondsAgo ?? 0) * 1000;
    const { others = [] } = row;
    const also = others.length === 0 ? [] : [alsoDenying('p-newsvctest', others, afterText)];
    const next = nextUndoAction(record, { live, others: also, now });

    const told = 'told' in next ? ` ${next.told?.outcome}` : '';
    expect(next.action === 'stop' ? `refused ${next.failure.code}` : `${next.action}${told}`).toBe(row.next);
    if (row.written !== undefined) {
      expect(next).toMatchObject({ write: { before: live?.text, after: undoTexts[row.written] } });
    }
  });

  test.each<[string, string, readonly EventBody[]]>([
    ['was found made, without our sending', 'p-new', [{ type: 'step-done', step: 0, policyId: 'p-new' }]],
    ['has our name, and was made by somebody', 'p-else', createDone],
  ])('an SCP that %s stays', (_, id, created) => {
    const record = happens(
      applying(newPolicyContent(), [
        ...created,
        { type: 'step-sending', step: 1 },
        { type: 'step-done', step: 1, policyId: null },
      ]),
      [
        { type: 'applied', rollBackUntil: start + 90 * day },
        { type: 'roll-back-requested', approverId: 'ana', reason: 'no' },
        { type: 'roll-back-step-done', step: 0, outcome: 'detached', detail: '' },
      ],
      start,
    );
    const live = { id, text: editOf(newPolicyContent()).after, targetIds: [] };
    expect(nextUndoAction(record, { live, now: start })).toMatchObject({
      told: { outcome: 'kept' },
    });
  });
});
