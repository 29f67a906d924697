import type { Stores } from '../adapters/store-ports.ts';
import type { ChangeRecord } from '../core/change/life/life.ts';
import type { ChangeStatus } from '../core/change/life/state.ts';
import type { StandingFreeze } from '../core/message/words/freeze-words.ts';

/** Where a freeze is looked up. */
export interface FreezePorts {
  readonly locks: Pick<Stores['locks'], 'readFreeze'>;
}

const waiting: readonly ChangeStatus[] = ['approved', 'applying', 'rolling-back'];

/** The freeze that holds up this change, or null: looked up only where something waits to be written or undone. */
export async function freezeOf(
  { locks }: FreezePorts,
  { state }: ChangeRecord,
): Promise<StandingFreeze | null> {
  return waiting.includes(state.status) ? standingFreeze({ locks }) : null;
}

/** The freeze that stands, or null. */
export async function standingFreeze({ locks }: FreezePorts): Promise<StandingFreeze | null> {
  const freeze = await locks.readFreeze();
  return freeze.frozen ? freeze : null;
}
