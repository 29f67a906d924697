import { isoDay } from '../base/iso-time.ts';
import { accessReportLimits, dayMilliseconds } from '../base/limits.ts';
import { rememberedByName, rememberedFor } from '../base/remembered.ts';
import { isWithin, type OrganizationTree } from '../organization/organization.ts';
import type { ServiceRow } from './access-report.ts';
import type { SeenUse, UseSpan } from './seen-use.ts';

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

/** A season comes late by as much as this part of its period. */
const lateness = 0.25;

/** The seasons of what was seen that may still come back at this instant (epoch ms). A review asks after each report, so the answer is remembered. */
export function seasonsAt(seen: SeenUse, asOf: number): Seasons {
  return remembered(seen)(String(asOf));
}

const remembered = rememberedFor((seen: SeenUse) =>
  rememberedByName((asOf) => findSeasons(seen, Number(asOf))),
);

function findSeasons(seen: SeenUse, asOf: number): Seasons {
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
    alone: spans.every(({ accountId, alone }) => alone && accountId !== ''),
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

function wordOfDay(day: number): string {
  return isoDay(day * dayMilliseconds);
}
