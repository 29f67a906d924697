import { randomBytes } from 'node:crypto';
import type { AccountLine, AccountList } from '../../adapters/account-list-ports.ts';
import { concurrently } from '../../adapters/concurrently.ts';
import { dayMilliseconds } from '../../core/base/limits.ts';
import { buildTree } from '../../core/organization/organization.ts';
import { type AccountRange, widthsOf } from '../../core/review/identities/account-ranges.ts';
import type { IdentitiesResult } from '../../core/review/identities/identities-result.ts';
import {
  type AccountToReview,
  summaryOfResult,
  unreachableSummary,
} from '../../core/review/identities/identities-summary.ts';
import { endedBefore, leaseKey, leaseMilliseconds, reviewedWhat } from '../../core/review/running.ts';
import { callFailureOf } from '../apply-ports.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import type { OrganizationContext } from './account-context.ts';
import { keptList, keyOfMany, type ManyGiven, type ManyPorts } from './many-accounts.ts';
import { reviewAndPublishAccount } from './publish-identities.ts';

/** How far a range is. */
export type RangeRun =
  | { readonly status: 'completed' | 'continuing' }
  /** Another review has an account, or the place of this one. */
  | { readonly status: 'waiting'; readonly waitsFor: string };

/** The part of an invocation's time in which it begins no further account, so that each has time to end. */
const lastPart = 0.5;

/**
 * Reviews the accounts of a range that have no line yet, some side by side, publishes what is new of each and keeps its line.
 * What AWS refuses is told in the account's line. Any other failure keeps no other account from its review: it is thrown when
 * nothing else is left, and the next attempt begins with what has no line.
 */
export async function reviewRange(
  ports: ManyPorts,
  range: AccountRange,
  given: ManyGiven & { readonly endsAt: number },
): Promise<RangeRun> {
  const { clock, stores } = ports;
  const { configuration, endsAt, reviewId } = given;
  const list = await keptList(ports, reviewId);
  const beginsUntil = endsAt - (endsAt - clock.now()) * lastPart;
  const holder = await hold(ports, list, given);
  if (holder !== null) return { status: 'waiting', waitsFor: holder };
  const heartbeat = setInterval(
    () => void hold(ports, list, given).catch(() => undefined),
    leaseMilliseconds / 4,
  );
  heartbeat.unref();
  try {
    const accounts = list.accounts.slice(range.from, range.to);
    const [first, last] = [accounts[0], accounts.at(-1)];
    if (!first || !last) return { status: 'completed' };
    const done = await stores.accountLists.lines(reviewId, first.id, last.id);
    const organization = { tree: buildTree(list.facts), policies: list.policies };
    const expiresAt = clock.now() + configuration.evidenceDays * dayMilliseconds;
    const width = widthsOf(configuration.identities.accountsSideBySide).accounts;
    const open = accounts.filter(({ id }) => !done.has(id));
    const failures: unknown[] = [];
    const left = await concurrently(open, width, async (account): Promise<RangeRun | null> => {
      if (clock.now() >= beginsUntil) return { status: 'continuing' };
      try {
        const line = await lineOf(ports, account, list, organization, given);
        if ('waitsFor' in line) return { status: 'waiting', ...line };
        const isNew = await stores.accountLists.keepLine(reviewId, line, expiresAt);
        await stores.accountLists.countDone(reviewId, isNew ? 1 : 0, clock.now());
      } catch (error) {
        failures.push(error);
      }
      return null;
    });
    const rest = left.filter((run) => run !== null);
    const next = rest.find(({ status }) => status === 'continuing') ?? rest[0];
    if (!next && failures.length > 0)
      throw new AggregateError(
        failures,
        `${failures.length} accounts failed, the first with: ${failures[0]}`,
      );
    return next ?? { status: 'completed' };
  } finally {
    clearInterval(heartbeat);
  }
}

/** Takes or keeps the place of the whole review, which all its invocations have together; answers which review has it instead, or null. */
async function hold(
  ports: ManyPorts,
  { event, startedAt }: AccountList,
  { configuration, invocationId, reviewId }: ManyGiven,
): Promise<string | null> {
  const { clock, stores } = ports;
  const now = clock.now();
  await stores.accountLists.countDone(reviewId, 0, now);
  const lease = {
    key: await keyOfMany(ports),
    token: randomBytes(8).toString('hex'),
    invocationId,
    reviewId,
    event: reviewedWhat({ ...event, kind: 'identities' }, configuration),
    startedAt,
    expiresAt: now + leaseMilliseconds,
  };
  const taking = await stores.runs.take(lease, endedBefore(now));
  return taking.taken ? null : taking.holder.reviewId;
}

/** Reviews one account under an id of its own, unless it was published before a crash; its line, or which review has the account. */
async function lineOf(
  ports: ManyPorts,
  account: AccountToReview,
  { event, reviewId, startedAt, startedBy }: AccountList,
  organization: OrganizationContext,
  { configuration, invocationId }: ManyGiven,
): Promise<AccountLine | { readonly waitsFor: string }> {
  const ownId = `${reviewId}-${account.id}`;
  const { asOf: _, dryRun: __, organization: ___, ou: ____, ...asked } = event;
  const own = { ...asked, accountId: account.id };
  try {
    const published = await ports.stores.reviews.loadReview(ownId);
    if (published !== null) return lineOfResult(account, published.result as IdentitiesResult);
    const beginning = {
      invocationId,
      reviewId: ownId,
      key: leaseKey('identities', account.id),
      notBefore: startedAt,
      event: reviewedWhat({ ...own, kind: 'identities' }, configuration),
    };
    const run = await oneAtATime(ports, beginning, configuration, (fencedPorts) =>
      reviewAndPublishAccount(fencedPorts, account.id, own, {
        configuration,
        organization,
        reviewId: ownId,
        startedBy,
      }),
    );
    if ('running' in run) return { waitsFor: run.running.reviewId };
    if (run.status === 'unreachable')
      return { account: unreachableSummary(account, run.message), changeIds: [] };
    return lineOfResult(account, run.run.result);
  } catch (error) {
    const refused = callFailureOf(error);
    if (refused !== null) return { account: unreachableSummary(account, refused.message), changeIds: [] };
    throw error;
  }
}

function lineOfResult(account: AccountToReview, result: IdentitiesResult): AccountLine {
  const { reviewId } = result;
  return {
    account: { ...summaryOfResult(account, result), reviewId },
    changeIds: result.changes.map(({ id }) => id),
  };
}
