import { setTimeout as wait } from 'node:timers/promises';
import { counted } from '../core/base/counted.ts';
import { minuteUtc } from '../core/base/iso-time.ts';
import { functionMilliseconds } from '../core/base/limits.ts';
import type { IamAnswer } from '../core/message/events/iam-schemas.ts';
import { visibleText } from '../core/message/words/visible-text.ts';
import type { Terminal } from './command.ts';
import { exitCodeOf } from './review.ts';
import { ask, type Site } from './site.ts';

/** Where a request or a stored review stands, as the stack answers it. */
export type ReviewStatus = IamAnswer<'review-status'>;

/** First and longest wait between two looks, in milliseconds; the wait doubles in between. */
const looks = { first: 500, longest: 5_000 };
/** So many looks in a row may fail: the connection comes back. */
const failedLooks = 5;
/** A review that gave no sign of life for so long is over, and its second attempt too, in milliseconds. */
const silence = functionMilliseconds + 300_000;

/** Where it stands, or what came of it, as a clause. */
export function statusWords({ outcome, progress, started, waitsFor }: ReviewStatus): string {
  if (started === null)
    return outcome && 'failed' in outcome ? failedWords(outcome) : notBegunWords(waitsFor);
  const { reviewId } = started;
  if (outcome !== null) return 'failed' in outcome ? failedWords(outcome) : endWords(outcome, reviewId);
  const running = `it runs as ${reviewId}`;
  if (progress === null) return running;
  const { counts, reportsDone, reportsOpen, seenAt } = progress;
  return `${running}: ${counted(reportsDone, counts === 'accounts' ? 'account' : 'report')} done, ${reportsOpen} open as far as is known; last sign of life ${minuteUtc(Date.parse(seenAt))}`;
}

/**
 * Looks until the request has ended: what changes goes to standard error, the end to standard output. Answers the exit code,
 * as that of `oar review`; 1 where it failed, or gave no sign of life for longer than its function may run.
 */
export async function follow(
  site: Site,
  id: string,
  terminal: Terminal,
  failOnFindings: boolean,
): Promise<number> {
  let said = '';
  let failed = 0;
  for (let pause = looks.first; ; pause = Math.min(pause * 2, looks.longest)) {
    const status = await ask<ReviewStatus>(site, 'GET', `/iam/reviews/${id}`).catch((error: unknown) => {
      failed += 1;
      if (failed > failedLooks) throw error;
      return null;
    });
    if (status !== null) {
      failed = 0;
      const words = visibleText(statusWords(status));
      const { outcome } = status;
      if (outcome !== null) {
        terminal.write(`${words}\n`);
        return 'failed' in outcome ? 1 : exitOf(outcome, failOnFindings);
      }
      // The time of the last sign alone is no news.
      const news = words.replace(/; last sign of life .*/, '');
      if (news !== said) terminal.note(`${news}\n`);
      said = news;
      const seen = status.progress && Date.parse(status.progress.seenAt);
      if (seen !== null && Date.now() - seen > silence) {
        terminal.note(`${words}: the log of the function says why\n`);
        return 1;
      }
    }
    await wait(pause);
  }
}

type Outcome = NonNullable<ReviewStatus['outcome']>;
type Ended = Exclude<Outcome, { readonly failed: string }>;

function exitOf({ openFindings, status }: Ended, failOnFindings: boolean): number {
  const findings = Array.from({ length: Math.min(1, openFindings) }, () => ({ status: 'open' }) as const);
  return exitCodeOf({ findings, status }, failOnFindings);
}

function notBegunWords(waitsFor: string | null): string {
  return waitsFor === null ? 'it has not begun yet' : `it waits for the end of ${waitsFor}`;
}

function failedWords({ failed }: Exclude<Outcome, Ended>): string {
  return `it could not be carried out: ${failed}`;
}

function endWords({ changeIds, changes: all, openFindings, status }: Ended, reviewId: string): string {
  const more = all === undefined ? '' : ' and others';
  const changes = changeIds.length === 0 ? '' : `: ${changeIds.join(', ')}${more}`;
  return `${reviewId} ${status === 'completed' ? 'is completed' : `ended ${status}`}, ${counted(openFindings, 'open finding')}, ${counted(all ?? changeIds.length, 'change')}${changes}`;
}
