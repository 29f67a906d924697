import type { ChangeContent, Step } from '../../../change/content/change.ts';
import { editOf } from '../../../change/content/edit.ts';
import { undoSteps } from '../../../change/content/undo-steps.ts';
import type { ChangeEvent, UndoOutcome } from '../../../change/life/events.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';

/** Which revision of which change did something to its SCP, and when (epoch ms). */
interface Head {
  readonly at: number;
  readonly changeId: string;
  readonly revision: number;
  readonly content: ChangeContent;
}

/** What a change did to one SCP, as its history tells it, or what people decided of that. */
export type OwnWrite = Head &
  (
    | {
        readonly what: 'begun' | 'not-written';
        readonly direction: 'apply' | 'roll-back';
        readonly step: number;
      }
    /** `text`: as AWS gave it back, or as it was sent. `sent`: found there without our sending, it is somebody else's doing. */
    | { readonly what: 'wrote'; readonly step: number; readonly text: string; readonly sent: boolean }
    | { readonly what: 'attached'; readonly step: number; readonly targetId: string; readonly sent: boolean }
    | { readonly what: 'rolled-back' }
    /** A further revision was proposed because what this one did was undone: it denies nothing any more. */
    | { readonly what: 'proposed-again' }
    | {
        readonly what: 'undone';
        readonly undoStep: number;
        /** Which step of the change it undoes. */
        readonly step: number;
        readonly of: Step;
        readonly outcome: UndoOutcome;
        readonly text: string | null;
      }
  );

/** What changes of ours did to each SCP, by policy id, in order of time. Changes of other kinds say nothing. */
export function ownWrites(records: readonly ChangeRecord[]): ReadonlyMap<string, readonly OwnWrite[]> {
  const found = new Map<string, OwnWrite[]>();
  const inOrder = [...records].sort((one, other) => (one.history[0]?.at ?? 0) - (other.history[0]?.at ?? 0));
  for (const record of inOrder)
    for (const { policyId, write } of writesOf(record)) {
      const own = found.get(policyId) ?? [];
      found.set(policyId, own);
      own.push(write);
    }
  for (const writes of found.values()) writes.sort((one, other) => one.at - other.at);
  return found;
}

/** The SCPs that a change wrote in any of its revisions, or is to write, by id. */
export function policiesOf(record: ChangeRecord): readonly string[] {
  const { content } = record;
  if (content.kind !== 'scp') return [];
  const own = editOf(content).policyId;
  const written = writesOf(record).map(({ policyId }) => policyId);
  return [...new Set([...(own === null ? [] : [own]), ...written])];
}

/** Where the walk through one history stands. */
interface Walked {
  readonly content: ChangeContent;
  readonly policyId: string | null;
  /** Writes of a step of this revision that AWS did not refuse, by step. */
  readonly sent: Map<number, number>;
}

function writesOf({
  content: { kind },
  history,
  id,
}: ChangeRecord): readonly { readonly policyId: string; readonly write: OwnWrite }[] {
  const found: { readonly policyId: string; readonly write: OwnWrite }[] = [];
  if (kind !== 'scp') return found;
  let walked: Walked | null = null;
  for (const event of history) {
    if (event.type === 'proposed' || event.type === 'revised') {
      const before: Walked | null = walked;
      if (before !== null && before.policyId !== null)
        found.push(writeAt(event, id, before.content, before.policyId, { what: 'proposed-again' }));
      walked = { content: event.content, policyId: editOf(event.content).policyId, sent: new Map() };
      continue;
    }
    if (walked === null) continue;
    if (event.type === 'step-done' && event.policyId !== null && walked.policyId === null)
      walked = { ...walked, policyId: event.policyId };
    if (event.type === 'step-sending') count(walked, event.step, 1);
    if (event.type === 'step-refused') count(walked, event.step, -1);
    if (walked.policyId === null) continue;
    for (const did of didOf(event, walked))
      found.push(writeAt(event, id, walked.content, walked.policyId, did));
  }
  return found;
}

type Did = OwnWrite extends infer One ? (One extends Head ? Omit<One, keyof Head> : never) : never;

function writeAt(
  { at }: ChangeEvent,
  changeId: string,
  content: ChangeContent,
  policyId: string,
  did: Did,
): { readonly policyId: string; readonly write: OwnWrite } {
  const { revision } = content;
  return { policyId, write: { at, changeId, revision, content, ...did } as OwnWrite };
}

function count({ sent }: Walked, step: number, by: number): void {
  sent.set(step, (sent.get(step) ?? 0) + by);
}

/** What one event did to the SCP. */
function didOf(event: ChangeEvent, { content, sent }: Walked): readonly Did[] {
  switch (event.type) {
    case 'step-sending':
      return [{ what: 'begun', direction: 'apply', step: event.step }];
    case 'step-refused':
      return [{ what: 'not-written', direction: 'apply', step: event.step }];
    case 'roll-back-step-sending':
      return [{ what: 'begun', direction: 'roll-back', step: event.step }];
    case 'roll-back-step-refused':
      return [{ what: 'not-written', direction: 'roll-back', step: event.step }];
    // A person says of every write whose outcome was open that it did not take place.
    case 'resumed':
      return content.steps.flatMap((_, step): readonly Did[] => [
        { what: 'not-written', direction: 'apply', step },
        { what: 'not-written', direction: 'roll-back', step },
      ]);
    case 'step-done':
      return doneOf(event, content, (sent.get(event.step) ?? 0) > 0);
    case 'rolled-back':
      return [{ what: 'rolled-back' }];
    case 'roll-back-step-done': {
      const of = undoSteps(content.steps)[event.step];
      if (of === undefined) return [];
      const step = content.steps.length - 1 - event.step;
      const { outcome, step: undoStep, text = null } = event;
      return [{ what: 'undone', undoStep, step, of, outcome, text }];
    }
    default:
      return [];
  }
}

function doneOf(
  { step, text }: Extract<ChangeEvent, { readonly type: 'step-done' }>,
  { steps }: ChangeContent,
  sent: boolean,
): readonly Did[] {
  const { after = null, resource } = steps[step] ?? {};
  if (resource?.type === 'attachment') return [{ what: 'attached', step, targetId: resource.targetId, sent }];
  const left = text ?? after;
  return left === null ? [] : [{ what: 'wrote', step, text: left, sent }];
}
