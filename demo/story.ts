import { readEnvironment } from '../adapters/environment.ts';
import type { ReviewPorts } from '../adapters/ports.ts';
import { wirePublishing, wireReview, wireStores } from '../adapters/wire.ts';
import type { StartedBy } from '../core/change/life/starter.ts';
import type { ReviewResult } from '../core/review/review-result.ts';
import type { OnProgress } from '../flow/progress.ts';
import { type PublishedReview, type PublishPorts, reviewAndPublish } from '../flow/publish.ts';
import { newReviewId } from '../flow/review.ts';
import { requestIdIn, runRequested } from '../flow/run-requested.ts';
import type { Stage } from './stage.ts';

/** The approval links of one proposed change, by approver: read from the messages that reached the inbox. */
export interface ChangeLinks {
  readonly id: string;
  readonly approvalUrls: Readonly<Record<string, string>>;
}

/** How a review is run: to its end. */
export type RunReview = (
  stage: Stage,
  event: { readonly scope?: string },
  options: { readonly onProgress: OnProgress; readonly startedBy: StartedBy },
) => Promise<PublishedReview>;

/** Runs a review in one go. */
export const inOneGo: RunReview = (stage, event, options) =>
  reviewAndPublish(portsOfReview(), event, stage.configuration, options);

/** Runs the review of the story for real: SDK clients, HTTP, table, bus and topic. */
export async function playReview(
  stage: Stage,
  scope: string | undefined,
  options: Parameters<RunReview>[2],
  runReview: RunReview,
): Promise<ReviewResult> {
  const { run, publication } = await runReview(stage, scope === undefined ? {} : { scope }, options);
  const [failure] = publication.sending.failed;
  if (failure) throw new Error(`${failure.what} could not be sent: ${failure.reason}`);
  return run.result;
}

/** Runs each review that was asked for on the bus since the last call, as a rule of the bus does in a deployed stack. */
export function requestsPlayed(
  stage: Stage,
  onProgress: OnProgress,
  onError: (error: unknown) => void,
  ofIdentities: (stage: Stage, requestId: unknown, invocationId: string) => Promise<void>,
): () => Promise<void> {
  let seen = 0;
  return async () => {
    const events = stage.sandbox.events();
    const fresh = events.slice(seen);
    seen = events.length;
    for (const { detail, detailType, id } of fresh) {
      if (detailType !== 'Access Review Requested') continue;
      const { data } = detail as { readonly data?: { readonly kind?: string } };
      const requestId = requestIdIn(data);
      if (data?.kind === 'identities') {
        await ofIdentities(stage, requestId, id).catch(onError);
        continue;
      }
      // One that cannot be carried out holds up no other.
      const run = { onProgress, invocationId: id, reviewId: newReviewId(Date.now()) };
      await runRequested(portsOfReview(), requestId, stage.configuration, run).catch(onError);
    }
  };
}

/** What a review reads, stores and publishes with. */
export function portsOfReview(): ReviewPorts & PublishPorts {
  const environment = readEnvironment();
  return { ...wireReview(), ...wirePublishing(environment), stores: wireStores(environment) };
}

/** The links that approvers got by mail, found in the inbox as a person would find them. */
export function linksInInbox(
  stage: Stage,
  result: { readonly changes: readonly { readonly id: string }[] },
): readonly ChangeLinks[] {
  return result.changes.map(({ id }) => {
    const approvalUrls: Record<string, string> = {};
    for (const { id: approverId, email } of stage.configuration.approvers) {
      for (const message of stage.sandbox.messages()) {
        const url =
          message.to === email ? findUrl(message.text, `${stage.pageUrl}/changes/${id}?`) : undefined;
        if (url) approvalUrls[approverId] = url;
      }
    }
    return { id, approvalUrls };
  });
}

function findUrl(text: string, start: string): string | undefined {
  return text.split(/\s+/).find((word) => word.startsWith(start));
}
