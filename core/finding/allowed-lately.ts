import { accessReportLimits, dayMilliseconds } from '../base/limits.ts';
import {
  activeAccountsBelow,
  chainOf,
  type Entity,
  entityOf,
  isWithin,
  nameWithId,
  type OrganizationTree,
} from '../organization/organization.ts';
import { documentsAt, type PolicyIndex, standingsAt, takesAway } from '../policy/policy-index.ts';
import { standingOf } from '../policy/standing.ts';
import type { AccessReport } from './access-report.ts';
import type { Knowledge } from './knowledge.ts';

/** Which services an entity may use, as the last review saw that could tell. */
export interface AllowedServices {
  readonly services: ReadonlySet<string>;
  /** Since when those of them may be used that an earlier review saw kept out, epoch milliseconds. */
  readonly since: ReadonlyMap<string, number>;
}

/** What stored reviews saw, by entity. One that is missing was never seen to differ from the entity above it. */
export type AllowedMemory = ReadonlyMap<string, AllowedServices>;

/** What tells whether a service was allowed only lately. */
export interface AllowedFacts {
  readonly knowledge: Knowledge;
  readonly policyIndex: PolicyIndex;
  /** Absent: no review before this one looked. */
  readonly allowedBefore?: AllowedMemory | undefined;
  /** Epoch milliseconds. */
  readonly asOf: number;
}

/** An entity at which a service is allowed since the cut-off only: since when, in epoch milliseconds. */
export interface AllowedLately {
  readonly entity: Entity;
  readonly since: number;
}

/**
 * Where a service is allowed since the cut-off only, of an entity, those above it and those below: that nobody used it says
 * nothing there. Reports and SCPs tell it together, because a deny that exempts somebody leaves its service in AWS's reports.
 */
export function allowedLately(
  facts: AllowedFacts,
  entityId: string,
  service: string,
): readonly [AllowedLately, ...AllowedLately[]] | null {
  const { allowedBefore, asOf, knowledge } = facts;
  if (allowedBefore === undefined || allowedBefore.size === 0) return null;
  const [first, ...more] = entitiesAround(allowedBefore, knowledge.tree, entityId).flatMap((entity) => {
    const before = allowedBefore.get(entity.id);
    const since = before?.services.has(service) ? before.since.get(service) : asOf;
    if (since === undefined || since < knowledge.cutOff || !isAllowedNow(facts, entity.id, service))
      return [];
    return { entity, since };
  });
  return first === undefined ? null : [first, ...more];
}

/** Why such a service stays, for people: the entity at which it was allowed last. Services of the same entity and day have the same words. */
export function latelyWords(
  lately: readonly [AllowedLately, ...AllowedLately[]],
  { asOf, knowledge: { cutOff } }: AllowedFacts,
): string {
  const { entity, since } = lately.reduce((last, each) => (each.since > last.since ? each : last));
  const until = since + (asOf - cutOff);
  return `reviews saw the service allowed at ${nameWithId(entity)} only since ${day(since)}: before, nobody there could use it, or AWS did not track it. It may be found unused from ${day(until)} on`;
}

function isAllowedNow({ knowledge, policyIndex }: AllowedFacts, entityId: string, service: string): boolean {
  const own = knowledge.reports.get(entityId);
  const standing = standingsAt(policyIndex, entityId)(service);
  const isListed = own?.status === 'completed' ? own.rows.has(service) : standing.listed;
  return isListed && !takesAway(standing.denial);
}

const around = new WeakMap<AllowedMemory, { tree: OrganizationTree; entities: Map<string, Entity[]> }>();

/** Entities of a memory above and below one, itself among them. Every finding of the entity asks, so the answer is remembered. */
function entitiesAround(memory: AllowedMemory, tree: OrganizationTree, entityId: string): readonly Entity[] {
  let known = around.get(memory);
  if (known?.tree !== tree) known = { tree, entities: new Map() };
  around.set(memory, known);
  const before = known.entities.get(entityId);
  if (before !== undefined) return before;
  const above = chainOf(tree, entityId).filter(({ id }) => id !== entityId && memory.has(id));
  const isAccount = entityOf(tree, entityId).type === 'account';
  const below = [...(isAccount ? [entityId] : memory.keys())].flatMap((id) => {
    const entity = memory.has(id) ? tree.entities.get(id) : undefined;
    // Where nobody is, nobody could use it anyway.
    return entity && isWithin(tree, id, entityId) && activeAccountsBelow(tree, entity) > 0 ? entity : [];
  });
  const entities = [...above, ...below];
  known.entities.set(entityId, entities);
  return entities;
}

