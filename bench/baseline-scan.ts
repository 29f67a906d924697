/** Rows of one report, as plain data. */
export interface PlainReport {
  readonly entityId: string;
  readonly rows: readonly { readonly service: string; readonly lastAccessedAt: number | null }[];
}

/** What `scanOnce` does, in words. */
export const scanFormula =
  'one plain loop over the same report rows that compares each last use with the cut-off';

/** Counts the unused services by entity: the least that anybody who answers the question has to do. */
export function scanOnce(reports: readonly PlainReport[], cutOff: number): ReadonlyMap<string, number> {
  const unused = new Map<string, number>();
  for (const report of reports) {
    let count = 0;
    for (const row of report.rows) {
      if (row.lastAccessedAt === null || row.lastAccessedAt < cutOff) count += 1;
    }
    unused.set(report.entityId, count);
  }
  return unused;
}
