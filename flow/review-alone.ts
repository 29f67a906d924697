import type { ReviewPorts } from '../adapters/ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import type { RequestOutcome } from '../core/review/requested-review.ts';
import type { ReviewEvent } from '../core/review/review-event.ts';
import type { ReviewResult } from '../core/review/review-result.ts';
import { leaseKey, reviewedWhat } from '../core/review/running.ts';
import { BadEvent } from './bad-event.ts';
import { noteProgress } from './note-progress.ts';
import { oneAtATime, type Running } from './one-at-a-time.ts';
import { type PublishedReview, type PublishPorts, reviewAndPublish } from './publish.ts';
import type { ReviewOptions } from './review.ts';

/** What a review that stores is told beside its event. */
export interface AloneOptions extends ReviewOptions {
  readonly reviewId: string;
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
  const { invocationId, notBefore, reviewId } = options;
  const beginning = {
    ...{ invocationId, notBefore, reviewId, key: await organizationKey(ports) },
    event: reviewedWhat(event, configuration),
  };
  return oneAtATime(
    ports,
    beginning,
    configuration,
    (own, id) => reviewAndNote(own, event, configuration, { ...options, reviewId: id }),
    ({ run }) => run.result.status !== 'continuing',
  );
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
  options: ReviewOptions & Pick<AloneOptions, 'reviewId'>,
): Promise<PublishedReview> {
  const { reviewId, startedBy = { type: 'caller' } } = options;
  const scopeId = event.scope ?? configuration.scope ?? null;
  const note = await noteProgress(ports, { reviewId, scopeId, startedBy }, configuration);
  const onCount: ReviewOptions['onCount'] = ({ done, open }) =>
    note({ reportsDone: done, reportsOpen: open });
  const published = await reviewAndPublish(ports, event, configuration, { ...options, onCount }).catch(
    async (error: unknown) => {
      // Whatever else it fails by is tried again, and goes on from where it was.
      if (error instanceof BadEvent) await note({ reportsOpen: 0, outcome: { failed: error.message } });
      throw error;
    },
  );
  const { facts, result } = published.run;
  if (result.status === 'continuing') await note({ reportsOpen: facts.pendingEntityIds.length });
  else await note({ reportsOpen: 0, outcome: outcomeOf(result) });
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
