import { editOf } from '../../change/content/edit.ts';
import { propagationMilliseconds } from '../../change/life/applied.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import type { AppliedEdit } from '../../policy/foreign-policies.ts';
import { meansTheSame } from '../../policy/same-meaning.ts';
import { isSettled, type WatchFacts } from './watch-facts.ts';

/** Whether the SCP of an applied change has the text again that it had before, and no roll back of ours wrote it. A new SCP had none. */
export function isPutBack(
  record: ChangeRecord,
  facts: Pick<WatchFacts, 'stands' | 'policies' | 'readSince'>,
): boolean {
  const edit = appliedEditFrom(record, facts);
  if (!edit?.isSettled) return false;
  const text = facts.policies.find(({ id }) => id === edit.policyId)?.text ?? null;
  return text !== null && meansTheSame(text, edit.before);
}

/** An applied change of an SCP that existed before, as placement needs it; else null. */
export function appliedEditFrom(
  { content, history, id, state }: ChangeRecord,
  facts: Pick<WatchFacts, 'stands' | 'readSince'>,
): AppliedEdit | null {
  const { before, policyId, services, targets } = editOf(content);
  // An exemption that stands again is no deny that somebody put back.
  const isDeny = content.intent === undefined;
  if (before === null || policyId === null || state.status !== 'applied' || !isDeny) return null;
  const stands = facts.stands.get(policyId);
  return {
    ...{ changeId: id, policyId, services, before },
    targetIds: targets.map((target) => target.id),
    wasPutBack: history.some((event) => event.type === 'drift-detected' && event.putBack === true),
    isSettled:
      facts.readSince >= state.appliedAt + propagationMilliseconds &&
      isSettled(stands, facts.readSince) &&
      !(typeof stands?.text === 'string' && meansTheSame(stands.text, before)),
  };
}
