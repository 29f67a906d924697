import { isoTime } from '../core/base/iso-time.ts';
import type { Step } from '../core/change/content/change.ts';
import { approvalVoid } from '../core/change/deciding/approval-validity.ts';
import type { Failure } from '../core/change/life/events.ts';
import { createdPolicyId, mayHaveWritten, sendingSince } from '../core/change/life/journal.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import { type LivePolicy, type NextApplyAction, nextApplyAction } from '../core/kinds/scp/apply-plan.ts';
import { meansTheSame } from '../core/policy/same-meaning.ts';
import type { ServiceControlPolicy } from '../core/policy/service-control-policy.ts';
import { type ApplyPorts, callFailureOf, writesStopped } from './apply-ports.ts';
import { type ApplyReport, carryOut } from './carry-out.ts';
import { freshLook, readLivePolicy, tooSlow, waitUntilShown } from './live-policy.ts';
import { startersBehind } from './proposal-starter.ts';
import { proveAgain } from './prove-again.ts';
import { isPassing, record } from './record.ts';
import { recordApplied } from './record-applied.ts';

/**
 * Carries out one approved change as far as it goes. Every attempt starts with what a crash may have left, proves again
 * from fresh reports before the first write, and journals before and after each write.
 */
export function applyChange(ports: ApplyPorts, id: string): Promise<ApplyReport> {
  const due = ({ record: { state } }: StoredChange) => {
    if (state.status === 'applying') return true;
    if (state.status !== 'approved') return false;
    if (state.applyNotBefore <= ports.clock.now()) return true;
    return { waits: `cooling until ${isoTime(state.applyNotBefore)}` };
  };
  return carryOut(ports, id, due, (change) => attemptApply(ports, change));
}

/** One attempt from the start; null asks for another one. */
async function attemptApply(ports: ApplyPorts, start: StoredChange): Promise<StoredChange | null> {
  let change = start;
  // What an interrupted attempt left is looked at as after a crash.
  if (change.record.state.status === 'approved' && change.record.state.journal.length > 0)
    change = await record(ports, change, { type: 'apply-started' });
  // What a crash left behind is settled first: it may need no report at all.
  if (change.record.state.status === 'applying') {
    const settled = await settle(ports, change, await readLive(ports, change, nothingKnown));
    if (settled.kind === 'ended') return settled.change;
    change = settled.change;
  }
  const { content } = change.record;
  const { policies, reason, tree } = await proveAgain(ports, content, dueSince(change));
  const starter = await startersBehind(ports.stores.changes, change.record, ports.configuration);
  const isVoid = reason ?? approvalVoid(change.record, ports.configuration, tree, starter);
  if (isVoid) return end(ports, change, isVoid);
  if (change.record.state.status === 'approved') {
    change = await record(ports, change, { type: 'apply-started' });
    ports.onPoint?.('started');
  }
  // A new SCP is found by its name until its id is known: once it may have been made, only a fresh list tells.
  let known: Known = { policyId: null, policies };
  for (;;) {
    const settled = await settle(ports, change, await readLive(ports, change, known));
    if (settled.kind === 'ended') return settled.change;
    const sent = await send(ports, settled.change, settled.next, policies);
    if (sent === null) return null;
    if (sent.change.record.state.status !== 'applying') return sent.change;
    change = sent.change;
    known = { policyId: sent.policyId, policies: null };
  }
}

/** Since when the change is due (epoch ms): reports made later prove it, in a further attempt as in the first. */
function dueSince({ record: { history } }: StoredChange): number {
  const last = history.findLast(({ type }) => type === 'approved' || type === 'resumed');
  return last?.type === 'approved' ? last.applyNotBefore : (last?.at ?? 0);
}

/** What is known of an SCP that has no journalled id yet: its id from the answer, or a list to look its name up in; null: the list is read anew. */
interface Known {
  readonly policyId: string | null;
  readonly policies: readonly ServiceControlPolicy[] | null;
}

const nothingKnown: Known = { policyId: null, policies: null };

type Settled =
  | { readonly kind: 'ended'; readonly change: StoredChange }
  | {
      readonly kind: 'send';
      readonly change: StoredChange;
      readonly next: Extract<NextApplyAction, { action: 'send' }>;
    };

/** Journals what shows already and ends what cannot go on, until a write is due. */
async function settle(ports: ApplyPorts, start: StoredChange, live: LivePolicy): Promise<Settled> {
  let change = start;
  for (;;) {
    const next = nextApplyAction(change.record, live, ports.clock.now());
    switch (next.action) {
      case 'send':
        return { kind: 'send', change, next };
      case 'journal-done':
        change = await record(ports, change, {
          type: 'step-done',
          step: next.index,
          policyId: next.policyId,
        });
        ports.onPoint?.('done-journalled');
        break;
      case 'finished': {
        ports.onPoint?.('all-done');
        return { kind: 'ended', change: await recordApplied(ports, change, live) };
      }
      case 'interrupted':
        return {
          kind: 'ended',
          change: await record(ports, change, { type: 'interrupted', detail: next.detail }),
        };
      case 'stale':
        return { kind: 'ended', change: await end(ports, change, { code: next.code, detail: next.detail }) };
    }
  }
}

