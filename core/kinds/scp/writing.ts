import type { WritingKind } from '../kind.ts';
import { standsIn } from './ours/fold-writes.ts';
import { isEndOfExemption } from './ours/intents.ts';
import { type LivePolicy, readBack, shows } from './ours/live-policy.ts';
import { policyIdOf } from './ours/own-policy.ts';
import { judgeApply } from './writing/apply-step.ts';
import { judgeUndoOfEnd } from './writing/undo-end-exemption.ts';
import { judgeUndo } from './writing/undo-step.ts';

/** How edits of service control policies are written. */
export const scpWriting: WritingKind<LivePolicy> = {
  judgeApply,
  judgeUndo: (record, live, others) => {
    const stands = standsIn([record, ...others.filter(({ id }) => id !== record.id)], policyIdOf(record));
    return isEndOfExemption(record.content)
      ? judgeUndoOfEnd(record, live, stands)
      : judgeUndo(record, live, stands);
  },
  shows,
  readBack,
  // Organizations takes a policy and its attachment in one second.
  pauseBetween: () => 0,
};
