import type { ChangeSummary, Stores } from '../adapters/store-ports.ts';
import type { ChangeRecord } from '../core/change/life/life.ts';
import { type ChangeStatus, changeStatuses } from '../core/change/life/state.ts';
import { kindOf } from '../core/kinds/kinds.ts';

/** States of a first revision in which nothing was written yet. */
const unwritten: readonly ChangeStatus[] = [
  'proposed',
  'approved',
  'rejected',
  'snoozed',
  'expired',
  'superseded',
  'cancelled',
];

/** Whether a change may have written something in any of its revisions, by what a list says of it. */
export function mayHaveWrittenEver({
  revision,
  status,
}: Pick<ChangeSummary, 'revision' | 'status'>): boolean {
  return revision > 1 || !unwritten.includes(status);
}

/**
 * All changes that wrote the same, whatever their state, and those that are approved to; this one first. Only what is listed as
 * one that may is loaded. One that is not in force and cannot be read stands in nobody's way.
 */
export async function writersOf(
  changes: Stores['changes'],
  record: ChangeRecord,
): Promise<readonly ChangeRecord[]> {
  const written = [record];
  const kind = kindOf(record.content);
  const policyId = kind.listedUnder(record);
  if (policyId === null) return written;
  for (const listed of await changes.listByStatus(changeStatuses)) {
    const { id, status } = listed;
    // One that made its SCP names it in its journal alone.
    const isElsewhere = listed.policyId !== null && listed.policyId !== policyId;
    if (id === record.id || isElsewhere) continue;
    if (status !== 'approved' && !mayHaveWrittenEver(listed)) continue;
    const stored = await changes.load(id).catch((error: unknown) => {
      if (status === 'applied') throw error;
      return null;
    });
    if (stored && kind.writesTheSame(record, stored.record)) written.push(stored.record);
  }
  return written;
}
