import type { ChangeStore } from '../adapters/store-ports.ts';
import type { ChangeContent } from '../core/change/change.ts';
import { type Starter, starterAfter } from '../core/change/starter.ts';
import { dayMilliseconds } from '../core/limits.ts';

/**
 * Who started what is proposed for the first time. A review that began because an approved change was stale goes on from
 * what ended that day: the same services may stand in another SCP now, or in the same one with another text and so under
 * another id, but who may not approve them alone is the same. `now` in epoch milliseconds.
 */
export async function proposalStarter(
  changes: ChangeStore,
  { organizationId, services }: ChangeContent,
  starter: Starter,
  now: number,
): Promise<Starter> {
  let whole = starter;
  if (starter.type !== 'stale') return whole;
  for (const { id, organizationId: of, updatedAt } of await changes.listByStatus(['superseded'])) {
    if (of !== organizationId || now - updatedAt > dayMilliseconds) continue;
    const earlier = (await changes.load(id))?.record;
    if (earlier?.content.services.some((service) => services.includes(service)))
      whole = starterAfter(whole, earlier.starter);
  }
  return whole;
}
