import type { Json } from '../../base/canonical-json.ts';
import { type EnvelopedEvent, enveloped } from '../../base/event-envelope.ts';
import { isoTime } from '../../base/iso-time.ts';
import { type EventPrefix, subjectOf } from '../content/subject.ts';
import { approvalsNeeded } from './approvals.ts';
import type { ChangeEvent, ChangeEventType } from './events.ts';
import { undoJournalOf } from './journal.ts';
import { approvalsOf, type ChangeRecord } from './life.ts';

/** An event that waits to be sent. It is stored with the change, by the same write, so it is neither lost nor invented. */
export type OutboxEntry = EnvelopedEvent;

type EventOf<Type extends ChangeEventType> = Extract<ChangeEvent, { readonly type: Type }>;
type Data = { readonly [name: string]: Json };

/** How the bus is told of one type of event: its name, and the data beside those of the change. `record` is the change after the event. */
export interface ToldOnBus<Type extends ChangeEventType> {
  /** The detail type, to which the kind of change gives the first word: `SCP Change Proposed`. */
  readonly name: string;
  readonly data: (event: EventOf<Type>, record: ChangeRecord) => Data;
}

/** How the bus is told of each type of event, or that it stays inside. */
type BusEvents = { readonly [Type in ChangeEventType]: ToldOnBus<Type> | 'stays inside' };

/** What of every event is told on the bus: one entry each, or it does not compile. */
export const busEvents = {
  proposed: {
    name: 'Change Proposed',
    data: ({ detail, expiresAt }) => ({
      expiresAt: isoTime(expiresAt),
      ...(detail === undefined ? {} : { detail }),
    }),
  },
  revised: {
    name: 'Change Proposed',
    data: ({ detail, expiresAt }) => ({ expiresAt: isoTime(expiresAt), detail }),
  },
  'version-kept': 'stays inside',
  notifying: 'stays inside',
  notified: 'stays inside',
  'notify-failed': 'stays inside',
  'reminder-sent': 'stays inside',
  noted: 'stays inside',
  'targets-moved': 'stays inside',
  'approval-recorded': 'stays inside',
  approved: {
    name: 'Change Approved',
    data: ({ applyNotBefore }, record) => ({
      applyNotBefore: isoTime(applyNotBefore),
      approverIds: approvalsOf(record).map(({ approverId }) => approverId),
    }),
  },
  rejected: {
    name: 'Change Rejected',
    data: ({ approverId, notAgainBefore, reason }) => ({
      approverId,
      reason,
      notAgainBefore: isoTime(notAgainBefore),
    }),
  },
  snoozed: {
    name: 'Change Snoozed',
    data: ({ approverId, reason, until }) => ({ approverId, reason, until: isoTime(until) }),
  },
  'services-exempted': 'stays inside',
  'exemption-lifted': {
    name: 'Exemption Lifted',
    data: ({ approverId, entityId, exemptionId, reason, service }) => ({
      approverId,
      exemptionId,
      serviceNamespace: service,
      entityId,
      reason,
    }),
  },
  asked: {
    name: 'Change Question Asked',
    data: ({ approverId, question }) => ({ approverId, question }),
  },
  'handed-over': {
    name: 'Change Handed Over',
    data: ({ approverId, reason, toApproverId }) => ({ approverId, toApproverId, reason }),
  },
  expired: { name: 'Change Expired', data: () => ({}) },
  superseded: {
    name: 'Change Superseded',
    data: ({ reason: { code, detail } }) => ({ code, detail }),
  },
  cancelled: {
    name: 'Change Cancelled',
    data: ({ approverId, reason }) => ({ approverId, reason }),
  },
  'apply-started': 'stays inside',
  'step-sending': 'stays inside',
  'step-done': 'stays inside',
  'step-refused': 'stays inside',
  applied: {
    name: 'Change Applied',
    data: ({ rollBackUntil }) => ({ rollBackUntil: isoTime(rollBackUntil) }),
  },
  'apply-failed': {
    name: 'Change Apply Failed',
    data: ({ failure: { code, detail } }) => ({ phase: 'apply', code, detail }),
  },
  interrupted: {
    name: 'Change Apply Failed',
    data: ({ detail }, { state }) => ({
      phase: state.status === 'interrupted' ? state.during : 'apply',
      code: 'INTERRUPTED',
      detail,
    }),
  },
  resumed: {
    name: 'Change Resumed',
    data: ({ approverId, reason }, { state }) => ({
      phase: state.status === 'rolling-back' ? 'roll-back' : 'apply',
      approverId,
      reason,
    }),
  },
  'roll-back-requested': 'stays inside',
  'roll-back-step-sending': 'stays inside',
  'roll-back-step-done': 'stays inside',
  'roll-back-step-refused': 'stays inside',
  'roll-back-failed': {
    name: 'Change Apply Failed',
    data: ({ failure: { code, detail } }) => ({ phase: 'roll-back', code, detail }),
  },
  'rolled-back': {
    name: 'Change Rolled Back',
    data: (_, { state }) => {
      if (state.status !== 'rolled-back') throw new Error('what is rolled back has been asked to');
      const { approverId, reason } = state.request;
      const outcomes = undoJournalOf(state).flatMap((entry) =>
        entry.phase === 'done' ? [{ outcome: entry.outcome, detail: entry.detail }] : [],
      );
      return { approverId, reason, outcomes };
    },
  },
  'drift-detected': { name: 'Drift Detected', data: ({ detail }) => ({ detail }) },
  'denied-access-observed': {
    name: 'Denied Access Observed',
    data: ({ accountId, attemptedAt, region, serviceNamespace, ...byTrail }) => ({
      serviceNamespace,
      accountId,
      attemptedAt: isoTime(attemptedAt),
      region,
      ...deniedCalls(byTrail, attemptedAt),
    }),
  },
  'came-under-denial': {
    name: 'Account Came Under Denial',
    data: ({ accountId, accountsMore, how, unknown, unknownMore, used }) => ({
      accountId,
      how,
      unknown,
      ...(unknownMore === undefined ? {} : { unknownMore }),
      ...(accountsMore === undefined ? {} : { accountsMore }),
      used: used.map(({ lastAccessedAt, serviceNamespace }) => {
        return { serviceNamespace, lastAccessedAt: isoTime(lastAccessedAt) };
      }),
    }),
  },
  unknown: 'stays inside',
} as const satisfies BusEvents;

