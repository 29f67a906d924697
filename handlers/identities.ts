import type { Context } from 'aws-lambda';
import { readEnvironment } from '../adapters/environment.ts';
import { wireLogger, wireReview, wireStores } from '../adapters/wire.ts';
import { wireIdentities } from '../adapters/wire-identities.ts';
import { functionMilliseconds } from '../core/base/limits.ts';
import type { IdentitiesResult } from '../core/review/identities/identities-result.ts';
import { leastAnswer } from '../core/review/reserve.ts';
import { fitResult } from '../core/review/review-result.ts';
import { BadEvent } from '../flow/bad-event.ts';
import { loadConfiguration } from '../flow/configuration.ts';
import { readOrganizationContext } from '../flow/identities/account-context.ts';
import type { PublishedIdentities } from '../flow/identities/publish-identities.ts';
import { type NotEntered, readIdentityEvent, reviewAccount } from '../flow/identities/review-account.ts';
import {
  ofManyAccounts,
  reviewAccountAlone,
  runRequestedIdentities,
} from '../flow/identities/run-requested-identities.ts';
import { reviewOfStale, staleChangeIdIn } from '../flow/identities/stale-change.ts';
import { newReviewId } from '../flow/review.ts';
import { requestIdIn } from '../flow/run-requested.ts';
import { type ManyAnswer, type ManyStep, manyAccountsStep, manyStepIn } from './shared/many-accounts-step.ts';
import { type ReviewRefused, refusedFor } from './shared/refused.ts';
import { logFailed, withPublishing } from './shared/set-up-review.ts';
import { notRunStep, reviewedStep, type Step, type StepAnswer, stepIn } from './shared/step.ts';

/**
 * Reviews the IAM of one account on demand: `sls invoke -f identities -d '{"accountId":…,"group":…}'`; without an
 * account, its own. A dry run reads and answers, nothing else; else what it drafts is proposed. A bad event throws. On
 * one machine it runs with the credentials of whoever started it; deployed, AWS does not tell who did, so nobody
 * approves alone. One stored review of an account runs at a time. With `{"requestId": "req-…"}` it carries out a signed
 * request as whoever signed it. With `{"staleChangeId": "chg-…"}` it reviews the account of a change that apply found
 * stale, unless that was done since. Deployed, these are steps of the state machine, which are answered what is to come
 * next. Those of the state machine of many accounts say which part it is (`handlers/shared/many-accounts-step.ts`). Else
 * a request is answered null where another invocation carries it out, or it waits for the end of another review of the
 * account. Or where it cannot be carried out. In the last case whoever asked is told.
 */
export function handler(input: Step, context?: Context): Promise<StepAnswer>;
/** A part of a review of many accounts. */
export function handler(input: ManyStep, context?: Context): Promise<ManyAnswer>;
/** The same, outside of the state machine. */
export function handler(
  input: unknown,
  context?: Context,
): Promise<IdentitiesResult | NotEntered | ReviewRefused | null>;
/** Both of them. */
export async function handler(
  input: unknown,
  context?: Context,
): Promise<IdentitiesResult | NotEntered | ReviewRefused | ManyAnswer | null> {
  const part = manyStepIn(input);
  const step = stepIn(input);
  const asked = step === null ? input : step.event;
  const environment = readEnvironment();
  const configuration = loadConfiguration();
  // What AWS does not answer in time is unknown: the review ends before its function does.
  const ports = wireIdentities(configuration.memberRoles, { until: () => readUntil });
  const milliseconds = context?.getRemainingTimeInMillis?.() ?? functionMilliseconds;
  const readUntil = ports.clock.now() + milliseconds - leastAnswer;
  const reviewId = newReviewId(ports.clock.now());
  const log = wireLogger(environment, reviewId);
  const publishing = () => withPublishing(ports, configuration, environment);
  if (part !== null) {
    const { inLambda } = environment;
    const endsAt = ports.clock.now() + milliseconds;
    const own = { ...(await publishing()), organization: wireReview({ milliseconds }).organization };
    return manyAccountsStep(part, own, { configuration, reviewId, endsAt, inLambda, log });
  }
  const readOrganization = () => readOrganizationContext(wireReview().organization);
  const given = { configuration, readOrganization, reviewId };
  const finish = ({ changed, found, run, sending, watched }: PublishedIdentities) => {
    log.info(
      { changed, found: found.length, watched: watched.noted, sent: sending.sent },
      'what the review found was stored',
    );
    logFailed(log, { sending, watched });
    return step ? reviewedStep(run.result) : fitResult(run.result);
  };

  const requestId = requestIdIn(asked);
  const invocationId = step?.execution ?? context?.awsRequestId ?? reviewId;
  if (requestId !== null) {
    const run = runRequestedIdentities(await publishing(), requestId, invocationId, given);
    const requested = await run.catch(refusedRequest);
    if ('run' in requested) return finish(requested);
    if ('refused' in requested) {
      log.warn({ requestId, reason: requested.refused }, 'a request cannot be carried out');
      return step && { status: 'refused' };
    }
    log.info(
      { requestId, ...requested },
      'not begun: another invocation carries out this request, or it waits for the end of another review',
    );
    return step && notRunStep(requested);
  }

  const staleId = staleChangeIdIn(asked);
  const { at: staleAt, event } =
    staleId === null
      ? { at: null, event: readIdentityEvent(asked, configuration, ports.clock.now()) }
      : await reviewOfStale({ ...ports, stores: wireStores(environment) }, staleId);
  if (event.organization) throw new BadEvent(`organization: ${ofManyAccounts}`);
  const accountId = event.accountId ?? (await ports.caller.identity()).accountId;
  if (event.dryRun === true) {
    const organization = await readOrganization();
    return reviewWithoutStoring(ports, accountId, event, { ...given, organization });
  }
  const deployed = staleId === null ? 'unknown' : 'stale';
  const startedBy = { type: environment.inLambda ? deployed : 'caller' } as const;
  const run = { ...given, startedBy };
  const as = { invocationId, staleAt };
  const published = await reviewAccountAlone(await publishing(), accountId, event, run, as);
  if ('instead' in published) {
    log.info(
      published,
      'not begun: the review named here began after the change was found stale and covers its account',
    );
    return step && notRunStep(published);
  }
  if ('running' in published) {
    const { reviewId: running } = published.running;
    log.warn({ running }, 'refused: another stored review of this account runs');
    return step ? notRunStep({ waitsFor: running }) : refusedFor(published);
  }
  if (published.status === 'published') return finish(published);
  log.error(published, 'the account cannot be entered');
  return step ? { status: 'refused' } : published;
}

async function reviewWithoutStoring(
  ...of: Parameters<typeof reviewAccount>
): Promise<IdentitiesResult | NotEntered> {
  const reviewed = await reviewAccount(...of);
  return reviewed.status === 'unreachable' ? reviewed : fitResult(reviewed.result);
}

/** Why a request cannot be carried out. What is no fault of the request is thrown on. */
function refusedRequest(error: unknown): { readonly refused: string } {
  if (!(error instanceof BadEvent)) throw error;
  return { refused: error.message };
}
