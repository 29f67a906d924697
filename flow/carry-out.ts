import { NewerFormat } from '../adapters/store-ports.ts';
import type { EventBody } from '../core/change/life/events.ts';
import { notUnderstood } from '../core/change/life/life.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import { type ApplyPorts, callFailureOf, writesStopped } from './apply-ports.ts';
import { enteredOnce } from './entered-once.ts';
import { LostRace, record } from './record.ts';

/** How one change fared: its status now, or why it waits. */
export type ApplyReport =
  | { readonly id: string; readonly status: StoredChange['record']['state']['status'] }
  | { readonly id: string; readonly waits: string };

/** Something that passes keeps a change from being carried out now: it waits, and the next run tries again. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
}

/** How often a change is tried again within one run before the next run goes on. */
const attempts = 3;

/**
 * Carries out one change in a few attempts, each from what is stored then: `due` says whether there is something to do,
 * why it waits, or the event that ends it without a write; `attempt` does it by these ports and answers the change as it ended, or null for another attempt. What stops
 * writes, a lost race and a call that failed make it wait; anything else is a bug and is thrown on.
 */
export async function carryOut(
  ports: ApplyPorts,
  id: string,
  due: (change: StoredChange) => boolean | { readonly waits: string } | { readonly ends: EventBody },
  attempt: (change: StoredChange, ports: ApplyPorts) => Promise<StoredChange | null>,
): Promise<ApplyReport> {
  try {
    for (let count = 0; count < attempts; count += 1) {
      const change = await ports.stores.changes.load(id);
      if (!change) return { id, waits: 'there is no such change' };
      const later = notUnderstood(change.record);
      if (later !== null) return { id, waits: later };
      const isDue = due(change);
      if (isDue === false) return { id, status: change.record.state.status };
      if (isDue !== true && 'ends' in isDue) {
        const { record: ended } = await record(ports, change, isDue.ends);
        return { id, status: ended.state.status };
      }
      if (isDue !== true) return { id, ...isDue };
      const stopped = await writesStopped(ports);
      if (stopped) return { id, waits: stopped };
      const ended = await inOneSession(ports, (entered) => attempt(change, entered));
      if (ended) return { id, status: ended.record.state.status };
    }
    return { id, waits: `not done after ${attempts} attempts: the next run goes on` };
  } catch (error) {
    if (error instanceof LostRace)
      return { id, waits: 'somebody wrote it meanwhile: the next run looks again' };
    if (error instanceof NotNow || error instanceof NewerFormat) return { id, waits: error.message };
    const failure = callFailureOf(error);
    if (failure) return { id, waits: failure.message };
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
