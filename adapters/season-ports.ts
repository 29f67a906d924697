import type { GrownUse, SeenUse } from '../core/finding/seen-use.ts';

/** Keeps what reports ever showed of use, beyond AWS's own memory. */
export interface SeasonStore {
  /** Everything that was seen in an organization. Read consistently. */
  load(organizationId: string): Promise<SeenUse>;
  /** Writes what follows from what is there; `next` is asked again where another review wrote meanwhile. A crash leaves each service as it was, or as it is now. */
  change(organizationId: string, next: (seen: SeenUse) => GrownUse): Promise<void>;
}
