import { editOf } from '../../core/change/content/edit.ts';
import { undoSteps } from '../../core/change/content/undo-steps.ts';
import { doneEvent, nextAction, type Write } from '../../core/change/engine/next-action.ts';
import type { EventBody } from '../../core/change/life/events.ts';
import { type ChangeRecord, evolve, replay } from '../../core/change/life/life.ts';
import type { LivePolicy } from '../../core/kinds/scp/ours/live-policy.ts';
import { draftGiveBack } from '../../core/kinds/scp/proposing/give-back.ts';
import { scpWriting } from '../../core/kinds/scp/writing.ts';
import { addDeny, exemptLess, newDenyPolicy } from '../../core/policy/deny-statement.ts';
import { approvalOf } from './lives.ts';
import { content, day, newPolicyContent, proposal, start, system } from './samples.ts';

/** The SCP that sequences write, and what it is attached to. */
export const policyId = 'p-newsvctest';
/** The one target. */
const target = 'ou-ex01-development';
const size = { maximumCharacters: 5_120 };
const minute = 60_000;

/** An SCP with the changes that wrote it, in order; time passes by a minute a step. */
export interface Sequence {
  live: LivePolicy;
  readonly records: Map<string, ChangeRecord>;
  now: number;
}

/** Begins with an SCP of somebody's, or with none. */
export function begin(text: string | null): Sequence {
  const live = text === null ? null : { id: policyId, text, targetIds: [target] };
  return { live, records: new Map(), now: start };
}

/** A copy on which something else may happen. */
export function copyOf({ live, now, records }: Sequence): Sequence {
  return { live, now, records: new Map(records) };
}

/** All changes of a sequence, that of an id first. */
export function writtenBy({ records }: Sequence, id?: string): readonly ChangeRecord[] {
  const first = id === undefined ? undefined : records.get(id);
  const others = [...records.values()].filter((record) => record !== first);
  return first ? [first, ...others] : others;
}

/** Somebody edits the text by hand. */
export function editByHand(sequence: Sequence, text: string): void {
  if (sequence.live === null) throw new Error('there is no SCP to edit');
  sequence.live = { ...sequence.live, text };
}

type Content = Parameters<typeof proposal>[0];

/** A change denies services: in the SCP as it stands, or in a new one. `fault`: it is interrupted, with or without its write. */
export function deny(
  sequence: Sequence,
  id: string,
  services: readonly string[],
  fault: 'none' | 'written' | 'not written' = 'none',
): void {
  const { live } = sequence;
  const request = { services, exemptPrincipals: [], ...size };
  const added = live === null ? newDenyPolicy(request) : addDeny(live.text, request);
  if (!added.ok) throw new Error(added.reasons[0].detail);
  const after = added.value.text;
  const common = {
    id,
    services: [...services].sort(),
    revision: (sequence.records.get(id)?.revision ?? 0) + 1,
  };
  const drafted =
    live === null
      ? newPolicyContent({ ...common, after })
      : content({ ...common, policyId, before: live.text, after });
  apply(sequence, drafted, fault);
}

/** Gives services of a change back, to everybody or to principals alone, for some days or without an end. Answers why not, or null. */
export function giveBack(
  sequence: Sequence,
  id: string,
  {
    days,
    of,
    principals = [],
    services,
  }: { of: string; services: readonly string[]; principals?: readonly string[]; days?: number },
): string | null {
  const record = sequence.records.get(of);
  if (!record) throw new Error(`there is no change ${of}`);
  const drafted = draftGiveBack(record, writtenBy(sequence), {
    ...{ services, principals, ...size, reason: 'it is needed', requiredApprovals: 1, now: sequence.now },
    ...(days === undefined ? {} : { days }),
  });
  if (!drafted.ok) return drafted.reasons[0].detail;
  const before = editOf(drafted.value).before;
  if (before !== sequence.live?.text) return 'TEXT_CHANGED';
  apply(sequence, { ...drafted.value, id });
  return null;
}

/** Ends the exemption of a principal from services. */
export function endExemption(
  sequence: Sequence,
  id: string,
  { of, principal, services }: { of: string; services: readonly string[]; principal: string },
): void {
  const before = sequence.live?.text ?? '';
  const principalsOf = new Map(services.map((service) => [service, [principal]]));
  const edited = exemptLess(before, { principalsOf, ...size });
  if (!edited.ok) throw new Error(edited.reasons[0].detail);
  const exemptions = [{ principals: [principal], services, of, endsAt: sequence.now }];
  const common = { id, policyId, before, after: edited.value.text, services };
  apply(sequence, content({ ...common, intent: 'end-exemption', exemptions }));
}

/** A review tells of a change how its SCP differs. */
export function tellDrift(sequence: Sequence, id: string, detail: string): void {
  const { live } = sequence;
  happened(sequence, id, [{ type: 'drift-detected', detail, ...(live === null ? {} : { text: live.text }) }]);
}

/** Somebody asks for a roll back that is not carried out yet. */
export function askForRollBack(sequence: Sequence, id: string): void {
  happened(sequence, id, [{ type: 'roll-back-requested', approverId: 'bob', reason: 'it is needed' }]);
}

