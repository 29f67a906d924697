import { Hono } from 'hono/tiny';
import type { ReviewProgress } from '../adapters/run-ports.ts';
import { isoTime } from '../core/base/iso-time.ts';
import { starterOf } from '../core/change/life/starter.ts';
import { pastedId } from '../core/change/links/pasted.ts';
import { requestAnswer } from '../core/message/events/iam-answers.ts';
import type { IamAnswer } from '../core/message/events/iam-schemas.ts';
import { expectedEnd } from '../core/review/expected-end.ts';
import { isRequestId, type RequestOutcome } from '../core/review/requested-review.ts';
import { requestReview } from '../flow/request-review.ts';
import type { AppPorts } from './app-ports.ts';
import { readJsonObject, refuseOtherMethods } from './requests.ts';

/** Asking for a review with AWS credentials: who asked is who signed, so who may not approve alone is known. Any authorized caller may ask. */
export function requestRoutes(ports: AppPorts): Hono {
  const app = new Hono();
  app.post('/', async (context) => {
    const principalArn = ports.principalOf(context);
    if (principalArn === null) return context.json({ message: 'there is nothing here' }, 404);
    const read = await readJsonObject(context);
    if (!read.ok) return context.json({ message: read.detail }, read.status);
    const asked = await requestReview(ports, read.value, principalArn, ports.configuration);
    if (!asked.ok) {
      const [{ code }] = asked.reasons;
      const message = asked.reasons.map(({ detail }) => detail).join('\n');
      return context.json({ message }, code === 'TOO_MANY_REQUESTS' ? 429 : 422);
    }
    const starter = starterOf({ type: 'principal', arn: principalArn }, principalArn, ports.configuration);
    return context.json(
      { request: requestAnswer(asked.value), starter } satisfies IamAnswer<'review-request'>,
      202,
    );
  });
  app.get('/:id', async (context) => {
    const answer = await statusOf(ports, context.req.param('id'));
    return answer ? context.json(answer) : context.json({ message: 'there is no such request' }, 404);
  });
  app.get('/', async (context) => context.json(await listed(ports)));
  refuseOtherMethods(app, { '/': 'GET, HEAD, POST', '/:id': 'GET, HEAD' });
  return app;
}

/** Where a request or a stored review stands; null: nothing is kept under this id. */
async function statusOf(
  { stores }: Pick<AppPorts, 'stores'>,
  given: string,
): Promise<IamAnswer<'review-status'> | null> {
  const id = pastedId(given, 'request');
  const recent = await stores.runs.listProgress(mostListed);
  if (!isRequestId(id)) {
    const run = reviewIdForm.test(given) ? await stores.runs.progress(given) : null;
    const started = run && { at: isoTime(run.startedAt), reviewId: run.reviewId };
    return run && { request: null, started, waitsFor: null, ...progressOf(run, run.outcome, recent) };
  }
  const stored = await stores.requests.load(id);
  if (stored === null) return null;
  const { outcome, request, started, waitsFor } = stored;
  return {
    request: requestAnswer(request),
    started: started && { at: isoTime(started.at), reviewId: started.reviewId },
    waitsFor,
    ...progressOf(started && (await stores.runs.progress(started.reviewId)), outcome, recent),
  };
}

const reviewIdForm = /^rev-[0-9a-z-]{1,60}$/;
/** So many reviews are listed. */
const mostListed = 50;

/** The stored reviews that began last. */
async function listed({ stores }: Pick<AppPorts, 'stores'>): Promise<IamAnswer<'reviews'>> {
  const recent = await stores.runs.listProgress(mostListed);
  const reviews = recent.map((run) => ({
    reviewId: run.reviewId,
    startedAt: isoTime(run.startedAt),
    progress: progressAnswer(run, recent),
    outcome: outcomeAnswer(run.outcome),
  }));
  return { reviews };
}

function progressOf(
  run: ReviewProgress | null,
  outcome: RequestOutcome | null,
  recent: readonly ReviewProgress[],
): Pick<IamAnswer<'review-status'>, 'outcome' | 'progress'> {
  return { progress: run && progressAnswer(run, recent), outcome: outcomeAnswer(outcome) };
}

function progressAnswer(
  run: ReviewProgress,
  recent: readonly ReviewProgress[],
): NonNullable<IamAnswer<'review-status'>['progress']> {
  const { counts, kind } = run;
  // A report of the organization, one of an account, and an account each take a time of their own.
  const others = recent.filter(
    (other) => other.reviewId !== run.reviewId && other.kind === kind && other.counts === counts,
  );
  const end = expectedEnd(run, others);
  return {
    seenAt: isoTime(run.seenAt),
    reportsDone: run.reportsDone,
    reportsOpen: run.reportsOpen,
    expectedEnd: end === null ? null : isoTime(end),
    startedBy: run.startedBy ?? null,
    scopeId: run.scopeId ?? null,
    kind,
    counts,
  };
}

function outcomeAnswer(outcome: RequestOutcome | null): IamAnswer<'review-status'>['outcome'] {
  return outcome && ('failed' in outcome ? outcome : { ...outcome, changeIds: [...outcome.changeIds] });
}
