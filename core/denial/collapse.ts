import type { DeniedCall } from './denied-call.ts';

/** Denied calls of one principal to one action. Times are epoch milliseconds. */
export interface DeniedCalls
  extends Pick<DeniedCall, 'accountId' | 'action' | 'principalArn' | 'serviceNamespace'> {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** That of the last call. */
  readonly region: string | null;
}

/** What is the same for calls that are told as one: sessions of a role are that role, and letter case tells nothing of an action. */
export function sameCalls({
  action,
  principalArn,
}: {
  readonly action: string;
  readonly principalArn: string;
}): string {
  return `${principalArn} ${action.toLowerCase()}`;
}

/** Calls of the same principal to the same action as one, the newest first. In which order they come makes no difference. */
export function collapse(calls: readonly DeniedCall[]): readonly DeniedCalls[] {
  const found = new Map<string, DeniedCalls>();
  for (const { accountId, action, at, principalArn, region, serviceNamespace } of calls) {
    const key = sameCalls({ action, principalArn });
    const before = found.get(key);
    const isLast =
      before === undefined || at > before.lastAt || (at === before.lastAt && isBefore(region, before.region));
    found.set(key, {
      accountId,
      action,
      principalArn,
      serviceNamespace,
      count: (before?.count ?? 0) + 1,
      firstAt: Math.min(at, before?.firstAt ?? at),
      lastAt: Math.max(at, before?.lastAt ?? at),
      region: isLast ? region : before.region,
    });
  }
  return [...found.values()].sort(
    (one, other) => other.lastAt - one.lastAt || (sameCalls(one) < sameCalls(other) ? -1 : 1),
  );
}

function isBefore(one: string | null, other: string | null): boolean {
  return (one ?? '') < (other ?? '');
}
