import { ok, type Result, refused } from '../base/result.ts';
import { trailColumns } from './trail-query.ts';

/** Calls that are alike, as the trail has them: one row of an answer. Nothing in it is trusted. */
export interface TrailGroup {
  /** The account of whoever called; null where the record does not tell. */
  readonly accountId: string | null;
  readonly eventSource: string;
  readonly eventName: string;
  /** Null for calls to a source that the table does not know: these are counted alone. */
  readonly region: string | null;
  readonly principalArn: string | null;
  /** `userIdentity.type` and `userIdentity.invokedBy` of CloudTrail. */
  readonly identityType: string | null;
  readonly via: string | null;
  /** AWS refused them for want of permission. */
  readonly failed: boolean;
  readonly count: number;
  /** Epoch milliseconds. */
  readonly lastAt: number;
}

/** What a trail told of accounts and services, or why it did not tell all. */
export interface TrailReading {
  /** Epoch milliseconds, both ends counting. */
  readonly from: number;
  readonly to: number;
  /** What was asked about. */
  readonly accountIds: readonly string[];
  readonly services: readonly string[];
  readonly groups: readonly TrailGroup[];
  /** How many records there are of each account, whatever they are of. */
  readonly records: readonly (readonly [accountId: string, count: number])[];
  /** Regions with a record, and days with one, `YYYY-MM-DD`. */
  readonly regions: readonly string[];
  readonly days: readonly string[];
  /** Why nothing could be read. */
  readonly failure?: string;
}

/** The part of a reading that rows tell. */
export type TrailRows = Pick<TrailReading, 'groups' | 'records' | 'regions' | 'days'>;

type Cells = Readonly<Record<string, string | null>>;

/** Reads the rows of an answer, a record of cells by column each. Refuses an answer that is not whole, or not what was asked for. */
export function readTrailRows(rows: readonly Cells[]): Result<TrailRows> {
  const groups: TrailGroup[] = [];
  const records = new Map<string, number>();
  const [regions, days] = [new Set<string>(), new Set<string>()];
  for (const row of rows) {
    const missing = trailColumns.find((column) => row[column] === undefined);
    if (missing !== undefined) return short(`a row has no column ${missing}`);
    const [all, calls, total] = [countOf(row.records), countOf(row.calls), countOf(row.total)];
    const lastAt = Date.parse(row.lasttime ?? '');
    if (all === null || calls === null || Number.isNaN(lastAt))
      return short('a row has no count, or no time');
    if (total !== rows.length) return short(`${rows.length} of ${row.total} rows came`);
    const accountId = /^\d{12}$/.test(row.account ?? '') ? (row.account ?? null) : null;
    if (accountId !== null) records.set(accountId, (records.get(accountId) ?? 0) + all);
    for (const day of wordsOf(row.days)) days.add(day);
    for (const region of wordsOf(row.regions)) regions.add(region);
    // All else than calls to the services and to unknown sources shows what the trail covers.
    if (row.failed === null) continue;
    groups.push({
      accountId,
      eventSource: clipped(row.source) ?? 'unknown',
      eventName: clipped(row.name) ?? 'unknown',
      region: clipped(row.region),
      principalArn: clipped(row.principal),
      identityType: clipped(row.identity),
      via: clipped(row.via),
      failed: row.failed === 'true',
      // A record without an id is a call all the same.
      count: Math.max(calls, 1),
      lastAt,
    });
  }
  return ok({
    groups,
    records: [...records],
    regions: [...regions].sort(),
    days: [...days].sort(),
  });
}

function short(detail: string): Result<never> {
  return refused({ code: 'EVIDENCE_MISSING', detail: `the answer of Athena is not whole: ${detail}` });
}

/** AWS writes nothing longer; null for what is not told. */
function clipped(text: string | null | undefined): string | null {
  return text ? text.slice(0, 2_048) : null;
}

function countOf(text: string | null | undefined): number | null {
  return /^\d{1,15}$/.test(text ?? '') ? Number(text) : null;
}

function wordsOf(text: string | null | undefined): readonly string[] {
  return (text ?? '').split(' ').filter((word) => word !== '');
}
