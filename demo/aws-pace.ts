import { createAccessReports } from '../adapters/aws/access-reports.ts';
import { createIamClient } from '../adapters/aws/clients.ts';
import { createMeter } from '../adapters/aws/meter.ts';
import type { Clock } from '../adapters/ports.ts';
import { isoTime } from '../core/base/iso-time.ts';
import { leastAnswer } from '../core/review/reserve.ts';
import { newReviewId } from '../flow/review.ts';
import { reviewAloneOrGoOn } from '../flow/review-alone.ts';
import type { Sandbox } from '../sandbox/server.ts';
import { portsOfReview, type RunReview } from './story.ts';

/** How long an invocation lasts here, in milliseconds, instead of 15 minutes: a small organization needs several of them too. What is left for reports is enough for two or three of them. */
const invocationMilliseconds = leastAnswer + 10_000;

/**
 * Runs a review at AWS's pace as the state machine of a deployed stack runs it: an invocation after another until it is
 * done. Reports take AWS's own seconds, on the clock of the sandbox, which goes on by as much as is waited.
 */
export const atAwsPace =
  (say: (text: string) => void): RunReview =>
  async ({ configuration, sandbox }, event, options) => {
    const clock = clockOf(sandbox);
    const reports = createAccessReports(createIamClient(createMeter(clock)), clock);
    const ports = { ...portsOfReview(), clock, reports };
    const reviewId = newReviewId(clock.now());
    for (let invocation = 1; ; invocation += 1) {
      const time = isoTime(clock.now()).slice(11, 19);
      say(`invocation ${invocation} of ${reviewId}, ${time} UTC by the sandbox's clock`);
      const published = await reviewAloneOrGoOn(ports, event, configuration, {
        ...options,
        reviewId,
        invocationId: `demo-${reviewId}`,
        mayContinue: true,
        endsAt: clock.now() + invocationMilliseconds,
      });
      if ('running' in published) throw new Error(`${published.running.reviewId} runs already`);
      if (!('continuing' in published)) return published;
    }
  };

function clockOf({ world }: Sandbox): Clock {
  return {
    now: () => world.now(),
    wait: async (milliseconds) => world.advanceSeconds(milliseconds / 1000),
  };
}
