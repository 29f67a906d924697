import { accessReportLimits, dayMilliseconds } from '../base/limits.ts';
import { entityOf } from '../organization/organization.ts';
import { documentsAt, type PolicyIndex, takesAway } from '../policy/policy-index.ts';
import { serviceCatalogue } from '../policy/service-catalogue.ts';
import { standingOf } from '../policy/standing.ts';
import type { AllowedMemory, KeptOut } from './allowed-memory.ts';

const remembered = new WeakMap<PolicyIndex, { before: AllowedMemory; asOf: number; after: AllowedMemory }>();

/** What a review leaves for the next one. `asOf` in epoch milliseconds. A review asks after each report, so the answer is remembered. */
export function allowedAfter(before: AllowedMemory, policyIndex: PolicyIndex, asOf: number): AllowedMemory {
  const known = remembered.get(policyIndex);
  if (known?.before === before && known.asOf === asOf) return known.after;
  const after = lookAgain(before, policyIndex, asOf);
  remembered.set(policyIndex, { before, asOf, after });
  return after;
}

function lookAgain(before: AllowedMemory, policyIndex: PolicyIndex, asOf: number): AllowedMemory {
  const { tree } = policyIndex;
  const after = new Map<string, KeptOut>();
  const levelOf = levels(policyIndex);
  // Many accounts have the same SCPs above them and the same past: each answer is made once and shared.
  const joined = pairs((above: ReadonlySet<string>, own: ReadonlySet<string>) =>
    own.size === 0 ? above : new Set([...above, ...own]),
  );
  const known = pairs((services: ReadonlySet<string>, earlier: KeptOut) =>
    seenAgain(earlier, services, asOf),
  );
  const unknown = pairs((services: ReadonlySet<string>, earlier: KeptOut) =>
    // Where a text was not read, what it kept out stays kept out: nothing is drafted there anyway.
    seenAgain(earlier, new Set([...services, ...earlier.services]), asOf),
  );
  const visit = (id: string, above: ReadonlySet<string>, isReadAbove: boolean): void => {
    const entity = entityOf(tree, id);
    if (entity.firstAccount === entity.endAccount) return;
    const level = levelOf(id);
    const services = joined(above, level.services);
    const isRead = isReadAbove && level.isRead;
    if (entity.type === 'account') {
      const kept = (isRead ? known : unknown)(services, before.get(id) ?? nothing);
      if (kept.services.size > 0 || kept.since.size > 0) after.set(id, kept);
    }
    for (const childId of entity.childIds) visit(childId, services, isRead);
  };
  visit(tree.rootId, new Set(), true);
  return after;
}

const nothing: KeptOut = { services: new Set(), since: new Map() };

/** AWS keeps use for so long, and no threshold is longer: what was allowed before is allowed long enough. */
const rememberedMilliseconds = accessReportLimits.trackingDays * dayMilliseconds;

function seenAgain(earlier: KeptOut, services: ReadonlySet<string>, asOf: number): KeptOut {
  const since = new Map<string, number>();
  for (const [service, at] of earlier.since)
    if (!services.has(service) && asOf - at < rememberedMilliseconds) since.set(service, at);
  for (const service of earlier.services) if (!services.has(service)) since.set(service, asOf);
  return { services, since };
}

/** What the SCPs attached to one entity keep out, and whether the texts of all of them were read. */
interface Level {
  readonly services: ReadonlySet<string>;
  readonly isRead: boolean;
}

function levels(policyIndex: PolicyIndex): (entityId: string) => Level {
  const { attached, documents, unread } = policyIndex;
  const notRead = new Set(unread.map(({ id }) => id));
  const names = new Set([...serviceCatalogue.namespaces, ...servicesNamedIn(policyIndex)]);
  const answers = new Map<string, Level>();
  return (entityId) => {
    const policyIds = attached.get(entityId) ?? [];
    const key = policyIds.toSorted().join(' ');
    const known = answers.get(key);
    if (known) return known;
    const isAllKnown = policyIds.length > 0 && policyIds.every((id) => documents.has(id));
    const level = [documentsAt(policyIndex, entityId)];
    const keepsOut = (service: string): boolean => {
      const { denial, listed } = standingOf(level, service);
      // What a text allows that is not known, or one that is not there, nobody can tell.
      return takesAway(denial) || (isAllKnown && !listed);
    };
    const answer = {
      services: new Set([...names].filter(keepsOut)),
      isRead: !policyIds.some((id) => notRead.has(id)),
    };
    answers.set(key, answer);
    return answer;
  };
}

/** Services that SCPs name, for those that the catalogue does not know. */
function servicesNamedIn({ documents }: PolicyIndex): readonly string[] {
  return [...documents.values()]
    .flatMap(({ statements }) => statements.flatMap(({ actions }) => actions.patterns))
    .flatMap((pattern) => /^([a-z0-9-]+):/i.exec(pattern)?.[1]?.toLowerCase() ?? []);
}

/** Remembers the answer for each pair of objects. */
function pairs<One extends object, Other extends object, Answer>(
  answerFor: (one: One, other: Other) => Answer,
): (one: One, other: Other) => Answer {
  const answers = new Map<One, Map<Other, Answer>>();
  return (one, other) => {
    const ofOne = answers.get(one) ?? new Map<Other, Answer>();
    answers.set(one, ofOne);
    const known = ofOne.get(other);
    if (known !== undefined) return known;
    const answer = answerFor(one, other);
    ofOne.set(other, answer);
    return answer;
  };
}
