import type { ReviewPorts } from '../adapters/ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import type { RequestOutcome } from '../core/review/requested-review.ts';
import type { ReviewEvent } from '../core/review/review-event.ts';
import type { ReviewResult } from '../core/review/review-result.ts';
import { leaseKey, reviewedWhat } from '../core/review/running.ts';
import { BadEvent } from './bad-event.ts';
import { noteProgress } from './note-progress.ts';
import { type HowFar, oneAtATime, type Running } from './one-at-a-time.ts';
import { type PublishedReview, type PublishPorts, reviewAndPublishOrGoOn } from './publish.ts';
import type { Continuing, PartOptions } from './review.ts';

/** What a review that stores is told beside its event. */
export interface AloneOptions extends PartOptions {
  /** The execution that it is a step of, else AWS's id of the invocation: a further attempt takes the place of the one before. */
  readonly invocationId: string;
  /** What a run was told that stopped short and began before this instant (epoch ms) is not used. */
  readonly notBefore?: number | undefined;
}

/** What a stored review needs. */
export type AlonePorts = ReviewPorts & PublishPorts;

/** Reviews the organization and publishes what is new, while no other stored review of it runs; else answers which one does. */
export async function reviewAlone(
  ports: AlonePorts,
  event: ReviewEvent,
  configuration: Configuration,
  options: AloneOptions,
): Promise<PublishedReview | Running> {
  const ran = await reviewAloneOrGoOn(ports, event, configuration, { ...options, mayContinue: false });
  if ('continuing' in ran) throw new Error(`${options.reviewId} stopped, and nobody goes on with it`);
  return ran;
}

/** The same as far as the time of one run allows, for whoever invokes it again. */
export async function reviewAloneOrGoOn(
  ports: AlonePorts,
  event: ReviewEvent,
  configuration: Configuration,
  options: AloneOptions,
): Promise<PublishedReview | Continuing | Running> {
  const { invocationId, notBefore, reviewId } = options;
  const beginning = {
    invocationId,
    notBefore,
    reviewId,
    key: await organizationKey(ports),
    beginsOnce: true,
    event: reviewedWhat(event, configuration),
  };
  return oneAtATime(
    ports,
    beginning,
    configuration,
    (own, place) => reviewAndNote(own, event, configuration, { ...options, ...place }),
    howFarCame,
  );
}

/** How far a run of a review came, by what it answers. */
export function howFarCame(answer: PublishedReview | Continuing): HowFar {
  if (!('continuing' in answer)) return 'done';
  return answer.continuing.inVain ? 'in vain' : 'further';
}

/** The lease of reviews of the organization whose management account these credentials are of. */
export async function organizationKey({ caller }: Pick<AlonePorts, 'caller'>): Promise<string> {
  return leaseKey('organization', (await caller.identity()).accountId);
}

/** Reviews and publishes, and keeps how far it is for whoever waits. */
export async function reviewAndNote(
  ports: AlonePorts,
  event: ReviewEvent,
  configuration: Configuration,
  options: PartOptions,
): Promise<PublishedReview | Continuing> {
  const { reviewId, startedBy = { type: 'caller' } } = options;
  const scopeId = event.scope ?? configuration.scope ?? null;
  const note = await noteProgress(ports, { reviewId, scopeId, startedBy }, configuration);
  const onCount: PartOptions['onCount'] = ({ done, open }) => note({ reportsDone: done, reportsOpen: open });
  const own = { ...options, onCount };
  const published = await reviewAndPublishOrGoOn(ports, event, configuration, own).catch(
    async (error: unknown) => {
      // Whatever else it fails by is tried again, and goes on from where it was.
      if (error instanceof BadEvent) await note({ reportsOpen: 0, outcome: { failed: error.message } });
      throw error;
    },
  );
  if ('continuing' in published) {
    const { pending } = published.continuing;
    options.onProgress?.({ kind: 'goes-on', pending });
    await note({ reportsOpen: pending });
  } else await note({ reportsOpen: 0, outcome: outcomeOf(published.run.result) });
  return published;
}

/** What came of a review, in a few figures. */
export function outcomeOf({
  changes,
  findings,
  status,
}: {
  readonly changes: readonly { readonly id: string }[];
  readonly findings: readonly { readonly status: string }[];
  readonly status: ReviewResult['status'];
}): Exclude<RequestOutcome, { readonly failed: string }> {
  const openFindings = findings.filter((finding) => finding.status === 'open').length;
  return { status, openFindings, changeIds: changes.map(({ id }) => id) };
}
