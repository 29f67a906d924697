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
/** Codes after which the same write may go through a moment later, or once it is no longer stopped (API references: Organizations, UpdatePolicy; IAM, CreatePolicyVersion and PutRolePolicy). IAM's own are spelled without `Exception` on the wire. */
const passingCodes = [
  'ConcurrentModification',
  'ConcurrentModificationException',
  'EntityTemporarilyUnmodifiable',
  'EntityTemporarilyUnmodifiableException',
  'PolicyChangesInProgressException',
  'STOPPED',
];
/** Codes by which AWS, or the writer right before it writes, says that what is written over is not as it was read: looking again tells what it is, and whose. */
const otherwiseCodes = [
  'DuplicatePolicyException',
  'DuplicatePolicyAttachmentException',
  'PolicyNotAttachedException',
  'PolicyNotFoundException',
  'LOOK_AGAIN',
];

/** Whether a refusal by AWS passes by itself, or by looking again. What AWS did not refuse (5xx, no answer, no time) passes. */
export function isPassing({
  code,
  kind,
  refusedByAws,
}: Pick<CallFailure, 'code' | 'kind' | 'refusedByAws'>): boolean {
  if (!refusedByAws) return true;
  return passingKinds.includes(kind) || passingCodes.includes(code) || otherwiseCodes.includes(code);
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
