import type { Stores } from '../adapters/store-ports.ts';
import type { ChangeRecord } from '../core/change/life/life.ts';
import { kindOf } from '../core/kinds/kinds.ts';
import type { StandingExemption } from '../core/kinds/standing-exemption.ts';
import { writersOf } from './writers-of.ts';

/** Who is exempt for a time from what a change denies: looked up only where it is in force and denies something. */
export async function exemptionsOf(
  { changes }: Pick<Stores, 'changes'>,
  record: ChangeRecord,
): Promise<readonly StandingExemption[]> {
  const { content, state } = record;
  const kind = kindOf(content);
  if (state.status !== 'applied' || kind.notPossible(content, 'exempt') !== null) return [];
  return kind.exemptionsFrom(record, await writersOf(changes, record));
}
