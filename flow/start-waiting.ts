import type { Clock } from '../adapters/ports.ts';
import type { Stores } from '../adapters/store-ports.ts';
import { requestedEvent } from '../core/message/requested-event.ts';
import { isHeld } from '../core/review/running.ts';
import { type SendPorts, sendOutbox } from './send-outbox.ts';

/** What starting needs: the event goes out with whatever else waits to be sent. */
export interface StartPorts {
  readonly stores: Pick<Stores, 'outbox' | 'requests' | 'runs'>;
  readonly clock: Clock;
}

/** Starts what waits, and sends its events now; what fails is sent by the sweep. */
export async function startNext(ports: StartPorts & SendPorts): Promise<void> {
  await startWaiting(ports);
  await sendOutbox(ports, []);
}

/** Starts reviews that wait for the end of another one which has ended, of each kind the one that waits longest: stores its event once more. Answers the ids of the requests. */
export async function startWaiting({ clock, stores }: StartPorts): Promise<readonly string[]> {
  const started: string[] = [];
  const seen = new Set<string>();
  for (const { id, lease } of await stores.requests.listWaiting()) {
    if (seen.has(lease)) continue;
    const now = clock.now();
    if (isHeld(await stores.runs.holder(lease), now)) {
      seen.add(lease);
      continue;
    }
    const stored = await stores.requests.load(id);
    // The table dropped it, or it ended: the next one is looked at.
    if (stored === null || stored.outcome !== null) continue;
    seen.add(lease);
    await stores.outbox.putEvents([requestedEvent(stored.request)], now);
    started.push(id);
  }
  return started;
}
