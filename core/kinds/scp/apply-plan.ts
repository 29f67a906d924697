import type { Step } from '../../change/content/change.ts';
import { sendingSince, wasSent } from '../../change/life/journal.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import { meansTheSame } from '../../policy/same-meaning.ts';

/** The SCP that a change is about as it stands now: by the change's policy id, by the id that the journal names, or, while a new SCP has no id yet, by its name. Null: there is none. */
export type LivePolicy = {
  readonly id: string;
  readonly text: string;
  readonly targetIds: readonly string[];
} | null;

/** Why a change is stale: what a person approved is not what would happen. */
export type StaleCode = 'TEXT_CHANGED' | 'TARGETS_CHANGED' | 'POLICY_GONE' | 'NAME_TAKEN';

/** What to do next with a change that is being applied. */
export type NextApplyAction =
  | { readonly action: 'send'; readonly index: number; readonly step: Step; readonly policyId: string | null }
  /** The write shows already: journal it as done. `policyId` is the SCP that it concerns. */
  | { readonly action: 'journal-done'; readonly index: number; readonly policyId: string }
  | { readonly action: 'finished' }
  | { readonly action: 'interrupted'; readonly detail: string }
  | { readonly action: 'stale'; readonly code: StaleCode; readonly detail: string };

/** How long after a journalled sending the product may go on by itself, in milliseconds: later, somebody may have undone the write by hand. */
export const resumeMilliseconds = 60_000;

/** Says what comes next, from the journal and what shows now; the same answer after a crash as without one. Throws unless the change is being applied. */
export function nextApplyAction(record: ChangeRecord, live: LivePolicy, now: number): NextApplyAction {
  const { state, content } = record;
  if (state.status !== 'applying')
    throw new Error(`${record.id} is ${state.status}: nothing of it is to be applied`);
  const index = state.journal.filter(({ phase }) => phase === 'done').length;
  const step = content.steps[index];
  if (step === undefined) return { action: 'finished' };
  const sentAt = sendingSince(state.journal, index);
  switch (step.kind) {
    case 'update-policy':
      return nextUpdate(step, index, sentAt, live, baseTargetIds(record), now);
    case 'create-policy':
      return nextCreate(step, index, { sentAt, isOurs: wasSent(state.journal, index) }, live, now);
    case 'attach-policy':
      return nextAttach(record, step, index, sentAt, live, now);
  }
}

type StepOf<Kind extends Step['kind']> = Extract<Step, { readonly kind: Kind }>;

function nextUpdate(
  step: StepOf<'update-policy'>,
  index: number,
  sentAt: number | null,
  live: LivePolicy,
  targetIds: readonly string[],
  now: number,
): NextApplyAction {
  if (live === null) return stale('POLICY_GONE', `${step.policyId} does not exist any more`);
  if (meansTheSame(live.text, step.after)) return { action: 'journal-done', index, policyId: live.id };
  // Right before a write every byte counts.
  if (live.text !== step.before)
    return stale('TEXT_CHANGED', `somebody edited ${step.policyId} since it was read`);
  if (!sameIds(live.targetIds, targetIds)) {
    const detail = `${step.policyId} is attached to other targets than were shown`;
    if (sentAt === null) return stale('TARGETS_CHANGED', detail);
    return { action: 'interrupted', detail: `${detail}, and a write was begun that does not show` };
  }
  return sendOrInterrupt(index, step, step.policyId, sentAt, now);
}

function nextCreate(
  step: StepOf<'create-policy'>,
  index: number,
  { isOurs, sentAt }: { readonly isOurs: boolean; readonly sentAt: number | null },
  live: LivePolicy,
  now: number,
): NextApplyAction {
  if (live === null) return sendOrInterrupt(index, step, null, sentAt, now);
  // An SCP of this name that we never sent belongs to somebody else, even with the same text.
  if (!isOurs) return stale('NAME_TAKEN', `an SCP named ${step.name} exists already`);
  if (!meansTheSame(live.text, step.content))
    return stale('TEXT_CHANGED', `somebody edited ${step.name} since it was made`);
  return { action: 'journal-done', index, policyId: live.id };
}

function nextAttach(
  record: ChangeRecord,
  step: StepOf<'attach-policy'>,
  index: number,
  sentAt: number | null,
  live: LivePolicy,
  now: number,
): NextApplyAction {
  const name = record.content.policyName;
  if (live === null) return stale('POLICY_GONE', `${name} does not exist any more`);
  if (!meansTheSame(live.text, record.content.after))
    return stale('TEXT_CHANGED', `somebody edited ${name} since it was made`);
  if (live.targetIds.includes(step.targetId)) return { action: 'journal-done', index, policyId: live.id };
  const foreign = live.targetIds.filter((id) => !record.content.targets.some((target) => target.id === id));
  if (foreign.length > 0)
    return stale('TARGETS_CHANGED', `somebody attached ${name} to ${foreign.join(', ')}`);
  return sendOrInterrupt(index, step, live.id, sentAt, now);
}

function sendOrInterrupt(
  index: number,
  step: Step,
  policyId: string | null,
  sentAt: number | null,
  now: number,
): NextApplyAction {
  if (sentAt === null || now - sentAt < resumeMilliseconds) return { action: 'send', index, step, policyId };
  return { action: 'interrupted', detail: lostWriteDetail(now - sentAt) };
}

/** What a person is told about a write that was begun too long ago and does not show. */
export function lostWriteDetail(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `a write was begun ${seconds} s ago and does not show: it was lost, or somebody took it back by hand`;
}

// The targets of an SCP that exists are not changed by the change, so those shown are those of the base.
function baseTargetIds(record: ChangeRecord): readonly string[] {
  return record.content.targets.map(({ id }) => id);
}

function sameIds(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((id) => others.includes(id));
}

function stale(code: StaleCode, detail: string): NextApplyAction {
  return { action: 'stale', code, detail };
}
