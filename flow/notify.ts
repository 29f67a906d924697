import { randomBytes } from 'node:crypto';
import { isJoined } from '../core/message/mails/digest.ts';
import { dueNow, type NotifyPorts, type NotifyReport, type Telling, tell } from './tell.ts';

/** A run that asks and says nothing for so long (milliseconds) has died: another one may ask. As long as what it claimed is kept for it. */
const leaseMilliseconds = 120_000;
/** What expired within so long, in milliseconds, is told together. */
const togetherMilliseconds = 3_600_000;

/**
 * Sends every notice that is due for a change. Where it asks people, whatever else waits for them is asked in the same
 * message, and what expires together is told together. Such events come all at once, and the first of them takes the
 * others along.
 */
export async function notify(ports: NotifyPorts, changeId: string): Promise<readonly NotifyReport[]> {
  const { changes } = ports.stores;
  const change = await changes.load(changeId);
  const due = change ? await dueNow(ports, change.record) : [];
  if (due.length === 0) return [];
  const { failed, notices } = due.some(({ kind }) => isJoined(kind))
    ? await tellTogether(ports, async () => [
        changeId,
        ...(await changes.listByStatus(['proposed'])).map(({ id }) => id),
        ...(await changes.listRecent(ports.clock.now() - togetherMilliseconds))
          .filter(({ status }) => status === 'expired')
          .map(({ id }) => id),
      ])
    : await tell(ports, [changeId]);
  // What waits beside it is looked at by the sweep as well; this change is what the run is for.
  const own = failed.find((failure) => failure.changeId === changeId);
  if (own) throw own.error;
  return notices;
}

/** Tells of these changes while no other run asks people, so that of two runs neither takes a part of the other's questions. Does nothing where another one is at it: what it has not seen, the next sweep tells. */
export async function tellTogether(
  ports: NotifyPorts,
  changeIds: () => Promise<readonly string[]>,
  until = Number.POSITIVE_INFINITY,
): Promise<Telling> {
  const { locks } = ports.stores;
  const owner = `tell-${randomBytes(8).toString('hex')}`;
  const lock = await locks.acquire(owner, ports.clock.now(), leaseMilliseconds, 'questions');
  if (!lock.held) return { notices: [], failed: [] };
  try {
    return await tell(ports, [...new Set(await changeIds())], until);
  } finally {
    await locks.release(owner, 'questions');
  }
}
