import type { IdentitySessions } from '../adapters/identity-ports.ts';

/** Sessions that enter an account to read it once, however often it is asked for. `close` leaves every account. */
export function enteredOnce(sessions: IdentitySessions): {
  readonly sessions: IdentitySessions;
  close(): Promise<void>;
} {
  const entered = new Map<string, ReturnType<IdentitySessions['openToRead']>>();
  const openToRead: IdentitySessions['openToRead'] = (accountId) => {
    const opening = entered.get(accountId) ?? sessions.openToRead(accountId);
    entered.set(accountId, opening);
    return opening;
  };
  return {
    sessions: { ...sessions, openToRead },
    close: async () => {
      for (const opened of await Promise.allSettled(entered.values()))
        if (opened.status === 'fulfilled' && opened.value.status === 'open') opened.value.close();
    },
  };
}
