import { dayMilliseconds } from '../base/limits.ts';
import type { CompletedReport } from './access-report.ts';

/** A time in which a service was used below an entity. Days since 1970 in UTC. */
export interface UseSpan {
  readonly first: number;
  readonly last: number;
  /** The last day on which a report showed nothing newer. */
  readonly quietUntil: number;
  /** The account that AWS named for the last use; empty where it named none. */
  readonly accountId: string;
  /** Whether AWS counted no other account than that one. AWS names only the last of several. */
  readonly alone: boolean;
}

/**
 * What reports ever showed of use, by service, then by entity: spans, oldest first, with quiet times between them. An entity has
 * what its own reports showed; an account has also every day on which the report of any entity named it. It outlives AWS's own 400 days.
 */
export type SeenUse = ReadonlyMap<string, ReadonlyMap<string, readonly UseSpan[]>>;

/** What is known by now, and the services of which that is more than before. */
export interface GrownUse {
  readonly seen: SeenUse;
  readonly services: readonly string[];
}

/** So many days without any use part two times of use: a quarter, with some to spare. */
const quietDays = 60;
/** Older spans say nothing that these do not. */
const mostSpans = 6;
/** A quiet time is written down anew after so many days, not at every review. */
const quietStep = 14;

/** What was seen, with what these reports show, of one service where it is named. */
export function withReports(seen: SeenUse, reports: readonly CompletedReport[], only?: string): GrownUse {
  const next = new Map<string, Map<string, readonly UseSpan[]>>();
  for (const { completedAt, entityId, rows } of reports) {
    for (const row of only === undefined ? rows.values() : [rows.get(only)]) {
      if (row === undefined || row.unreadable !== undefined) continue;
      const { accountsEverUsed, lastAccessedAt, lastAccessedBy, serviceNamespace } = row;
      const known = next.get(serviceNamespace) ?? seen.get(serviceNamespace);
      const grow = (id: string, spans: readonly UseSpan[]): void => {
        if (spans === (known?.get(id) ?? none)) return;
        const grown = next.get(serviceNamespace) ?? new Map(known);
        next.set(serviceNamespace, grown.set(id, spans));
      };
      const used = lastAccessedAt === null ? null : dayOf(lastAccessedAt);
      const day = dayOf(completedAt);
      const accountId = lastAccessedBy?.id ?? '';
      const spans = known?.get(entityId) ?? none;
      const own = known?.get(accountId) ?? none;
      grow(entityId, withLook(spans, { used, day, by: { accountId, alone: accountsEverUsed === 1 } }));
      if (accountId === '' || accountId === entityId || used === null) continue;
      const wasNamed = spans.at(-1)?.accountId === accountId;
      grow(accountId, withNamed(own, { used, day, accountId, wasNamed }));
    }
  }
  return { seen: new Map([...seen, ...next]), services: [...next.keys()].sort() };
}

/** What came back after a quiet time: of the rest no season is known. */
export function cameBack(seen: SeenUse): SeenUse {
  const often = ([, spans]: readonly [string, readonly UseSpan[]]): boolean => spans.length > 1;
  return new Map([...seen].map(([service, entities]) => [service, new Map([...entities].filter(often))]));
}

const none: readonly UseSpan[] = [];

/** One look at a service: the day of the last use as the report shows it, or null, and the day of the report. */
interface Look {
  readonly used: number | null;
  readonly day: number;
  readonly by: Pick<UseSpan, 'accountId' | 'alone'>;
}

/** The spans with one look more; the same list where it tells nothing new. A use begins a new span only where a report showed quiet days before it. */
function withLook(spans: readonly UseSpan[], { by, day, used }: Look): readonly UseSpan[] {
  const last = spans.at(-1);
  if (last === undefined)
    return used === null ? spans : [{ first: used, last: used, quietUntil: day, ...by }];
  if (used === null || used <= last.last) {
    if (day < last.quietUntil + quietStep) return spans;
    return [...spans.slice(0, -1), { ...last, quietUntil: day }];
  }
  if (last.quietUntil - last.last >= quietDays)
    return [...spans, { first: used, last: used, quietUntil: day, ...by }].slice(-mostSpans);
  const alone = last.alone && by.alone && last.accountId === by.accountId;
  return [...spans.slice(0, -1), { ...last, last: used, quietUntil: day, ...by, alone }];
}

/**
 * The spans of one account with a day on which the report of an entity above it named it. AWS names the last of several
 * accounts. Unless that entity's report before this one named it too, nothing shows whether it was quiet, and only the
 * distance parts two times of use.
 */
function withNamed(
  spans: readonly UseSpan[],
  { accountId, day, used, wasNamed }: { used: number; day: number; accountId: string; wasNamed: boolean },
): readonly UseSpan[] {
  const by = { accountId, alone: true };
  const last = spans.at(-1);
  if (last === undefined || used === last.last || (used > last.last && wasNamed))
    return withLook(spans, { used, day, by });
  const near = spans.findLast((span) => used > span.first - quietDays && used < span.last + quietDays);
  if (near === undefined) {
    const own = { first: used, last: used, quietUntil: day, ...by };
    return [...spans, own].sort((one, other) => one.first - other.first).slice(-mostSpans);
  }
  if (used >= near.first && used <= near.last) return spans;
  const grown = { ...near, first: Math.min(near.first, used), last: Math.max(near.last, used) };
  return spans.map((span) =>
    span === near ? { ...grown, quietUntil: Math.max(near.quietUntil, day) } : span,
  );
}

function dayOf(at: number): number {
  return Math.floor(at / dayMilliseconds);
}
