import { digestMismatch } from '../core/change/content/digest.ts';
import { nextAction } from '../core/change/engine/next-action.ts';
import { policyIdOf } from '../core/change/life/applied.ts';
import type { Failure } from '../core/change/life/events.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import { judgeUndo } from '../core/kinds/scp/undo-step.ts';
import type { ApplyPorts } from './apply-ports.ts';
import { type ApplyReport, carryOut } from './carry-out.ts';
import { readLivePolicy } from './live-policy.ts';
import { record } from './record.ts';
import { type Writing, writeSteps } from './write-steps.ts';

/** Undoes one change as far as it goes. No cooling and no new proof, since nothing is denied by it; otherwise the same journal, the same look right before each write. */
export function rollBackChange(ports: ApplyPorts, id: string): Promise<ApplyReport> {
  const due = ({ record: { state } }: StoredChange) => state.status === 'rolling-back';
  return carryOut(ports, id, due, (change) => attemptRollBack(ports, change));
}

async function attemptRollBack(ports: ApplyPorts, change: StoredChange): Promise<StoredChange | null> {
  const failed = (at: StoredChange, failure: Failure): Promise<StoredChange> =>
    record(ports, at, { type: 'roll-back-failed', failure });
  const altered = digestMismatch(change.record.content);
  if (altered) return failed(change, altered);
  const servicesOfOthers = await readServicesOfOthers(ports, change);
  const writing: Writing = {
    // Only what has an id is undone, never what merely has the name.
    look: async ({ record: { content, state } }) => {
      const id = policyIdOf({ content, state });
      return id === null ? null : readLivePolicy(ports.writer, id);
    },
    decide: ({ record }, live) =>
      nextAction(record, judgeUndo(record, live, servicesOfOthers), ports.clock.now()),
    stop: failed,
    finish: (at) => record(ports, at, { type: 'rolled-back' }),
  };
  const known = { policyId: null, mayBeMade: true };
  const written = await writeSteps(ports, change, writing, { mayWrite: true, known });
  return written.kind === 'ended' ? written.change : null;
}

/** What other applied changes of the same SCP deny too: it stays denied. */
async function readServicesOfOthers(
  { stores }: ApplyPorts,
  { record: { content, id, state } }: StoredChange,
): Promise<readonly string[]> {
  const policyId = policyIdOf({ content, state });
  if (policyId === null) return [];
  const services = new Set<string>();
  for (const other of await stores.changes.listByStatus(['applied'])) {
    // One that made its SCP names it in its journal alone.
    if (other.id === id || (other.policyId !== null && other.policyId !== policyId)) continue;
    const stored = await stores.changes.load(other.id);
    const applied = stored?.record.state.status === 'applied' ? stored.record : null;
    if (applied && policyIdOf(applied) === policyId)
      for (const service of applied.content.services) services.add(service);
  }
  return [...services].sort();
}
