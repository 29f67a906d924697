import { propagationMilliseconds } from '../../base/limits.ts';
import type { Step } from '../../change/content/change.ts';
import type { WritingKind } from '../kind.ts';
import { judgeApply } from './apply-step.ts';
import { type LiveIdentities, readBack, shows } from './live.ts';
import { judgeUndo } from './undo-step.ts';

/** How edits of one account's IAM are written. */
export const iamWriting: WritingKind<LiveIdentities> = {
  judgeApply: (_, live) => judgeApply(live),
  judgeUndo: (record, live, others) =>
    judgeUndo(
      record,
      live,
      others.filter(({ state }) => state.status === 'applied'),
    ),
  shows,
  readBack,
  pauseBetween: (done, next) => (grants(done) && takes(next) ? propagationMilliseconds.grants : 0),
};

/** Something comes that was not there: it must hold everywhere before anything goes. */
function grants({ after, before }: Step): boolean {
  return before === null && after !== null;
}

function takes({ before }: Step): boolean {
  return before !== null;
}
