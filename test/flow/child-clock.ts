import type { Clock } from '../../adapters/ports.ts';

/** The story's clock in a child process, so many milliseconds ahead of the machine's. Waiting costs nothing: the sandbox's clock goes on with it. */
export function childClock(ahead: number): Clock {
  let offset = ahead;
  return {
    now: () => Date.now() + offset,
    wait: async (milliseconds) => {
      offset += milliseconds;
      const body = JSON.stringify({ advanceSeconds: milliseconds / 1000 });
      await fetch(`${process.env.AWS_ENDPOINT_URL}/_sandbox/world`, { method: 'POST', body });
    },
  };
}
