import type { ChangeRecord } from '../../change/life/life.ts';
import type { WatchingKind } from '../kind.ts';
import { standsByPolicy, standsIn } from './ours/fold-writes.ts';
import { deniesEverybody, isGiveBack } from './ours/intents.ts';
import { policyIdOf } from './ours/own-policy.ts';
import { outdated } from './watching/outdated.ts';
import { undoneWords } from './watching/undone-since.ts';
import { watchApplied } from './watching/watch.ts';

/** What a review of the organization sees of edits of service control policies. */
export const scpWatching: WatchingKind = {
  outdated: (content, seen) => (seen.review === 'organization' ? outdated(content, seen) : null),
  undoneWords: (record, seen, written) =>
    seen.review === 'organization'
      ? undoneWords(record, seen, standsIn([record, ...written], policyIdOf(record)))
      : null,
  watcher: (seen, written) => {
    if (seen.review !== 'organization') return () => [];
    const facts = { ...seen, stands: standsByPolicy(written), tellers: tellersOf(written) };
    return (record) => watchApplied(record, facts);
  },
};

/** Of the applied changes of an SCP the newest one that is watched, else the last one that is rolled back: it tells that somebody edited the text. */
function tellersOf(records: readonly ChangeRecord[]): ReadonlyMap<string, string> {
  const tellers = new Map<
    string,
    { readonly id: string; readonly isApplied: boolean; readonly at: number }
  >();
  for (const record of records) {
    const { content, id, state } = record;
    if (content.kind !== 'scp' || isGiveBack(content)) continue;
    if (state.status !== 'applied' && (state.status !== 'rolled-back' || !deniesEverybody(content))) continue;
    const policyId = policyIdOf(record);
    const isApplied = state.status === 'applied';
    const at = isApplied ? state.appliedAt : state.rolledBackAt;
    const before = policyId === null ? undefined : tellers.get(policyId);
    const isLast = before === undefined || (before.isApplied === isApplied ? before.at <= at : isApplied);
    if (policyId !== null && isLast) tellers.set(policyId, { id, isApplied, at });
  }
  return new Map([...tellers].map(([policyId, { id }]) => [policyId, id]));
}
