import { type LossLevel, lossOf } from '../../policy/service-losses.ts';
import type { ServiceEvidence } from './change.ts';

/** How the use of a service ended, and how much its loss would stop. */
interface LevelGroup {
  /** What a form sends for all of it: `lapsed-high`. */
  readonly id: string;
  readonly level: LossLevel;
  readonly entries: readonly ServiceEvidence[];
}

/** The services of a change whose use ended in one way, by how much their loss would stop, the most first. */
export interface ServiceGroup {
  /** What a form sends for all of it: `lapsed`. */
  readonly id: ServiceEvidence['kind'];
  readonly count: number;
  readonly levels: readonly LevelGroup[];
}

const kinds: readonly ServiceEvidence['kind'][] = ['lapsed', 'never-used', 'not-since'];
const levels: readonly LossLevel[] = ['high', 'medium', 'low'];

/** The services of a change in the groups in which people choose among them, those that were used before first; no group is empty. */
export function groupsOf(evidence: readonly ServiceEvidence[]): readonly ServiceGroup[] {
  return kinds.flatMap((id) => {
    const own = evidence.filter(({ kind }) => kind === id);
    if (own.length === 0) return [];
    const of: Record<LossLevel, ServiceEvidence[]> = { high: [], medium: [], low: [] };
    for (const entry of own) of[lossOf(entry.serviceNamespace).level].push(entry);
    const byLevel = levels.flatMap((level) =>
      of[level].length === 0 ? [] : [{ id: `${id}-${level}`, level, entries: of[level] }],
    );
    return [{ id, count: own.length, levels: byLevel }];
  });
}

/** The services of the group that a form names, or null where the change has no such group. */
export function membersOf(evidence: readonly ServiceEvidence[], id: string): readonly string[] | null {
  const found = groupsOf(evidence).flatMap((group) =>
    group.levels.filter((level) => group.id === id || level.id === id),
  );
  if (found.length === 0) return null;
  return found.flatMap(({ entries }) => entries.map(({ serviceNamespace }) => serviceNamespace));
}
