import { subjectOf } from '../../change/content/subject.ts';
import type { WatchingKind } from '../kind.ts';
import { watchApplied } from './drift.ts';
import { isUndoneByHand, outdated } from './outdated.ts';

/** What a review of an account's IAM sees of edits of it. */
export const iamWatching: WatchingKind = {
  outdated: (content, seen) => (seen.review === 'identities' ? outdated(content, seen) : null),
  undoneWords: (record, seen) =>
    seen.review === 'identities' && isUndoneByHand(record, seen)
      ? `somebody has undone it in ${subjectOf(record.content).listedName} since`
      : null,
  watcher: (seen, written) => (record) =>
    seen.review === 'identities' ? watchApplied(record, seen, written) : [],
};
