import { freshLook, tooSlow } from '../../adapters/fresh-look.ts';
import { editOf } from '../../core/change/content/edit.ts';
import { type Intent, intentOf } from '../../core/change/content/intents.ts';
import { nounOf } from '../../core/change/content/resource-types.ts';
import type { Write } from '../../core/change/engine/next-action.ts';
import type { EventBody } from '../../core/change/life/events.ts';
import type { ChangeRecord } from '../../core/change/life/life.ts';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import { standsByPolicy } from '../../core/kinds/scp/ours/fold-writes.ts';
import { isGiveBack } from '../../core/kinds/scp/ours/intents.ts';
import type { LivePolicy } from '../../core/kinds/scp/ours/live-policy.ts';
import { policyIdOf } from '../../core/kinds/scp/ours/own-policy.ts';
import { noRollBack } from '../../core/kinds/scp/proposing/give-back.ts';
import { driftNews } from '../../core/kinds/scp/watching/drift.ts';
import { scpWriting } from '../../core/kinds/scp/writing.ts';
import { buildTree } from '../../core/organization/organization.ts';
import type { ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import { type ApplyPorts, callFailureOf } from '../apply-ports.ts';
import { NotSent } from '../not-sent.ts';
import type { Checks } from '../write-once.ts';
import type { Known } from '../write-steps.ts';
import type { KindInFlow } from './kind-in-flow.ts';
import { proveEndOfExemption } from './scp-end-exemption.ts';
import { proveGiveBackAgain } from './scp-give-back.ts';
import { proveAgain } from './scp-proof.ts';

/** Edits of SCPs with what is read for them. */
export const scpInFlow: KindInFlow<LivePolicy> = {
  kind: scpWriting,
  // Only what has an id is undone, never what merely has the name.
  look: (ports, change, known, begins) =>
    change.record.state.status === 'rolling-back'
      ? readById(ports, change.record, begins)
      : readLive(ports, change, { ...known, policies: null }, begins),
  write: writeStep,
  proveAgain: async (ports, record, notBefore) => {
    const { policies, reason, tree } = await provedAgain(ports, record, notBefore);
    return {
      reason,
      tree,
      // A new SCP's name is looked up in what the proof read, until it may have been made.
      look: (change, known, begins) =>
        readLive(ports, change, { ...known, policies: known.mayBeMade ? null : policies }, begins),
    };
  },
  // Nothing is denied by undoing a deny, so that needs no new proof. Undoing a give-back would deny.
  voidsRollBack: async (_, { content }) =>
    isGiveBack(content) ? { code: 'NOT_PROVEN', detail: noRollBack } : null,
  seenWhenApplied: otherTargets,
};

/** Writes one step. An SCP that would be left empty is detached first: it is deleted only if nobody edited it meanwhile. */
async function writeStep(
  { clock, writer }: ApplyPorts,
  _: unknown,
  { detachFrom = [], ...write }: Write,
  { mayWrite, sentInPart }: Checks,
): Promise<string | null> {
  const { after, before, existingId: policyId } = write;
  for (const targetId of detachFrom) {
    await mayWrite();
    await writer.write({
      resource: { type: 'attachment', targetId },
      existingId: policyId,
      before: 'attached',
      after: null,
    });
    sentInPart();
  }
  if (detachFrom.length === 0) return writer.write(write);
  if (after === before || policyId === null) return policyId;
  await mayWrite();
  const look = await freshLook(clock, () => writer.readPolicyText(policyId));
  if (look === null) {
    const { code, detail } = tooSlow(nounOf(write.resource));
    throw new NotSent(code, detail, 'other', false);
  }
  if (look.seen !== before)
    throw new NotSent('LOOK_AGAIN', `somebody edited ${policyId} while it was detached`);
  return writer.write(write);
}

/** How an approved change is proved again: one entry for each intent. */
const proofs: { readonly [Each in Intent]: typeof proveAgain } = {
  deny: proveAgain,
  'give-back': (ports, { content }) => proveGiveBackAgain(ports, content),
  'end-exemption': proveEndOfExemption,
  // Nothing begins with what is not understood.
  unknown: (_, { id }) => Promise.reject(new Error(`${id} is of a later version`)),
};

function provedAgain(
  ports: ApplyPorts,
  record: ChangeRecord,
  notBefore: number,
): ReturnType<typeof proveAgain> {
  return proofs[intentOf(record.content)](ports, record, notBefore);
}

async function readById(
  { writer }: ApplyPorts,
  record: ChangeRecord,
  begins?: () => void,
): Promise<LivePolicy> {
  const id = policyIdOf(record);
  return id === null ? null : readLivePolicy(writer, id, begins);
}

/** The SCP that the change is about. By its id, by the id that the journal names or a write answered, or by the name that it is to get; `policies` null: they are listed anew. */
async function readLive(
  ports: ApplyPorts,
  { record }: StoredChange,
  {
    policies,
    policyId,
  }: Pick<Known, 'policyId'> & {
    readonly policies: readonly ServiceControlPolicy[] | null;
  },
  begins?: () => void,
): Promise<LivePolicy> {
  const id = policyIdOf(record) ?? policyId;
  if (id !== null) return readLivePolicy(ports.writer, id, begins);
  const { policyName } = editOf(record.content);
  const named = (policies ?? (await ports.organization.readPolicies())).find(
    ({ name }) => name === policyName,
  );
  return named ? readLivePolicy(ports.writer, named.id, begins) : null;
}

/** The SCP as it stands now: text exactly as read, and its targets; null if there is none. */
async function readLivePolicy(
  writer: ApplyPorts['writer'],
  policyId: string,
  begins?: () => void,
): Promise<LivePolicy> {
  try {
    // The text last: whoever writes next has nothing between reading it and writing. Of targets there may be hundreds,
    // 20 a page: an attachment that comes meanwhile is told once the change is applied.
    const targets = await writer.readPolicyTargets(policyId);
    begins?.();
    const text = await writer.readPolicyText(policyId);
    return { id: policyId, text, targetIds: targets.map((target) => target.id) };
  } catch (error) {
    if (callFailureOf(error)?.code === 'PolicyNotFoundException') return null;
    throw error;
  }
}

/**
 * Tells where the SCP was attached to another target, or detached from one, while it was written. AWS takes no condition
 * under which it writes, so this is seen only now, and whoever approved has to know at once.
 */
async function otherTargets(
  { organization, writer }: ApplyPorts,
  record: ChangeRecord,
  live: LivePolicy,
  at: number,
): Promise<readonly EventBody[]> {
  const { content, state } = record;
  // One that is gone altogether denies nothing any more: the next review tells.
  if (live === null || state.status !== 'applied' || isGiveBack(content)) return [];
  const approved = content.targets.map(({ id }) => id);
  if (live.targetIds.length === approved.length && approved.every((id) => live.targetIds.includes(id)))
    return [];
  const { id, text } = live;
  const [targets, facts] = await Promise.all([writer.readPolicyTargets(id), organization.readTree()]);
  const policy: ServiceControlPolicy = {
    id,
    text,
    targets,
    name: editOf(content).policyName,
    awsManaged: false,
    tags: null,
  };
  const seen = { policies: [policy], readSince: at, tree: buildTree(facts) };
  return driftNews(record, { ...seen, stands: standsByPolicy([record]) });
}
