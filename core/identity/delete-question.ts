import type { RegionReading } from '../organization/enabled-regions.ts';
import type { AccountIndex } from './account-index.ts';
import type { ActionCatalogue } from './action-use.ts';
import type { Controls } from './administration-reading.ts';
import type { AccountPlace } from './identity-exemptions.ts';
import type { IdentityReason } from './identity-refusal.ts';
import type { IdentityReport } from './identity-report.ts';
import type { CareSettings } from './never-touched.ts';
import type { Subject } from './subject.ts';
import type { CredentialsReading } from './user-credentials.ts';

/** What deleting one identity or policy by hand would break. Times are epoch milliseconds. */
export interface DeleteCheck {
  readonly arn: string;
  readonly safe: boolean;
  readonly lastUsedAt: number | null;
  /** ARNs of whoever used anything by it within the tracking period, latest first. */
  readonly usedBy: readonly string[];
  /** What speaks against it, and what has to be undone first. */
  readonly reasons: readonly DeleteReason[];
}

/** One thing that is told of a deletion. */
export interface DeleteReason {
  readonly code: DeleteCode;
  readonly detail: string;
}

/** What is told of a deletion: each speaks against it, but those of `toldOnly`. */
export type DeleteCode =
  | IdentityReason['code']
  | 'NOT_USED'
  | 'IN_USE'
  | 'NEW_CREDENTIAL'
  | 'REGIONS_NOT_READ'
  | 'HAS_MEMBERS'
  | 'IS_ATTACHED'
  | 'TRUSTS_ITS_ACCOUNT'
  | 'MAY_BE_ASSUMED'
  | 'HOLDS_A_DENY'
  | 'NAMED_IN_TRUST'
  | 'NAMED_IN_POLICY';

/** What is looked at. `cutOff` in epoch milliseconds. */
export interface DeleteQuestion {
  readonly index: AccountIndex;
  readonly subject: Subject;
  /** Undefined: it was not asked, which is never unused. */
  readonly report: IdentityReport | undefined;
  /** Null where it is no user. */
  readonly credentials: CredentialsReading | null;
  /** Which Regions the account may use; `off`: `sources.regions` is off, and nobody looked. */
  readonly regions: RegionReading | 'off';
  readonly catalogue: ActionCatalogue;
  readonly care: CareSettings;
  readonly controls: Controls;
  /** Where the account stands: exemptions may be of what is above it. */
  readonly place: AccountPlace;
  /** Epoch milliseconds: the instant judged from. */
  readonly asOf: number;
  readonly cutOff: number;
}
