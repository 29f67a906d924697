import type { ChangeEvent } from '../change/life/events.ts';
import type { ChangeRecord } from '../change/life/life.ts';
import { attemptWords } from './change-status.ts';
import { startedWords } from './starter-words.ts';
import { minuteUtc, untilUtc } from './words.ts';

/** One line of a change's history, for people. `at` in epoch milliseconds. */
export interface HistoryLine {
  readonly at: number;
  readonly who: string;
  readonly what: string;
}

/** How the product's own parts are called where people read. */
const functions: Readonly<Record<string, string>> = {
  review: 'the review',
  apply: 'the apply function',
  notify: 'the notifier',
  sweep: 'the sweeper',
};

/** The history of a change in words, oldest first. Who was told what is left out unless it failed. */
export function historyLines(
  record: ChangeRecord,
  name: (approverId: string) => string,
): readonly HistoryLine[] {
  const lines: HistoryLine[] = [];
  for (const [index, event] of record.history.entries()) {
    const what = wordsOf(event, name, record.history[index - 1]);
    if (what === null) continue;
    lines.push({ at: event.at, who: whoOf(event, name), what });
  }
  return lines;
}

/** A principal is told with the approver that it decided as, where the event says so. */
function whoOf(event: ChangeEvent, name: (approverId: string) => string): string {
  const { id, type } = event.actor;
  if (type === 'approver') return name(id);
  if (type === 'system') return functions[id] ?? id;
  const approverId =
    event.type === 'approval-recorded'
      ? event.approval.approverId
      : 'approverId' in event
        ? event.approverId
        : null;
  return approverId === null ? id : `${name(approverId)} (${id})`;
}

function wordsOf(
  event: ChangeEvent,
  name: (approverId: string) => string,
  before: ChangeEvent | undefined,
): string | null {
  switch (event.type) {
    case 'proposed': {
      const started = startedWords(event.starter, name);
      return `proposed revision ${event.revision}${event.detail === undefined ? '' : ` (${event.detail})`}${started === null ? '' : `, ${started}`}`;
    }
    case 'revised': {
      const started = event.starter === undefined ? null : startedWords(event.starter, name);
      // What was exempted stands in the line before.
      return before?.type === 'services-exempted'
        ? `made revision ${event.revision}`
        : `made revision ${event.revision}: ${event.detail}${started === null ? '' : `, ${started}`}`;
    }
    case 'approval-recorded':
      return event.approval.accepted.length > 0
        ? `approved, accepting ${event.approval.accepted.join(', ')}`
        : 'approved';
    case 'approved':
      return `approval complete; applied not before ${minuteUtc(event.applyNotBefore)}`;
    case 'rejected':
      return `rejected: ${event.reason}`;
    case 'snoozed':
      return `snoozed until ${untilUtc(event.until)}: ${event.reason}`;
    case 'services-exempted':
      return `exempted ${event.services.join(', ')} until ${untilUtc(event.until)}: ${event.reason}`;
    case 'exemption-lifted':
      return `lifted the exemption of ${event.service} at ${event.entityId} (${event.exemptionId}): ${event.reason}`;
    case 'expired':
      return 'expired without a decision';
    case 'superseded':
      return `no longer valid: ${event.reason.detail}`;
    case 'cancelled':
      return event.reason ? `cancelled: ${event.reason}` : 'cancelled';
    case 'apply-started':
      return 'proved again and began to apply';
    case 'step-refused':
    case 'roll-back-step-refused':
      return `a write was refused: ${event.failure.detail}`;
    case 'applied':
      return 'applied';
    case 'apply-failed':
      return `could not apply: ${event.failure.detail}`;
    case 'interrupted':
      return `interrupted: ${event.detail}`;
    case 'resumed':
      return `looked and said that the write did not take place, so it goes on: ${event.reason}`;
    case 'roll-back-requested':
      return `asked to roll back: ${event.reason}`;
    case 'roll-back-step-done':
      return `rolling back: ${event.detail}`;
    case 'roll-back-failed':
      return `could not roll back: ${event.failure.detail}`;
    case 'rolled-back':
      return 'rolled back';
    case 'reminder-sent':
      return `reminded ${event.approverIds.map(name).join(', ')}`;
    case 'notify-failed':
      return `could not reach ${name(event.approverId)} by ${event.channel}: ${event.failure.detail}`;
    case 'noted':
      // Notices on their way concern machines alone.
      if (event.code === 'NOTIFYING') return null;
      return `noted: ${event.detail}`;
    case 'drift-detected':
      return event.detail;
    case 'denied-access-observed':
      return `saw that ${attemptWords(event)}`;
    case 'notified':
    case 'step-sending':
    case 'step-done':
    case 'roll-back-step-sending':
      return null;
  }
}
