import type { IdentitySessions } from '../adapters/identity-ports.ts';
import type { CallFailure, PolicyWriter, ReviewPorts } from '../adapters/ports.ts';
import type { Stores } from '../adapters/store-ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import type { SendPorts } from './send-outbox.ts';

/** The points between two steps of applying and rolling back: whatever happens at one of them, the next run knows what to do. */
export const journalPoints = [
  'started',
  'sending-journalled',
  'written',
  'shown',
  'done-journalled',
  'all-done',
  'finished',
] as const;

/** The name of a journal point. */
export type JournalPoint = (typeof journalPoints)[number];

/** What applying and rolling back need. */
export interface ApplyPorts extends ReviewPorts, SendPorts {
  readonly stores: Stores;
  readonly writer: PolicyWriter;
  /** Enters accounts whose IAM is written. */
  readonly sessions: IdentitySessions;
  readonly configuration: Configuration;
  /** Whether the lock on all SCP writes is still held; absent outside a run of `applyDue`. */
  readonly holdsLock?: () => Promise<boolean>;
  /** How long the lock outlives a crash; 30 s where absent. */
  readonly leaseMilliseconds?: number;
  /** When the function is stopped (epoch ms): no change is begun shortly before. Absent: nothing stops it. */
  readonly endsAt?: number;
  /** Called at each journal point; a test may end the process there. */
  readonly onPoint?: (point: JournalPoint) => void;
}

/** An error of a call as data, or null if it is none: then it is a bug and should be thrown on. */
export function callFailureOf(error: unknown): CallFailure | null {
  if (!(error instanceof Error) || !('refusedByAws' in error) || !('code' in error)) return null;
  const { code, kind, message, notSent, refusedByAws } = error as Error & CallFailure;
  return {
    code: String(code),
    kind,
    message,
    refusedByAws: refusedByAws === true,
    notSent: notSent === true,
  };
}

/** Why nothing may be written now: the mode, the kill switch, or a lock that was lost. Looked at right before each write; null: go on. */
export async function writesStopped({
  configuration,
  holdsLock,
  stores,
}: ApplyPorts): Promise<string | null> {
  if (configuration.mode !== 'approve') return `mode is ${configuration.mode}: nothing is written`;
  const freeze = await stores.locks.readFreeze();
  if (freeze.frozen) return `frozen by ${freeze.by}: ${freeze.reason}`;
  return holdsLock && !(await holdsLock()) ? 'the lock on SCP writes was lost to another run' : null;
}
