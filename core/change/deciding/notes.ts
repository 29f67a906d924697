import type { Approver } from '../../base/configuration.ts';
import { grouped } from '../../base/counted.ts';
import { dayMilliseconds } from '../../base/limits.ts';
import { mailboxHash } from '../../base/mailbox.ts';
import { ok, type Result, refused } from '../../base/result.ts';
import { isApprovalOf } from '../life/approvals.ts';
import type { ChangeEvent, EventBody } from '../life/events.ts';
import { hasHandedOver } from '../life/history-facts.ts';
import { approvalsOf, type ChangeRecord } from '../life/life.ts';
import { isStarter, type People } from '../life/starter.ts';
import type { DecisionRefusal } from '../links/refusal.ts';
import { type DecisionInput, decisionLimits, parseReason } from './decision-fields.ts';
import { whyNotOnOwn } from './own-access.ts';
import { coversTargets } from './scope.ts';

/** Who writes a note, when (epoch milliseconds), and whom there is to hand over to. */
export interface NoteContext extends People {
  readonly now: number;
  readonly approver: Pick<Approver, 'id'> & Partial<Pick<Approver, 'email'>>;
}

/** What an approver may write without deciding anything. */
export type NoteDecision = 'ask' | 'hand-over';

/** Whether it is a note that is asked for, no decision. */
export function isNoteDecision(decision: string | undefined): decision is NoteDecision {
  return decision === 'ask' || decision === 'hand-over';
}

/** Judges a question or a hand-over of an open change by somebody in scope. The rule of four eyes and those about starters hold for whoever it is handed to. */
export function judgeNote(
  record: ChangeRecord,
  input: DecisionInput,
  context: NoteContext,
): Result<EventBody, DecisionRefusal> {
  const words = parseReason(input.reason);
  const refusals: DecisionRefusal[] = [];
  if (typeof words !== 'string') refusals.push(words);
  else if (words.length > decisionLimits.noteCharacters)
    refusals.push({
      code: 'WRONG_FIELD',
      field: 'reason',
      detail: `A note has at most ${grouped(decisionLimits.noteCharacters)} characters`,
    });
  const isHandOver = input.decision === 'hand-over';
  const to = input.to ?? '';
  const wrongTo = isHandOver ? whyNotTo(record, to, context) : null;
  if (wrongTo) refusals.push(wrongTo);
  const tooMany = tooManyNotes(record, context);
  if (tooMany) refusals.push(tooMany);
  const [first, ...others] = refusals;
  if (first) return refused(first, ...others);
  const said = { approverId: context.approver.id };
  const text = typeof words === 'string' ? words : '';
  return ok(
    isHandOver
      ? { type: 'handed-over', ...said, toApproverId: to, reason: text }
      : { type: 'asked', ...said, question: text },
  );
}

/** Approvers to whom this person may hand the change over now. */
export function mayTakeOver(record: ChangeRecord, context: NoteContext): readonly Approver[] {
  return context.approvers.filter(({ id }) => whyNotTo(record, id, context) === null);
}

/** Why the change cannot go from this person to that one, or null. Nobody gets it who could not decide on it alone. */
function whyNotTo(record: ChangeRecord, toId: string, context: NoteContext): DecisionRefusal | null {
  const wrong = (detail: string): DecisionRefusal => ({ code: 'WRONG_FIELD', field: 'to', detail });
  const { approver, approvers } = context;
  if (toId === '')
    return { code: 'MISSING_FIELD', field: 'to', detail: 'Choose the approver to whom you hand it over' };
  const to = approvers.find(({ id }) => id === toId);
  if (!to) return wrong('There is no such approver');
  const isSamePerson =
    to.id === approver.id ||
    (approver.email !== undefined && mailboxHash(to.email) === mailboxHash(approver.email));
  if (isSamePerson) return wrong('Hand it over to somebody else');
  const targetIds = record.content.targets.map(({ id }) => id);
  if (!coversTargets(to, targetIds, record.targetPaths))
    return wrong(`The scopes of ${to.name} do not cover every target of this change`);
  if (isStarter(record.starter, to.id, context))
    return wrong(`${to.name} started what led to this change: somebody else has to decide on it`);
  const person = { ...context, approver: to, actor: { type: 'approver', id: to.id } } as const;
  if (whyNotOnOwn(record, 'take-over', person))
    return wrong(
      `${to.name} asked for it, or it is about a user or role of his: somebody else has to decide`,
    );
  const approvals = approvalsOf(record);
  if (approvals.some((approval) => isApprovalOf(approval, to)))
    return wrong(`${to.name} approved this revision already: one person counts once`);
  if (approvals.some((approval) => isApprovalOf(approval, approver)))
    return {
      code: 'ALREADY_DECIDED',
      detail: 'you approved this revision already: there is nothing to hand over',
    };
  if (hasHandedOver(record, approver.id))
    return { code: 'ALREADY_DECIDED', detail: 'you handed this revision over already' };
  return null;
}

/** Each note is a message to several people. */
function tooManyNotes(
  { history, revision }: ChangeRecord,
  { approver, now }: NoteContext,
): DecisionRefusal | null {
  const notes = history.filter(
    (event): event is Extract<ChangeEvent, { readonly type: 'asked' | 'handed-over' }> =>
      (event.type === 'asked' || event.type === 'handed-over') && event.revision === revision,
  );
  const own = notes.filter(({ approverId, at }) => approverId === approver.id && now - at < dayMilliseconds);
  const { notesADay, notesARevision } = decisionLimits;
  if (own.length < notesADay && notes.length < notesARevision) return null;
  const detail =
    own.length < notesADay
      ? `This revision holds ${notesARevision} notes already: decide, or talk to each other elsewhere`
      : `You wrote ${notesADay} notes within a day already: each is a message to several people`;
  return { code: 'TOO_MANY', field: 'decision', detail };
}