/** Journals, reads once more, writes, and reads back; null: AWS or the way to it refused, so the attempt starts anew. */
async function send(
  ports: ApplyPorts,
  start: StoredChange,
  next: Extract<NextApplyAction, { action: 'send' }>,
  policies: readonly ServiceControlPolicy[],
): Promise<{ readonly change: StoredChange; readonly policyId: string | null } | null> {
  const sentBefore = mayBeSent(start, next.index);
  const change = await record(ports, start, { type: 'step-sending', step: next.index });
  ports.onPoint?.('sending-journalled');
  const refuse = async (failure: Failure): Promise<StoredChange> =>
    record(ports, change, { type: 'step-refused', step: next.index, failure });
  const stopped = await writesStopped(ports);
  if (stopped) {
    await refuse({ code: 'STOPPED', detail: stopped });
    return null;
  }
  // Nothing lies between this look and the write: Organizations has no condition to write under.
  const look = () => readLive(ports, change, { policyId: null, policies: sentBefore ? null : policies });
  // What does not exist yet has no text or target to lose, and AWS takes no name twice.
  const live = next.step.kind === 'create-policy' ? await look() : await freshLook(ports.clock, look);
  if (live === 'too-slow') {
    await refuse(tooSlow);
    return null;
  }
  const again = nextApplyAction(change.record, live, ports.clock.now());
  if (again.action !== 'send') {
    // Unless an earlier sending is open not a byte was sent, so what shows is somebody else's doing and is judged as such.
    const detail = 'the SCP changed right before the write';
    return { change: await refuse({ code: 'LOOK_AGAIN', detail }), policyId: null };
  }
  let policyId = again.policyId;
  try {
    policyId = await write(ports, next.step, policyId);
  } catch (error) {
    const failure = callFailureOf(error);
    if (!failure) throw error;
    if (failure.refusedByAws) {
      const refused = await refuse({ code: failure.code, detail: failure.message });
      if (isPassing(failure.code)) return null;
      const reason = { code: failure.code, detail: failure.message };
      return { change: await end(ports, refused, reason), policyId };
    }
    // It may have been done: reading tells, in this attempt or after a crash alike.
  }
  ports.onPoint?.('written');
  const target = next.step;
  const shown = await waitUntilShown(ports.clock, async () =>
    shows(await readLive(ports, change, { policyId, policies: null }), target),
  );
  if (!shown) return null;
  ports.onPoint?.('shown');
  return { change, policyId };
}

/** Whether an earlier write of this step was begun whose outcome is open. */
function mayBeSent({ record: { state } }: StoredChange, step: number): boolean {
  return state.status === 'applying' && sendingSince(state.journal, step) !== null;
}

async function write({ writer }: ApplyPorts, step: Step, policyId: string | null): Promise<string | null> {
  switch (step.kind) {
    case 'update-policy':
      await writer.updatePolicy(step.policyId, step.after);
      return step.policyId;
    case 'create-policy':
      return writer.createPolicy({ name: step.name, description: step.description, text: step.content });
    case 'attach-policy':
      if (policyId === null) throw new Error('an SCP is attached before it is made');
      await writer.attachPolicy(policyId, step.targetId);
      return policyId;
  }
}

function shows(live: LivePolicy, step: Step): boolean {
  if (live === null) return false;
  if (step.kind === 'attach-policy') return live.targetIds.includes(step.targetId);
  return meansTheSame(live.text, step.kind === 'update-policy' ? step.after : step.content);
}

/** The SCP that the change is about: by its id, by the id that the journal names, or by the name that it is to get. */
async function readLive(
  ports: ApplyPorts,
  { record: { content, state } }: StoredChange,
  known: Known,
): Promise<LivePolicy> {
  const journalled = state.status === 'applying' ? createdPolicyId(state.journal) : null;
  const id = content.policyId ?? journalled ?? known.policyId;
  if (id !== null) return readLivePolicy(ports.writer, id);
  const all = known.policies ?? (await ports.organization.readPolicies());
  const named = all.find((policy) => policy.name === content.policyName);
  return named ? readLivePolicy(ports.writer, named.id) : null;
}

/** Ends a change that may not go on: superseded if nothing was written, failed if something was. */
async function end(ports: ApplyPorts, change: StoredChange, failure: Failure): Promise<StoredChange> {
  const { state } = change.record;
  const wrote = 'journal' in state && mayHaveWritten(state.journal);
  return record(
    ports,
    change,
    wrote ? { type: 'apply-failed', failure } : { type: 'superseded', reason: failure },
  );
}
