import type { RefusalCode } from '../base/refusal.ts';
import type { NamedAccount } from './access-report.ts';

/** `lapsed`: used before, not within the threshold; `never-used`: no attempt in AWS's tracking period. */
export type FindingKind = 'lapsed' | 'never-used';

/** `open`: to be drafted; `protected` and `exempt`: shown, never drafted; `held`: not now, for the reason given. */
export type FindingStatus = 'open' | 'exempt' | 'protected' | 'held';

/** Service S is unused at entity E: given at the highest entity in scope where it holds. */
export interface Finding {
  /** `fnd-` + 12 hex. */
  readonly id: string;
  readonly kind: FindingKind;
  readonly entityId: string;
  readonly entityPath: string;
  readonly serviceNamespace: string;
  readonly serviceName: string;
  /** Epoch milliseconds; null: never in the tracking period. */
  readonly lastAccessedAt: number | null;
  /** Whole days between last use and as of, rounded down; null: never used. */
  readonly daysUnused: number | null;
  readonly lastAccessedBy: NamedAccount | null;
  readonly lastAccessedRegion: string | null;
  /** Accounts with an attempt in the tracking period. */
  readonly accountsEverUsed: number;
  /** Every member account below, whatever its state. */
  readonly accounts: number;
  /** Accounts that joined at or after the cut-off: they had no full period to use anything. */
  readonly youngAccounts: readonly string[];
  readonly status: FindingStatus;
  readonly reason?: RefusalCode;
  /** For people: why the status is what it is. */
  readonly note?: string;
}
