import { policyIdOf } from '../core/change/life/applied.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import type { LivePolicy } from '../core/kinds/scp/apply-plan.ts';
import { type NextUndoAction, nextUndoAction, type UndoWrite } from '../core/kinds/scp/roll-back-plan.ts';
import { meansTheSame } from '../core/policy/same-meaning.ts';
import { type ApplyPorts, callFailureOf, writesStopped } from './apply-ports.ts';
import { type ApplyReport, carryOut } from './carry-out.ts';
import { freshLook, readLivePolicy, tooSlow, waitUntilShown } from './live-policy.ts';
import { isPassing, record } from './record.ts';

/** Undoes one change as far as it goes: no cooling and no new proof, since nothing is denied by it; otherwise the same journal, the same look right before each write. */
export function rollBackChange(ports: ApplyPorts, id: string): Promise<ApplyReport> {
  const due = ({ record: { state } }: StoredChange) => state.status === 'rolling-back';
  return carryOut(ports, id, due, (change) => attemptRollBack(ports, change));
}

async function attemptRollBack(ports: ApplyPorts, start: StoredChange): Promise<StoredChange | null> {
  let change = start;
  const servicesOfOthers = await readServicesOfOthers(ports, change);
  for (;;) {
    const next = await decideNext(ports, change, servicesOfOthers);
    switch (next.action) {
      case 'journal-done': {
        const { index: step, outcome, detail } = next;
        change = await record(ports, change, { type: 'roll-back-step-done', step, outcome, detail });
        ports.onPoint?.('done-journalled');
        break;
      }
      case 'finished':
        ports.onPoint?.('all-done');
        return record(ports, change, { type: 'rolled-back' });
      case 'interrupted':
        return record(ports, change, { type: 'interrupted', detail: next.detail });
      case 'refused':
        return record(ports, change, {
          type: 'roll-back-failed',
          failure: { code: next.code, detail: next.detail },
        });
      case 'send': {
        const sent = await send(ports, change, next, servicesOfOthers);
        if (sent === null) return null;
        change = sent;
      }
    }
  }
}

async function send(
  ports: ApplyPorts,
  start: StoredChange,
  planned: Extract<NextUndoAction, { action: 'send' }>,
  servicesOfOthers: readonly string[],
): Promise<StoredChange | null> {
  const change = await record(ports, start, { type: 'roll-back-step-sending', step: planned.index });
  ports.onPoint?.('sending-journalled');
  const refuse = (code: string, detail: string): Promise<StoredChange> =>
    record(ports, change, { type: 'roll-back-step-refused', step: planned.index, failure: { code, detail } });
  const stopped = await writesStopped(ports);
  if (stopped) {
    await refuse('STOPPED', stopped);
    return null;
  }
  // Nothing lies between this look and the write: the text to write is made from what is read here.
  const next = await freshLook(ports.clock, () => decideNext(ports, change, servicesOfOthers));
  if (next === 'too-slow') {
    await refuse(tooSlow.code, tooSlow.detail);
    return null;
  }
  if (next.action !== 'send') {
    await refuse('LOOK_AGAIN', 'the SCP changed right before the write');
    return null;
  }
  try {
    await write(ports, next.write);
  } catch (error) {
    const failure = callFailureOf(error);
    if (!failure) throw error;
    if (failure.refusedByAws) {
      const refused = await refuse(failure.code, failure.message);
      if (isPassing(failure.code)) return null;
      return record(ports, refused, {
        type: 'roll-back-failed',
        failure: { code: failure.code, detail: failure.message },
      });
    }
  }
  ports.onPoint?.('written');
  const shown = await waitUntilShown(ports.clock, async () =>
    shows(await readLive(ports, change), next.write),
  );
  if (!shown) return null;
  ports.onPoint?.('shown');
  const { index: step, outcome, detail } = next;
  const done = await record(ports, change, { type: 'roll-back-step-done', step, outcome, detail });
  ports.onPoint?.('done-journalled');
  return done;
}

async function decideNext(
  ports: ApplyPorts,
  change: StoredChange,
  servicesOfOthers: readonly string[],
): Promise<NextUndoAction> {
  const live = await readLive(ports, change);
  return nextUndoAction(change.record, { live, servicesOfOthers, now: ports.clock.now() });
}

async function write({ writer }: ApplyPorts, step: UndoWrite): Promise<void> {
  switch (step.kind) {
    case 'update-policy':
      return writer.updatePolicy(step.policyId, step.text);
    case 'detach-policy':
      return writer.detachPolicy(step.policyId, step.targetId);
    case 'delete-policy':
      return writer.deletePolicy(step.policyId);
  }
}

function shows(live: LivePolicy, step: UndoWrite): boolean {
  switch (step.kind) {
    case 'update-policy':
      return live !== null && meansTheSame(live.text, step.text);
    case 'detach-policy':
      return live === null || !live.targetIds.includes(step.targetId);
    case 'delete-policy':
      return live === null;
  }
}

async function readLive(
  { writer }: ApplyPorts,
  { record: { content, state } }: StoredChange,
): Promise<LivePolicy> {
  const id = policyIdOf({ content, state });
  return id === null ? null : readLivePolicy(writer, id);
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
