import type { ExemptedPrincipals } from '../../change/content/change.ts';
import { editOf } from '../../change/content/edit.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import { parsePolicy } from '../../policy/document.ts';
import { givenBackTo, isFreeOf } from '../../proof/give-back.ts';
import type { StandingExemption } from '../standing-exemption.ts';
import { policyIdOf } from './applied.ts';

/** Which pair of service and principal of which SCP. */
type Pair = Pick<StandingExemption, 'policyId' | 'principal' | 'service'>;

/**
 * The exemptions with an end that stand by what was applied, whether or not they are over. Of two for the same principal the later
 * end counts. Left out is who is free without an end, by another change or before any; what was taken out since; and what the
 * change that denied no longer denies, because it was rolled back. What stands in the SCP only its text tells.
 */
export function standingExemptions(records: readonly ChangeRecord[]): readonly StandingExemption[] {
  const applied = records
    .flatMap((record) => (record.state.status === 'applied' ? [{ record, at: record.state.appliedAt }] : []))
    .sort((one, other) => one.at - other.at);
  const appliedAt = new Map(applied.map(({ at, record }) => [record.id, at]));
  /** Without an end: null. */
  const standing = new Map<string, StandingExemption | null>();
  for (const { at, record } of applied) {
    const { content, id } = record;
    const policyId = policyIdOf(record);
    if (policyId === null || content.intent === undefined) continue;
    const before = content.intent === 'give-back' ? parsePolicy(editOf(content).before ?? '') : null;
    for (const { endsAt, ...pair } of pairsIn(record, policyId)) {
      const key = keyOf(pair);
      if (content.intent === 'end-exemption') {
        standing.delete(key);
        continue;
      }
      const earlier = standing.get(key) ?? null;
      const wasFree = before?.ok === true && isFreeOf(before.value, pair.service, pair.principal);
      if (endsAt === undefined) standing.set(key, null);
      else if (!wasFree) standing.set(key, { ...pair, givenAt: at, endsAt, changeId: id });
      // Whoever was free already, and not for a time, stays free.
      else if (earlier === null) standing.set(key, null);
      else if (endsAt > earlier.endsAt) standing.set(key, { ...earlier, endsAt, changeId: id });
    }
  }
  return [...standing.values()].filter((exemption): exemption is StandingExemption => {
    if (exemption === null) return false;
    const deniedAt = appliedAt.get(deniedBy(exemption, records));
    return deniedAt !== undefined && deniedAt <= exemption.givenAt;
  });
}

/** The exemptions from what one change denies, of the applied changes that write the same, the one that ends first before the others. */
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

/** What a change gives to principals alone, or takes from them. Changes of earlier versions say it by their texts alone. */
function pairsIn(
  { content }: ChangeRecord,
  policyId: string,
): readonly (Pair & { readonly endsAt: number | undefined })[] {
  const { services } = content;
  const exemptions = content.exemptions ?? [
    { services, principals: givenBackTo(editOf(content)), endsAt: undefined },
  ];
  return exemptions.flatMap(({ endsAt, principals, services }) =>
    principals.flatMap((principal) => services.map((service) => ({ policyId, service, principal, endsAt }))),
  );
}

function deniedBy({ changeId }: StandingExemption, records: readonly ChangeRecord[]): string {
  const given = records.find(({ id }) => id === changeId);
  return given?.content.exemptions?.[0]?.of ?? '';
}

function keyOf({ policyId, principal, service }: Pair): string {
  return `${policyId} ${service} ${principal}`;
}
