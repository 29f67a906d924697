import { minuteUtc } from '../../base/iso-time.ts';
import { meaningOfIntent } from '../../change/content/intents.ts';
import type { ChangeEvent, ChangeEventType } from '../../change/life/events.ts';
import { openDrift } from '../../change/life/history-facts.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import { startedWords } from '../words/starter-words.ts';
import { namesOf, untilUtc } from '../words/words.ts';
import type { NoticeKind } from './notice-kind.ts';
import { attemptWords, cameWords } from './since-applied.ts';

type EventOf<Type extends ChangeEventType> = Extract<ChangeEvent, { readonly type: Type }>;

/** What the words of an event depend on beside it. */
export interface LineContext {
  /** The name of an approver. */
  readonly name: (approverId: string) => string;
  /** The event before it. */
  readonly before: ChangeEvent | undefined;
  /** All events before it, oldest first. */
  readonly earlier: readonly ChangeEvent[];
}

/** What people learn of one type of event. */
export interface EventMessage<Type extends ChangeEventType> {
  /** Its line in the history, or null where it concerns machines alone. */
  readonly line: (event: EventOf<Type>, context: LineContext) => string | null;
  /** The notice by which people are told of it while the change stands so, or null. */
  readonly notice: (record: ChangeRecord, event: EventOf<Type>) => NoticeKind | null;
}

/** What people learn of every type of event. */
export type EventMessages = { readonly [Type in ChangeEventType]: EventMessage<Type> };

const nobody = (): null => null;
const forMachines = { line: () => null, notice: nobody };
const whileOpen =
  (kind: NoticeKind) =>
  ({ state }: ChangeRecord): NoticeKind | null =>
    state.status === 'proposed' ? kind : null;
/** Told while the change is still in the state that the event brought. */
const whileIn =
  <Status extends NoticeKind & ChangeRecord['state']['status']>(status: Status) =>
  ({ state }: ChangeRecord): NoticeKind | null =>
    state.status === status ? status : null;
const whenApplied =
  (kind: NoticeKind) =>
  ({ state }: ChangeRecord): NoticeKind | null =>
    state.status === 'applied' ? kind : null;
const refusedWrite = {
  line: ({ failure }: EventOf<'step-refused' | 'roll-back-step-refused'>) =>
    `a write was refused: ${failure.detail}`,
  notice: nobody,
};

