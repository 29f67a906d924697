import type { ScenarioAccount, ScenarioUse } from './scenario.ts';

const dayMs = 86_400_000;

/** The use of one service by one account at one place: once, or again and again. */
export interface Use {
  readonly namespace: string;
  /** Milliseconds since 1970: the use, or the first one. */
  readonly at: number;
  /** Milliseconds from one use to the next, and when they end; null: once. */
  readonly again: { readonly every: number; readonly until: number } | null;
  readonly region: string;
  /** Root or OU in which the account was when it used the service. */
  readonly place: string;
}

/** When and where an account uses which service, from the days ago that its scenario gives. */
export const usesOf = ({ usage = {} }: ScenarioAccount, placeId: string, start: number): Use[] =>
  Object.entries(usage).flatMap(([namespace, given]) => {
    const all: readonly ScenarioUse[] = Array.isArray(given) ? given : [given as ScenarioUse];
    return all.map(({ at, daysAgo, everyDays, region, untilDaysAgo }) => {
      const until = untilDaysAgo === undefined ? Number.POSITIVE_INFINITY : start - untilDaysAgo * dayMs;
      return {
        namespace,
        at: start - daysAgo * dayMs,
        again: everyDays === undefined ? null : { every: everyDays * dayMs, until },
        region: region ?? 'us-east-1',
        place: at ?? placeId,
      };
    });
  });

/** When the service was used last until this instant (milliseconds since 1970), or null: not yet. */
export const lastUseUntil = ({ again, at }: Use, now: number): number | null => {
  if (at > now) return null;
  if (again === null) return at;
  const end = Math.min(now, again.until);
  return end < at ? at : at + Math.floor((end - at) / again.every) * again.every;
};
