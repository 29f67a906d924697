import type { LockStore } from '../adapters/lock-ports.ts';
import type { Clock } from '../adapters/ports.ts';

/** Between two looks at the lock, in milliseconds: less than a report job takes. */
const look = 2_000;

/**
 * Waits while `apply` has the lock of writes, until an instant (epoch ms) at most. AWS makes one access report at a
 * time, and what was approved is proved again from new ones. Answers whether it had to wait.
 */
export async function giveWay(
  {
    clock,
    stores,
  }: { readonly clock: Clock; readonly stores: { readonly locks: Pick<LockStore, 'holder'> } },
  until: number,
): Promise<boolean> {
  for (let waited = false; ; waited = true) {
    const holder = await stores.locks.holder();
    const now = clock.now();
    if (holder === null || holder.expiresAt <= now || now >= until) return waited;
    await clock.wait(Math.min(look, until - now));
  }
}
