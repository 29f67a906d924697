import type { Step } from '../../../change/content/change.ts';
import { editOf } from '../../../change/content/edit.ts';
import { scpResource } from '../../../change/content/scp-resource.ts';
import type { Begun, Judge, Judgement } from '../../../change/engine/next-action.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import { meansTheSame } from '../../../policy/same-meaning.ts';
import { startsFrom } from '../ours/base-text.ts';
import { type LivePolicy, shows } from '../ours/live-policy.ts';
import { appliedText } from '../ours/own-policy.ts';

/** Why a change is stale: what a person approved is not what would happen. */
export type StaleCode = 'TEXT_CHANGED' | 'TARGETS_CHANGED' | 'POLICY_GONE' | 'NAME_TAKEN';

/** Judges steps that are applied, by the SCP as it shows. */
export function judgeApply(record: ChangeRecord, live: LivePolicy): Judge {
  return (step, begun) => {
    const resource = scpResource(step.resource);
    if (resource.type === 'attachment') return judgeAttach(record, step, resource.targetId, live);
    if (resource.policyId === null) return judgeCreate(step, resource.name, begun, live);
    return judgeUpdate(record, step, resource.policyId, begun, live);
  };
}

function judgeUpdate(
  { content }: ChangeRecord,
  step: Step,
  policyId: string,
  { isOpen }: Begun,
  live: LivePolicy,
): Judgement {
  if (live === null) return stale('POLICY_GONE', `${policyId} does not exist any more`);
  if (shows(live, step)) return done;
  if (!startsFrom(content, live.text))
    return stale(
      'TEXT_CHANGED',
      `${policyId} was written since it was read, by somebody or by another change`,
    );
  // The targets of an SCP that exists are not changed by the change, so those shown are those of the base.
  const guarded = content.targets.map(({ id }) => id);
  if (live.targetIds.length !== guarded.length || !guarded.every((id) => live.targetIds.includes(id))) {
    const detail = `${policyId} is attached to other targets than were shown`;
    if (!isOpen) return stale('TARGETS_CHANGED', detail);
    return { verdict: 'unknown', detail: `${detail}, and a write was begun that does not show` };
  }
  return write(step, policyId);
}

function judgeCreate(step: Step, name: string, { isOurs }: Begun, live: LivePolicy): Judgement {
  if (live === null) return write(step, null);
  // An SCP of this name that we never sent belongs to somebody else, even with the same text.
  if (!isOurs) return stale('NAME_TAKEN', `an SCP named ${name} exists already`);
  return shows(live, step) ? done : stale('TEXT_CHANGED', `somebody edited ${name} since it was made`);
}

function judgeAttach(record: ChangeRecord, step: Step, targetId: string, live: LivePolicy): Judgement {
  const { policyName: name, targets } = editOf(record.content);
  if (live === null) return stale('POLICY_GONE', `${name} does not exist any more`);
  if (!meansTheSame(live.text, appliedText(record)))
    return stale('TEXT_CHANGED', `somebody edited ${name} since it was made`);
  if (live.targetIds.includes(targetId)) return done;
  const foreign = live.targetIds.filter((id) => !targets.some((target) => target.id === id));
  if (foreign.length > 0)
    return stale('TARGETS_CHANGED', `somebody attached ${name} to ${foreign.join(', ')}`);
  return write(step, live.id);
}

const done: Judgement = { verdict: 'done', told: null };

function write(step: Step, existingId: string | null): Judgement {
  return { verdict: 'write', write: { ...step, existingId }, told: null };
}

function stale(code: StaleCode, detail: string): Judgement {
  return { verdict: 'stop', failure: { code, detail } };
}
