import { baseDigest } from '../../change/content/digest.ts';
import { editOf } from '../../change/content/edit.ts';
import type { Applied } from '../../change/life/applied.ts';
import type { EventBody } from '../../change/life/events.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import { driftEndedCode, openDrift } from '../../change/life/open-drift.ts';
import { canonicalPolicy, meansTheSame } from '../../policy/same-meaning.ts';
import type { PolicyTarget } from '../../policy/service-control-policy.ts';
import { list } from '../../proof/subject.ts';
import { appliedText, policyIdOf } from './applied.ts';
import { isPutBack } from './put-back.ts';
import { noLongerDenied, type WatchFacts } from './watch-facts.ts';

/** So many services or targets are named. */
const most = 10;

/** What is new about how the SCP of an applied change stands: it differs in another way than was told last, or no longer. */
export function driftNews(
  record: ChangeRecord,
  state: Applied,
  facts: Pick<WatchFacts, 'givenBack' | 'policies' | 'ownWrites' | 'readSince'>,
): readonly EventBody[] {
  const policy = facts.policies.find(({ id }) => id === policyIdOf(record));
  // An SCP that is attached but was not read tells nothing: neither a drift nor its end.
  if (policy && policy.targets.length > 0 && policy.text === null) return [];
  const detail = driftOf(record, state, facts);
  if (detail === openDrift(record)) return [];
  if (detail !== null) {
    return [
      { type: 'drift-detected', detail, ...(isPutBack(record, facts) ? { putBack: true as const } : {}) },
    ];
  }
  return [{ type: 'noted', code: driftEndedCode, detail: 'the SCP is as it was applied again' }];
}

/** When our changes wrote each SCP last (epoch ms, by policy id), or began to, by their journals. */
export function ownWritesOf(records: readonly ChangeRecord[]): ReadonlyMap<string, number> {
  const writes = new Map<string, number>();
  for (const record of records) {
    const { state } = record;
    const policyId = policyIdOf(record);
    if (policyId === null || !('journal' in state)) continue;
    const entries = [...state.journal, ...('undoJournal' in state ? state.undoJournal : [])];
    writes.set(policyId, Math.max(writes.get(policyId) ?? 0, ...entries.map(({ at }) => at)));
  }
  return writes;
}

/** How the SCP differs from what was applied, in one sentence that is the same for the same difference, or null. */
function driftOf(
  record: ChangeRecord,
  state: Applied,
  facts: Pick<WatchFacts, 'givenBack' | 'policies' | 'ownWrites' | 'readSince'>,
): string | null {
  const { content } = record;
  const policyId = policyIdOf(record);
  const policy = facts.policies.find(({ id }) => id === policyId);
  const edit = editOf(content);
  const name = `${edit.policyName} (${policyId})`;
  if (!policy) return `${name} does not exist any more: nothing of this change is in force`;
  const parts: string[] = [];
  // The text of an SCP without targets is not read.
  const text = policy.targets.length > 0 ? policy.text : null;
  // Where a later change of ours left another text, only what this one denies is looked for.
  const isRewritten = (facts.ownWrites.get(policy.id) ?? 0) > state.appliedAt;
  const givenBack = (facts.givenBack?.get(policy.id) ?? []).filter(({ at }) => at > state.appliedAt);
  // What was given back is denied to whom the newest give-back left it denied, if to anybody.
  const isGivenBack = (service: string, now: string): boolean => {
    const left = givenBack.filter(({ services }) => services.includes(service)).at(-1);
    return left !== undefined && noLongerDenied(now, { after: left.text, services: [service] }).length === 0;
  };
  const lost =
    text === null ? [] : noLongerDenied(text, edit).filter((service) => !isGivenBack(service, text));
  const again = isPutBack(record, facts) ? ': it is the one from before this change again' : '';
  if (lost.length > 0) parts.push(`its text no longer denies ${list(lost, most)}${again}`);
  else if (text !== null && !isRewritten && !meansTheSame(text, appliedText(record)))
    parts.push('its text was edited; what this change denies is still denied');
  const expected = content.targets.map(({ id }) => id);
  const detached = content.targets.filter(({ id }) => !policy.targets.some((target) => target.id === id));
  const added = policy.targets.filter(({ id }) => !expected.includes(id));
  if (detached.length > 0) parts.push(`it is no longer attached to ${namesOf(detached)}`);
  if (added.length > 0) parts.push(`it is also attached to ${namesOf(added)}, for which nothing was proved`);
  if (parts.length === 0) return null;
  const targetIds = policy.targets.map(({ id }) => id);
  // Another layout of the same text is no other difference.
  const seen = baseDigest(canonicalPolicy(text ?? ''), targetIds).slice(0, 12);
  return `${name} is not as it was applied: ${parts.join('; ')} (seen: ${seen})`;
}

function namesOf(targets: readonly PolicyTarget[]): string {
  return list(
    targets.map(({ id, name }) => `${name} (${id})`),
    most,
  );
}
