import { editOf } from '../../../change/content/edit.ts';
import type { Judge } from '../../../change/engine/next-action.ts';
import type { UndoOutcome } from '../../../change/life/events.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import { meansTheSame } from '../../../policy/same-meaning.ts';
import type { LivePolicy } from '../ours/live-policy.ts';
import type { Stands } from '../ours/stands.ts';
import { isOnTop } from './undo-step.ts';

/**
 * Judges the roll back of a change that took exemptions out. The SCP gets its earlier text back where ours still stands
 * and nothing of ours was written over it. The exemptions stand again, with the end that they had. One that was written
 * since is left as it is: whom it frees by now is for people to say.
 */
export function judgeUndoOfEnd(record: ChangeRecord, live: LivePolicy, stands: Stands): Judge {
  const { policyName } = editOf(record.content);
  return ({ after, resource }, { isOpen }) => {
    const nothing = (outcome: UndoOutcome, detail: string, ifSent: UndoOutcome = outcome) => {
      return { verdict: 'done', told: { outcome: isOpen ? ifSent : outcome, detail } } as const;
    };
    if (live === null) return nothing('already-undone', `${policyName} does not exist any more`);
    const scp = `${policyName} (${live.id})`;
    if (after === null) return nothing('kept', `${scp} was not made by this change`);
    if (meansTheSame(live.text, after))
      return nothing('already-undone', `${scp} has its earlier text already`, 'restored');
    if (!isOnTop(record, live, stands))
      return nothing('kept', `${scp} was written since: to free the principals, exempt them once more`);
    return {
      verdict: 'write',
      write: { resource, existingId: live.id, before: live.text, after },
      told: { outcome: 'restored', detail: `${scp} has its earlier text again, with the exemptions` },
    };
  };
}
