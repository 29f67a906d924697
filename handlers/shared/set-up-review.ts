import type { Context } from 'aws-lambda';
import type { Logger } from 'pino';
import { type Environment, readEnvironment } from '../../adapters/environment.ts';
import type { Caller } from '../../adapters/ports.ts';
import { wireLogger, wirePublishing, wireReview, wireStores } from '../../adapters/wire.ts';
import type { Configuration } from '../../core/base/configuration.ts';
import { accessReportLimits, functionMilliseconds } from '../../core/base/limits.ts';
import { loadConfiguration, requireStoring } from '../../flow/configuration.ts';
import { logProgress } from '../../flow/log-progress.ts';
import type { PublishedReview } from '../../flow/publish.ts';
import { newReviewId } from '../../flow/review.ts';
import type { Step } from './step.ts';

/** What every function that reviews begins with, as a step of an execution or by itself. `publishing` adds what a dry run does without. */
export function setUpReview(context?: Context, step: Step | null = null) {
  const environment = readEnvironment();
  const configuration = loadConfiguration();
  const milliseconds = context?.getRemainingTimeInMillis?.() ?? functionMilliseconds;
  const ports = wireReview({
    milliseconds,
    busyMilliseconds: accessReportLimits.busyMilliseconds,
    onWaiting: (waiting) => options.onProgress({ kind: 'waiting', ...waiting }),
  });
  const startedAt = ports.clock.now();
  const reviewId = newReviewId(startedAt);
  const log = wireLogger(environment, reviewId);
  // On one machine there is no second attempt.
  const invocationId = step?.execution ?? context?.awsRequestId ?? reviewId;
  const options = {
    reviewId,
    invocationId,
    mayContinue: step !== null,
    endsAt: startedAt + milliseconds,
    onProgress: logProgress(log),
  };
  const publishing = () => withPublishing(ports, configuration, environment);
  return { configuration, environment, log, options, ports, publishing };
}

/** The ports of a review with what stores and tells its findings. Throws where this caller may not store. */
export async function withPublishing<Ports extends { readonly caller: Caller }>(
  ports: Ports,
  configuration: Configuration,
  environment: Environment,
) {
  const { caller } = ports;
  await requireStoring(configuration, { caller, inLambda: environment.inLambda });
  return { ...ports, ...wirePublishing(environment), stores: wireStores(environment) };
}

/** Says what a review published, and what of it failed. */
export function logPublished(log: Logger, { publication, run }: PublishedReview): void {
  const { changed, news, sending, silent, watched } = publication;
  log.info(
    {
      changed,
      starter: run.starter,
      watched: watched.noted,
      found: news.found.length,
      resolved: news.resolved.length,
      silent,
      sent: sending.sent,
    },
    'published',
  );
  logFailed(log, publication);
}

/** Says which changes a review could not read, and which events and messages it could not send. */
export function logFailed(
  log: Logger,
  { sending, watched }: Pick<PublishedReview['publication'], 'sending' | 'watched'>,
): void {
  for (const change of watched.unread) log.error(change, 'a change cannot be read and is not watched');
  for (const failure of sending.failed)
    log.error(failure, 'not sent; it stays in the outbox and is tried again');
}
