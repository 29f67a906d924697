import { freshLook, tooSlow } from '../adapters/fresh-look.ts';
import { nounOf } from '../core/change/content/resource-types.ts';
import {
  doneEvent,
  type NextAction,
  sendingEvent,
  underWay,
  type Write,
} from '../core/change/engine/next-action.ts';
import { sendingSince } from '../core/change/life/journal.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import type { WritingKind } from '../core/kinds/kind.ts';
import { type ApplyPorts, writesStopped } from './apply-ports.ts';
import { isSlowForLong, waitUntilShown } from './looking.ts';
import { record } from './record.ts';
import { type OneWrite, refuse, writeOnce } from './write-once.ts';

/** What a look may rest on where what is written has no journalled id yet. The id that a write answered, and whether it may have been made since others were listed. */
export interface Known {
  readonly policyId: string | null;
  readonly mayBeMade: boolean;
}

/** What applying and rolling back do each in its own way. */
export interface Writing<Live> extends OneWrite {
  readonly kind: WritingKind<Live>;
  /** What stands now of the step that is due. `begins` is called right before what is written over is read; all else is read earlier. */
  look(change: StoredChange, known: Known, begins?: () => void): Promise<Live>;
  decide(change: StoredChange, live: Live): NextAction;
  /** Records that every step is done. */
  finish(change: StoredChange, live: Live): Promise<StoredChange>;
}

/** How far the steps were carried out: to an end, up to a write that may not be sent yet, or no further in this attempt. */
export type Written =
  | { readonly kind: 'ended' | 'due'; readonly change: StoredChange }
  | { readonly kind: 'again' };

type NotDue = Exclude<Written, { readonly kind: 'due' }>;
type Sent<Live> = NotDue | { readonly kind: 'sent'; readonly at: Reached<Live> };
type SendAction = Extract<NextAction, { readonly action: 'send' }>;

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

/** Journals that a step is sent, looks once more, writes and reads back. */
async function send<Live>(
  ports: ApplyPorts,
  writing: Writing<Live>,
  { change: start, known }: Reached<Live>,
  { index: step, write }: SendAction,
): Promise<Sent<Live>> {
  const wasBegun = sendingSince(underWay(start.record).journal, step) !== null;
  const change = await record(ports, start, sendingEvent(start.record, step));
  ports.onPoint?.('sending-journalled');
  const before: Known = { ...known, mayBeMade: known.mayBeMade || wasBegun };
  const looked = await lookBeforeWrite(ports, writing, { change, known: before }, step, write);
  if (looked.kind !== 'write') return looked;
  const { next } = looked;
  const answered = await writeOnce(ports, writing, change, step, next.write);
  if (answered.kind !== 'answered') return answered;
  ports.onPoint?.('written');
  const after: Known = { policyId: answered.policyId, mayBeMade: true };
  const shown = await waitUntilShown(ports.clock, async () => {
    const live = await writing.look(answered.change, after);
    return writing.kind.shows(live, next.write) ? { live } : null;
  });
  // What was lost is sent again at once, as a further step would be: to prove everything again may take longer than it may be sent.
  if (!shown) {
    const live = await writing.look(answered.change, after);
    return { kind: 'sent', at: { change: answered.change, known: after, live } };
  }
  ports.onPoint?.('shown');
  const at = { change: answered.change, known: after, ...shown };
  return { kind: 'sent', at: await journalDone(ports, writing, at, next) };
}

/**
 * Looks at what is written over, and says whether it is still to be written. Nothing lies between this look and the write,
 * but the question whether writes were stopped meanwhile.
 */
async function lookBeforeWrite<Live>(
  ports: ApplyPorts,
  writing: Writing<Live>,
  { change, known }: Pick<Reached<Live>, 'change' | 'known'>,
  step: number,
  write: Write,
): Promise<Sent<Live> | { readonly kind: 'write'; readonly next: SendAction }> {
  const look = async (begins?: () => void) => ({
    live: await writing.look(change, known, begins),
    stopped: await writesStopped(ports),
  });
  // What does not exist yet has no text or target to lose, and AWS takes no name twice.
  const looked = write.existingId === null ? { seen: await look() } : await freshLook(ports.clock, look);
  if (looked === null) {
    const slow = tooSlow(nounOf(write.resource));
    const refused = await refuse(ports, change, step, slow);
    if (!isSlowForLong(refused.record)) return { kind: 'again' };
    const detail = `${slow.detail}; nothing was sent, and it was tried in several runs`;
    return { kind: 'ended', change: await record(ports, refused, { type: 'interrupted', detail }) };
  }
  const { live, stopped } = looked.seen;
  if (stopped !== null) {
    await refuse(ports, change, step, { code: 'STOPPED', detail: stopped });
    return { kind: 'again' };
  }
  const next = writing.decide(change, live);
  if (next.action === 'send') return { kind: 'write', next };
  // Unless an earlier sending is open not a byte was sent, so what shows is somebody else's doing and is judged as such.
  const detail = `${nounOf(write.resource)} changed right before the write`;
  const refused = await refuse(ports, change, step, { code: 'LOOK_AGAIN', detail });
  const seen: Known = { ...known, mayBeMade: true };
  return {
    kind: 'sent',
    at: { change: refused, known: seen, live: await writing.look(refused, seen) },
  };
}
