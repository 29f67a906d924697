import type { Clock } from '../ports.ts';
import { AwsRefusal } from './refusal.ts';

/** The code by which a write is refused before it is sent, because something else stands there than was seen: looking again tells what. */
const lookAgain = 'LOOK_AGAIN';

/** How old what was read may be when the write is sent, in milliseconds, and how often it is read anew. */
const looking = { bound: 1_000, times: 5 } as const;

/** Refuses a write unless what was read before it is what was seen when it was decided; null: nothing. Throws `AwsRefusal`. */
export function requireAsSeen(operation: string, seen: string | null, now: string | null): void {
  if (now === seen) return;
  throw unsent(operation, lookAgain, 'something else stands there than was seen right before');
}

/** The same of what is read now, until one answer took a second at most: somebody may edit it while an older one is on its way. Throws `AwsRefusal`. */
export async function requireStillAsSeen(
  clock: Clock,
  operation: string,
  seen: string | null,
  read: () => Promise<string | null>,
): Promise<void> {
  for (let time = 0; time < looking.times; time += 1) {
    const began = clock.now();
    requireAsSeen(operation, seen, await read());
    if (clock.now() - began <= looking.bound) return;
  }
  const said = `AWS took more than a second to show what is written over, ${looking.times} times in a row: somebody might have edited it meanwhile`;
  throw unsent(operation, 'LOOK_TOO_SLOW', said);
}

function unsent(operation: string, code: string, why: string): AwsRefusal {
  const said = `${why}; nothing was sent`;
  return new AwsRefusal({ operation, code, kind: 'other', said, isUnsent: true });
}
