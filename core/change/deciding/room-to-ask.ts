import { minuteUtc } from '../../base/iso-time.ts';
import { dayMilliseconds } from '../../base/limits.ts';
import { approverPrefix } from '../life/starter.ts';
import type { DecisionRefusal } from '../links/refusal.ts';

/** One request of somebody who is no approver to give services back, as far as it counts. Times are epoch milliseconds. */
export interface AskedBack {
  /** The change that was proposed for it. */
  readonly id: string;
  /** The change that denies what is asked back. */
  readonly of: string;
  /** What is the same for all credentials that may be one person's; `approver/ID` by an approver's link; null: by a link of a channel. */
  readonly asker: string | null;
  readonly at: number;
  /** When the question ends unanswered. */
  readonly until: number;
  /** What is the same for two requests for the same; absent in older entries. */
  readonly wanted?: string;
}

/** Why there is no room, and the ids of the changes that would make room once they are answered. */
export interface NoRoom {
  readonly refusal: DecisionRefusal;
  readonly waiting: readonly string[];
}

/** Bounds of ours: each request is a message to every approver in scope. `open` waits for an answer, `day` is within 24 hours. */
const askLimits = {
  ofOne: { open: 3, day: 5 },
  ofAccount: { open: 6, day: 10 },
  byLinksOfChange: { open: 3, day: 5 },
  ofChange: { open: 10, day: 20 },
  ofAll: { open: 50, day: 100 },
} as const;

/** The entries that still count at this instant (epoch ms): of the last day, or open. `ended` are ids that were answered. */
export function stillCounted(
  entries: readonly AskedBack[],
  now: number,
  ended: ReadonlySet<string>,
): readonly AskedBack[] {
  return entries.filter((entry) => now - entry.at < dayMilliseconds || isOpen(entry, now, ended));
}

/** Why one more request by this asker about this change is one too many now, with when there is room again; null where there is room. Of what waits, the most that one bound holds are named. */
export function whyNoRoom(
  entries: readonly AskedBack[],
  { asker, of }: Pick<AskedBack, 'asker' | 'of'>,
  now: number,
  ended: ReadonlySet<string>,
): NoRoom | null {
  if (isApprover(asker))
    return whyFull(
      [{ counted: entries.filter((entry) => entry.asker === asker), limit: askLimits.ofOne, who: 'you' }],
      now,
      ended,
    );
  // What approvers ask by their links takes nobody's place, nor does anybody take theirs.
  return whyFull(
    boundsOf(
      entries.filter((entry) => !isApprover(entry.asker)),
      { asker, of },
    ),
    now,
    ended,
  );
}

/** So many of these are too many; `who` is whose they are, in words. */
interface Bound {
  readonly counted: readonly AskedBack[];
  readonly limit: { readonly open: number; readonly day: number };
  readonly who: string;
}

function boundsOf(
  entries: readonly AskedBack[],
  { asker, of }: Pick<AskedBack, 'asker' | 'of'>,
): readonly Bound[] {
  const ofChange = entries.filter((entry) => entry.of === of);
  const own =
    asker === null
      ? ofChange.filter((entry) => entry.asker === null)
      : entries.filter((entry) => entry.asker === asker);
  return [
    {
      counted: own,
      limit: asker === null ? askLimits.byLinksOfChange : askLimits.ofOne,
      who: asker === null ? `links about ${of}` : 'you',
    },
    ...(accountOf(asker) === ''
      ? []
      : [
          {
            counted: entries.filter((entry) => accountOf(entry.asker) === accountOf(asker)),
            limit: askLimits.ofAccount,
            who: `account ${accountOf(asker)}`,
          },
        ]),
    { counted: ofChange, limit: askLimits.ofChange, who: `all about ${of}` },
    { counted: entries, limit: askLimits.ofAll, who: 'everybody together' },
  ];
}

function whyFull(bounds: readonly Bound[], now: number, ended: ReadonlySet<string>): NoRoom | null {
  for (const { counted, limit, who } of bounds) {
    const today = counted
      .filter(({ at }) => now - at < dayMilliseconds)
      .sort((one, other) => one.at - other.at);
    if (today.length >= limit.day) {
      const again = (today.at(today.length - limit.day)?.at ?? now) + dayMilliseconds;
      return tooMany(`${limit.day} requests within a day by ${who}: ask again after ${minuteUtc(again)}`);
    }
    const open = counted.filter((entry) => isOpen(entry, now, ended));
    if (open.length >= limit.open) {
      const again = Math.min(...open.map(({ until }) => until));
      const ids = [...new Set(open.map(({ id }) => id))].sort();
      return tooMany(
        `${limit.open} requests by ${who} wait for an answer (${ids.slice(0, 5).join(', ')}): ask again once one of them has it, at the latest after ${minuteUtc(again)}`,
        ids,
      );
    }
  }
  return null;
}

function isApprover(asker: string | null): boolean {
  return asker?.startsWith(approverPrefix) ?? false;
}

/** The account of a principal's ARN; empty where nobody knows who asked. */
function accountOf(asker: string | null): string {
  return asker?.split(':')[4] ?? '';
}

function isOpen({ id, until }: AskedBack, now: number, ended: ReadonlySet<string>): boolean {
  return now < until && !ended.has(id);
}

function tooMany(detail: string, waiting: readonly string[] = []): NoRoom {
  return { refusal: { code: 'TOO_MANY', detail }, waiting };
}
