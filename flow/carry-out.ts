import { NewerFormat } from '../adapters/store-ports.ts';
import { isoTime } from '../core/base/iso-time.ts';
import type { EventBody } from '../core/change/life/events.ts';
import { halfDoneMilliseconds, halfDoneSince } from '../core/change/life/journal.ts';
import { notUnderstood } from '../core/change/life/life.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import { type ApplyPorts, callFailureOf, writesStopped } from './apply-ports.ts';
import { enteredOnce } from './entered-once.ts';
import { LostRace, record } from './record.ts';

/** How one change fared: its status now, or why it waits. */
export type ApplyReport =
  | { readonly id: string; readonly status: StoredChange['record']['state']['status'] }
  | {
      readonly id: string;
      readonly waits: string;
      /** It stands half done for so long that somebody has to know: since when, as ISO 8601. */
      readonly halfDoneSince?: string;
    };

/** Something that passes keeps a change from being carried out now: it waits, and the next run tries again. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
}

/** A source that the approval rests on cannot be read now: the first time is noted, because a change waits for it only so long. */
export class SourceSilent extends NotNow {}

/** How often a change is tried again within one run before the next run goes on. */
const attempts = 3;

/**
 * Carries out one change in a few attempts, each from what is stored then. `due` says whether there is something to do,
 * why it waits, or the event that ends it without a write. `attempt` does it by these ports and answers the change as it
 * ended, or null for another attempt. What stops writes, a lost race and a call that failed make it wait; anything else
 * is a bug and is thrown on.
 */
export async function carryOut(
  ports: ApplyPorts,
  id: string,
  due: (change: StoredChange) => boolean | { readonly waits: string } | { readonly ends: EventBody },
  attempt: (change: StoredChange, ports: ApplyPorts) => Promise<StoredChange | null>,
): Promise<ApplyReport> {
  let last: StoredChange | null = null;
  const waiting = (waits: string): ApplyReport => ({ id, waits, ...tooLong(last, ports.clock.now()) });
  try {
    for (let count = 0; count < attempts; count += 1) {
      const change = await ports.stores.changes.load(id);
      if (!change) return waiting('there is no such change');
      last = change;
      const later = notUnderstood(change.record);
      if (later !== null) return waiting(later);
      const isDue = due(change);
      if (isDue === false) return { id, status: change.record.state.status };
      if (isDue !== true && 'ends' in isDue) {
        const { record: ended } = await record(ports, change, isDue.ends);
        return { id, status: ended.state.status };
      }
      if (isDue !== true) return waiting(isDue.waits);
      const stopped = await writesStopped(ports);
      if (stopped) return waiting(stopped);
      const ended = await inOneSession(ports, (entered) => attempt(change, entered));
      if (ended) return { id, status: ended.record.state.status };
    }
    return waiting(`not done after ${attempts} attempts: the next run goes on`);
  } catch (error) {
    if (error instanceof LostRace) return waiting('somebody wrote it meanwhile: the next run looks again');
    if (error instanceof NotNow || error instanceof NewerFormat) return waiting(error.message);
    const failure = callFailureOf(error);
    if (failure) return waiting(failure.message);
    throw error;
  }
}

/** An attempt enters an account to read it once. */
async function inOneSession<Answer>(
  ports: ApplyPorts,
  attempt: (ports: ApplyPorts) => Promise<Answer>,
): Promise<Answer> {
  const { close, sessions } = enteredOnce(ports.sessions);
  try {
    return await attempt({ ...ports, sessions });
  } finally {
    await close();
  }
}

/** What is half done, and waits for longer than whatever passes by itself takes. */
function tooLong(change: StoredChange | null, now: number): { readonly halfDoneSince?: string } {
  const since = change === null ? null : halfDoneSince(change.record.state);
  return since === null || now - since <= halfDoneMilliseconds ? {} : { halfDoneSince: isoTime(since) };
}
