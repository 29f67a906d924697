import type { ChangeRecord } from '../../change/life/life.ts';
import type { WritingKind } from '../kind.ts';
import { judgeApply } from './apply-step.ts';
import { isGiveBack } from './give-back.ts';
import { type LivePolicy, readBack, shows } from './live-policy.ts';
import { judgeUndo } from './undo-step.ts';

/** How edits of service control policies are written. */
export const scpWriting: WritingKind<LivePolicy> = {
  judgeApply,
  judgeUndo: (record, live, others) => {
    const giveBacks = others.filter(({ content }) => isGiveBack(content));
    const denies = others.filter(({ content }) => !isGiveBack(content));
    return judgeUndo(record, live, servicesOf(denies), giveBacks);
  },
  shows,
  readBack,
  // Organizations takes a policy and its attachment in one second.
  pauseBetween: () => 0,
};

function servicesOf(records: readonly ChangeRecord[]): readonly string[] {
  return [...new Set(records.flatMap(({ content }) => content.services))].sort();
}
