import type { Clock } from '../../adapters/ports.ts';

/** The clock of a sandbox in another process, so many milliseconds ahead of the machine's. Whoever waits moves it; waits beside each other pass together. */
export function clockAhead(milliseconds: number): Clock {
  let ahead = milliseconds;
  const now = (): number => Math.round(Date.now() + ahead);
  return {
    now,
    wait: async (wanted) => {
      const end = now() + wanted;
      await new Promise((resolve) => setTimeout(resolve, 1));
      const left = end - now();
      if (left <= 0) return;
      ahead += left;
      const body = JSON.stringify({ advanceSeconds: left / 1000 });
      await fetch(`${process.env.AWS_ENDPOINT_URL}/_sandbox/world`, { method: 'POST', body });
    },
  };
}