/** What this review saw. `asOf` in epoch milliseconds. */
interface Look {
  readonly tree: OrganizationTree;
  readonly policyIndex: PolicyIndex;
  readonly reports: readonly AccessReport[];
  readonly asOf: number;
}

/**
 * What a review leaves for the next one. Each entity has what the nearest report from it upwards lists, less what the SCPs as
 * read keep out on the way down. Where the text of an SCP is not known, what was seen before stays.
 */
export function allowedAfter(
  before: AllowedMemory,
  { asOf, policyIndex, reports, tree }: Look,
): AllowedMemory {
  const after = new Map([...before].filter(([id]) => tree.entities.has(id)));
  const rows = new Map(
    reports.flatMap((report) => (report.status === 'completed' ? [[report.entityId, report.rows]] : [])),
  );
  const letPass = passingFilter(policyIndex);
  const visit = (id: string, above: ReadonlySet<string> | null): void => {
    const attached = policyIndex.attached.get(id) ?? [];
    if (attached.some((policyId) => !policyIndex.documents.has(policyId))) return;
    const own = rows.get(id);
    const services = own ? allowedOf(policyIndex, own.keys(), id, above) : above && letPass(above, id);
    const earlier = before.get(id);
    if (services && earlier) after.set(id, seenAgain(earlier, services, asOf));
    else if (services && services !== above) after.set(id, { services, since: new Map() });
    for (const childId of entityOf(tree, id).childIds) visit(childId, services);
  };
  visit(tree.rootId, null);
  return after;
}

/** The services of an entity's own report that its SCPs let somebody use: what a deny leaves to a principal stays in AWS's list. What is the same as above it is the same set. */
function allowedOf(
  policyIndex: PolicyIndex,
  listed: Iterable<string>,
  entityId: string,
  above: ReadonlySet<string> | null,
): ReadonlySet<string> {
  const standing = standingsAt(policyIndex, entityId);
  const own = new Set([...listed].filter((service) => !takesAway(standing(service).denial)));
  return above && own.size === above.size && [...own].every((service) => above.has(service)) ? above : own;
}

/** What the SCPs attached to an entity let pass of what is allowed above it. Many entities have the same SCPs under the same services, so each answer is remembered. */
function passingFilter(
  policyIndex: PolicyIndex,
): (above: ReadonlySet<string>, entityId: string) => ReadonlySet<string> {
  const answersOf = new Map<ReadonlySet<string>, Map<string, ReadonlySet<string>>>();
  return (above, entityId) => {
    const answers = answersOf.get(above) ?? new Map<string, ReadonlySet<string>>();
    answersOf.set(above, answers);
    const key = (policyIndex.attached.get(entityId) ?? []).toSorted().join(' ');
    const known = answers.get(key);
    if (known) return known;
    const level = [documentsAt(policyIndex, entityId)];
    const passing = [...above].filter((service) => {
      const { denial, listed } = standingOf(level, service);
      return listed && !takesAway(denial);
    });
    const answer = passing.length === above.size ? above : new Set(passing);
    answers.set(key, answer);
    return answer;
  };
}

/** AWS keeps use for so long, and no threshold is longer: what was allowed before is allowed long enough. */
const rememberedMilliseconds = accessReportLimits.trackingDays * dayMilliseconds;

function seenAgain(earlier: AllowedServices, services: ReadonlySet<string>, asOf: number): AllowedServices {
  const since = new Map<string, number>();
  for (const service of services) {
    const at = earlier.services.has(service) ? earlier.since.get(service) : asOf;
    if (at !== undefined && asOf - at < rememberedMilliseconds) since.set(service, at);
  }
  return { services, since };
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
