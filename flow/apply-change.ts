import { isoTime } from '../core/base/iso-time.ts';
import { digestMismatch } from '../core/change/content/digest.ts';
import { approvalTooOld } from '../core/change/deciding/approval-age.ts';
import { approvalVoid } from '../core/change/deciding/approval-validity.ts';
import { nextAction } from '../core/change/engine/next-action.ts';
import type { EventBody, Failure } from '../core/change/life/events.ts';
import { mayHaveWritten, versionsKept } from '../core/change/life/journal.ts';
import type { ChangeRecord } from '../core/change/life/life.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import { kindOf } from '../core/kinds/kinds.ts';
import { silentSince, silentSourceCode } from '../core/kinds/silent-source.ts';
import type { ApplyPorts } from './apply-ports.ts';
import { type ApplyReport, carryOut, SourceSilent } from './carry-out.ts';
import type { KindInFlow, ProvedAgain } from './kinds/kind-in-flow.ts';
import { kindInFlow } from './kinds/kinds.ts';
import { startersBehind } from './proposal-starter.ts';
import { record } from './record.ts';
import { recordApplied } from './record-applied.ts';
import { type Known, type Writing, writeSteps } from './write-steps.ts';

/**
 * Carries out one approved change as far as it goes. Every attempt starts with what a crash may have left, proves again
 * from fresh reports before the first write, and journals before and after each write.
 */
export function applyChange(ports: ApplyPorts, id: string): Promise<ApplyReport> {
  const due = ({ record: whole }: StoredChange) => {
    const { state } = whole;
    const tooOld = approvalTooOld(whole, ports.configuration, ports.clock.now());
    // Looked at before what stops writes: a freeze keeps no approval young.
    if (tooOld) return { ends: ending(whole, tooOld) };
    if (state.status === 'applying') return true;
    if (state.status !== 'approved') return false;
    if (state.applyNotBefore <= ports.clock.now()) return true;
    return { waits: `cooling until ${isoTime(state.applyNotBefore)}` };
  };
  return carryOut(ports, id, due, (change, entered) =>
    attemptApply(entered, kindInFlow(change.record.content), change),
  );
}

/** One attempt from the start; null asks for another one. */
async function attemptApply<Live>(
  ports: ApplyPorts,
  reads: KindInFlow<Live>,
  start: StoredChange,
): Promise<StoredChange | null> {
  let change = start;
  // What an interrupted attempt left is looked at as after a crash.
  if (change.record.state.status === 'approved' && change.record.state.journal.length > 0)
    change = await record(ports, change, { type: 'apply-started' });
  // What a crash left behind is journalled first: it may need no report at all.
  if (change.record.state.status === 'applying') {
    const look: Writing<Live>['look'] = (at, known, begins) => reads.look(ports, at, known, begins);
    const found = await writeSteps(ports, change, applying(ports, reads, look), {
      mayWrite: false,
      known: anew,
    });
    if (found.kind === 'again') return null;
    if (found.kind === 'ended') return found.change;
    change = found.change;
  }
  const { content } = change.record;
  const altered = digestMismatch(content);
  if (altered) return end(ports, change, altered);
  const { look, reason, tree } = await proved(ports, reads, change);
  const starter = await startersBehind(ports.stores.changes, change.record, ports.configuration);
  const isVoid = reason ?? approvalVoid(change.record, ports.configuration, tree, starter);
  if (isVoid) return end(ports, change, isVoid);
  if (change.record.state.status === 'approved') {
    change = await record(ports, change, { type: 'apply-started' });
    ports.onPoint?.('started');
  }
  const known = { policyId: null, mayBeMade: false };
  const written = await writeSteps(ports, change, applying(ports, reads, look), { mayWrite: true, known });
  return written.kind === 'ended' ? written.change : null;
}

/** Proves again; when a source was silent first is noted before the change waits for it. */
async function proved<Live>(
  ports: ApplyPorts,
  reads: KindInFlow<Live>,
  change: StoredChange,
): Promise<ProvedAgain<Live>> {
  try {
    return await reads.proveAgain(ports, change.record, dueSince(change));
  } catch (error) {
    if (error instanceof SourceSilent && silentSince(change.record) === null)
      await record(ports, change, {
        type: 'noted',
        code: silentSourceCode,
        detail: `waits for a source that cannot be read, for 24 hours at most: ${error.message}`,
      });
    throw error;
  }
}

/** Nothing is known of what has no id yet: it is looked for anew. */
const anew: Known = { policyId: null, mayBeMade: true };

/** How a change is applied. */
function applying<Live>(
  ports: ApplyPorts,
  reads: KindInFlow<Live>,
  look: Writing<Live>['look'],
): Writing<Live> {
  const { kind } = reads;
  return {
    kind,
    look,
    write: (change, write, checks) => reads.write(ports, change, write, checks),
    decide: ({ record }, live) =>
      nextAction(record, kind.judgeApply(record, live), ports.clock.now(), kind.pauseBetween),
    stop: (change, failure) => end(ports, change, failure),
    finish: (change, live) => recordApplied(ports, reads, change, live),
  };
}

/** Since when the change is due (epoch ms): reports made later prove it, in a further attempt as in the first. */
function dueSince({ record: { history } }: StoredChange): number {
  const last = history.findLast(({ type }) => type === 'approved' || type === 'resumed');
  return last?.type === 'approved' ? last.applyNotBefore : (last?.at ?? 0);
}

/** Ends a change that may not go on. */
function end(ports: ApplyPorts, change: StoredChange, failure: Failure): Promise<StoredChange> {
  return record(ports, change, ending(change.record, failure));
}

/**
 * How a change ends that may not go on: superseded if nothing was written, failed if something was, or a version may be gone.
 * What failed is rolled back. What cannot be waits until a person says what became of its write: nobody else ever would.
 */
function ending({ content, history, revision, state }: ChangeRecord, failure: Failure): EventBody {
  const wrote = 'journal' in state && mayHaveWritten(state.journal);
  if (wrote && kindOf(content).notPossible(content, 'roll-back') !== null)
    return { type: 'interrupted', detail: `${failure.detail}, and a write was begun that does not show` };
  const kept = versionsKept(history, revision).map(
    ({ policyArn, versionId }) => `${versionId} of ${policyArn}`,
  );
  if (!wrote && kept.length === 0) return { type: 'superseded', reason: failure };
  const gone = `this change may have deleted these versions of policies, whose texts the history keeps: ${kept.join(', ')}`;
  const detail = kept.length === 0 ? failure.detail : `${failure.detail}; ${gone}`;
  return { type: 'apply-failed', failure: { ...failure, detail } };
}
