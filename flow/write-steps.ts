import { nounOf } from '../core/change/content/resource-types.ts';
import {
  doneEvent,
  type NextAction,
  refusedEvent,
  sendingEvent,
  underWay,
  type Write,
} from '../core/change/engine/next-action.ts';
import type { Failure } from '../core/change/life/events.ts';
import { sendingSince } from '../core/change/life/journal.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import type { WritingKind } from '../core/kinds/kind.ts';
import { type ApplyPorts, callFailureOf, writesStopped } from './apply-ports.ts';
import { freshLook, isRefusedForLong, isSlowForLong, tooSlow, waitUntilShown } from './looking.ts';
import { NotSent } from './not-sent.ts';
import { isPassing, record } from './record.ts';

/** What a look may rest on where what is written has no journalled id yet. The id that a write answered, and whether it may have been made since others were listed. */
export interface Known {
  readonly policyId: string | null;
  readonly mayBeMade: boolean;
}

/** What a write of several calls asks on its way. Where one throws, nothing more is sent. */
export interface Checks {
  /** Keeps the text of a version of a policy in the history of the change before it is deleted. */
  keep(version: { readonly policyArn: string; readonly id: string; readonly text: string }): Promise<void>;
  /** Throws `NotSent` where writes were stopped meanwhile. */
  mayWrite(): Promise<void>;
  /** Says that a call was sent which stays, whatever becomes of the calls after it: from then on no refusal means that nothing was written. */
  sentInPart(): void;
}

/** What applying and rolling back do each in its own way. */
export interface Writing<Live> {
  readonly kind: WritingKind<Live>;
  /** What stands now of the step that is due. `begins` is called right before what is written over is read; all else is read earlier. */
  look(change: StoredChange, known: Known, begins?: () => void): Promise<Live>;
  decide(change: StoredChange, live: Live): NextAction;
  /** Writes one step, as its kind does. */
  write(change: StoredChange, write: Write, checks: Checks): Promise<string | null>;
  /** Records why the change ends before it is done. */
  stop(change: StoredChange, failure: Failure): Promise<StoredChange>;
  /** Records that every step is done. */
  finish(change: StoredChange, live: Live): Promise<StoredChange>;
}

/** How far the steps were carried out: to an end, up to a write that may not be sent yet, or no further in this attempt. */
export type Written =
  | { readonly kind: 'ended' | 'due'; readonly change: StoredChange }
  | { readonly kind: 'again' };

type Sent<Live> =
  | Exclude<Written, { readonly kind: 'due' }>
  | { readonly kind: 'sent'; readonly at: Reached<Live> };
/** A change with what was seen last. */
interface Reached<Live> {
  readonly change: StoredChange;
  readonly live: Live;
  readonly known: Known;
}

/**
 * Carries out the steps of a change one after another, forwards or backwards: reads, compares, journals, writes and reads
 * back. What a crash left behind needs no word of its own: what shows is journalled. `mayWrite`: false ends before the
 * first write.
 */
export async function writeSteps<Live>(
  ports: ApplyPorts,
  start: StoredChange,
  writing: Writing<Live>,
  { mayWrite, known }: { readonly mayWrite: boolean; readonly known: Known },
): Promise<Written> {
  let at: Reached<Live> = { change: start, live: await writing.look(start, known), known };
  for (;;) {
    const { change, live } = at;
    const next = writing.decide(change, live);
    switch (next.action) {
      case 'finished':
        ports.onPoint?.('all-done');
        return { kind: 'ended', change: await writing.finish(change, live) };
      case 'interrupted': {
        const { detail } = next;
        return { kind: 'ended', change: await record(ports, change, { type: 'interrupted', detail }) };
      }
      case 'stop':
        return { kind: 'ended', change: await writing.stop(change, next.failure) };
      case 'journal-done':
        at = await journalDone(ports, writing, at, next);
        break;
      case 'wait': {
        if (!mayWrite) return { kind: 'due', change };
        await ports.clock.wait(next.until - ports.clock.now());
        at = { ...at, live: await writing.look(change, at.known) };
        break;
      }
      case 'send': {
        if (!mayWrite) return { kind: 'due', change };
        const sent = await send(ports, writing, at, next);
        if (sent.kind !== 'sent') return sent;
        at = sent.at;
      }
    }
  }
}

/** Journals a step that shows; before a further step is judged, everything is looked at anew. */
async function journalDone<Live>(
  ports: ApplyPorts,
  writing: Writing<Live>,
  { change, known, live }: Reached<Live>,
  { index, told }: Pick<Extract<NextAction, { readonly action: 'journal-done' }>, 'index' | 'told'>,
): Promise<Reached<Live>> {
  const { steps } = underWay(change.record);
  const step = steps[index];
  if (step === undefined) throw new Error(`${change.record.id} has no step ${index}`);
  const done = await record(ports, change, doneEvent(index, told, writing.kind.readBack(live, step)));
  ports.onPoint?.('done-journalled');
  const isLast = index + 1 === steps.length;
  return { change: done, known, live: isLast ? live : await writing.look(done, known) };
}

