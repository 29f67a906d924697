import type { WatchingKind } from '../kind.ts';
import { ownWritesOf } from './drift.ts';
import { givenBackIn } from './given-back.ts';
import { outdated } from './outdated.ts';
import { isUndoneByHand } from './undone-by-hand.ts';
import { watchApplied } from './watch.ts';

/** What a review of the organization sees of edits of service control policies. */
export const scpWatching: WatchingKind = {
  outdated: (content, seen) => (seen.review === 'organization' ? outdated(content, seen) : null),
  isUndoneByHand: (record, seen) => seen.review === 'organization' && isUndoneByHand(record, seen),
  watcher: (seen, written) => {
    if (seen.review !== 'organization') return () => [];
    const own = written.filter(({ content }) => content.kind === 'scp');
    const facts = { ...seen, ownWrites: ownWritesOf(own), givenBack: givenBackIn(own) };
    return (record) => watchApplied(record, facts);
  },
};
