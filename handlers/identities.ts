import { readEnvironment, wireLogger, wirePublishing, wireReview, wireStores } from '../adapters/wire.ts';
import { wireIdentities } from '../adapters/wire-identities.ts';
import type { IdentitiesResult } from '../core/review/identities/identities-result.ts';
import { loadConfiguration } from '../flow/configuration.ts';
import { readOrganizationContext } from '../flow/identities/account-context.ts';
import { reviewAndPublishAccount } from '../flow/identities/publish-identities.ts';
import { readIdentityEvent, reviewAccount } from '../flow/identities/review-account.ts';
import { newReviewId } from '../flow/review.ts';

/** What is answered for an account that cannot be entered. */
interface Unreachable {
  readonly status: 'unreachable';
  readonly accountId: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Reviews the IAM of one account on demand: `sls invoke -f identities -d '{"accountId":…,"group":…}'`; without an account,
 * its own. A dry run reads and answers, nothing else; else what it drafts is proposed. A bad event throws. On one machine it
 * runs with the credentials of whoever started it; deployed, AWS does not tell who did, so nobody approves alone.
 */
export async function handler(input: unknown): Promise<IdentitiesResult | Unreachable> {
  const environment = readEnvironment();
  const configuration = loadConfiguration();
  const ports = wireIdentities(configuration.memberRoles);
  const event = readIdentityEvent(input, configuration, ports.clock.now());
  const reviewId = newReviewId(ports.clock.now());
  const log = wireLogger(environment, reviewId);
  const organization = await readOrganizationContext(wireReview().organization);
  const accountId = event.accountId ?? (await ports.caller.identity()).accountId;
  const given = { configuration, organization, reviewId };
  if (event.dryRun === true) {
    const reviewed = await reviewAccount(ports, accountId, event, given);
    return reviewed.status === 'unreachable' ? reviewed : reviewed.result;
  }
  const startedBy = { type: environment.inLambda ? 'unknown' : 'caller' } as const;
  const publishing = { ...ports, ...wirePublishing(environment), stores: wireStores(environment) };
  const published = await reviewAndPublishAccount(publishing, accountId, event, { ...given, startedBy });
  if (published.status === 'unreachable') {
    log.error(published, 'the account cannot be entered');
    return published;
  }
  const { changed, found, run, sending } = published;
  log.info({ changed, found: found.length, sent: sending.sent }, 'published');
  for (const failure of sending.failed)
    log.error(failure, 'not sent; it stays in the outbox and is tried again');
  return run.result;
}
