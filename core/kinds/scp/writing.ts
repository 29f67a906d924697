import type { ChangeRecord } from '../../change/life/life.ts';
import type { WritingKind } from '../kind.ts';
import { judgeApply } from './apply-step.ts';
import { isEndOfExemption } from './give-back.ts';
import { type LivePolicy, readBack, shows } from './live-policy.ts';
import { judgeUndoOfEnd } from './undo-end-exemption.ts';
import { judgeUndo } from './undo-step.ts';

/** How edits of service control policies are written. */
export const scpWriting: WritingKind<LivePolicy> = {
  judgeApply,
  judgeUndo: (record, live, others) => {
    if (isEndOfExemption(record.content)) return judgeUndoOfEnd(record, live);
    // What gives back and what ends that needs no service to stay denied.
    const aboutDenies = others.filter(({ content }) => content.intent !== undefined);
    const denies = others.filter(({ content }) => content.intent === undefined);
    return judgeUndo(record, live, servicesOf(denies), aboutDenies);
  },
  shows,
  readBack,
  // Organizations takes a policy and its attachment in one second.
  pauseBetween: () => 0,
};

function servicesOf(records: readonly ChangeRecord[]): readonly string[] {
  return [...new Set(records.flatMap(({ content }) => content.services))].sort();
}