/** The line in the history and the notice of every event: one entry each, or it does not compile. */
export const eventMessages: EventMessages = {
  proposed: {
    // Of a give-back the detail says who asks; no review began it.
    line: ({ content, detail, revision, starter }, { name }) =>
      `proposed revision ${revision}${detail === undefined ? '' : ` (${detail})`}${meaningOfIntent(content).proposedBy === 'asker' ? '' : after(startedWords(starter, name))}`,
    notice: whileOpen('decide'),
  },
  revised: {
    line: ({ detail, revision, starter }, { before, name }) =>
      // What was exempted stands in the line before.
      before?.type === 'services-exempted'
        ? `made revision ${revision}`
        : `made revision ${revision}: ${detail}${after(starter === undefined ? null : startedWords(starter, name))}`,
    notice: whileOpen('decide'),
  },
  'version-kept': {
    line: ({ policyArn, versionId }) =>
      `kept the text of ${versionId} of ${policyArn} here, right before that version is deleted`,
    notice: nobody,
  },
  notifying: forMachines,
  notified: forMachines,
  'notify-failed': {
    line: ({ approverId, channel, failure }, { name }) =>
      `could not reach ${name(approverId)} by ${channel}: ${failure.detail}`,
    notice: nobody,
  },
  'reminder-sent': {
    line: ({ approverIds }, { name }) => `reminded ${approverIds.map(name).join(', ')}`,
    notice: whileOpen('reminder'),
  },
  noted: { line: ({ detail }) => `noted: ${detail}`, notice: nobody },
  'targets-moved': {
    line: ({ targetPaths }) =>
      `saw that a target was moved (${namesOf(Object.values(targetPaths), 5)}): scopes are judged by the new place`,
    notice: nobody,
  },
  'approval-recorded': {
    line: ({ approval: { accepted } }) =>
      accepted.length > 0 ? `approved, accepting ${accepted.join(', ')}` : 'approved',
    notice: whileOpen('approval'),
  },
  approved: {
    line: ({ applyNotBefore }) => `approval complete; applied not before ${minuteUtc(applyNotBefore)}`,
    notice: whileIn('approved'),
  },
  rejected: { line: ({ reason }) => `rejected: ${reason}`, notice: whileIn('rejected') },
  snoozed: {
    line: ({ reason, until }) => `snoozed until ${untilUtc(until)}: ${reason}`,
    notice: whileIn('snoozed'),
  },
  'services-exempted': {
    line: ({ reason, services, until }) =>
      `exempted ${services.join(', ')} until ${untilUtc(until)}: ${reason}`,
    notice: nobody,
  },
  'exemption-lifted': {
    line: ({ entityId, exemptionId, reason, service }) =>
      `lifted the exemption of ${service} at ${entityId} (${exemptionId}): ${reason}`,
    notice: () => 'exemption-lifted',
  },
  asked: { line: ({ question }) => `asked: ${question}`, notice: whileOpen('question') },
  'handed-over': {
    line: ({ reason, toApproverId }, { name }) => `handed it over to ${name(toApproverId)}: ${reason}`,
    notice: whileOpen('handed-over'),
  },
  expired: { line: () => 'expired without a decision', notice: whileIn('expired') },
  superseded: {
    line: ({ reason }) => `no longer valid: ${reason.detail}`,
    notice: whileIn('superseded'),
  },
  cancelled: {
    line: ({ reason }) => (reason ? `cancelled: ${reason}` : 'cancelled'),
    notice: whileIn('cancelled'),
  },
  'apply-started': { line: () => 'proved again and began to apply', notice: nobody },
  'step-sending': forMachines,
  'step-done': forMachines,
  'step-refused': refusedWrite,
  applied: { line: () => 'applied', notice: whileIn('applied') },
  'apply-failed': {
    line: ({ failure }) => `could not apply: ${failure.detail}`,
    notice: whileIn('apply-failed'),
  },
  interrupted: { line: ({ detail }) => `interrupted: ${detail}`, notice: whileIn('interrupted') },
  resumed: {
    line: ({ reason }) => `confirmed that the write did not take place, so the change goes on: ${reason}`,
    notice: ({ state }) =>
      state.status === 'approved' || state.status === 'rolling-back' ? 'resumed' : null,
  },
  'roll-back-requested': {
    line: ({ reason }) => `asked to roll back: ${reason}`,
    notice: whileIn('rolling-back'),
  },
  'roll-back-step-sending': forMachines,
  'roll-back-step-done': { line: ({ detail }) => `rolling back: ${detail}`, notice: nobody },
  'roll-back-step-refused': refusedWrite,
  'roll-back-failed': {
    line: ({ failure }) => `could not roll back: ${failure.detail}`,
    notice: whileIn('interrupted'),
  },
  'rolled-back': {
    line: (_, { earlier }) =>
      leftAll(earlier) ? 'ended the roll back: nothing was rolled back' : 'rolled back',
    notice: whileIn('rolled-back'),
  },
  'drift-detected': {
    line: ({ detail }) => detail,
    // Nobody is told any more once it was put back.
    notice: (record) => (openDrift(record) !== null ? 'drift' : null),
  },
  'denied-access-observed': {
    line: (event) => `saw that ${attemptWords(event)}`,
    notice: ({ state }, { quiet }) => (state.status === 'applied' && quiet !== true ? 'denied-access' : null),
  },
  'came-under-denial': {
    line: (event) => `saw that ${cameWords(event)}`,
    notice: whenApplied('came-under'),
  },
  unknown: { line: ({ name }) => `something that this version does not know: ${name}`, notice: nobody },
};

/** What people learn of this event. */
export function messageOf<Type extends ChangeEventType>({
  type,
}: {
  readonly type: Type;
}): EventMessage<Type> {
  return eventMessages[type];
}

/** Whether a roll back left every step as it was. */
function leftAll(earlier: readonly ChangeEvent[]): boolean {
  const asked = earlier.findLastIndex(({ type }) => type === 'roll-back-requested');
  const outcomes = earlier
    .slice(asked + 1)
    .flatMap((event) => (event.type === 'roll-back-step-done' ? [event.outcome] : []));
  return outcomes.length > 0 && outcomes.every((outcome) => outcome === 'kept');
}

function after(started: string | null): string {
  return started === null ? '' : `, ${started}`;
}
