import { systemClock } from '../adapters/clock.ts';
import { openStatuses } from '../core/change/life/state.ts';
import type { IamAnswer } from '../core/message/events/iam-schemas.ts';

/** First and longest wait between two looks, in milliseconds; the wait doubles in between. */
const looks = { first: 500, longest: 10_000 };
/** So many looks in a row may fail: the connection comes back. */
const failedLooks = 5;

const waiting: readonly string[] = openStatuses;

type Changes = IamAnswer<'changes'>;

/**
 * Looks at the changes again and again and shows them whenever they are others than before. It ends once none waits for
 * people or for its turn. Throws what `look` throws where that fails several times in a row.
 */
export async function watchChanges(
  look: () => Promise<Changes>,
  show: (answer: Changes) => void,
): Promise<void> {
  let seen = '';
  let failed = 0;
  for (let pause = looks.first; ; pause = Math.min(pause * 2, looks.longest)) {
    const answer = await look().catch((error: unknown) => {
      failed += 1;
      if (failed > failedLooks) throw error;
      return null;
    });
    if (answer !== null) {
      failed = 0;
      const now = JSON.stringify(answer);
      if (now !== seen) show(answer);
      if (!answer.changes.some(({ status }) => waiting.includes(status))) return;
      // What changed may change again soon.
      if (now !== seen) pause = looks.first;
      seen = now;
    }
    await systemClock.wait(pause);
  }
}
