import type { Approver } from '../../base/configuration.ts';

/** Whether the approver's scopes (entity ids or paths; absent or empty: the whole organization) cover every target. `targetPaths` holds the path of each target by id; a target whose path is not known is covered only by an approver of the whole organization or by its own id. */
export function coversTargets(
  approver: Pick<Approver, 'scopes'>,
  targetIds: readonly string[],
  targetPaths: Readonly<Record<string, string>>,
): boolean {
  const scopes = approver.scopes ?? [];
  if (scopes.length === 0) return true;
  if (targetIds.length === 0) return false;
  return targetIds.every((id) => {
    const path = Object.hasOwn(targetPaths, id) ? (targetPaths[id] ?? id) : id;
    return scopes.some((scope) => coversPath(scope, path));
  });
}

function coversPath(scope: string, path: string): boolean {
  if (scope.includes('/')) return path === scope || path.startsWith(`${scope}/`);
  return path.split('/').includes(scope);
}
