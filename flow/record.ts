import type { CallFailure, Clock, RefusalKind } from '../adapters/ports.ts';
import type { ChangeStore } from '../adapters/store-ports.ts';
import type { ChangeEvent, EventBody } from '../core/change/life/events.ts';
import { nextInstant } from '../core/change/life/life.ts';
import { appendEvents, type StoredChange } from '../core/change/life/stored-change.ts';

/** Somebody else wrote the change meanwhile: what was decided rests on an old version. */
export class LostRace extends Error {
  override readonly name = 'LostRace';
}

/** Refusals of any service that pass: fewer calls were asked for, or the credentials ended and the next attempt has others. */
const passingKinds: readonly RefusalKind[] = ['throttled', 'credentials'];
/**
 * Codes of refused writes after which the next attempt may write: they pass, or looking again tells what is there now, and
 * whose it is. Any other code stands: a person decides. Sources: API references of Organizations (errors of CreatePolicy,
 * UpdatePolicy, AttachPolicy, DetachPolicy, DeletePolicy). And of IAM (CreatePolicyVersion, PutRolePolicy, DeletePolicy),
 * whose codes have no `Exception` on the wire. `DeleteConflict` of IAM stands: whoever writes has waited by then for what
 * was detached.
 */
const passingCodes: ReadonlySet<string> = new Set([
  // The same write may go through a moment later.
  'ConcurrentModification',
  'ConcurrentModificationException',
  'EntityTemporarilyUnmodifiable',
  'EntityTemporarilyUnmodifiableException',
  'PolicyChangesInProgressException',
  // Ours: the kill switch, the mode or a lost lock right before the write.
  'STOPPED',
  // Ours: the writer itself saw something else right before the write.
  'LOOK_AGAIN',
  // Ours: AWS took too long to show it.
  'LOOK_TOO_SLOW',
  // A policy that was detached just now is in use for a while yet; where somebody attached it, looking tells.
  'PolicyInUseException',
  // What is written over is not as it was read.
  'DuplicatePolicyException',
  'DuplicatePolicyAttachmentException',
  'PolicyNotAttachedException',
  'PolicyNotFoundException',
]);

/** Whether a refusal by AWS passes by itself, or by looking again. What AWS did not refuse (5xx, no answer, no time) passes. */
export function isPassing({
  code,
  kind,
  refusedByAws,
}: Pick<CallFailure, 'code' | 'kind' | 'refusedByAws'>): boolean {
  if (!refusedByAws) return true;
  return passingKinds.includes(kind) || passingCodes.has(code);
}

/** Writes what the product itself did, one event or several at once, into a change's history, under the version that was read. Throws `LostRace` if somebody was faster. */
export async function record(
  { clock, stores }: { readonly clock: Clock; readonly stores: { readonly changes: ChangeStore } },
  change: StoredChange,
  body: EventBody | readonly [EventBody, ...EventBody[]],
  by = 'apply',
): Promise<StoredChange> {
  const at = nextInstant(change.record, clock.now());
  const head = { at, actor: { type: 'system', id: by }, revision: change.record.revision } as const;
  const bodies = isList(body) ? body : [body];
  const next = appendEvents(
    change,
    bodies.map((one): ChangeEvent => ({ ...head, ...one })),
  );
  if ((await stores.changes.save(next, change.version)) === 'conflict') throw new LostRace(change.record.id);
  return { ...next, version: change.version + 1 };
}

function isList(body: EventBody | readonly EventBody[]): body is readonly EventBody[] {
  return Array.isArray(body);
}
