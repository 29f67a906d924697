import { AwsRefusal } from './refusal.ts';

/** The code by which a write is refused before it is sent, because something else stands there than was seen: looking again tells what. */
const lookAgain = 'LOOK_AGAIN';

/** Refuses a write unless what was read right before it is what was seen when it was decided; null: nothing. Throws `AwsRefusal`. */
export function requireAsSeen(operation: string, seen: string | null, now: string | null): void {
  if (now === seen) return;
  const said = 'something else stands there than was seen right before; nothing was sent';
  throw new AwsRefusal({ operation, code: lookAgain, kind: 'other', said, isUnsent: true });
}
