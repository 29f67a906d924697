import type { WritingKind } from '../kind.ts';
import { judgeApply } from './apply-step.ts';
import { standsIn } from './fold-writes.ts';
import { isEndOfExemption } from './intents.ts';
import { type LivePolicy, readBack, shows } from './live-policy.ts';
import { policyIdOf } from './own-policy.ts';
import { judgeUndoOfEnd } from './undo-end-exemption.ts';
import { judgeUndo } from './undo-step.ts';

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
