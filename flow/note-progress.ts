import type { Clock } from '../adapters/ports.ts';
import type { ReviewProgress, RunStore } from '../adapters/run-ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { dayMilliseconds } from '../core/base/limits.ts';

/** Which review it is whose progress is noted. */
type Noted = Required<Pick<ReviewProgress, 'reviewId' | 'scopeId' | 'startedBy'>> &
  Pick<ReviewProgress, 'counts' | 'kind'>;

/** Keeps how far a stored review is, for whoever waits: notes that it runs, and answers what notes its news. One that goes on keeps when it began, and how many reports it had. */
export async function noteProgress(
  { clock, stores }: { readonly clock: Clock; readonly stores: { readonly runs: RunStore } },
  noted: Noted,
  { evidenceDays }: Configuration,
): Promise<(news: Partial<ReviewProgress>) => Promise<void>> {
  const now = clock.now();
  const expiresAt = now + evidenceDays * dayMilliseconds;
  const { reportsDone = 0, startedAt = now } = (await stores.runs.progress(noted.reviewId)) ?? {};
  let progress: ReviewProgress = {
    ...noted,
    startedAt,
    seenAt: now,
    reportsDone,
    reportsOpen: 0,
    outcome: null,
  };
  const note = async (news: Partial<ReviewProgress>): Promise<void> => {
    progress = { ...progress, ...news, seenAt: clock.now() };
    await stores.runs.noteProgress(progress, expiresAt);
  };
  await note({});
  return note;
}