type EventName = Extract<(typeof busEvents)[ChangeEventType], { readonly name: string }>['name'];

/** An attempt at what a change denies is named alike for every kind of change. */
const unprefixed = 'Denied Access Observed';

/** Single services are exempted from an SCP alone, and accounts come under nothing else. */
type OfOtherKinds = 'IAM Exemption Lifted' | 'IAM Account Came Under Denial';

/** The detail types of events of changes. */
export type ChangeDetailType =
  | Exclude<`${EventPrefix} ${Exclude<EventName, typeof unprefixed>}`, OfOtherKinds>
  | typeof unprefixed;

/** What the bus is told about an event of a change, or null where it is told nothing. `record` is the change after the event. No token, link or policy text is in it. */
export function outboxEntry(record: ChangeRecord, event: ChangeEvent): OutboxEntry | null {
  const told = toldOf(event);
  if (told === 'stays inside') return null;
  const { id, content, history } = record;
  const { eventPrefix } = subjectOf(content);
  const sequence = history.length;
  return enveloped({
    identity: [id, event.type, event.revision, sequence],
    sequence,
    detailType: told.name === unprefixed ? told.name : `${eventPrefix} ${told.name}`,
    occurredAt: event.at,
    actor: event.actor,
    correlationId: content.reviewId,
    data: { ...changeData(record), ...told.data(event, record) },
  });
}

/** What the trail tells beside what a report does. */
function deniedCalls(
  { action, cameLater, count, firstAt, principal }: Partial<EventOf<'denied-access-observed'>>,
  lastAt: number,
): Data {
  if (principal === undefined || action === undefined) return {};
  return {
    principal,
    action,
    count: count ?? 1,
    firstAt: isoTime(firstAt ?? lastAt),
    lastAt: isoTime(lastAt),
    ...(cameLater === undefined ? {} : { cameLater }),
  };
}

function toldOf<Type extends ChangeEventType>({
  type,
}: {
  readonly type: Type;
}): ToldOnBus<Type> | 'stays inside' {
  const told: BusEvents = busEvents;
  return told[type];
}

function changeData(record: ChangeRecord): Data {
  const { content, state } = record;
  return {
    changeId: content.id,
    revision: content.revision,
    status: state.status,
    organizationId: content.organizationId,
    ...subjectOf(content).eventFields,
    targets: content.targets.map(({ id, type, name }) => ({ id, type, name })),
    services: content.services,
    accounts: content.accountIds.length,
    digest: content.digest,
    baseDigest: content.baseDigest,
    risk: { level: content.risk.level, flags: content.risk.flags },
    requiredApprovals: approvalsNeeded(record),
  };
}
