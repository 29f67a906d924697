import type { Clock } from '../../adapters/ports.ts';
import type { ChangeStore } from '../../adapters/store-ports.ts';
import { dayMilliseconds } from '../../core/base/limits.ts';
import { identityPartOf } from '../../core/change/content/identity-content.ts';
import { kindOf } from '../../core/kinds/kinds.ts';
import type { IdentityEvent } from '../../core/review/identities/identity-event.ts';
import { BadEvent } from '../bad-event.ts';

/** So long after `apply` found a change stale, in milliseconds, it may start a review: an execution waits for other reviews for some 46 hours. */
const startsWithin = 2 * dayMilliseconds;

/** What an event of the function gives as the id of a change that apply found stale, or null where it is no such event. */
export function staleChangeIdIn(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'staleChangeId' in input ? input.staleChangeId : null;
}

/**
 * The review that a stale change of an account's IAM leads to: of the whole account, by the change's own threshold. That it is
 * stale, and since when (`at`), is read from the table, so whoever names it starts nothing that is not started anyway. Throws `BadEvent` for any other.
 */
export async function reviewOfStale(
  { clock, stores }: { readonly clock: Clock; readonly stores: { readonly changes: ChangeStore } },
  changeId: unknown,
): Promise<{ readonly at: number; readonly event: IdentityEvent & { readonly accountId: string } }> {
  const record = typeof changeId === 'string' ? (await stores.changes.load(changeId))?.record : undefined;
  const last = record?.history.findLast(({ type }) => type === 'superseded');
  const isStale =
    record !== undefined &&
    kindOf(record.content).proposedBy === 'identities' &&
    record.state.status === 'superseded' &&
    last !== undefined &&
    last.actor.type === 'system' &&
    last.actor.id === 'apply' &&
    clock.now() - last.at <= startsWithin;
  if (!record || !isStale)
    throw new BadEvent(
      `staleChangeId: apply found no change of IAM ${changeId} stale within the last two days`,
    );
  const { accountId, level } = identityPartOf(record.content);
  const { thresholdDays } = record.content;
  return { at: last.at, event: { accountId, all: true, level, thresholdDays } };
}
