/** How far a review is; times are epoch milliseconds. */
interface Figures {
  readonly startedAt: number;
  readonly seenAt: number;
  readonly reportsDone: number;
  readonly reportsOpen: number;
  readonly outcome: unknown;
}

/** So many reports tell how fast a review is: the first ones may be slow, or lie within the reading of the organization. */
const fewestReports = 3;

/**
 * When a review will be done at its own pace so far, with all that held it up, in epoch milliseconds. At its beginning:
 * at the pace of the latest other one (`others`, newest first). Null where it is over, and where nobody can know: no
 * pace is known, or it has not said yet what is open. What is open is known so far as the answers tell: each may decide
 * some, or open others.
 */
export function expectedEnd(own: Figures, others: readonly Figures[]): number | null {
  const { outcome, reportsDone, reportsOpen, seenAt } = own;
  if (outcome !== null || reportsDone + reportsOpen === 0) return null;
  const pace = [own, ...others].map(millisecondsAReport).find((known) => known !== null);
  return pace === undefined ? null : seenAt + Math.round(reportsOpen * pace);
}

function millisecondsAReport({ reportsDone, seenAt, startedAt }: Figures): number | null {
  return reportsDone < fewestReports ? null : (seenAt - startedAt) / reportsDone;
}
