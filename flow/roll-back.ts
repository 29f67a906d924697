import { digestMismatch } from '../core/change/content/digest.ts';
import { nextAction } from '../core/change/engine/next-action.ts';
import type { Failure } from '../core/change/life/events.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import type { ApplyPorts } from './apply-ports.ts';
import { type ApplyReport, carryOut } from './carry-out.ts';
import type { KindInFlow } from './kinds/kind-in-flow.ts';
import { kindInFlow } from './kinds/kinds.ts';
import { record } from './record.ts';
import { type Writing, writeSteps } from './write-steps.ts';
import { writersOf } from './writers-of.ts';

/** Undoes one change as far as it goes. No cooling; whether it must be proved again its kind says. Otherwise the same journal, the same look right before each write. */
export function rollBackChange(ports: ApplyPorts, id: string): Promise<ApplyReport> {
  const due = ({ record: { state } }: StoredChange) => state.status === 'rolling-back';
  return carryOut(ports, id, due, (change, entered) =>
    attemptRollBack(entered, kindInFlow(change.record.content), change),
  );
}

async function attemptRollBack<Live>(
  ports: ApplyPorts,
  reads: KindInFlow<Live>,
  change: StoredChange,
): Promise<StoredChange | null> {
  const { kind } = reads;
  const failed = (at: StoredChange, failure: Failure): Promise<StoredChange> =>
    record(ports, at, { type: 'roll-back-failed', failure });
  const isVoid = digestMismatch(change.record.content) ?? (await reads.voidsRollBack(ports, change.record));
  if (isVoid) return failed(change, isVoid);
  const others = await writersOf(ports.stores.changes, change.record);
  const writing: Writing<Live> = {
    kind,
    look: (at, known, begins) => reads.look(ports, at, known, begins),
    write: (at, write, checks) => reads.write(ports, at, write, checks),
    decide: ({ record }, live) =>
      nextAction(record, kind.judgeUndo(record, live, others.slice(1)), ports.clock.now(), kind.pauseBetween),
    stop: failed,
    finish: (at) => record(ports, at, { type: 'rolled-back' }),
  };
  const known = { policyId: null, mayBeMade: true };
  const written = await writeSteps(ports, change, writing, { mayWrite: true, known });
  return written.kind === 'ended' ? written.change : null;
}