/** Somebody asks for a roll back, and it fails before it writes anything. */
export function failRollBack(sequence: Sequence, id: string): void {
  askForRollBack(sequence, id);
  const failure = { code: 'EMPTY_POLICY', detail: 'it would be left empty' };
  happened(sequence, id, [{ type: 'roll-back-failed', failure }]);
}

/** Rolls a change back as the product does, or goes on with that; answers what came of each step from here on. */
export function rollBack(sequence: Sequence, id: string): readonly string[] {
  if (sequence.records.get(id)?.state.status !== 'rolling-back') askForRollBack(sequence, id);
  const outcomes: string[] = [];
  for (;;) {
    const outcome = rollBackOneStep(sequence, id);
    if (outcome === null) return outcomes;
    outcomes.push(outcome);
  }
}

/** Takes the next step of a roll back that was asked for; answers what came of it, or null: it is over. `isRefused`: AWS refuses the write, if there is one. */
export function rollBackOneStep(sequence: Sequence, id: string, isRefused = false): string | null {
  const record = sequence.records.get(id);
  if (record?.state.status !== 'rolling-back') return null;
  sequence.now += minute;
  const others = writtenBy(sequence, id).slice(1);
  const judge = scpWriting.judgeUndo(record, sequence.live, others);
  const next = nextAction(record, judge, sequence.now);
  switch (next.action) {
    case 'finished':
      happened(sequence, id, [{ type: 'rolled-back' }]);
      return null;
    case 'stop':
      happened(sequence, id, [{ type: 'roll-back-failed', failure: next.failure }]);
      return `stopped: ${next.failure.code}`;
    case 'send':
    case 'journal-done': {
      const { index, told } = next;
      if (next.action === 'send') {
        happened(sequence, id, [{ type: 'roll-back-step-sending', step: index }]);
        if (isRefused) {
          const failure = { code: 'ConcurrentModificationException', detail: 'AWS is busy' };
          happened(sequence, id, [{ type: 'roll-back-step-refused', step: index, failure }]);
          return 'refused';
        }
        written(sequence, next.write);
      }
      const step = undoSteps(record.content.steps)[index];
      if (step === undefined) throw new Error(`there is no step ${index}`);
      happened(sequence, id, [doneEvent(index, told, scpWriting.readBack(sequence.live, step))]);
      return told?.outcome ?? '';
    }
    default:
      throw new Error(`it is to ${next.action}`);
  }
}

function apply(sequence: Sequence, drafted: NonNullable<Content>, fault = 'none'): void {
  const { id } = drafted;
  const before = sequence.records.get(id);
  const event = proposal(drafted, undefined, sequence.now);
  sequence.records.set(id, before ? evolve(before, event) : replay([event]));
  happened(sequence, id, [
    approvalOf('ana'),
    { type: 'approved', applyNotBefore: sequence.now },
    { type: 'apply-started' },
  ]);
  for (const [step, { after, before: stood, resource }] of drafted.steps.entries()) {
    happened(sequence, id, [{ type: 'step-sending', step }]);
    if (fault !== 'not written') written(sequence, { resource, before: stood, after, existingId: policyId });
    if (fault !== 'none') {
      happened(sequence, id, [{ type: 'interrupted', detail: 'it stopped' }]);
      return;
    }
    happened(sequence, id, [{ type: 'step-done', step, policyId }]);
  }
  happened(sequence, id, [{ type: 'applied', rollBackUntil: start + 1_000 * day }]);
}

function happened(sequence: Sequence, id: string, bodies: readonly EventBody[]): ChangeRecord {
  let record = sequence.records.get(id);
  if (!record) throw new Error(`there is no change ${id}`);
  for (const body of bodies) {
    sequence.now += minute;
    record = evolve(record, { ...body, at: sequence.now, actor: system, revision: record.revision });
  }
  sequence.records.set(id, record);
  return record;
}

/** What AWS does: a text of no statement it does not take, and what is attached it does not delete. */
function written(sequence: Sequence, { after, detachFrom = [], resource }: Write): void {
  const { live } = sequence;
  if (resource.type === 'attachment') {
    if (live === null) throw new Error('there is no SCP to attach');
    const left = live.targetIds.filter((id) => id !== resource.targetId);
    sequence.live = { ...live, targetIds: after === null ? left : [...left, resource.targetId] };
    return;
  }
  const targetIds = (live?.targetIds ?? []).filter((id) => !detachFrom.includes(id));
  if (after === null && targetIds.length > 0) throw new Error('PolicyInUseException');
  if (after !== null && JSON.parse(after).Statement.length === 0) throw new Error('MalformedPolicyDocument');
  sequence.live = after === null ? null : { id: policyId, text: after, targetIds };
}

interface PlainStatement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Condition?: { readonly ArnNotLike?: { readonly 'aws:PrincipalArn': readonly string[] } };
}

/** Whether the SCP denies a service to a principal, read from its JSON alone. */
export function isDenied({ live }: Sequence, service: string, principal: string): boolean {
  if (live === null || live.targetIds.length === 0) return false;
  const { Statement } = JSON.parse(live.text) as { readonly Statement: readonly PlainStatement[] };
  return Statement.some(
    ({ Action, Condition, Effect }) =>
      Effect === 'Deny' &&
      [Action].flat().includes(`${service}:*`) &&
      !Condition?.ArnNotLike?.['aws:PrincipalArn'].includes(principal),
  );
}
