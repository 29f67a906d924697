import type { Step } from '../../change/content/change.ts';
import { meansTheSame } from '../../policy/same-meaning.ts';

/** The SCP that a change is about as it stands now: by the change's policy id, by the id that the journal names, or, while a new SCP has no id yet, by its name. Null: there is none. */
export type LivePolicy = {
  readonly id: string;
  readonly text: string;
  readonly targetIds: readonly string[];
} | null;

/** Whether what a step leaves shows: a text by its meaning. */
export function shows(live: LivePolicy, { after, resource }: Step): boolean {
  if (resource.type === 'attachment')
    return (live?.targetIds.includes(resource.targetId) ?? false) === (after !== null);
  if (after === null) return live === null;
  return live !== null && meansTheSame(live.text, after);
}
