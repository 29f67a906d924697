import type { Finding } from '../../finding/finding.ts';
import { uncoveredBelow, uncoveredWords } from '../../organization/enabled-regions.ts';
import { activeAccountsBelow, type Entity, entityOf } from '../../organization/organization.ts';
import { addRefusal, type Placing } from './placing.ts';

/** At most so many entities take the place of one: each may need an SCP of its own. */
const mostParts = 5;

/**
 * Where a finding is drafted instead of at an entity that holds an account whose use does not show: at the parts of it that hold
 * none. The entity itself where all is known, or where that would be too many.
 */
export function coveredParts({ knowledge, request }: Placing, entity: Entity): readonly Entity[] {
  const { cutOff, tree } = knowledge;
  const { regions = new Map() } = request;
  if (regions.size === 0) return [entity];
  const partsOf = (whole: Entity): readonly Entity[] => {
    if (uncoveredBelow(tree, whole, regions, cutOff).length === 0) return [whole];
    return whole.childIds.flatMap((id) => partsOf(entityOf(tree, id)));
  };
  // Nobody elsewhere could lose anything.
  const parts = partsOf(entity).filter((part) => activeAccountsBelow(tree, part) > 0);
  return parts.length > 0 && parts.length <= mostParts ? parts : [entity];
}

/** Names the accounts that were left out of where a finding is drafted. */
export function refuseUncovered(placing: Placing, entity: Entity, findings: readonly Finding[]): void {
  const { cutOff, tree } = placing.knowledge;
  for (const uncovered of uncoveredBelow(tree, entity, placing.request.regions ?? new Map(), cutOff)) {
    const detail = `${uncoveredWords(uncovered)}, of which AWS keeps no last-accessed data: the account is left out`;
    const there = entityOf(tree, uncovered.account.id);
    addRefusal(placing, { code: 'REGION_NOT_COVERED', entity: there, findings, detail });
  }
}
