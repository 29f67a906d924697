import { readEnvironment, wirePublishing, wireReview, wireStores } from '../adapters/wire.ts';
import type { ReviewResult } from '../core/review-result.ts';
import type { OnProgress } from '../flow/collect.ts';
import { reviewAndPublish } from '../flow/publish.ts';
import type { Stage } from './stage.ts';

/** The approval links of one proposed change, by approver: read from the messages that reached the inbox. */
export interface ChangeLinks {
  readonly id: string;
  readonly approvalUrls: Readonly<Record<string, string>>;
}

/** Runs the review of the story for real: SDK clients, HTTP, table, bus and topic. */
export async function playReview(
  stage: Stage,
  scope: string | undefined,
  onProgress: OnProgress,
): Promise<ReviewResult> {
  const environment = readEnvironment();
  const ports = { ...wireReview(), ...wirePublishing(environment), stores: wireStores(environment) };
  const event = scope === undefined ? {} : { scope };
  const { run, publication } = await reviewAndPublish(ports, event, stage.configuration, {
    onProgress,
    // The demo plays the schedule: whoever follows the story may approve alone.
    startedBy: 'schedule',
  });
  const [failure] = publication.sending.failed;
  if (failure) throw new Error(`${failure.what} could not be sent: ${failure.reason}`);
  return run.result;
}

/** The links that approvers got by mail, found in the inbox as a person would find them. */
export function linksInInbox(stage: Stage, result: ReviewResult): readonly ChangeLinks[] {
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
