import { rememberedByName, rememberedFor } from '../base/remembered.ts';
import type { AccessReport, ServiceRow } from '../finding/access-report.ts';
import type { AccountPlace } from '../finding/moves.ts';

/*
 * A review of a large organization has a million rows, most of services that nobody used, and looks at tens of thousands of
 * accounts dozens of times. What says the same is kept once: else it is most of the memory that there is.
 */

/** Places as a look shows them; those of accounts that are where they were before are the same objects. */
export function placesAfter(
  before: readonly AccountPlace[],
  places: readonly AccountPlace[],
): readonly AccountPlace[] {
  const known = new Map(before.map((place) => [place[0], place]));
  return places.map((place) => {
    const same = known.get(place[0]);
    return same !== undefined && same[1] === place[1] ? same : place;
  });
}

const neverUsedIn = rememberedFor((_review: object) =>
  rememberedByName((serviceNamespace) =>
    rememberedByName(
      (serviceName): ServiceRow => ({
        serviceNamespace,
        serviceName,
        lastAccessedAt: null,
        lastAccessedBy: null,
        lastAccessedRegion: null,
        accountsEverUsed: 0,
      }),
    ),
  ),
);

/** A report, its rows of services that nobody used those of the other reports of the same review. */
export function reportBeside(review: object, report: AccessReport): AccessReport {
  if (report.status === 'failed') return report;
  const neverUsed = neverUsedIn(review);
  const rows = new Map<string, ServiceRow>();
  report.rows.forEach((row, namespace) => {
    rows.set(namespace, tellsNothing(row) ? neverUsed(row.serviceNamespace)(row.serviceName) : row);
  });
  return { ...report, rows };
}

function tellsNothing(row: ServiceRow): boolean {
  const { accountsEverUsed, lastAccessedAt, lastAccessedBy, lastAccessedRegion, unreadable } = row;
  const isUsed = lastAccessedAt !== null || lastAccessedBy !== null || accountsEverUsed !== 0;
  return !isUsed && lastAccessedRegion === null && unreadable === undefined;
}
