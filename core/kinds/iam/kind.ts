import { identityLimits } from '../../base/limits.ts';
import { refused } from '../../base/result.ts';
import type { Step } from '../../change/content/change.ts';
import { subjectOf } from '../../change/content/subject.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import type { Kind } from '../kind.ts';
import { judgeApply } from './apply-step.ts';
import { whyNotDeniedBy } from './denied-by.ts';
import { watchApplied } from './drift.ts';
import { type LiveIdentities, readBack, shows } from './live.ts';
import { isUndoneByHand, outdated } from './outdated.ts';
import { tell } from './tell.ts';
import { judgeUndo } from './undo-step.ts';

/** Edits of one account's IAM. */
export const iam: Kind<LiveIdentities> = {
  proposedBy: 'identities',
  judgeApply: (_, live) => judgeApply(live),
  judgeUndo,
  writesTheSame,
  shows,
  readBack,
  pauseBetween: (done, next) => (grants(done) && takes(next) ? identityLimits.settleMilliseconds : 0),
  outdated: (content, seen) => (seen.review === 'identities' ? outdated(content, seen) : null),
  isUndoneByHand: (record, seen) => seen.review === 'identities' && isUndoneByHand(record, seen),
  watcher: (seen, written) => (record) =>
    seen.review === 'identities' ? watchApplied(record, seen, written) : [],
  whyNotDeniedBy,
  // Its steps stand or fall together: without one of its services it is another change, which the next review drafts.
  withoutServices: () => null,
  draftGiveBack: () =>
    refused({
      code: 'NOT_POSSIBLE',
      detail: 'single services are not given back in IAM: roll the change back',
    }),
  notPossible: (_, what) =>
    what === 'exempt'
      ? 'single services are not exempted from a change of IAM: reject it, and name the exemption in the configuration'
      : null,
  tell,
};

/** Something comes that was not there: it must hold everywhere before anything goes. */
function grants({ after, before }: Step): boolean {
  return before === null && after !== null;
}

function takes({ before }: Step): boolean {
  return before !== null;
}

function writesTheSame(record: ChangeRecord, other: ChangeRecord): boolean {
  if (other.content.kind !== 'iam') return false;
  const mine = subjectOf(record.content).resourceIds;
  return subjectOf(other.content).resourceIds.some((id) => mine.includes(id));
}
