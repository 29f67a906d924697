import { refusedEvent, type Write } from '../core/change/engine/next-action.ts';
import type { Failure } from '../core/change/life/events.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import { type ApplyPorts, callFailureOf, writesStopped } from './apply-ports.ts';
import { isRefusedForLong } from './looking.ts';
import { NotSent } from './not-sent.ts';
import { isPassing, record } from './record.ts';

/** What a write of several calls asks on its way. Where one throws, nothing more is sent. */
export interface Checks {
  /** Keeps the text of a version of a policy in the history of the change before it is deleted. */
  keep(version: { readonly policyArn: string; readonly id: string; readonly text: string }): Promise<void>;
  /** Throws `NotSent` where writes were stopped meanwhile. */
  mayWrite(): Promise<void>;
  /** Says that a call was sent which stays, whatever becomes of the calls after it: from then on no refusal means that nothing was written. */
  sentInPart(): void;
}

/** How one step is written, and how a change ends whose write was refused. */
export interface OneWrite {
  /** Writes one step, as its kind does; answers the id of what it made. */
  write(change: StoredChange, write: Write, checks: Checks): Promise<string | null>;
  /** Records why the change ends before it is done. */
  stop(change: StoredChange, failure: Failure): Promise<StoredChange>;
}

type Answer =
  | { readonly kind: 'answered'; readonly change: StoredChange; readonly policyId: string | null }
  | { readonly kind: 'ended'; readonly change: StoredChange }
  | { readonly kind: 'again' };

/** How far the calls of one write have come. */
interface Sending {
  change: StoredChange;
  /** A call was sent that stays. */
  isInPart: boolean;
  /** The table is being asked: its own no is none of AWS to the write. */
  isAtTable: boolean;
}

/** Writes a step that was journalled as sent. Answered: AWS took it, or gave no answer, and reading tells which. */
export async function writeOnce(
  ports: ApplyPorts,
  writing: OneWrite,
  journalled: StoredChange,
  step: number,
  write: Write,
): Promise<Answer> {
  const sending: Sending = { change: journalled, isInPart: false, isAtTable: false };
  try {
    const policyId = await writing.write(journalled, write, checksOf(ports, sending));
    return { kind: 'answered', change: sending.change, policyId };
  } catch (error) {
    const { change, isAtTable, isInPart } = sending;
    if (isAtTable) {
      const detail = 'the table did not answer right before the write';
      if (!isInPart) await refuse(ports, change, step, { code: 'STOPPED', detail });
      throw error;
    }
    const failure = callFailureOf(error);
    if (!failure) throw error;
    // One that AWS did not refuse may have been done: reading tells, in this attempt or after a crash alike.
    if (!failure.refusedByAws && !failure.notSent)
      return { kind: 'answered', change, policyId: write.existingId };
    const reason = { code: failure.code, detail: failure.message };
    // What was sent before the call that was not is done: the sending stays open, and the next look tells how far it came.
    const left = isInPart ? change : await refuse(ports, change, step, reason);
    const isForLong = isRefusedForLong(left.record);
    if (isPassing(failure) && !isForLong) return { kind: 'again' };
    const detail = isForLong ? `${reason.detail}; so it was for a day` : reason.detail;
    return { kind: 'ended', change: await writing.stop(left, { ...reason, detail }) };
  }
}

/** What a write of several calls asks on its way; `sending` takes note of it. */
function checksOf(ports: ApplyPorts, sending: Sending): Checks {
  const atTable = async <Value>(ask: () => Promise<Value>): Promise<Value> => {
    sending.isAtTable = true;
    const value = await ask();
    sending.isAtTable = false;
    return value;
  };
  return {
    keep: async ({ id, policyArn, text }) => {
      const kept = { type: 'version-kept', policyArn, versionId: id, text } as const;
      sending.change = await atTable(() => record(ports, sending.change, kept));
    },
    mayWrite: async () => {
      const stopped = await atTable(() => writesStopped(ports));
      if (stopped) throw new NotSent('STOPPED', stopped);
    },
    sentInPart: () => {
      sending.isInPart = true;
    },
  };
}

/** Journals a step as not written. */
export function refuse(
  ports: ApplyPorts,
  change: StoredChange,
  step: number,
  failure: Failure,
): Promise<StoredChange> {
  return record(ports, change, refusedEvent(change.record, step, failure));
}
