import type { ChangeRecord } from '../../change/life/life.ts';
import type { Recipient } from '../views/recipients.ts';

/** A message of the bot in whose thread news of a change are told. */
export interface Thread {
  /** Where it is, for answers and updates. */
  readonly reference: string;
  /** The revision that it asked about. */
  readonly revision: number;
  /** It asks about other changes too, so it stays as it is. */
  readonly isShared: boolean;
}

/** The thread of a reader: that of the newest message of the bot to him that is no answer itself. Null: there is none. */
export function threadOf(
  { history }: Pick<ChangeRecord, 'history'>,
  { channel, id }: Recipient,
): Thread | null {
  const root = history.findLast(
    (event) =>
      event.type === 'notified' &&
      event.approverId === id &&
      event.channel === channel &&
      event.reference !== undefined,
  );
  if (root?.type !== 'notified' || root.reference === undefined) return null;
  return { reference: root.reference, revision: root.revision, isShared: root.shared === true };
}
