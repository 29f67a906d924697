import type { ChangeRecord } from '../../change/life/life.ts';
import type { Kind } from '../kind.ts';
import { policyIdOf } from './applied.ts';
import { judgeApply } from './apply-step.ts';
import { whyNotDeniedBy } from './denied-by.ts';
import { ownWritesOf } from './drift.ts';
import { draftGiveBack, givenBackIn, isGiveBack, noExemption, noRollBack } from './give-back.ts';
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
  judgeUndo: (record, live, others) => {
    const giveBacks = others.filter(({ content }) => isGiveBack(content));
    const denies = others.filter(({ content }) => !isGiveBack(content));
    return judgeUndo(record, live, servicesOf(denies), giveBacks);
  },
  writesTheSame: (record, other) =>
    other.content.kind === 'scp' && policyIdOf(record) !== null && policyIdOf(record) === policyIdOf(other),
  shows,
  readBack,
  // Organizations takes a policy and its attachment in one second.
  pauseBetween: () => 0,
  outdated: (content, seen) => (seen.review === 'organization' ? outdated(content, seen) : null),
  isUndoneByHand: (record, seen) => seen.review === 'organization' && isUndoneByHand(record, seen),
  watcher: (seen, written) => {
    if (seen.review !== 'organization') return () => [];
    const own = written.filter(({ content }) => content.kind === 'scp');
    const facts = { ...seen, ownWrites: ownWritesOf(own), givenBack: givenBackIn(own) };
    return (record) => watchApplied(record, facts);
  },
  whyNotDeniedBy,
  withoutServices,
  draftGiveBack,
  notPossible: (content, what) => {
    if (!isGiveBack(content)) return null;
    return what === 'roll-back' ? noRollBack : noExemption;
  },
  tell,
};

function servicesOf(records: readonly ChangeRecord[]): readonly string[] {
  return [...new Set(records.flatMap(({ content }) => content.services))].sort();
}
