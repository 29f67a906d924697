import type { Credentials } from '../../adapters/aws/clients.ts';
import { systemClock } from '../../adapters/clock.ts';
import type { Clock } from '../../adapters/ports.ts';

/** Credentials that are those of another session after each wait of the clock, up to the last one: each is about to expire, so that the SDK asks again before every call. */
export function sessions(last: number): { readonly clock: Clock; readonly credentials: Credentials } {
  let number = 1;
  return {
    clock: {
      now: () => systemClock.now(),
      wait: async (milliseconds) => {
        await systemClock.wait(milliseconds);
        number = Math.min(number + 1, last);
      },
    },
    credentials: async () => ({
      ...{ accessKeyId: `ASIASESSION${number}`, secretAccessKey: 's', sessionToken: 't' },
      expiration: new Date(Date.now() + 60_000),
    }),
  };
}
