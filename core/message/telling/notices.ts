import type { Approver, Configuration } from '../../base/configuration.ts';
import { dayMilliseconds } from '../../base/limits.ts';
import { mailboxHash } from '../../base/mailbox.ts';
import { coversTargets } from '../../change/deciding/scope.ts';
import type { ChangeEvent, NoticeClaim } from '../../change/life/events.ts';
import { hasHandedOver, openDriftEvent } from '../../change/life/history-facts.ts';
import { mayHaveWritten } from '../../change/life/journal.ts';
import { type ChangeRecord, notUnderstood } from '../../change/life/life.ts';
import type { AnyPurpose, LinkPurpose } from '../../change/links/links.ts';
import { kindOf } from '../../kinds/kinds.ts';
import { messageOf } from '../views/event-messages.ts';
import type { NoticeKind } from '../views/notice-kind.ts';
import { approverAddresses, type Recipient, sharedAddresses } from '../views/recipients.ts';
import { threadOf } from './thread.ts';

/** What may be done with a change as it stands, and until when (epoch milliseconds). */
interface Act<Purpose extends AnyPurpose = LinkPurpose> {
  readonly purpose: Purpose;
  readonly expiresAt: number;
}

/** One notice that somebody should have and has not got. */
export interface DueNotice {
  readonly kind: NoticeKind;
  readonly recipient: Recipient;
  /** Says which event it is about: `decide:1`. The history notes it when it was sent, so it is sent once. */
  readonly purpose: string;
  /** The link to mint for it, or null where there is nothing to do for this reader, or no page. */
  readonly link: Act<AnyPurpose> | null;
  /** Where there is no page: what the reader may do with AWS credentials, or null. Commands are no secret, so channels that many read get them too. */
  readonly command: LinkPurpose | null;
}

const noWays = { link: null, command: null } as const;

/** For how long a notice is worth sending, in milliseconds. */
export const noticeMilliseconds = 3 * dayMilliseconds;
/** A run that noted what it sends and says nothing for so long (milliseconds) has died: others may send it. */
const claimMilliseconds = 120_000;
/** Failed attempts are repeated after 1, 2, 4 … minutes, this often. */
const attempts = 12;
const longestPause = 6 * 3_600_000;
/** For so long a link asks services back, in milliseconds; the next message about denied access has a new one. */
const requestBackMilliseconds = 14 * dayMilliseconds;
/** What waits or was half written can be taken back for as long as that, whatever the configuration says: somebody has to look. */
const repairMilliseconds = 90 * dayMilliseconds;

/**
 * The notices that are due for a change as its history tells it: the newest that matters to each reader. Not due is one
 * that was sent, is on its way or has to wait after a failure. Deterministic, so a repeated event of the bus sends
 * nothing twice, and the sweep finds what failed. `now` in epoch milliseconds.
 */
export function dueNotices(
  record: ChangeRecord,
  configuration: Configuration,
  now: number,
): readonly DueNotice[] {
  const { state } = record;
  // Where this version does not know what happened, it has nothing true to tell.
  if (notUnderstood(record) !== null) return [];
  // Asking for what can no longer be answered helps nobody: the end is told once it is recorded.
  if (state.status === 'proposed' && now >= state.expiresAt) return [];
  const newest = new Map<string, DueNotice>();
  for (const [index, event] of record.history.entries()) {
    if (event.revision !== record.revision) continue;
    const kind = messageOf(event).notice(record, event);
    // While a question is open it can be answered, however long ago it was put: by a new holder of an approver's id as well.
    const isOpen = state.status === 'proposed' && (kind === 'decide' || kind === 'reminder');
    if (kind === null || (!isOpen && now - event.at > noticeMilliseconds)) continue;
    for (const recipient of recipientsOf(kind, event, record, configuration)) {
      const { channel, id } = recipient;
      // Whoever only hears of it has the link from when he was asked.
      const isToldAlone = kind === 'approval' || (event.type === 'handed-over' && id !== event.toApproverId);
      const ways = isToldAlone ? noWays : waysFor(kind, recipient, record, configuration, now);
      newest.set(`${id} ${channel}`, { kind, recipient, purpose: `${kind}:${index + 1}`, ...ways });
    }
  }
  return [...newest.values()].filter((notice) => mayBeSent(record, notice, now));
}

