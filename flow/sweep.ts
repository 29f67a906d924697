import { type ChangeStatus, changeStatuses } from '../core/change/state.ts';
import { remindersDue } from '../core/message/reminders.ts';
import { type NotifyPorts, type NotifyReport, notify } from './notify.ts';
import { LostRace, record } from './record.ts';
import { type SendPorts, type SendReport, sendOutbox } from './send-outbox.ts';

/** What sweeping needs. */
export type SweepPorts = NotifyPorts & SendPorts;

/** What one sweep did. */
export interface SweepReport {
  readonly expired: readonly string[];
  readonly reminded: readonly string[];
  readonly notices: readonly NotifyReport[];
  readonly sending: SendReport;
  /** Changes at which something went wrong: they delay no other and are looked at again. */
  readonly failed: readonly { readonly changeId: string; readonly reason: string }[];
}

/** States in which nothing more is to be said after a few days; the notices know their own age. */
const watched: readonly ChangeStatus[] = changeStatuses;

/** Ends what nobody decided in time, reminds, tells what could not be told before, sends what could not be sent. Each change by itself. */
export async function sweep(ports: SweepPorts): Promise<SweepReport> {
  const expired: string[] = [];
  const reminded: string[] = [];
  const notices: NotifyReport[] = [];
  const failed: { changeId: string; reason: string }[] = [];
  for (const { id: changeId, updatedAt } of await ports.stores.changes.listByStatus(watched)) {
    if (ports.clock.now() - updatedAt > staleMilliseconds) continue;
    try {
      const ended = await expireOrRemind(ports, changeId);
      if (ended === 'expired') expired.push(changeId);
      if (ended === 'reminded') reminded.push(changeId);
      notices.push(...(await notify(ports, changeId)));
    } catch (error) {
      // Somebody who decided meanwhile goes first; the next sweep sees what he did.
      if (!(error instanceof LostRace))
        failed.push({ changeId, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { expired, reminded, notices, sending: await sendOutbox(ports), failed };
}

/** Longer than any proposal waits: what did not move for so long has nothing left to say, in milliseconds. */
const staleMilliseconds = 60 * 86_400_000;

async function expireOrRemind(ports: SweepPorts, changeId: string): Promise<'expired' | 'reminded' | null> {
  const change = await ports.stores.changes.load(changeId);
  if (change?.record.state.status !== 'proposed') return null;
  const now = ports.clock.now();
  if (now >= change.record.state.expiresAt) {
    await record(ports, change, { type: 'expired' }, 'sweep');
    return 'expired';
  }
  const approverIds = remindersDue(change.record, ports.configuration, now);
  if (approverIds.length === 0) return null;
  await record(ports, change, { type: 'reminder-sent', approverIds }, 'sweep');
  return 'reminded';
}
