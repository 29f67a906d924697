import type { Caller } from '../../adapters/ports.ts';
import type { Configuration } from '../../core/base/configuration.ts';
import { isOfIdentities } from '../../core/review/requested-review.ts';
import { BadEvent } from '../bad-event.ts';
import type { PublishPorts } from '../publish.ts';
import { type Carried, type RequestRunPorts, runRequest } from '../run-requested.ts';
import type { OrganizationContext } from './account-context.ts';
import { type PublishedIdentities, reviewAndPublishAccount } from './publish-identities.ts';
import type { IdentityReviewPorts } from './review-account.ts';

/** Runs the review of identities that was requested under this id, as started by whoever requested it. An account that cannot be entered is told to whoever asked. */
export function runRequestedIdentities(
  ports: IdentityReviewPorts & PublishPorts & RequestRunPorts & { readonly caller: Caller },
  requestId: unknown,
  invocationId: string,
  given: {
    readonly configuration: Configuration;
    readonly organization: OrganizationContext | null;
    readonly reviewId: string;
  },
): Promise<PublishedIdentities | { readonly takenAs: string }> {
  const run = { invocationId, reviewId: given.reviewId, functionName: 'identities' };
  return runRequest(
    ports,
    requestId,
    run,
    async ({ event, requestedBy }): Promise<Carried<PublishedIdentities>> => {
      if (!isOfIdentities(event))
        throw new BadEvent(`requestId: ${requestId} asks for a review of the organization`);
      const accountId = event.accountId ?? (await ports.caller.identity()).accountId;
      const startedBy = { type: 'principal', arn: requestedBy } as const;
      const answer = await reviewAndPublishAccount(ports, accountId, event, { ...given, startedBy });
      if (answer.status === 'unreachable')
        throw new BadEvent(`accountId: ${accountId} cannot be entered: ${answer.code}: ${answer.message}`);
      const { changes, findings, status } = answer.run.result;
      const openFindings = findings.filter((finding) => finding.status === 'open').length;
      return { answer, outcome: { status, openFindings, changeIds: changes.map(({ id }) => id) } };
    },
  );
}
