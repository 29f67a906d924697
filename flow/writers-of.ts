import type { Stores } from '../adapters/store-ports.ts';
import type { ChangeRecord } from '../core/change/life/life.ts';
import { kindOf } from '../core/kinds/kinds.ts';

/**
 * The applied changes that write the same, this one among them: the last one's text is the one that shows, if nobody edited it
 * since. Only what is listed as one that may write the same is loaded.
 */
export async function writersOf(
  changes: Stores['changes'],
  record: ChangeRecord,
): Promise<readonly ChangeRecord[]> {
  const written = [record];
  const kind = kindOf(record.content);
  const policyId = kind.listedUnder(record);
  for (const listed of await changes.listByStatus(['applied'])) {
    if (listed.id === record.id || listed.policyId !== policyId) continue;
    const other = (await changes.load(listed.id))?.record ?? null;
    if (other && kind.writesTheSame(record, other)) written.push(other);
  }
  return written;
}
