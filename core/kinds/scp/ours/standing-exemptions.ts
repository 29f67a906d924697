import type { ExemptedPrincipals } from '../../../change/content/change.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import type { StandingExemption } from '../../standing-exemption.ts';
import { standsByPolicy } from './fold-writes.ts';
import { type GivenExemption, givesToAll, pairsIn } from './given-exemptions.ts';
import { isGiveBack } from './intents.ts';
import { policyIdOf } from './own-policy.ts';

/**
 * The exemptions with an end that stand, whether or not they are over, by all that was written, roll backs included. Of
 * two for the same principal the later end counts, that of a give-back which is approved and not written yet as well.
 * Left out is who is free without an end, by another change or before any, or will be by what is approved. Left out is
 * also what was taken out since, and what no change denies any more. What somebody edited in the SCP since only its text
 * tells.
 */
export function standingExemptions(records: readonly ChangeRecord[]): readonly StandingExemption[] {
  const approved = records.filter(isApprovedGiveBack);
  return [...standsByPolicy(records)].flatMap(([policyId, { claims, exemptions }]) =>
    [...exemptions.values()].flatMap((given): readonly StandingExemption[] => {
      if (!claims.some(({ service }) => service === given.service)) return [];
      const { of: _, ...exemption } = approved
        .filter((record) => policyIdOf(record) === policyId)
        .reduce(withApproved, given);
      const { endsAt } = exemption;
      return endsAt === null ? [] : [{ policyId, ...exemption, endsAt }];
    }),
  );
}

/** Approved and not written yet: whoever ends an exemption now would take what people have just said. */
function isApprovedGiveBack({ content, state }: ChangeRecord): boolean {
  return isGiveBack(content) && (state.status === 'approved' || state.status === 'applying');
}

/** An exemption as it will be once an approved give-back is written. */
function withApproved(given: GivenExemption, { content, id: changeId }: ChangeRecord): GivenExemption {
  if (givesToAll(content) && content.services.includes(given.service)) return { ...given, endsAt: null };
  const pair = pairsIn(content).find(
    ({ principal, service }) => principal === given.principal && service === given.service,
  );
  if (pair === undefined || given.endsAt === null) return given;
  if (pair.endsAt === null) return { ...given, endsAt: null };
  return pair.endsAt > given.endsAt ? { ...given, endsAt: pair.endsAt, changeId } : given;
}

/** The exemptions from what one change denies, of all changes that wrote the same, the one that ends first before the others. */
export function exemptionsFrom(
  { id }: Pick<ChangeRecord, 'id'>,
  written: readonly ChangeRecord[],
): readonly StandingExemption[] {
  return standingExemptions(written)
    .filter((exemption) => deniedBy(exemption, written) === id)
    .sort((one, other) => one.endsAt - other.endsAt);
}

/** The exemptions as a change holds them: those of one give-back with one end together, sorted. */
export function grouped(exemptions: readonly StandingExemption[]): readonly ExemptedPrincipals[] {
  const found = new Map<string, { of: string; endsAt: number; pairs: Map<string, Set<string>> }>();
  for (const { changeId: of, endsAt, principal, service } of exemptions) {
    const group = found.get(of) ?? { of, endsAt, pairs: new Map<string, Set<string>>() };
    found.set(of, group);
    group.pairs.set(principal, (group.pairs.get(principal) ?? new Set()).add(service));
  }
  return [...found.values()]
    .sort((one, other) => one.endsAt - other.endsAt || (one.of < other.of ? -1 : 1))
    .flatMap(({ endsAt, of, pairs }) => {
      // Principals with the same services stand together.
      const bySame = new Map<string, { services: readonly string[]; principals: string[] }>();
      for (const [principal, services] of pairs) {
        const sorted = [...services].sort();
        const same = bySame.get(sorted.join()) ?? { services: sorted, principals: [] };
        bySame.set(sorted.join(), same);
        same.principals.push(principal);
      }
      return [...bySame.values()].map(({ principals, services }) => {
        return { principals: principals.sort(), services, endsAt, of };
      });
    });
}

/** Who is named for each service. */
export function principalsByService(
  exemptions: readonly Pick<ExemptedPrincipals, 'principals' | 'services'>[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { principals, services } of exemptions)
    for (const service of services)
      found.set(service, [...new Set([...(found.get(service) ?? []), ...principals])].sort());
  return found;
}

function deniedBy({ changeId }: StandingExemption, records: readonly ChangeRecord[]): string {
  const given = records.find(({ id }) => id === changeId);
  return given?.content.exemptions?.[0]?.of ?? '';
}
