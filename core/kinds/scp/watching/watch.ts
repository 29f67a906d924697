import { propagationMilliseconds } from '../../../base/limits.ts';
import type { ChangeEvent } from '../../../change/life/events.ts';
import { type ChangeRecord, nextInstant } from '../../../change/life/life.ts';
import { isEndOfExemption, isGiveBack } from '../ours/intents.ts';
import { policyIdOf } from '../ours/own-policy.ts';
import { cameUnderDenial } from './came-under-denial.ts';
import { deniedAttempts } from './denied-attempts.ts';
import { driftNews } from './drift.ts';
import type { WatchFacts } from './watch-facts.ts';

/**
 * What has happened, that nobody decided, to an applied change, or to the last one that is rolled back. Somebody tried
 * what it denies, an account came under it that uses that, or its SCP is not as we left it. The last is said once for
 * each way in which it differs, and once when that ends. Drift comes last, so that it is what people are told. Empty
 * where there is nothing new.
 */
export function watchApplied(record: ChangeRecord, facts: WatchFacts): readonly ChangeEvent[] {
  const { revision, state } = record;
  // What is given back is not watched: the changes that deny in the same SCP tell how its text differs.
  if (isGiveBack(record.content)) return [];
  const since = standsSince(record, facts);
  if (since === null || facts.readSince < since + propagationMilliseconds.everywhere) return [];
  const at = nextInstant(record, facts.now);
  // Who is denied what an exemption freed, the change that denies it to everybody watches.
  const ofPeople =
    state.status !== 'applied' || isEndOfExemption(record.content)
      ? []
      : [...deniedAttempts(record, state, facts), ...cameUnderDenial(record, state, facts)];
  const news = [...ofPeople, ...driftNews(record, facts)];
  return news.map((body) => ({
    ...{ at, actor: { type: 'system', id: 'review' }, revision },
    ...body,
  }));
}

/** Since when (epoch ms) a change stands as it is watched; null: nobody watches it. Of what is rolled back the last change of the SCP is, where none stands. */
function standsSince(record: ChangeRecord, { tellers }: WatchFacts): number | null {
  const { id, state } = record;
  if (state.status === 'applied') return state.appliedAt;
  const tells = tellers?.get(policyIdOf(record) ?? '') === id;
  return state.status === 'rolled-back' && tells ? state.rolledBackAt : null;
}
