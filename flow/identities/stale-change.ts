import type { Clock } from '../../adapters/ports.ts';
import type { ChangeStore } from '../../adapters/store-ports.ts';
import { identityPartOf } from '../../core/change/content/identity-content.ts';
import { kindOf } from '../../core/kinds/kinds.ts';
import type { IdentityEvent } from '../../core/review/identities/identity-event.ts';
import { BadEvent } from '../bad-event.ts';

/** So long after `apply` found a change stale, in milliseconds, it may start a review: the bus tries for an hour. */
const startsWithin = 3_600_000;

/** What an event of the function gives as the id of a change that apply found stale, or null where it is no such event. */
export function staleChangeIdIn(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'staleChangeId' in input ? input.staleChangeId : null;
}

/**
 * The review that a stale change of an account's IAM leads to: of the whole account, by the change's own threshold. That it is
 * stale is read from the table, so whoever names it starts nothing that is not started anyway. Throws `BadEvent` for any other.
 */
export async function reviewOfStale(
  { clock, stores }: { readonly clock: Clock; readonly stores: { readonly changes: ChangeStore } },
  changeId: unknown,
): Promise<IdentityEvent & { readonly accountId: string }> {
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
    throw new BadEvent(`staleChangeId: apply found no change of IAM ${changeId} stale within the last hour`);
  const { accountId, level } = identityPartOf(record.content);
  return { accountId, all: true, level, thresholdDays: record.content.thresholdDays };
}
