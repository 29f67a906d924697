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
 * What happened without a decision here to an applied change, or to the last rolled back change of an SCP. Somebody
 * tried what it denies, an account that uses it came under the SCP, or the SCP is not as we left it (drift). Drift is
 * reported once for each way in which the SCP differs, and once when that ends. It comes last, so that it is what
 * people are told. Empty where there is nothing new.
 */
export function watchApplied(record: ChangeRecord, facts: WatchFacts): readonly ChangeEvent[] {
  const { revision, state } = record;
  // A give-back is not watched by itself: the changes that deny in the same SCP report how its text differs.
  if (isGiveBack(record.content)) return [];
  const since = standsSince(record, facts);
  if (since === null || facts.readSince < since + propagationMilliseconds.everywhere) return [];
  const at = nextInstant(record, facts.now);
  // Whether an exempt principal is denied all the same is watched by the change that denies the service to everybody.
  const ofPeople =
    state.status !== 'applied' || isEndOfExemption(record.content)
      ? []
      : [...deniedAttempts(record, state, facts), ...cameUnderDenial(record, state, facts)];
  const news = [...ofPeople, ...driftNews(record, facts)];
  return news.map((body) => ({
    at,
    actor: { type: 'system', id: 'review' },
    revision,
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
