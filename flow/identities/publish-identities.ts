import type { Caller } from '../../adapters/ports.ts';
import { canonicalJson } from '../../core/base/canonical-json.ts';
import type { Configuration } from '../../core/base/configuration.ts';
import { dayMilliseconds } from '../../core/base/limits.ts';
import { restsOf } from '../../core/change/deciding/suppression.ts';
import { type StartedBy, starterOf } from '../../core/change/life/starter.ts';
import { grantsSeenIn } from '../../core/identity/granted-since.ts';
import type { SubjectChoice } from '../../core/identity/subject.ts';
import type { Seen } from '../../core/kinds/kind.ts';
import { identityEvents } from '../../core/message/events/identity-events.ts';
import type {
  IdentitiesResult,
  IdentityFindingResult,
} from '../../core/review/identities/identities-result.ts';
import { identitiesResultOf } from '../../core/review/identities/identities-result-of.ts';
import type { IdentityEvent } from '../../core/review/identities/identity-event.ts';
import { BadEvent } from '../bad-event.ts';
import { proposeChanges, withoutTooLarge } from '../propose-changes.ts';
import type { PublishPorts } from '../publish.ts';
import { type SendReport, sendOutbox } from '../send-outbox.ts';
import { type Watching, watchChanges } from '../watch.ts';
import type { OrganizationContext } from './account-context.ts';
import {
  type IdentityReviewPorts,
  type IdentityRun,
  type NotEntered,
  type OnIdentityProgress,
  reviewAccount,
} from './review-account.ts';
import { readStanding } from './standing.ts';

/** A review of one account's IAM that ran, and what was published of it. */
export interface PublishedIdentities {
  readonly status: 'published';
  readonly run: IdentityRun;
  /** Findings that no earlier review of the same had. */
  readonly found: readonly IdentityFindingResult[];
  /** Changes that were proposed, revised or superseded, by id. */
  readonly changed: readonly string[];
  /** Applied changes of which the review saw something new, and those that nobody can watch. */
  readonly watched: Watching;
  readonly sending: SendReport;
}

/**
 * Reviews the IAM of one account, stores what it found, proposes what it drafted and tells what is new. What is to be said
 * is stored first, so a crash repeats a message at worst. Throws `BadEvent` where the organization may not be read: then
 * nobody knows who may decide on the account.
 */
export async function reviewAndPublishAccount(
  ports: IdentityReviewPorts & PublishPorts & { readonly caller: Caller },
  accountId: string,
  event: IdentityEvent,
  given: {
    readonly configuration: Configuration;
    readonly organization: OrganizationContext | null;
    readonly reviewId: string;
    readonly startedBy: StartedBy;
    readonly onProgress?: OnIdentityProgress;
  },
): Promise<PublishedIdentities | NotEntered> {
  const { clock, stores } = ports;
  const { configuration, onProgress, organization, reviewId, startedBy } = given;
  const tree = organization?.tree;
  if (!tree?.entities.has(accountId))
    throw new BadEvent(
      `accountId: ${accountId} is not an account of an organization that these credentials may read, so nobody can be asked: add "dryRun": true`,
    );
  const { arn } = await ports.caller.identity();
  const standing = await readStanding(
    stores.changes,
    { organizationId: tree.id, accountId },
    restsOf({ ...configuration, thresholdDays: event.thresholdDays ?? configuration.thresholdDays }),
    clock.now(),
  );
  const reviewed = await reviewAccount(ports, accountId, event, {
    configuration,
    organization,
    reviewId,
    standing,
    seenBefore: (cutOff) => stores.grants.latestBefore({ organizationId: tree.id, accountId }, cutOff),
    ...(onProgress && { onProgress }),
  });
  if (reviewed.status === 'unreachable') return reviewed;
  const { facts, request, startedAt } = reviewed;
  const scopeId = scopeOf(accountId, request.choice);
  const found = newIn(reviewed.result, await earlierResult(stores.reviews, tree.id, scopeId));
  const seen: Seen = {
    review: 'identities',
    account: facts.identities,
    identityReports: facts.reports,
    readSince: startedAt,
    now: clock.now(),
  };
  // Before a change that was undone by hand is proposed again, that it was undone is told.
  const watched = await watchChanges(stores, tree.id, seen);
  const { changed, tooLarge } = await proposeChanges(ports, {
    tree,
    changes: reviewed.decision.changes,
    configuration,
    seen,
    starter: starterOf(startedBy, arn, configuration),
    // A use within the threshold ends an open change, which its kind sees; nothing else does.
    closed: () => null,
  });
  const decision = withoutTooLarge(reviewed.decision, tooLarge);
  const result = identitiesResultOf(decision, facts, request, reviewed.result.metrics);
  const now = clock.now();
  await stores.outbox.putEvents(
    identityEvents(result, found, { organizationId: tree.id, account: facts.account }, now),
    now,
  );
  const { asOf, thresholdDays } = request;
  const { status } = result;
  const expiresAt = now + configuration.evidenceDays * dayMilliseconds;
  await stores.grants.save(
    { organizationId: tree.id, accountId },
    grantsSeenIn(facts.identities, facts.readAt),
    expiresAt,
  );
  await stores.reviews.saveReview(
    { id: reviewId, organizationId: tree.id, scopeId, asOf, thresholdDays, status, namespaces: [] },
    result,
  );
  const sending = await sendOutbox(ports, [...changed, ...watched.noted]);
  const run = { ...reviewed, decision, result };
  return { status: 'published', run, found, changed, watched, sending };
}

/** Reviews of the same choice in the same account are compared with each other, and with no review of the organization. */
function scopeOf(accountId: string, choice: SubjectChoice): string {
  return `iam:${accountId}:${canonicalJson({ ...choice })}`;
}

async function earlierResult(
  reviews: PublishPorts['stores']['reviews'],
  organizationId: string,
  scopeId: string,
): Promise<IdentitiesResult | null> {
  const latest = await reviews.latestReview(organizationId, scopeId);
  if (latest === null) return null;
  return ((await reviews.loadReview(latest.id))?.result as IdentitiesResult | undefined) ?? null;
}

function newIn(
  { findings }: IdentitiesResult,
  earlier: IdentitiesResult | null,
): readonly IdentityFindingResult[] {
  const known = new Set(earlier?.findings.map(({ id, status }) => `${id} ${status}`));
  return findings.filter(
    ({ id, status }) => (status === 'open' || status === 'held') && !known.has(`${id} ${status}`),
  );
}
