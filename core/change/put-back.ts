import type { RevertedChange } from '../policy/foreign-policies.ts';
import { meansTheSame } from '../policy/same-meaning.ts';
import type { ChangeRecord } from './life.ts';
import { settlingMilliseconds, type WatchFacts } from './watch-facts.ts';

/** What is read to see whether somebody put an SCP back. */
type PutBackFacts = Pick<WatchFacts, 'ownWrites' | 'policies' | 'readSince'>;

/** Whether the SCP of an applied change has the text again that it had before, and no roll back of ours wrote it. A new SCP had none. */
export function isPutBack({ content, state }: ChangeRecord, facts: PutBackFacts): boolean {
  if (state.status !== 'applied' || content.before === null || content.policyId === null) return false;
  if (facts.readSince < state.appliedAt + settlingMilliseconds) return false;
  if ((facts.ownWrites.get(content.policyId) ?? 0) > state.appliedAt) return false;
  const policy = facts.policies.find(({ id }) => id === content.policyId);
  return policy !== undefined && meansTheSame(policy.text, content.before);
}

/** The change as placement sees it if its SCP was put back, now or at an earlier review since it was applied; else null. */
export function revertedChangeFrom(record: ChangeRecord, facts: PutBackFacts): RevertedChange | null {
  const { content, history, id, state } = record;
  if (content.policyId === null || state.status !== 'applied') return null;
  const wasSeen = history.some((event) => event.type === 'drift-detected' && event.putBack === true);
  if (!wasSeen && !isPutBack(record, facts)) return null;
  const targetIds = content.targets.map((target) => target.id);
  return { changeId: id, policyId: content.policyId, targetIds, services: content.services };
}
