import type { AccountLine, AccountList } from '../../adapters/account-list-ports.ts';
import type { Caller, Organization } from '../../adapters/ports.ts';
import type { Configuration } from '../../core/base/configuration.ts';
import { dayMilliseconds } from '../../core/base/limits.ts';
import type { StartedBy } from '../../core/change/life/starter.ts';
import { manyAccountsEvent } from '../../core/message/events/identity-events.ts';
import { buildTree, entityOf } from '../../core/organization/organization.ts';
import { type AccountRange, rangesOf, widthsOf } from '../../core/review/identities/account-ranges.ts';
import {
  accountsToReview,
  type IdentitiesSummary,
  identitiesSummaryOf,
  isWhole,
  unreachableSummary,
} from '../../core/review/identities/identities-summary.ts';
import type { IdentityEvent } from '../../core/review/identities/identity-event.ts';
import { isOfIdentities, type RequestOutcome } from '../../core/review/requested-review.ts';
import { leaseKey, reviewedWhat } from '../../core/review/running.ts';
import { BadEvent } from '../bad-event.ts';
import { noteProgress } from '../note-progress.ts';
import { oneAtATime, type Running } from '../one-at-a-time.ts';
import type { PublishPorts } from '../publish.ts';
import { type Carried, type NotRun, runRequest } from '../run-requested.ts';
import { sendOutbox } from '../send-outbox.ts';
import { scopeNamed } from './across-accounts.ts';
import type { IdentityReviewPorts } from './review-account.ts';

/** What a review of the identities of many accounts works with. */
export type ManyPorts = IdentityReviewPorts &
  PublishPorts & {
    readonly caller: Caller;
    readonly organization: Pick<Organization, 'readTree' | 'readPolicies'>;
  };

/** What every part of it is told. */
export interface ManyGiven {
  readonly configuration: Configuration;
  /** The execution: a further attempt takes the place of the one before. */
  readonly invocationId: string;
  readonly reviewId: string;
}

/** What starts it: a signed request, or an event and whoever started it. */
export type AskedOfMany =
  | { readonly requestId: unknown }
  | { readonly event: IdentityEvent; readonly startedBy: StartedBy };

/** Which accounts there are, as ranges of the stored list, and how many ranges are gone through at a time. */
export interface Listed {
  readonly reviewId: string;
  readonly accounts: number;
  readonly ranges: readonly AccountRange[];
  readonly sideBySide: number;
}

/** What came of all accounts. */
export interface Concluded {
  readonly summary: IdentitiesSummary;
  readonly outcome: Exclude<RequestOutcome, { readonly failed: string }>;
}

/** So many ids of changes are told with the outcome: it is one item of the table, and fifty outcomes are listed in one answer. */
const mostChangeIds = 50;

/**
 * Begins a review of the identities of many accounts, or has one go on that stopped short: stores what all its invocations go by.
 * Waits for the end of another one. Throws `BadEvent` for what cannot be reviewed, of which whoever asked is told.
 */
export function listAccounts(
  ports: ManyPorts,
  request: AskedOfMany,
  given: ManyGiven,
): Promise<Listed | NotRun> {
  return inItsPlace(ports, request, given, async (own, { event: asked, startedBy }, reviewId) => {
    const { configuration } = given;
    const list = await listOf(own, asked, startedBy, reviewId);
    const { event } = list;
    const expiresAt = own.clock.now() + configuration.evidenceDays * dayMilliseconds;
    await own.stores.accountLists.keep(list, expiresAt);
    const done = await linesOf(own, list);
    const noted = { reviewId, scopeId: event.ou ?? null, startedBy, kind: 'identities' } as const;
    const note = await noteProgress(own, { ...noted, counts: 'accounts' }, configuration);
    const accounts = list.accounts.length;
    await note({ reportsDone: done.size, reportsOpen: accounts - done.size });
    const widths = widthsOf(configuration.identities.accountsSideBySide);
    const ranges = rangesOf(accounts, widths.accounts);
    return { answer: { reviewId, accounts, ranges, sideBySide: widths.invocations }, outcome: null };
  });
}

