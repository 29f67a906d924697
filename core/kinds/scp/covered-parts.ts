import type { Finding } from '../../finding/finding.ts';
import { judgeableBelow } from '../../finding/judgeable.ts';
import { uncoveredBelow, uncoveredWords } from '../../organization/enabled-regions.ts';
import {
  accountsBelow,
  activeAccountsBelow,
  type Entity,
  entityOf,
} from '../../organization/organization.ts';
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
  const needed = parts.filter((part) => judgeableBelow(knowledge, part) > 0).length;
  return needed > 0 && needed <= mostParts ? parts : [entity];
}

/** Refuses findings at an entity where nobody was a member for the whole threshold, as detection finds nothing there. Answers whether that is so. */
export function refuseYoung(placing: Placing, entity: Entity, findings: readonly Finding[]): boolean {
  const { knowledge } = placing;
  const { cutOff, tree } = knowledge;
  if (judgeableBelow(knowledge, entity) > 0) return false;
  const active = accountsBelow(tree, entity.id).filter(({ state }) => state === 'ACTIVE');
  // Nobody there could lose anything.
  if (active.length === 0) return true;
  const first = Math.min(...active.map(({ joinedAt }) => joinedAt));
  const until = day(first + placing.request.asOf - cutOff);
  const detail = `every account there joined after the cut-off of ${day(cutOff)}, so nobody had the whole time to use anything: it is judged from ${until} on`;
  addRefusal(placing, { code: 'YOUNG_ACCOUNTS', entity, findings, detail });
  return true;
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
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