/** Journals, looks once more, writes and reads back. */
async function send<Live>(
  ports: ApplyPorts,
  writing: Writing<Live>,
  { change: start, known }: Reached<Live>,
  { index: step, write }: Extract<NextAction, { readonly action: 'send' }>,
): Promise<Sent<Live>> {
  const wasBegun = sendingSince(underWay(start.record).journal, step) !== null;
  let change = await record(ports, start, sendingEvent(start.record, step));
  ports.onPoint?.('sending-journalled');
  const refuse = (failure: Failure): Promise<StoredChange> =>
    record(ports, change, refusedEvent(change.record, step, failure));
  // Nothing lies between this look and the write, but the question whether writes were stopped meanwhile.
  const before = { ...known, mayBeMade: known.mayBeMade || wasBegun };
  const look = async (begins?: () => void) => ({
    live: await writing.look(change, before, begins),
    stopped: await writesStopped(ports),
  });
  // What does not exist yet has no text or target to lose, and AWS takes no name twice.
  const last = write.existingId === null ? await look() : await freshLook(ports.clock, look);
  if (last === 'too-slow') {
    const slow = tooSlow(nounOf(write.resource));
    const refused = await refuse(slow);
    if (!isSlowForLong(refused.record)) return { kind: 'again' };
    const detail = `${slow.detail}; nothing was sent, and it was tried in several runs`;
    return { kind: 'ended', change: await record(ports, refused, { type: 'interrupted', detail }) };
  }
  if (last.stopped !== null) {
    await refuse({ code: 'STOPPED', detail: last.stopped });
    return { kind: 'again' };
  }
  const next = writing.decide(change, last.live);
  const after: Known = { ...known, mayBeMade: true };
  if (next.action !== 'send') {
    // Unless an earlier sending is open not a byte was sent, so what shows is somebody else's doing and is judged as such.
    const refused = await refuse({
      code: 'LOOK_AGAIN',
      detail: `${nounOf(write.resource)} changed right before the write`,
    });
    return sentAt({ change: refused, known: after, live: await writing.look(refused, after) });
  }
  let { existingId: policyId } = next.write;
  let isInPart = false;
  // The table is asked while a step is written: its own no is none of AWS to the write.
  let isAtTable = false;
  const atTable = async <Value>(ask: () => Promise<Value>): Promise<Value> => {
    isAtTable = true;
    const value = await ask();
    isAtTable = false;
    return value;
  };
  try {
    policyId = await writing.write(change, next.write, {
      keep: async ({ id, policyArn, text }) => {
        const kept = { type: 'version-kept', policyArn, versionId: id, text } as const;
        change = await atTable(() => record(ports, change, kept));
      },
      mayWrite: async () => {
        const stopped = await atTable(() => writesStopped(ports));
        if (stopped) throw new NotSent('STOPPED', stopped);
      },
      sentInPart: () => {
        isInPart = true;
      },
    });
  } catch (error) {
    if (isAtTable) {
      if (!isInPart)
        await refuse({ code: 'STOPPED', detail: 'the table did not answer right before the write' });
      throw error;
    }
    const failure = callFailureOf(error);
    if (!failure) throw error;
    // One that AWS did not refuse may have been done: reading tells, in this attempt or after a crash alike.
    if (failure.refusedByAws || failure.notSent) {
      const reason = { code: failure.code, detail: failure.message };
      // What was sent before the call that was not is done: the sending stays open, and the next look tells how far it came.
      const left = isInPart ? change : await refuse(reason);
      const isForLong = isRefusedForLong(left.record);
      if (isPassing(failure) && !isForLong) return { kind: 'again' };
      const detail = isForLong ? `${reason.detail}; so it was for a day` : reason.detail;
      return { kind: 'ended', change: await writing.stop(left, { ...reason, detail }) };
    }
  }
  ports.onPoint?.('written');
  const shown = await waitUntilShown(ports.clock, async () => {
    const now = await writing.look(change, { policyId, mayBeMade: true });
    return writing.kind.shows(now, next.write) ? { live: now } : null;
  });
  if (!shown) return { kind: 'again' };
  ports.onPoint?.('shown');
  return sentAt(
    await journalDone(ports, writing, { change, known: { policyId, mayBeMade: true }, ...shown }, next),
  );
}

function sentAt<Live>(at: Reached<Live>): Sent<Live> {
  return { kind: 'sent', at };
}