/** Sums up what came of all accounts, stores and tells it. An account without a line is one whose review failed each time. */
export function conclude(
  ports: ManyPorts,
  asked: AskedOfMany,
  given: ManyGiven,
): Promise<Concluded | NotRun> {
  const { configuration, reviewId } = given;
  return inItsPlace(ports, asked, given, async (own, { startedBy }) => {
    const { clock, stores } = own;
    const list = await keptList(own, reviewId);
    const { event } = list;
    const lines = await linesOf(own, list);
    const summary = identitiesSummaryOf(
      reviewId,
      list.accounts.map(
        (account) =>
          lines.get(account.id)?.account ?? unreachableSummary(account, neverEnded, 'REVIEW_FAILED'),
      ),
    );
    const status = isWhole(summary) ? 'completed' : 'partial';
    const changeIds = [...lines.values()].flatMap((line) => line.changeIds);
    const outcome = {
      ...({
        status,
        openFindings: summary.totals.findings,
        changeIds: changeIds.slice(0, mostChangeIds),
      } as const),
      ...(changeIds.length > mostChangeIds && { changes: changeIds.length }),
    };
    const { id: organizationId, ...tree } = buildTree(list.facts);
    const { id, name, path, type } = entityOf({ id: organizationId, ...tree }, event.ou ?? tree.rootId);
    const thresholdDays = event.thresholdDays ?? configuration.thresholdDays;
    const place = { organizationId, scope: { id, type, name, path }, thresholdDays };
    await stores.outbox.putEvents([manyAccountsEvent(summary, place, clock.now())], clock.now());
    const kept = {
      id: reviewId,
      organizationId,
      scopeId: `accounts:${id}`,
      asOf: list.startedAt,
      thresholdDays,
    };
    await stores.reviews.saveReview({ ...kept, status, namespaces: [] }, summary);
    const noted = { reviewId, scopeId: event.ou ?? null, startedBy, kind: 'identities' } as const;
    const note = await noteProgress(own, { ...noted, counts: 'accounts' }, configuration);
    await note({ reportsDone: list.accounts.length, reportsOpen: 0, outcome });
    await sendOutbox(own, []);
    return { answer: { summary, outcome }, outcome };
  });
}

const neverEnded = 'its review was begun and never ended: the log of the function identities says why';

/** The list of a review that has begun. Throws where there is none. */
export async function keptList(
  { stores }: Pick<ManyPorts, 'stores'>,
  reviewId: string,
): Promise<AccountList> {
  const list = await stores.accountLists.load(reviewId);
  if (list === null) throw new Error(`${reviewId}: the list of its accounts is not kept`);
  return list;
}

async function linesOf(
  { stores }: Pick<ManyPorts, 'stores'>,
  { accounts, reviewId }: AccountList,
): Promise<ReadonlyMap<string, AccountLine>> {
  const [first, last] = [accounts[0], accounts.at(-1)];
  return first && last ? stores.accountLists.lines(reviewId, first.id, last.id) : new Map();
}

/** The list as it was kept, so that a review that goes on is of the same accounts; else as the organization is now. */
async function listOf(
  { clock, organization, stores }: ManyPorts,
  event: IdentityEvent,
  startedBy: StartedBy,
  reviewId: string,
): Promise<AccountList> {
  const kept = await stores.accountLists.load(reviewId);
  if (kept !== null) return { ...kept, startedBy };
  const startedAt = clock.now();
  const [facts, policies] = await Promise.all([
    organization.readTree(),
    organization.readPolicies(Number.POSITIVE_INFINITY),
  ]);
  const tree = buildTree(facts);
  const scope = scopeNamed(tree, event.ou ?? null);
  const accounts = [...accountsToReview(tree, scope)].sort((a, b) => (a.id < b.id ? -1 : 1));
  // By its id from here on: it may have another name before the review ends.
  const ofScope = event.ou === undefined ? event : { ...event, ou: scope };
  return { reviewId, startedAt, startedBy, event: ofScope, accounts, facts, policies };
}

/** The lease of such reviews. */
export async function keyOfMany({ caller }: Pick<ManyPorts, 'caller'>): Promise<string> {
  return leaseKey('accounts', (await caller.identity()).accountId);
}

/** Carries out a part of such a review while no other one runs, as started by whoever asked. */
async function inItsPlace<Answer>(
  ports: ManyPorts,
  asked: AskedOfMany,
  { configuration, invocationId, reviewId }: ManyGiven,
  work: (
    own: ManyPorts,
    begun: { readonly event: IdentityEvent; readonly startedBy: StartedBy },
    reviewId: string,
  ) => Promise<Carried<Answer>>,
): Promise<Answer | NotRun> {
  if ('requestId' in asked)
    return runRequest(ports, asked.requestId, configuration, {
      invocationId,
      reviewId,
      functionName: 'identities',
      keyOf: async ({ event }) => {
        if (!isOfIdentities(event) || !event.organization)
          throw new BadEvent(
            `requestId: ${asked.requestId} does not ask for the identities of many accounts`,
          );
        return keyOfMany(ports);
      },
      carryOut: (own, { event, requestedBy }, { reviewId: id }) => {
        if (!isOfIdentities(event)) throw new Error(`${asked.requestId} changed what it asks for`);
        return work(own, { event, startedBy: { type: 'principal', arn: requestedBy } }, id);
      },
    });
  const beginning = {
    invocationId,
    reviewId,
    key: await keyOfMany(ports),
    event: reviewedWhat({ ...asked.event, kind: 'identities' }, configuration),
  };
  const ran = await oneAtATime<ManyPorts, Carried<Answer>>(
    ports,
    beginning,
    configuration,
    (own, { reviewId: id }) => work(own, asked, id),
    ({ outcome }) => (outcome === null ? 'further' : 'done'),
  );
  return isRunning(ran) ? { waitsFor: ran.running.reviewId } : ran.answer;
}

function isRunning(ran: Running | Carried<unknown>): ran is Running {
  return 'running' in ran;
}
