import type { ChangeEvent, Channel } from '../change/events.ts';
import type { ChangeRecord } from '../change/life.ts';
import type { LinkPurpose } from '../change/links.ts';
import { coversTargets } from '../change/scope.ts';
import type { Approver, Configuration } from '../configuration.ts';
import { dayMilliseconds } from '../limits.ts';
import type { NoticeKind } from './change-mail.ts';

/** One notice that somebody should have and has not got. */
export interface DueNotice {
  readonly kind: NoticeKind;
  readonly approver: Approver;
  readonly channel: Exclude<Channel, 'iam'>;
  /** Says which event it is about: `decide:1`. The history notes it when it was sent, so it is sent once. */
  readonly purpose: string;
  /** The link to mint for it, or null where there is nothing to do. */
  readonly link: { readonly purpose: LinkPurpose; readonly expiresAt: number } | null;
}

/** How long a notice is tried, and how often. */
const patience = { milliseconds: 3 * dayMilliseconds, attempts: 8 } as const;

/** The notices that are due for a change as its history tells it: what happened, to whom it matters, minus what was sent already. Deterministic, so a repeated bus event sends nothing twice and the sweep finds what failed. */
export function dueNotices(
  record: ChangeRecord,
  configuration: Configuration,
  now: number,
): readonly DueNotice[] {
  const due: DueNotice[] = [];
  for (const [index, event] of record.history.entries()) {
    if (event.revision !== record.revision || now - event.at > patience.milliseconds) continue;
    const kind = kindOf(event, record);
    if (kind === null) continue;
    const purpose = `${kind}:${index + 1}`;
    for (const approver of recipients(kind, event, record, configuration)) {
      for (const channel of channelsOf(approver, configuration)) {
        if (!isSettled(record, approver.id, channel, purpose)) {
          due.push({ kind, approver, channel, purpose, link: linkFor(kind, record) });
        }
      }
    }
  }
  return due;
}

/** The channels by which a person can be reached. */
export function channelsOf(
  approver: Approver,
  { email, slack }: Configuration,
): readonly DueNotice['channel'][] {
  const channels: DueNotice['channel'][] = [];
  if (email?.topics[approver.id]) channels.push('email');
  const hasWebhook = slack?.channels?.[approver.id] !== undefined;
  if (slack && (hasWebhook || approver.slackUserId !== undefined)) channels.push('slack');
  return channels;
}

function kindOf(event: ChangeEvent, { state }: ChangeRecord): NoticeKind | null {
  switch (event.type) {
    case 'proposed':
    case 'revised':
      return state.status === 'proposed' ? 'decide' : null;
    case 'reminder-sent':
      return state.status === 'proposed' ? 'reminder' : null;
    case 'approved':
    case 'applied':
    case 'apply-failed':
    case 'rejected':
    case 'snoozed':
    case 'expired':
    case 'superseded':
    case 'cancelled':
    case 'rolled-back':
      return state.status === event.type ? event.type : null;
    case 'interrupted':
      return state.status === 'interrupted' ? 'apply-failed' : null;
    default:
      return null;
  }
}

/** Who decides is asked; every decision and what became of it is told to all approvers. */
function recipients(
  kind: NoticeKind,
  event: ChangeEvent,
  { content, state, targetPaths }: ChangeRecord,
  { approvers }: Configuration,
): readonly Approver[] {
  if (kind !== 'decide' && kind !== 'reminder') return approvers;
  const approved = state.status === 'proposed' ? state.approvals.map(({ approverId }) => approverId) : [];
  return approvers.filter((approver) => {
    if (approved.includes(approver.id)) return false;
    if (event.type === 'reminder-sent' && !event.approverIds.includes(approver.id)) return false;
    return coversTargets(
      approver,
      content.targets.map((target) => target.id),
      targetPaths,
    );
  });
}

function linkFor(kind: NoticeKind, { state }: ChangeRecord): DueNotice['link'] {
  switch (state.status) {
    case 'proposed':
      return { purpose: 'decide', expiresAt: state.expiresAt };
    case 'approved':
      // A little longer than the wait: the page then says that it is too late.
      return { purpose: 'cancel', expiresAt: state.applyNotBefore + dayMilliseconds };
    case 'applied':
      return { purpose: 'roll-back', expiresAt: state.rollBackUntil };
    case 'apply-failed':
      return rollBackLink(kind, state.journal.length, state.failedAt);
    case 'interrupted':
      return rollBackLink(kind, state.journal.length, state.interruptedAt);
    default:
      return null;
  }
}

/** What was half written can be taken back for as long as what was wholly written, whatever the configuration says: somebody has to look. */
function rollBackLink(kind: NoticeKind, written: number, since: number): DueNotice['link'] {
  if (kind !== 'apply-failed' || written === 0) return null;
  return { purpose: 'roll-back', expiresAt: since + 90 * dayMilliseconds };
}

function isSettled(
  { history, revision }: ChangeRecord,
  approverId: string,
  channel: Channel,
  purpose: string,
): boolean {
  let failures = 0;
  for (const event of history) {
    if (event.revision !== revision || !('approverId' in event) || event.approverId !== approverId) continue;
    if (event.type === 'notified' && event.channel === channel && event.purpose === purpose) return true;
    if (event.type === 'notify-failed' && event.channel === channel) failures += 1;
  }
  return failures >= patience.attempts;
}
