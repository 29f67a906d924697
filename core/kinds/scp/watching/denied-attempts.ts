import { dayMilliseconds, propagationMilliseconds } from '../../../base/limits.ts';
import { globMatches } from '../../../base/matching.ts';
import { principalReach } from '../../../base/principal-pattern.ts';
import type { EventBody } from '../../../change/life/events.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import type { Applied } from '../../../change/life/state.ts';
import { isWithin } from '../../../organization/organization.ts';
import { newlyFree } from '../drafting/newly-free.ts';
import { policyIdOf } from '../ours/own-policy.ts';
import { noLongerDenied, notTaken, textLeft, type WatchFacts } from './watch-facts.ts';

/** An attempt as an event tells it. */
export type DeniedAttempt = Extract<EventBody, { readonly type: 'denied-access-observed' }>;

/** Whoever keeps trying one service is told of again after so long, in milliseconds. */
const quietMilliseconds = 30 * dayMilliseconds;
/** So many are told of one change in one review, and ever: its history is one item. */
const most = { inOneReview: 20, ever: 1_000 } as const;

/**
 * Attempts at what an applied change denies that were not told yet. Reports count denied attempts as use, so a last use
 * after the deny took effect was one, or that of a principal whom the deny exempts. Told only where the deny surely
 * held. The SCP still denies the service and is attached as it was, and the account was there when it was proved and has
 * not moved since. Nobody in it was exempt by a give-back at that time: a report does not tell him from others.
 */
export function deniedAttempts(
  record: ChangeRecord,
  state: Applied,
  facts: WatchFacts,
): readonly DeniedAttempt[] {
  const denied = stillDenied(record, facts);
  if (denied.length === 0) return [];
  const told = toldBefore(record);
  const since = state.appliedAt + propagationMilliseconds.everywhere;
  const accountIds = new Set(record.content.accountIds.filter((id) => isStillThere(id, record, facts)));
  const newest = new Map<string, DeniedAttempt>();
  for (const report of facts.reports) {
    if (report.status !== 'completed') continue;
    for (const serviceNamespace of denied) {
      const row = report.rows.get(serviceNamespace);
      const attemptedAt = row?.lastAccessedAt ?? 0;
      const { id: accountId = '', parentId } = row?.lastAccessedBy ?? {};
      const account = facts.tree.entities.get(accountId);
      const key = `${serviceNamespace} ${accountId}`;
      if (!account || !accountIds.has(accountId)) continue;
      if (account.parentId !== parentId) continue;
      const from = Math.max(since, exemptUntil(accountId, serviceNamespace, record, facts));
      if (attemptedAt <= Math.max(from, newest.get(key)?.attemptedAt ?? 0)) continue;
      const before = told.get(key);
      if (before !== undefined && attemptedAt < before + quietMilliseconds) continue;
      const place = { accountId, accountName: account.shortPath, region: row?.lastAccessedRegion ?? null };
      newest.set(key, { type: 'denied-access-observed', serviceNamespace, attemptedAt, ...place });
    }
  }
  const room = Math.max(0, Math.min(most.inOneReview, most.ever - told.size));
  return [...newest.values()].sort((one, other) => other.attemptedAt - one.attemptedAt).slice(0, room);
}

/** Whether an account lies below a target now and is not known to have moved: elsewhere nothing denied what it did. */
function isStillThere(accountId: string, { content }: ChangeRecord, { moves, tree }: WatchFacts): boolean {
  if (moves.has(accountId) || !tree.entities.has(accountId)) return false;
  return content.targets.some(({ id }) => tree.entities.has(id) && isWithin(tree, accountId, id));
}

/** The services that the SCP denies as our own writes left them, if it is attached to all that it was applied to. */
function stillDenied(record: ChangeRecord, { policies, stands: all }: WatchFacts): readonly string[] {
  const policy = policies.find(({ id }) => id === policyIdOf(record));
  const text = policy?.text ?? null;
  if (!policy || text === null) return [];
  const { targets } = record.content;
  if (!targets.every(({ id }) => policy.targets.some((target) => target.id === id))) return [];
  const stands = all.get(policy.id);
  return notTaken(record, stands).filter((service) => {
    const left = textLeft(record, stands, service);
    return noLongerDenied(text, left, [service]).length === 0 && newlyFree(text, left, service).length === 0;
  });
}

/** Until when (epoch ms) a give-back leaves somebody of an account free of the denial of a service: for ever while it does, 0 where none ever did. */
function exemptUntil(
  accountId: string,
  service: string,
  record: ChangeRecord,
  { stands: all }: WatchFacts,
): number {
  const stands = all.get(policyIdOf(record) ?? '');
  const isHis = (each: { readonly principal: string; readonly service: string }): boolean =>
    each.service === service && globMatches(principalReach(each.principal).account, accountId);
  if ([...(stands?.exemptions.values() ?? [])].some(isHis)) return Number.POSITIVE_INFINITY;
  const ended = (stands?.ended ?? []).filter(isHis).map(({ at }) => at + propagationMilliseconds.everywhere);
  return Math.max(0, ...ended);
}

/** The newest attempt of each service and account that was told of this revision. */
function toldBefore({ history, revision }: ChangeRecord): ReadonlyMap<string, number> {
  const told = new Map<string, number>();
  for (const event of history) {
    if (event.type !== 'denied-access-observed' || event.revision !== revision) continue;
    const key = `${event.serviceNamespace} ${event.accountId}`;
    // The trail may tell of one principal after it told of another that called later.
    told.set(key, Math.max(told.get(key) ?? 0, event.attemptedAt));
  }
  return told;
}
