import type { Configuration } from '../../base/configuration.ts';
import { ok, type Result } from '../../base/result.ts';
import type { AccountIdentities } from '../../identity/account-identities.ts';
import { indexAccount } from '../../identity/account-index.ts';
import { type SubjectChoice, subjectsOf } from '../../identity/subject.ts';
import type { IdentityEvent } from './identity-event.ts';
import type { IdentityRequest } from './identity-facts.ts';

/** The request of a review of this account, every default filled in; without a choice everything is judged. Refuses (`BAD_REQUEST`) whom the account does not have. */
export function identityRequestOf(
  event: IdentityEvent,
  configuration: Configuration,
  account: AccountIdentities,
  run: { readonly reviewId: string; readonly now: number },
): Result<IdentityRequest> {
  const choice = choiceOf(event);
  const subjects = subjectsOf(indexAccount(account), choice);
  if (!subjects.ok) return subjects;
  return ok({
    reviewId: run.reviewId,
    choice,
    thresholdDays: event.thresholdDays ?? configuration.thresholdDays,
    asOf: event.asOf === undefined ? run.now : Date.parse(event.asOf),
    level: event.level ?? 'service',
    quarantine: event.quarantine ?? false,
    configuration,
  });
}

function choiceOf(event: IdentityEvent): SubjectChoice {
  if (event.path !== undefined) return { kind: 'path', prefix: event.path };
  for (const kind of ['group', 'user', 'role', 'policy'] as const) {
    const named = event[kind];
    if (named !== undefined) return { kind, name: named };
  }
  return { kind: 'all' };
}
