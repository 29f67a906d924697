import type { Configuration } from '../../base/configuration.ts';
import type { StandingExemption } from '../../kinds/standing-exemption.ts';
import type { StandingFreeze } from '../words/freeze-words.ts';

/** What the view of a change depends on beside the change. */
export interface ViewContext {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly configuration: Configuration;
  /** Who is exempt for a time from what the change denies; absent where nobody looked. */
  readonly exemptions?: readonly StandingExemption[];
  /** The freeze that stands, null where none does; absent where nobody looked. */
  readonly freeze?: StandingFreeze | null;
}
