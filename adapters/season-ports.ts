import type { SeenUse } from '../core/finding/seen-use.ts';

/** Keeps what reports ever showed of use, beyond AWS's own memory. */
export interface SeasonStore {
  /** Everything that was seen in an organization. Read consistently. */
  load(organizationId: string): Promise<SeenUse>;
  /** Writes what was seen of these services. */
  save(organizationId: string, seen: SeenUse, services: readonly string[]): Promise<void>;
}
