import { editOf } from '../../change/content/edit.ts';
import { propagationMilliseconds } from '../../change/life/applied.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import type { OrganizationSeen } from '../kind.ts';
import { policyIdOf } from './applied.ts';
import { isGiveBack } from './give-back.ts';

/**
 * Whether somebody has put the SCP back behind our back. The id of an edit stands for the text and targets that it starts
 * from, so the same edit drafted again means that these are there again; a new SCP must be gone. What was read before our
 * own write had settled says nothing.
 */
export function isUndoneByHand(
  record: ChangeRecord,
  { policies, readSince }: Pick<OrganizationSeen, 'policies' | 'readSince'>,
): boolean {
  const { state } = record;
  if (isGiveBack(record.content)) return false;
  if (state.status !== 'applied' || readSince < state.appliedAt + propagationMilliseconds) return false;
  if (editOf(record.content).policyId !== null) return true;
  const created = policyIdOf(record);
  return created !== null && !policies.some(({ id }) => id === created);
}
