import { notUnderstood } from '../core/change/life/life.ts';
import { noticeMilliseconds } from '../core/message/telling/notices.ts';
import { joinMilliseconds, remindersDue } from '../core/message/telling/reminders.ts';
import { tellTogether } from './notify.ts';
import { LostRace, record } from './record.ts';
import { type SendPorts, type SendReport, sendOutbox } from './send-outbox.ts';
import type { NotifyPorts, NotifyReport } from './tell.ts';

/** What sweeping needs. */
export type SweepPorts = NotifyPorts & SendPorts;

/** What one sweep did. */
export interface SweepReport {
  readonly expired: readonly string[];
  readonly reminded: readonly string[];
  readonly notices: readonly NotifyReport[];
  readonly sending: SendReport;
  /** What went wrong: it delays nothing else and is tried again. */
  readonly failed: readonly { readonly changeId: string; readonly reason: string }[];
}

/** After so long a sweep begins with no further change, in milliseconds: the next one goes on. */
const budgetMilliseconds = 40_000;

/**
 * Ends what nobody decided in time and reminds, sends the events that wait, then tells people what they were not told yet. Each change by itself, and what only our own table and bus have to do comes before what others may hold up.
 */
export async function sweep(ports: SweepPorts): Promise<SweepReport> {
  const failed: { changeId: string; reason: string }[] = [];
  const expired: string[] = [];
  const reminded: string[] = [];
  const startedAt = ports.clock.now();
  const { changes } = ports.stores;

  const open = await changes.listByStatus(['proposed']);
  const early: string[] = [];
  for (const { id: changeId } of open) {
    await each(failed, changeId, async () => {
      const done = await expireOrRemind(ports, changeId);
      if (done === 'expired') expired.push(changeId);
      if (done === 'reminded') reminded.push(changeId);
      if (done === 'soon') early.push(changeId);
    });
  }
  // Whoever is reminded of one is reminded of what would be due soon after, in the same message.
  if (reminded.length > 0)
    for (const changeId of early)
      await each(failed, changeId, async () => {
        if ((await expireOrRemind(ports, changeId, joinMilliseconds)) === 'reminded') reminded.push(changeId);
      });

  const sending = await sendOutbox(ports).catch((error: unknown): SendReport => {
    return { sent: 0, failed: [{ what: 'events and messages that wait', reason: reasonOf(error) }] };
  });

  // Their index may not say yet that they were touched.
  const touched = [...expired, ...reminded];
  const recent = await changes.listRecent(startedAt - noticeMilliseconds);
  // Whoever became an approver since is asked what is still open.
  const told = [...touched, ...[...recent, ...open].map(({ id }) => id)];
  const telling = await tellTogether(ports, async () => told, startedAt + budgetMilliseconds);
  for (const { changeId, error } of telling.failed) failed.push({ changeId, reason: reasonOf(error) });
  return { expired, reminded, notices: telling.notices, sending, failed };
}

/** `soon`: nobody is to be reminded yet, but would be where other reminders go out. */
async function expireOrRemind(
  ports: SweepPorts,
  changeId: string,
  ahead = 0,
): Promise<'expired' | 'reminded' | 'soon' | null> {
  const change = await ports.stores.changes.load(changeId);
  if (change?.record.state.status !== 'proposed') return null;
  // What a later version went on with, that one ends; reviews name it.
  if (notUnderstood(change.record) !== null) return null;
  const now = ports.clock.now();
  if (now >= change.record.state.expiresAt) {
    await record(ports, change, { type: 'expired' }, 'sweep');
    return 'expired';
  }
  const approverIds = remindersDue(change.record, ports.configuration, now, ahead);
  if (approverIds.length === 0)
    return remindersDue(change.record, ports.configuration, now, joinMilliseconds).length > 0 ? 'soon' : null;
  await record(ports, change, { type: 'reminder-sent', approverIds }, 'sweep');
  return 'reminded';
}

async function each(
  failed: { changeId: string; reason: string }[],
  changeId: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    // Somebody who decided meanwhile goes first; the next sweep sees what he did.
    if (!(error instanceof LostRace)) failed.push({ changeId, reason: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