/** Which notice the history says is on its way, has arrived or has failed, and for whom: an approver's id may get another holder. */
export function claimOf({ recipient: { approver, channel, id }, purpose }: DueNotice): NoticeClaim {
  return { approverId: id, channel, purpose, ...mailboxOf(approver) };
}

/** The mailbox that messages to an approver and his links are for; nothing for a channel that many read. */
export function mailboxOf(approver: Approver | null): { readonly mailbox?: string } {
  return approver === null ? {} : { mailbox: mailboxHash(approver.email) };
}

/**
 * Who may decide is asked, in a message of his own. Every decision and what became of it is told to all approvers and to
 * the channels of the place, so that a forged one does not stay unseen. What nobody decided is told to those in scope. A
 * question goes to the other people who may decide; what is handed over, to its new holder. One approval of several, and
 * a hand-over for everybody else, stand in the thread of the message that asked alone.
 */
function recipientsOf(
  kind: NoticeKind,
  event: ChangeEvent,
  record: ChangeRecord,
  configuration: Configuration,
): readonly Recipient[] {
  const approvers = configuration.approvers.filter((approver) => {
    if (event.type === 'reminder-sent')
      return event.approverIds.includes(approver.id) && isAsked(approver, record);
    if (event.type === 'asked') return event.approverId !== approver.id && isInScope(approver, record);
    if (isDecidedByNobody(kind, record)) return isInScope(approver, record) || isOfNewcomer(approver, event);
    const mustBeAsked =
      kind === 'decide' || (event.type === 'handed-over' && event.toApproverId === approver.id);
    return !mustBeAsked || isAsked(approver, record);
  });
  const personal = approvers.flatMap((approver) => approverAddresses(approver, configuration));
  if (kind === 'reminder') return personal;
  const all = [...personal, ...sharedAddresses(record, configuration)];
  const hasThread = (recipient: Recipient): boolean => threadOf(record, recipient) !== null;
  if (kind === 'approval') return all.filter(hasThread);
  if (event.type !== 'handed-over') return all;
  return all.filter((recipient) => recipient.id === event.toApproverId || hasThread(recipient));
}

const seenByReviews: ReadonlySet<NoticeKind> = new Set(['drift', 'denied-access', 'came-under']);

/** Whether it happened without a decision, and ends none: that concerns those who may decide on the change. */
function isDecidedByNobody(kind: NoticeKind, { history, revision }: ChangeRecord): boolean {
  const isUndecided = !history.some((event) => event.type === 'approved' && event.revision === revision);
  return seenByReviews.has(kind) || (isUndecided && (kind === 'expired' || kind === 'superseded'));
}

function isAsked(approver: Configuration['approvers'][number], record: ChangeRecord): boolean {
  const { state } = record;
  const answered =
    state.status === 'proposed' && state.approvals.some(({ approverId }) => approverId === approver.id);
  return !answered && !hasHandedOver(record, approver.id) && isInScope(approver, record);
}

function isInScope(approver: Approver, { content, targetPaths }: ChangeRecord): boolean {
  const targetIds = content.targets.map((target) => target.id);
  return coversTargets(approver, targetIds, targetPaths);
}

/** Whoever answers for an account, or for a place that the SCP was attached to since, hears that it came under a deny, which is of other places to him. */
function isOfNewcomer(approver: Approver, event: ChangeEvent): boolean {
  if (event.type === 'drift-detected' && event.attached) {
    const { targetPaths, targets } = event.attached;
    return targets.some(({ id }) => coversTargets(approver, [id], targetPaths));
  }
  if (event.type !== 'came-under-denial' || event.accountPath === undefined) return false;
  return coversTargets(approver, [event.accountId], { [event.accountId]: event.accountPath });
}

