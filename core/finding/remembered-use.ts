import { dayMilliseconds } from '../base/limits.ts';
import type { SeenUse } from './seen-use.ts';

/** The last day on which earlier reports showed a service used, in epoch milliseconds, by service, then by account. */
export type RememberedUse = ReadonlyMap<string, ReadonlyMap<string, number>>;

/**
 * Use that earlier reports showed since the cut-off (epoch ms). It belongs to the account that AWS named, and holds until
 * the threshold has passed: nobody is asked for it again. The beginning of the day counts, which is never too late.
 */
export function rememberedUse(seen: SeenUse, cutOff: number): RememberedUse {
  const remembered = new Map<string, ReadonlyMap<string, number>>();
  for (const [service, entities] of seen) {
    const accounts = new Map<string, number>();
    for (const spans of entities.values()) {
      for (const { accountId, last } of spans) {
        const at = last * dayMilliseconds;
        if (accountId === '' || at < cutOff || at <= (accounts.get(accountId) ?? 0)) continue;
        accounts.set(accountId, at);
      }
    }
    if (accounts.size > 0) remembered.set(service, accounts);
  }
  return remembered;
}
