import { isoDay } from '../base/iso-time.ts';
import { accessReportLimits, dayMilliseconds } from '../base/limits.ts';
import { isWithin, type OrganizationTree } from '../organization/organization.ts';
import type { CompletedReport, ServiceRow } from './access-report.ts';

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

/** A service that comes back: it was used, then not at all for a while, then again. */
export interface Season {
  /** Whose reports show it. */
  readonly entityId: string;
  /** The accounts that AWS named for its uses, the last one first. */
  readonly accountIds: readonly string[];
  /** Whether nobody else below the entity used it. */
  readonly alone: boolean;
  /** Whether the reports of today would still show its last use, whoever it was. */
  readonly isShown: boolean;
  /** The days of use, as `2025-12-19`: the last one before the quiet time, the first and the last one after it. */
  readonly days: readonly string[];
  /** Days from one use to the next. */
  readonly period: number;
  /** Until when it may still come back, epoch milliseconds. */
  readonly until: number;
}

/** Seasons that may still come back, by service. */
export type Seasons = ReadonlyMap<string, readonly Season[]>;

/** So many days without any use part two times of use: a quarter, with some to spare. */
const quietDays = 60;
/** A season comes late by as much as this part of its period. */
const lateness = 0.25;
/** Older spans say nothing that these do not. */
const mostSpans = 6;
/** A quiet time is written down anew after so many days, not at every review. */
const quietStep = 14;

/** What was seen, with what these reports show; `services` are those of which something new is known. */
export function withReports(
  seen: SeenUse,
  reports: readonly CompletedReport[],
): { readonly seen: SeenUse; readonly services: readonly string[] } {
  const next = new Map<string, Map<string, readonly UseSpan[]>>();
  for (const { completedAt, entityId, rows } of reports) {
    for (const row of rows.values()) {
      if (row.unreadable !== undefined) continue;
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

/** The seasons of what was seen that may still come back at this instant (epoch ms). */
export function seasonsAt(seen: SeenUse, asOf: number): Seasons {
  const seasons = new Map<string, readonly Season[]>();
  for (const [service, entities] of seen) {
    const found = [...entities].flatMap(([entityId, spans]) => seasonIn(entityId, spans, asOf) ?? []);
    const awaited = found.filter(({ until }) => until >= asOf);
    if (awaited.length > 0) seasons.set(service, awaited);
  }
  return seasons;
}

/** The season that spans show, or null. The longest period counts: what comes twice a year may come once a year only. */
function seasonIn(entityId: string, spans: readonly UseSpan[], asOf: number): Season | null {
  const [before, last] = spans.slice(-2);
  if (before === undefined || last === undefined) return null;
  const periods = spans.slice(1).map(({ first }, index) => first - (spans[index]?.first ?? first));
  const period = Math.max(...periods);
  const named = spans.flatMap(({ accountId }) => (accountId === '' ? [] : accountId));
  return {
    entityId,
    accountIds: [...new Set(named.toReversed())],
    alone: spans.every(({ alone }) => alone),
    // Whoever used it last did so after the quiet days: a look sees the latest use alone, so its first day is not known.
    isShown: before.quietUntil * dayMilliseconds > asOf - accessReportLimits.trackingDays * dayMilliseconds,
    days: [...new Set([before.last, last.first, last.last])].map(wordOfDay),
    period,
    until: Math.ceil(last.last + period * (1 + lateness)) * dayMilliseconds,
  };
}

/**
 * The season of a service at an entity that lasts longest, or null. It belongs to the accounts that AWS named, wherever they
 * are now, and to the whole entity whose reports showed it: AWS names the last account only. A part of that entity is free
 * where its own row (null: not known) shows that it did not take part the last time.
 */
export function seasonAt(
  seasons: Seasons,
  tree: OrganizationTree,
  { entityId, row, service }: { entityId: string; row: ServiceRow | null; service: string },
): Season | null {
  const all = seasons.get(service);
  if (all === undefined) return null;
  const isHere = (id: string): boolean => tree.entities.has(id) && isWithin(tree, id, entityId);
  const here = all.filter((season) => {
    if (season.accountIds.some(isHere)) return true;
    if (season.alone || !tree.entities.has(season.entityId)) return false;
    if (isHere(season.entityId)) return true;
    const tookNoPart = season.isShown && row !== null && row.lastAccessedAt === null;
    return !tookNoPart && isWithin(tree, entityId, season.entityId);
  });
  return here.sort((one, other) => other.until - one.until)[0] ?? null;
}

/** Why a service stays, for people. */
export function seasonWords({ accountIds, alone, days, entityId, period, until }: Season): string {
  const [last] = accountIds;
  const who =
    alone && last !== undefined
      ? `account ${last} uses it`
      : `${entityId} uses it, by more than one account or not known by which,`;
  return `${who} every ${period} days or so (${days.join(', ')}); it may come back until ${wordOfDay(until / dayMilliseconds)}`;
}

function dayOf(at: number): number {
  return Math.floor(at / dayMilliseconds);
}

function wordOfDay(day: number): string {
  return isoDay(day * dayMilliseconds);
}
