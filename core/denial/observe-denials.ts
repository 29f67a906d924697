import { dayMilliseconds } from '../base/limits.ts';
import type { ChangeEvent, EventBody } from '../change/life/events.ts';
import { type ChangeRecord, nextInstant } from '../change/life/life.ts';
import { collapse, type DeniedCalls, sameCalls } from './collapse.ts';
import type { DeniedCall } from './denied-call.ts';

/** Denied calls are looked for so long after a change was applied, in days. */
export const denialDays = 14;

/** The bounds that keep a flood out of a history, which is one item, and out of people's mail. */
export const denialBounds = {
  /** Principals and actions that one batch may bring. */
  inOneBatch: 20,
  /** Events of one revision; the second half is kept for principals and actions that are new. */
  ever: 400,
  /** Actions of one principal: nobody uses up what others are seen by. */
  ofOnePrincipal: 40,
  /** Messages about one revision within 24 hours. */
  messagesADay: 5,
} as const;

/** A clock may be ahead by so much, in milliseconds: a call from further ahead would hide those until then. */
const aheadMilliseconds = 15 * 60_000;

/** The code of the note that says once that more was denied than is listed. */
export const moreDeniedCode = 'MORE_DENIED';

/** What denied calls add to a history, and how many of them are left out of it for want of room. */
export interface ObservedDenials {
  readonly events: readonly ChangeEvent[];
  readonly leftOut: number;
}

type Observed = Extract<EventBody, { readonly type: 'denied-access-observed' }>;
interface Known {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/**
 * What denied calls, all this change's doing, add to its history. A principal and an action that are new are an event.
 * So are known ones once their number has doubled or a day has passed. People get one message of a service within a day,
 * and never another one of the same principal and action. A call no later than one that was counted counts no more, so a
 * batch that comes twice adds nothing, and a count is the least that it can be. What finds no room is counted here, and
 * noted once a revision.
 */
export function observeDenials(
  record: ChangeRecord,
  calls: readonly DeniedCall[],
  now: number,
): ObservedDenials {
  const { content, history, revision, state } = record;
  if (state.status !== 'applied') return { events: [], leftOut: 0 };
  const earlier = history.filter(
    (event): event is ChangeEvent & Observed =>
      event.type === 'denied-access-observed' && event.revision === revision,
  );
  const known = knownIn(earlier);
  const tallies = collapse(
    calls.filter(
      (call) => isWithin(call, state.appliedAt, now) && call.at > (known.get(sameCalls(call))?.lastAt ?? 0),
    ),
  );
  const isNew = (tally: DeniedCalls): boolean => !known.has(sameCalls(tally));
  const fresh = tallies.filter(isNew);
  const grown = tallies.filter((tally) => hasGrown(known.get(sameCalls(tally)), tally));
  const told = earlier.filter(({ principal }) => principal !== undefined).length;
  const roomForGrown = Math.max(0, denialBounds.ever / 2 - told);
  const kept = [...withinShare(fresh, earlier), ...grown.slice(0, roomForGrown)].slice(
    0,
    Math.max(0, Math.min(denialBounds.inOneBatch, denialBounds.ever - told)),
  );
  const spoken = new Set(
    earlier.flatMap(({ action, principal, quiet }) =>
      quiet === true || action === undefined || principal === undefined
        ? []
        : sameCalls({ action, principalArn: principal }),
    ),
  );
  const at = nextInstant(record, now);
  const recent = earlier.filter((event) => event.quiet !== true && event.at > at - dayMilliseconds);
  const isFull = new Set(recent.map((event) => event.at)).size >= denialBounds.messagesADay;
  const names = new Map(content.affectedAccounts.map(({ id, name }) => [id, name]));
  const proved = new Set(content.accountIds);
  const left = [...fresh, ...grown].filter((tally) => !kept.includes(tally));
  const leftOut = left.reduce((sum, { count }) => sum + count, 0);
  const head = { at, actor: { type: 'system', id: 'denials' }, revision } as const;
  const events = kept.map((tally): ChangeEvent => {
    const { accountId, action, count, firstAt, lastAt, principalArn, region, serviceNamespace } = tally;
    const before = known.get(sameCalls(tally));
    const isQuiet =
      spoken.has(sameCalls(tally)) ||
      isFull ||
      recent.some((event) => event.serviceNamespace === serviceNamespace);
    return {
      ...head,
      type: 'denied-access-observed',
      serviceNamespace,
      accountId,
      accountName: names.get(accountId) ?? accountId,
      attemptedAt: lastAt,
      region,
      principal: principalArn,
      action,
      count: (before?.count ?? 0) + count,
      firstAt: before?.firstAt ?? firstAt,
      ...(proved.has(accountId) ? {} : { cameLater: true as const }),
      ...(isQuiet ? { quiet: true as const } : {}),
    };
  });
  if (leftOut === 0 || isMoreDenied(record)) return { events, leftOut };
  const detail =
    'more calls were denied than are listed, so what is listed of them is the least that there were';
  return { events: [...events, { ...head, type: 'noted', code: moreDeniedCode, detail }], leftOut };
}

/** Whether more calls were denied than the history of this revision lists. */
export function isMoreDenied({ history, revision }: Pick<ChangeRecord, 'history' | 'revision'>): boolean {
  return history.some(
    (event) => event.type === 'noted' && event.code === moreDeniedCode && event.revision === revision,
  );
}

/** As many of each principal as its share leaves. */
function withinShare(fresh: readonly DeniedCalls[], earlier: readonly Observed[]): readonly DeniedCalls[] {
  const counts = new Map<string, number>();
  const isOneMore = (principal: string): boolean => {
    const count = (counts.get(principal) ?? 0) + 1;
    counts.set(principal, count);
    return count <= denialBounds.ofOnePrincipal;
  };
  for (const { principal } of earlier) if (principal !== undefined) isOneMore(principal);
  return fresh.filter(({ principalArn }) => isOneMore(principalArn));
}

/** CloudTrail tells whole seconds: what came in the second of the apply may have come after it. */
function isWithin({ at }: DeniedCall, appliedAt: number, now: number): boolean {
  return (
    at > appliedAt - 1_000 && at < appliedAt + denialDays * dayMilliseconds && at <= now + aheadMilliseconds
  );
}

function knownIn(events: readonly Observed[]): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  for (const { action, attemptedAt, count = 1, firstAt = attemptedAt, principal } of events) {
    if (principal === undefined || action === undefined) continue;
    known.set(sameCalls({ action, principalArn: principal }), { count, firstAt, lastAt: attemptedAt });
  }
  return known;
}

function hasGrown(before: Known | undefined, { count, lastAt }: DeniedCalls): boolean {
  return before !== undefined && (count >= before.count || lastAt >= before.lastAt + dayMilliseconds);
}
