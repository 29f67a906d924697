import type { Context } from 'aws-lambda';
import { readEnvironment, wireLogger, wirePublishing, wireReview, wireStores } from '../adapters/wire.ts';
import { wireIdentities } from '../adapters/wire-identities.ts';
import type { IdentitiesResult } from '../core/review/identities/identities-result.ts';
import { fitResult } from '../core/review/review-result.ts';
import { BadEvent } from '../flow/bad-event.ts';
import { loadConfiguration } from '../flow/configuration.ts';
import { readOrganizationContext } from '../flow/identities/account-context.ts';
import { type PublishedIdentities, reviewAndPublishAccount } from '../flow/identities/publish-identities.ts';
import { type NotEntered, readIdentityEvent, reviewAccount } from '../flow/identities/review-account.ts';
import { runRequestedIdentities } from '../flow/identities/run-requested-identities.ts';
import { newReviewId } from '../flow/review.ts';
import { requestIdIn } from '../flow/run-requested.ts';

/**
 * Reviews the IAM of one account on demand: `sls invoke -f identities -d '{"accountId":…,"group":…}'`; without an account,
 * its own. A dry run reads and answers, nothing else; else what it drafts is proposed. A bad event throws. On one machine it
 * runs with the credentials of whoever started it; deployed, AWS does not tell who did, so nobody approves alone. With
 * `{"requestId": "req-…"}` it carries out a signed request as whoever signed it, and answers null where another invocation
 * does so, or where the request cannot be carried out, which whoever asked is told.
 */
export async function handler(
  input: unknown,
  context?: Context,
): Promise<IdentitiesResult | NotEntered | null> {
  const environment = readEnvironment();
  const configuration = loadConfiguration();
  const ports = wireIdentities(configuration.memberRoles);
  const reviewId = newReviewId(ports.clock.now());
  const log = wireLogger(environment, reviewId);
  const organization = await readOrganizationContext(wireReview().organization);
  const given = { configuration, organization, reviewId };
  const publishing = () => ({ ...ports, ...wirePublishing(environment), stores: wireStores(environment) });
  const finish = ({ changed, found, run, sending }: PublishedIdentities): IdentitiesResult => {
    log.info({ changed, found: found.length, sent: sending.sent }, 'published');
    for (const failure of sending.failed)
      log.error(failure, 'not sent; it stays in the outbox and is tried again');
    return fitResult(run.result);
  };

  const requestId = requestIdIn(input);
  if (requestId !== null) {
    const invocationId = context?.awsRequestId ?? reviewId;
    try {
      const requested = await runRequestedIdentities(publishing(), requestId, invocationId, given);
      if (!('takenAs' in requested)) return finish(requested);
      log.info({ requestId, reviewId: requested.takenAs }, 'another invocation runs this request');
    } catch (error) {
      if (!(error instanceof BadEvent)) throw error;
      log.warn({ requestId, reason: error.message }, 'a request cannot be carried out');
    }
    return null;
  }

  const event = readIdentityEvent(input, configuration, ports.clock.now());
  const accountId = event.accountId ?? (await ports.caller.identity()).accountId;
  if (event.dryRun === true) {
    const reviewed = await reviewAccount(ports, accountId, event, given);
    return reviewed.status === 'unreachable' ? reviewed : fitResult(reviewed.result);
  }
  const startedBy = { type: environment.inLambda ? 'unknown' : 'caller' } as const;
  const published = await reviewAndPublishAccount(publishing(), accountId, event, { ...given, startedBy });
  if (published.status === 'published') return finish(published);
  log.error(published, 'the account cannot be entered');
  return published;
}
