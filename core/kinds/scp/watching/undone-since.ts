import { list } from '../../../base/counted.ts';
import { propagationMilliseconds } from '../../../base/limits.ts';
import { listAt } from '../../../base/lists.ts';
import { editOf } from '../../../change/content/edit.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import type { OrganizationSeen } from '../../kind.ts';
import { deniesEverybody, isGiveBack } from '../ours/intents.ts';
import { policyIdOf } from '../ours/own-policy.ts';
import { claimKey, type Stands } from '../ours/stands.ts';

/**
 * How an applied change was undone since without a roll back of its own, as the end of a sentence, or null: it was not. The id of
 * an edit stands for the text and targets that it starts from, so the same edit drafted again means that these are there again; a
 * new SCP must be gone. What was read before our own write showed everywhere says nothing. `stands`: what our own writes left, which
 * tells what they took out from what somebody did by hand.
 */
export function undoneWords(
  record: ChangeRecord,
  { policies, readSince }: Pick<OrganizationSeen, 'policies' | 'readSince'>,
  stands: Stands,
): string | null {
  const { content, state } = record;
  if (isGiveBack(content)) return null;
  if (state.status !== 'applied' || readSince < state.appliedAt + propagationMilliseconds.everywhere)
    return null;
  const { policyId, policyName } = editOf(content);
  const created = policyIdOf(record);
  const isGone = created !== null && !policies.some(({ id }) => id === created);
  if (policyId === null && !isGone) return null;
  const byOurs = takenByOurs(record, stands);
  if (byOurs.services.length < content.services.length || !deniesEverybody(content))
    return `${byOurs.words.map((words) => `${words}, and `).join('')}somebody has undone ${byOurs.words.length > 0 ? 'the rest' : 'it'} in ${policyName} since`;
  return `${byOurs.words.join(', ')} since`;
}

/** What later writes of ours took out, by change. */
function takenByOurs(
  { content, id: changeId, revision }: ChangeRecord,
  { takenBy }: Stands,
): { readonly services: readonly string[]; readonly words: readonly string[] } {
  const taken = new Map<string, string[]>();
  for (const service of content.services) {
    const by = takenBy.get(claimKey({ changeId, revision, service }));
    if (by === undefined) continue;
    const deed = by.rolledBack ? 'taken out by the roll back of' : 'given back by';
    listAt(taken, `${deed} ${by.changeId}`).push(service);
  }
  return {
    services: [...taken.values()].flat(),
    words: [...taken].map(
      ([how, services]) => `${list(services)} ${services.length === 1 ? 'was' : 'were'} ${how}`,
    ),
  };
}
