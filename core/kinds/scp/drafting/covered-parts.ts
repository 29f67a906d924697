import { isoDay } from '../../../base/iso-time.ts';
import {
  allowedLately,
  holdsAllowedLately,
  isMostlyAllowedLately,
  latelyWords,
} from '../../../finding/allowed-lately.ts';
import type { Finding } from '../../../finding/finding.ts';
import { judgeableBelow } from '../../../finding/judgeable.ts';
import { uncoveredBelow, uncoveredWords } from '../../../organization/enabled-regions.ts';
import {
  accountsBelow,
  activeAccountsBelow,
  type Entity,
  entityOf,
} from '../../../organization/organization.ts';
import { addRefusal, type Placing } from './placing.ts';

/** At most so many entities take the place of one: each may need an SCP of its own. */
const mostParts = 5;

/**
 * Where a finding is drafted that cannot be drafted at its entity: at some parts of it. They hold no account whose use
 * does not show, and no OU whose accounts may use the service only lately. The entity itself where there is none, or
 * where that would be too many.
 */
export function coveredParts(placing: Placing, entity: Entity, service: string): readonly Entity[] {
  if (isCovered(placing, entity, service)) return [entity];
  const { knowledge } = placing;
  // Nobody elsewhere could lose anything.
  const parts = partsOf(placing, entity, service).filter(
    (part) => activeAccountsBelow(knowledge.tree, part) > 0,
  );
  const needed = parts.filter((part) => judgeableBelow(knowledge, part) > 0).length;
  return needed > 0 && needed <= mostParts ? parts : [entity];
}

function isCovered({ given, knowledge, request }: Placing, entity: Entity, service: string): boolean {
  const uncovered = uncoveredBelow(knowledge.tree, entity, request.regions, knowledge.cutOff);
  return uncovered.length === 0 && holdsAllowedLately(given, entity, service) === null;
}

function partsOf(placing: Placing, entity: Entity, service: string): readonly Entity[] {
  if (isMostlyAllowedLately(placing.given, entity, service)) return [];
  if (isCovered(placing, entity, service)) return [entity];
  return entity.childIds.flatMap((id) => partsOf(placing, entityOf(placing.knowledge.tree, id), service));
}

/** Names the OUs and accounts that were left out of where a finding is drafted because they may use its service only lately. */
export function refuseAllowedLately(placing: Placing, entity: Entity, finding: Finding): void {
  const { tree } = placing.knowledge;
  const service = finding.serviceNamespace;
  const { given } = placing;
  if (holdsAllowedLately(given, entity, service) === null) return;
  if (isMostlyAllowedLately(given, entity, service)) {
    const detail = `${latelyWords(allowedLately(given, entity, service), given)}; it is left out`;
    addRefusal(placing, { code: 'NEWLY_ALLOWED', entity, findings: [finding], detail });
    return;
  }
  for (const id of entity.childIds) refuseAllowedLately(placing, entityOf(tree, id), finding);
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
  const until = isoDay(first + placing.request.asOf - cutOff);
  const detail = `every account there joined after the cut-off of ${isoDay(cutOff)}, so nobody had the whole time to use anything: it is judged from ${until} on`;
  addRefusal(placing, { code: 'YOUNG_ACCOUNTS', entity, findings, detail });
  return true;
}

/** Names the accounts that were left out of where a finding is drafted. */
export function refuseUncovered(placing: Placing, entity: Entity, findings: readonly Finding[]): void {
  const { cutOff, tree } = placing.knowledge;
  for (const uncovered of uncoveredBelow(tree, entity, placing.request.regions, cutOff)) {
    const detail = `${uncoveredWords(uncovered)}, of which AWS keeps no last-accessed data: the account is left out`;
    const there = entityOf(tree, uncovered.account.id);
    addRefusal(placing, { code: 'REGION_NOT_COVERED', entity: there, findings, detail });
  }
}
