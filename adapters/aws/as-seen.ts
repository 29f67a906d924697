import { freshLook, tooSlow } from '../fresh-look.ts';
import type { Clock } from '../ports.ts';
import { AwsRefusal } from './refusal.ts';

/** Refuses a write unless what was read before it is what was seen when it was decided, so that it is looked again; null: nothing. Throws `AwsRefusal`. */
export function requireAsSeen(operation: string, seen: string | null, now: string | null): void {
  if (now === seen) return;
  throw unsent(operation, 'LOOK_AGAIN', 'something else stands there than was seen right before');
}

/** The same of what is read now, until one answer took a second at most: somebody may edit it while an older one is on its way. Throws `AwsRefusal`. */
export async function requireStillAsSeen(
  clock: Clock,
  operation: string,
  seen: string | null,
  read: () => Promise<string | null>,
): Promise<void> {
  const look = await freshLook(clock, read);
  if (look !== null) return requireAsSeen(operation, seen, look.seen);
  const { code, detail } = tooSlow('what is written over');
  throw unsent(operation, code, detail);
}

function unsent(operation: string, code: string, why: string): AwsRefusal {
  const said = `${why}; nothing was sent`;
  return new AwsRefusal({ operation, code, kind: 'other', said, isUnsent: true });
}
