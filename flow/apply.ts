import { randomBytes } from 'node:crypto';
import { isoTime } from '../core/base/iso-time.ts';
import type { ChangeStatus } from '../core/change/life/state.ts';
import { applyChange } from './apply-change.ts';
import type { ApplyPorts } from './apply-ports.ts';
import type { ApplyReport } from './carry-out.ts';
import { rollBackChange } from './roll-back.ts';
import { sendChanges } from './send-outbox.ts';

/** How one run of `apply` went. */
export interface ApplyRun {
  readonly reports: readonly ApplyReport[];
  /** Why nothing was looked at, or null. */
  readonly skipped: string | null;
}

/** How long the lock outlives its owner's last sign of life, in milliseconds: less than a crashed write may be resumed after. */
const leaseMilliseconds = 30_000;

/** What a change may take from its first report to the last look, and what the looks after a write may take, in milliseconds. */
const times = { change: 300_000, looks: 60_000 };

/**
 * Carries out what is due, one change after another, under the one lock of all SCP writes. First what is to be rolled
 * back, then what a crash left half done, then what is approved and whose waiting time is over. Nothing else writes
 * SCPs.
 */
export async function applyDue(ports: ApplyPorts): Promise<ApplyRun> {
  const owner = `apply-${randomBytes(6).toString('hex')}`;
  const { stores, clock } = ports;
  const due = await listDue(ports);
  if (due.length === 0) return { reports: [], skipped: null };
  const lease = ports.leaseMilliseconds ?? leaseMilliseconds;
  const lock = await stores.locks.acquire(owner, clock.now(), lease);
  if (!lock.held) return { reports: [], skipped: `${lock.owner} writes until ${isoTime(lock.expiresAt)}` };
  const reports: ApplyReport[] = [];
  // Reports take longer than the lease: signs of life keep the lock, and each write looks whether it is still ours.
  const heartbeat = setInterval(
    () => void stores.locks.acquire(owner, clock.now(), lease).catch(() => undefined),
    lease / 3,
  );
  const holding: ApplyPorts = {
    ...ports,
    holdsLock: async () => (await stores.locks.acquire(owner, clock.now(), lease)).held,
  };
  const { endsAt = Number.POSITIVE_INFINITY } = ports;
  ports.limit?.(endsAt - times.looks);
  const broken: unknown[] = [];
  try {
    for (const { id, carryOut } of due) {
      // The next run goes on a minute later; one that is stopped in the middle of a change leaves a question behind.
      if (clock.now() + times.change > endsAt) break;
      try {
        const report = await carryOut(holding, id);
        ports.onPoint?.('finished');
        reports.push(report);
      } catch (error) {
        // One change that cannot be read must not keep another from being rolled back.
        broken.push(error);
      }
    }
  } finally {
    clearInterval(heartbeat);
    await stores.locks.release(owner);
  }
  // Not under the lock: a bus that does not answer must not keep the next write waiting. What fails is sent by the sweep.
  await sendChanges(
    ports,
    due.map(({ id }) => id),
  );
  if (broken.length > 0)
    throw new AggregateError(broken, `not carried out: ${broken.map(String).join('; ')}`);
  return { reports, skipped: null };
}

async function listDue({
  clock,
  stores,
}: ApplyPorts): Promise<readonly { readonly id: string; readonly carryOut: typeof applyChange }[]> {
  const waiting = await stores.changes.listByStatus(['rolling-back', 'applying', 'approved']);
  const idsOf = (status: ChangeStatus): readonly string[] =>
    waiting.filter((change) => change.status === status).map(({ id }) => id);
  const due: { id: string; carryOut: typeof applyChange }[] = [];
  for (const id of idsOf('rolling-back')) due.push({ id, carryOut: rollBackChange });
  for (const id of idsOf('applying')) due.push({ id, carryOut: applyChange });
  for (const id of idsOf('approved')) {
    if (await isCooling(stores, id, clock.now())) continue;
    due.push({ id, carryOut: applyChange });
  }
  return due;
}

/** A change that cannot be read is not cooling: carrying it out says what is wrong with it. */
async function isCooling({ changes }: ApplyPorts['stores'], id: string, now: number): Promise<boolean> {
  const stored = await changes.load(id).catch(() => null);
  return stored?.record.state.status === 'approved' && stored.record.state.applyNotBefore > now;
}
