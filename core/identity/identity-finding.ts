import type { ActionUse } from './action-use.ts';
import type { Grant } from './grants.ts';
import type { IdentityCode } from './identity-refusal.ts';
import type { Subject } from './subject.ts';

/** `lapsed` and `never-used`: a whole service; `unused-actions`: a service in use with tracked actions that are not; `unused-role`: everything. */
export type IdentityFindingKind = 'lapsed' | 'never-used' | 'unused-role' | 'unused-actions';

/** Service S, or some of its actions, is unused by a subject. Times are epoch milliseconds. */
export interface IdentityFinding {
  /** `fnd-` + 12 hex. */
  readonly id: string;
  readonly kind: IdentityFindingKind;
  readonly subject: Subject;
  /** Null for an unused role: it is about every service. */
  readonly serviceNamespace: string | null;
  readonly serviceName: string;
  /** Only for `unused-actions`. */
  readonly actions?: ActionUse;
  readonly lastAccessedAt: number | null;
  /** Whole days, rounded down; null: never. */
  readonly daysUnused: number | null;
  readonly lastAccessedBy: string | null;
  readonly lastAccessedRegion: string | null;
  /** For groups and policies: every principal with use in the tracking period, latest first. */
  readonly usedBy: readonly string[];
  readonly grants: readonly Grant[];
  readonly status: 'open' | 'exempt' | 'kept' | 'held';
  readonly reason?: IdentityCode;
  /** For people: why the status is what it is. */
  readonly note?: string;
}
