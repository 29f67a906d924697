import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { systemClock } from '../adapters/clock.ts';
import type { Clock } from '../adapters/ports.ts';
import type { CallNotice } from '../sandbox/front.ts';
import type { Sandbox } from '../sandbox/server.ts';

/** So many turns of the event loop without a call under way or a new wait: nobody has anything left to do but to wait. */
const quietTurns = 4;
const requestBegins = 'http.client.request.start';

/**
 * Lets product and sandbox live by one clock while `measure` runs. Work takes the time that it takes; where all wait, the
 * clock goes on to the end of the shortest wait. Each call is on its way for its latency, in milliseconds. So what happens beside each other takes as long as the longest of it.
 */
export async function bySteppedClock<Result>(
  { onCall, world }: Pick<Sandbox, 'onCall' | 'world'>,
  latency: (call: CallNotice) => number,
  measure: (clock: Clock) => Promise<Result>,
): Promise<Result> {
  const waiting = new Set<{ readonly until: number; readonly end: () => void }>();
  let underWay = 0;
  let quiet = 0;
  let isOver = false;
  const noteCall = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest };
    underWay += 1;
    request.once('close', () => {
      underWay -= 1;
      quiet = 0;
    });
  };
  const turn = (): void => {
    if (isOver) return;
    quiet = underWay === 0 && waiting.size > 0 ? quiet + 1 : 0;
    if (quiet > quietTurns) step();
    setImmediate(turn);
  };
  const step = (): void => {
    const next = Math.min(...[...waiting].map(({ until }) => until));
    world.advanceSeconds(Math.max(0, next - world.now()) / 1000);
    for (const each of [...waiting].filter(({ until }) => until <= world.now())) {
      waiting.delete(each);
      each.end();
    }
    quiet = 0;
  };
  const clock: Clock = {
    now: () => Math.round(world.now()),
    wait: (milliseconds) =>
      new Promise((end) => {
        quiet = 0;
        waiting.add({ until: world.now() + milliseconds, end });
      }),
  };
  // Nobody works on a call that is on its way.
  const endOnCall = onCall(async (call) => {
    underWay -= 1;
    await clock.wait(latency(call));
    underWay += 1;
  });
  const { now: machineNow } = Date;
  const computedBefore = process.cpuUsage();
  const startedAt = machineNow();
  Date.now = () => {
    const { system, user } = process.cpuUsage(computedBefore);
    return startedAt + (system + user) / 1000;
  };
  const { now, wait } = systemClock;
  Object.assign(systemClock, clock);
  subscribe(requestBegins, noteCall);
  setImmediate(turn);
  try {
    return await measure(clock);
  } finally {
    isOver = true;
    endOnCall();
    unsubscribe(requestBegins, noteCall);
    Object.assign(systemClock, { now, wait });
    Date.now = machineNow;
  }
}
