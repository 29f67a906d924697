import { dayMilliseconds } from '../base/limits.ts';
import type { Entity } from '../organization/organization.ts';
import { familyOf } from '../policy/service-families.ts';
import { childrenToJudge, type DetectionRequest, protectionIn, type Walk } from './detection-walk.ts';
import { usesAt } from './knowledge.ts';

/** So many days after its last report an entity is asked for what can only be listed, too. */
const listedAgainDays = 90;

/** Whether a stored review had the report of an entity lately, and so listed what nobody can act on there. */
export function wasListedLately({ asOf, askedBefore }: DetectionRequest, { id }: Entity): boolean {
  const at = askedBefore?.get(id);
  return at !== undefined && asOf - at < listedAgainDays * dayMilliseconds;
}

/**
 * Whether a service that is not decided at an entity can have no open finding there or anywhere below, whatever its
 * report shows. It is protected, or its product is in use at each entity that is judged. Nobody is asked for its sake.
 */
export function isNeverOpen(walk: Walk, entity: Entity, service: string): boolean {
  const family = familyOf(service);
  if (family.some((member) => isUsedThroughout(walk, entity, member))) return true;
  // What this one shows may open a finding of another member.
  if (family.some((member) => walk.knowledge.serviceNames.has(member) && protectionIn(walk, member) === null))
    return false;
  return protectionIn(walk, service) !== null;
}

/** Whether somebody used a service at an entity and at each one below that is judged. */
function isUsedThroughout(walk: Walk, entity: Entity, service: string): boolean {
  if (!usesAt(walk.knowledge, entity).has(service)) return false;
  return childrenToJudge(walk, entity).every((child) => isUsedThroughout(walk, child, service));
}
