import type { Json } from '../../base/canonical-json.ts';
import { isoTime } from '../../base/iso-time.ts';
import { sha256 } from '../../base/sha256.ts';
import { editOf } from '../content/edit.ts';
import { approvalsNeeded } from './approvals.ts';
import type { ChangeEvent, ChangeEventType } from './events.ts';
import { approvalsOf, type ChangeRecord } from './life.ts';

/** An event that waits to be sent. It is stored with the change, by the same write, so it is neither lost nor invented. */
export interface OutboxEntry {
  /** The same for the same event, however often it is sent. */
  readonly eventId: string;
  /** Place of the event in the change's history, from 1. */
  readonly sequence: number;
  readonly detailType: string;
  readonly detail: { readonly [name: string]: Json };
}

const detailTypes: Readonly<Partial<Record<ChangeEventType, string>>> = {
  proposed: 'SCP Change Proposed',
  revised: 'SCP Change Proposed',
  approved: 'SCP Change Approved',
  rejected: 'SCP Change Rejected',
  snoozed: 'SCP Change Snoozed',
  expired: 'SCP Change Expired',
  superseded: 'SCP Change Superseded',
  cancelled: 'SCP Change Cancelled',
  applied: 'SCP Change Applied',
  'apply-failed': 'SCP Change Apply Failed',
  interrupted: 'SCP Change Apply Failed',
  resumed: 'SCP Change Resumed',
  'roll-back-failed': 'SCP Change Apply Failed',
  'rolled-back': 'SCP Change Rolled Back',
  'drift-detected': 'SCP Drift Detected',
  'denied-access-observed': 'Denied Access Observed',
  'exemption-lifted': 'SCP Exemption Lifted',
};

/** A deterministic event id: `evt-` and 32 hex digits from change, type, revision and sequence. */
export function changeEventId(
  changeId: string,
  type: ChangeEventType,
  revision: number,
  sequence: number,
): string {
  return `evt-${sha256(`${changeId}|${type}|${revision}|${sequence}`).slice(0, 32)}`;
}

/** What the bus is told about an event of a change, or null where it is told nothing. `record` is the change after the event. No token, link or policy text is in it. */
export function outboxEntry(record: ChangeRecord, event: ChangeEvent): OutboxEntry | null {
  const detailType = detailTypes[event.type];
  if (detailType === undefined) return null;
  const sequence = record.history.length;
  const eventId = changeEventId(record.id, event.type, event.revision, sequence);
  return {
    eventId,
    sequence,
    detailType,
    detail: {
      version: '1.0',
      eventId,
      sequence,
      occurredAt: isoTime(event.at),
      correlationId: record.content.reviewId,
      actor: { type: event.actor.type, id: event.actor.id },
      data: { ...changeData(record), ...eventData(record, event) },
    },
  };
}

function changeData(record: ChangeRecord): { readonly [name: string]: Json } {
  const { content, state } = record;
  const { kind, policyId, policyName } = editOf(content);
  return {
    changeId: content.id,
    revision: content.revision,
    status: state.status,
    organizationId: content.organizationId,
    ...{ kind, policyId, policyName },
    targets: content.targets.map(({ id, type, name }) => ({ id, type, name })),
    services: content.services,
    accounts: content.accountIds.length,
    digest: content.digest,
    baseDigest: content.baseDigest,
    risk: { level: content.risk.level, flags: content.risk.flags },
    requiredApprovals: approvalsNeeded(record),
  };
}

function eventData(record: ChangeRecord, event: ChangeEvent): { readonly [name: string]: Json } {
  switch (event.type) {
    case 'proposed':
      return {
        expiresAt: isoTime(event.expiresAt),
        ...(event.detail === undefined ? {} : { detail: event.detail }),
      };
    case 'revised':
      return { expiresAt: isoTime(event.expiresAt), detail: event.detail };
    case 'approved':
      return {
        applyNotBefore: isoTime(event.applyNotBefore),
        approverIds: approvalsOf(record).map(({ approverId }) => approverId),
      };
    case 'rejected':
      return {
        approverId: event.approverId,
        reason: event.reason,
        notAgainBefore: isoTime(event.notAgainBefore),
      };
    case 'snoozed':
      return { approverId: event.approverId, reason: event.reason, until: isoTime(event.until) };
    case 'superseded':
      return { code: event.reason.code, detail: event.reason.detail };
    case 'cancelled':
      return { approverId: event.approverId, reason: event.reason };
    case 'applied':
      return { rollBackUntil: isoTime(event.rollBackUntil) };
    case 'apply-failed':
      return { phase: 'apply', code: event.failure.code, detail: event.failure.detail };
    case 'roll-back-failed':
      return { phase: 'roll-back', code: event.failure.code, detail: event.failure.detail };
    case 'interrupted': {
      const phase = record.state.status === 'interrupted' ? record.state.during : 'apply';
      return { phase, code: 'INTERRUPTED', detail: event.detail };
    }
    case 'resumed': {
      const phase = record.state.status === 'rolling-back' ? 'roll-back' : 'apply';
      return { phase, approverId: event.approverId, reason: event.reason };
    }
    case 'rolled-back':
      return record.state.status === 'rolled-back'
        ? {
            approverId: record.state.request.approverId,
            reason: record.state.request.reason,
            outcomes: record.state.undoJournal.flatMap((entry) =>
              entry.phase === 'done' ? [{ outcome: entry.outcome, detail: entry.detail }] : [],
            ),
          }
        : {};
    case 'drift-detected':
      return { detail: event.detail };
    case 'denied-access-observed':
      return {
        serviceNamespace: event.serviceNamespace,
        accountId: event.accountId,
        attemptedAt: isoTime(event.attemptedAt),
        region: event.region,
      };
    case 'exemption-lifted':
      return {
        approverId: event.approverId,
        exemptionId: event.exemptionId,
        serviceNamespace: event.service,
        entityId: event.entityId,
        reason: event.reason,
      };
    default:
      return {};
  }
}
