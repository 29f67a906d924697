import type { IdentityEvent } from '../core/review/identities/identity-event.ts';
import type { OptionValues } from './arguments.ts';
import { daysOf } from './review-arguments.ts';

/** The options by which a review of identities says what it judges. */
export const identityOptions = {
  account: { type: 'string' },
  group: { type: 'string' },
  user: { type: 'string' },
  role: { type: 'string' },
  policy: { type: 'string' },
  path: { type: 'string' },
  all: { type: 'boolean' },
  days: { type: 'string' },
  level: { type: 'string' },
  quarantine: { type: 'boolean' },
} as const;

/** The fields of the event that these options give, unchecked but for the days. Throws `BadArguments`. */
export function identityEventOf(
  given: OptionValues<typeof identityOptions>,
): Omit<IdentityEvent, 'level' | 'kind'> & { readonly level?: string } {
  const { account, all, days, group, level, path, policy, quarantine, role, user } = given;
  return {
    ...(account === undefined ? {} : { accountId: account.trim() }),
    ...(group === undefined ? {} : { group }),
    ...(user === undefined ? {} : { user }),
    ...(role === undefined ? {} : { role }),
    ...(policy === undefined ? {} : { policy }),
    ...(path === undefined ? {} : { path }),
    ...(all ? { all } : {}),
    ...(days === undefined ? {} : { thresholdDays: daysOf(days) }),
    ...(level === undefined ? {} : { level }),
    ...(quarantine ? { quarantine } : {}),
  };
}