/** A link only for who may use it, and never where others read along; without a page the command in its place. Whoever may not roll back what is denied may ask for it back. */
function waysFor(
  kind: NoticeKind,
  recipient: Recipient,
  record: ChangeRecord,
  configuration: Configuration,
  now: number,
): Pick<DueNotice, 'link' | 'command'> {
  const { approver } = recipient;
  const { page } = configuration;
  const act = actOn(record, now);
  const isHis =
    approver !== null &&
    isInScope(approver, record) &&
    (act?.purpose !== 'decide' || isAsked(approver, record));
  const isLeftWithout = approver === null ? kind === 'denied-access' : act === null || !isHis;
  const isElsewhere = kind === 'drift' && openDriftEvent(record)?.attached;
  if ((kind === 'denied-access' || kind === 'came-under' || isElsewhere) && isLeftWithout)
    return waysBack(recipient, record, configuration, now);
  if (page === 'none')
    return { link: null, command: approver === null || isHis ? (act?.purpose ?? null) : null };
  return { link: isHis ? act : null, command: null };
}

/** Whoever was denied reads along in a channel, and an approver may be too late for a roll back: they may ask for it back, and nothing else. Amazon Q's notifications carry no link. */
function waysBack(
  { address }: Recipient,
  { content, state }: ChangeRecord,
  { page }: Configuration,
  now: number,
): Pick<DueNotice, 'link' | 'command'> {
  const isPossible = state.status === 'applied' && kindOf(content).notPossible(content, 'exempt') === null;
  if (page === 'none' || address.by === 'amazon-q' || !isPossible) return noWays;
  return { link: { purpose: 'request-back', expiresAt: now + requestBackMilliseconds }, command: null };
}

/** What an approver may do with the change as it stands. */
function actOn(record: ChangeRecord, now: number): Act | null {
  const { state } = record;
  switch (state.status) {
    case 'proposed':
      return { purpose: 'decide', expiresAt: state.expiresAt };
    case 'approved':
      if (mayHaveWritten(state.journal)) return null;
      // A freeze may keep it waiting long after it has cooled.
      return { purpose: 'cancel', expiresAt: state.applyNotBefore + repairMilliseconds };
    case 'applied':
      if (!mayBeRolledBack(record)) return null;
      return now < state.rollBackUntil ? { purpose: 'roll-back', expiresAt: state.rollBackUntil } : null;
    case 'apply-failed':
    case 'interrupted': {
      if (!mayHaveWritten(state.journal) || !mayBeRolledBack(record)) return null;
      const since = state.status === 'interrupted' ? state.interruptedAt : state.failedAt;
      return { purpose: 'roll-back', expiresAt: since + repairMilliseconds };
    }
    default:
      return null;
  }
}

function mayBeRolledBack({ content }: ChangeRecord): boolean {
  return kindOf(content).notPossible(content, 'roll-back') === null;
}

function mayBeSent({ history, revision }: ChangeRecord, notice: DueNotice, now: number): boolean {
  const its = claimOf(notice);
  const isIts = (claim: Partial<NoticeClaim>): boolean =>
    claim.approverId === its.approverId && claim.channel === its.channel && claim.purpose === its.purpose;
  const fresh = { isSent: false, failures: 0, notBefore: 0 };
  let fared = fresh;
  for (const event of history) {
    if (event.revision !== revision) continue;
    for (const claim of claimsIn(event).filter(isIts)) {
      // What an earlier holder of the approver's id was sent took the place of a link, and says nothing of this one.
      const isHis = claim.mailbox === undefined || claim.mailbox === its.mailbox;
      if (isHis) fared = after(fared, event);
      else fared = fresh;
    }
  }
  return !fared.isSent && fared.failures < attempts && now >= fared.notBefore;
}

function claimsIn(event: ChangeEvent): readonly Partial<NoticeClaim>[] {
  if (event.type === 'notifying') return event.claims;
  return event.type === 'notified' || event.type === 'notify-failed' ? [event] : [];
}

/** How a notice fared, after one more event of it. */
function after(
  { failures, isSent }: { readonly failures: number; readonly isSent: boolean },
  { at, type }: ChangeEvent,
): { readonly failures: number; readonly isSent: boolean; readonly notBefore: number } {
  if (type === 'notified') return { isSent: true, failures, notBefore: 0 };
  if (type === 'notifying') return { isSent, failures, notBefore: at + claimMilliseconds };
  const notBefore = at + Math.min(longestPause, 60_000 * 2 ** failures);
  return { isSent, failures: failures + 1, notBefore };
}
