import type { Kind } from '../kind.ts';
import { policyIdOf } from './applied.ts';
import { judgeApply } from './apply-step.ts';
import { ownWritesOf } from './drift.ts';
import { type LivePolicy, readBack, shows } from './live-policy.ts';
import { outdated } from './outdated.ts';
import { tell } from './tell.ts';
import { judgeUndo } from './undo-step.ts';
import { isUndoneByHand } from './undone-by-hand.ts';
import { watchApplied } from './watch.ts';
import { withoutServices } from './withdraw.ts';

/** Edits of service control policies. */
export const scp: Kind<LivePolicy> = {
  proposedBy: 'organization',
  judgeApply,
  judgeUndo: (record, live, others) => judgeUndo(record, live, servicesOf(others)),
  writesTheSame: (record, other) =>
    other.content.kind === 'scp' && policyIdOf(record) !== null && policyIdOf(record) === policyIdOf(other),
  shows,
  readBack,
  // Organizations takes a policy and its attachment in one second.
  pauseBetween: () => 0,
  outdated,
  isUndoneByHand,
  watcher: (seen, written) => {
    const facts = {
      ...seen,
      ownWrites: ownWritesOf(written.filter(({ content }) => content.kind === 'scp')),
    };
    return (record) => watchApplied(record, facts);
  },
  withoutServices,
  tell,
};

function servicesOf(records: Parameters<Kind<LivePolicy>['judgeUndo']>[2]): readonly string[] {
  return [...new Set(records.flatMap(({ content }) => content.services))].sort();
}
