import type { Resource, Step } from '../../../change/content/change.ts';
import { isSameValue } from '../../../change/content/resource-types.ts';
import { scpResource } from '../../../change/content/scp-resource.ts';
import type { ReadBack, Write } from '../../../change/engine/next-action.ts';

/** The SCP that a change is about as it stands now: by the change's policy id, by the id that the journal names, or, while a new SCP has no id yet, by its name. Null: there is none. */
export type LivePolicy = {
  readonly id: string;
  readonly text: string;
  readonly targetIds: readonly string[];
} | null;

/** Whether what a step leaves shows: a text by its meaning, and no target from which it was to be detached. */
export function shows(
  live: LivePolicy,
  { after, detachFrom = [], resource }: Step & Partial<Pick<Write, 'detachFrom'>>,
): boolean {
  if (live?.targetIds.some((id) => detachFrom.includes(id))) return false;
  return isSameValue(resource, valueIn(live, resource), after);
}

/** What a resource of the change shows now. */
function valueIn(live: LivePolicy, of: Resource): string | null {
  const resource = scpResource(of);
  if (resource.type === 'policy-text') return live?.text ?? null;
  return live?.targetIds.includes(resource.targetId) ? 'attached' : null;
}

/** The id of the SCP, and its text where AWS gives it otherwise than it was sent. */
export function readBack(live: LivePolicy, { after, resource }: Step): ReadBack {
  const policyId = live?.id ?? null;
  const isOtherwise = live !== null && resource.type === 'policy-text' && live.text !== after;
  return { policyId, ...(isOtherwise ? { text: live.text } : {}) };
}
