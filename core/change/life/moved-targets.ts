import type { OrganizationTree } from '../../organization/organization.ts';
import type { EventBody } from './events.ts';
import { type ChangeRecord, hasEnded } from './life.ts';

type Moved = Extract<EventBody, { readonly type: 'targets-moved' }>;

/**
 * What a review saw of targets that lie elsewhere by now, or null: they lie as last known, or the change has
 * ended. A target that is gone stays where it was seen last.
 */
export function movedTargets(record: ChangeRecord, tree: OrganizationTree): Moved | null {
  if (hasEnded(record)) return null;
  const { content, targetPaths } = record;
  const seen = content.targets.flatMap(({ id }) => {
    const path = tree.entities.get(id)?.path ?? targetPaths[id];
    return path === undefined ? [] : [[id, path] as const];
  });
  if (seen.every(([id, path]) => path === targetPaths[id])) return null;
  return { type: 'targets-moved', targetPaths: Object.fromEntries(seen) };
}
