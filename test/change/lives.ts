import type { ChangeContent } from '../../core/change/content/change.ts';
import { type NextAction, nextAction } from '../../core/change/engine/next-action.ts';
import type { ChangeEvent, EventBody } from '../../core/change/life/events.ts';
import { type ChangeRecord, evolve, replay } from '../../core/change/life/life.ts';
import type { LivePolicy } from '../../core/kinds/scp/ours/live-policy.ts';
import { draftGiveBack } from '../../core/kinds/scp/proposing/give-back.ts';
import { judgeApply } from '../../core/kinds/scp/writing/apply-step.ts';
import { scpWriting } from '../../core/kinds/scp/writing.ts';
import { content, day, hour, proposal, start, system } from './samples.ts';

/** The approval of one person by e-mail, at `start`. */
export function approvalOf(approverId: string): EventBody {
  const approval = {
    approverId,
    actor: { type: 'approver', id: approverId },
    channel: 'email',
    at: start,
    accepted: [],
  } as const;
  return { type: 'approval-recorded', approval };
}

/** A change to which these things happened one after the other, all by the product and at `start` unless said otherwise. */
export function lived(
  proposed: Extract<ChangeEvent, { readonly type: 'proposed' }>,
  bodies: readonly EventBody[],
  at: number = start,
): ChangeRecord {
  return bodies.reduce(
    (record: ChangeRecord, body) => {
      const revision = body.type === 'proposed' ? body.content.revision : record.revision;
      return evolve(record, { ...body, at, actor: system, revision });
    },
    replay([proposed]),
  );
}

/** What happens to a change that makes an SCP of this id and attaches it to one target, until it is applied. */
export function bodiesOfCreation(policyId: string): readonly EventBody[] {
  return [
    approvalOf('ana'),
    { type: 'approved', applyNotBefore: start },
    { type: 'apply-started' },
    ...[0, 1].flatMap((step): readonly EventBody[] => [
      { type: 'step-sending', step },
      { type: 'step-done', step, policyId },
    ]),
    { type: 'applied', rollBackUntil: start + 90 * day },
  ];
}

/** What happens to a change up to the moment that it is applied, by the type of the last event. */
export function bodiesUntil(last: string): readonly EventBody[] {
  const failure = { code: 'ConcurrentModificationException', detail: 'try again' };
  const whole: readonly EventBody[] = [
    approvalOf('bob'),
    { type: 'approved', applyNotBefore: start + 4 * hour },
    { type: 'apply-started' },
    { type: 'step-sending', step: 0 },
    { type: 'step-done', step: 0, policyId: null },
    { type: 'applied', rollBackUntil: start + 90 * day },
    { type: 'roll-back-requested', approverId: 'bob', reason: 'a team needs it' },
  ];
  const upTo = (type: string): readonly EventBody[] =>
    whole.slice(0, whole.findIndex((body) => body.type === type) + 1);
  switch (last) {
    case 'interrupted':
      return [...upTo('step-sending'), { type: 'interrupted', detail: 'the write does not show' }];
    case 'refused-and-failed':
      return [
        ...upTo('step-sending'),
        { type: 'step-refused', step: 0, failure },
        { type: 'apply-failed', failure },
      ];
    default:
      return upTo(last);
  }
}

/** A change that is being applied, with this much in its journal. */
export function applying(
  subject: ChangeContent,
  journal: readonly EventBody[],
  at: number = start,
): ChangeRecord {
  const begun = lived(proposal(subject), bodiesUntil('apply-started'));
  return journal.reduce(
    (record: ChangeRecord, body) => evolve(record, { ...body, at, actor: system, revision: record.revision }),
    begun,
  );
}

/** What comes next in an apply where this shows. */
export function nextApplyAction(record: ChangeRecord, live: LivePolicy, now: number): NextAction {
  return nextAction(record, judgeApply(record, live), now);
}

/** What comes next in a roll back where this shows. `others`: other changes that wrote the same SCP. */
export function nextUndoAction(
  record: ChangeRecord,
  {
    live,
    now,
    others = [],
  }: { readonly live: LivePolicy; readonly others?: readonly ChangeRecord[]; readonly now: number },
): NextAction {
  return nextAction(record, scpWriting.judgeUndo(record, live, others), now);
}

/** A change that was applied to an SCP a moment after `start` and denies these services too: the text, which denies them, stays as it is. */
export function alsoDenying(policyId: string, services: readonly string[], text: string): ChangeRecord {
  const also = content({ id: 'chg-also', policyId, services, before: text, after: text });
  return lived(proposal(also), bodiesUntil('applied'), start + 1);
}

/** A give-back to everybody, or to principals alone, that was proposed and applied at one instant; after these other changes of the SCP. */
export function givenBack(
  record: ChangeRecord,
  services: readonly string[],
  at: number,
  principals: readonly string[] = [],
  others: readonly ChangeRecord[] = [],
): ChangeRecord {
  const drafted = draftGiveBack(record, others, {
    ...{ services, principals, maximumCharacters: 5_120, reason: 'a team needs it' },
    ...{ requiredApprovals: 1, now: at },
  });
  if (!drafted.ok) throw new Error(drafted.reasons[0].detail);
  return lived(proposal(drafted.value, undefined, at), bodiesUntil('applied'), at);
}
