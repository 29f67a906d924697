import type { ChangeContent, ChangeKind } from '../change/content/change.ts';
import { iamWatching } from './iam/watching.ts';
import type { WatchingKind } from './kind.ts';
import { scpWatching } from './scp/watching.ts';

/** What reviews see of every kind of change: one without an entry does not compile. */
const watching: { readonly [Name in ChangeKind]: WatchingKind } = { scp: scpWatching, iam: iamWatching };

/** What a review sees of a change, by its kind. */
export function watchingOf({ kind }: Pick<ChangeContent, 'kind'>): WatchingKind {
  return watching[kind];
}
