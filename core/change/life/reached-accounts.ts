import type { ChangeRecord } from './life.ts';

/** The accounts that a change is known to reach: those that it was proved for, and those of which AWS or a review told since. */
export function reachedAccounts({
  content,
  history,
}: Pick<ChangeRecord, 'content' | 'history'>): ReadonlySet<string> {
  const later = history.flatMap((event) =>
    event.type === 'came-under-denial' || event.type === 'denied-access-observed' ? [event.accountId] : [],
  );
  return new Set([...content.accountIds, ...later]);
}
