import type { Exemption } from '../base/configuration.ts';
import { foldedName } from '../base/folded-name.ts';
import { globMatches } from '../base/matching.ts';
import { mayName } from '../base/principal-arn.ts';
import { isInsideAccounts } from '../finding/exemptions.ts';

/** Where the account stands: itself and every entity above it, in any order. Empty where the organization was not read. */
export type AccountPlace = readonly { readonly id: string; readonly name: string; readonly path: string }[];

/**
 * The exemption in force that keeps a service with one of these identities, or null. Its entity is an account, an OU or
 * the root that holds the identities (id, name or path), or a pattern for their ARNs. `at` in epoch milliseconds.
 */
export function identityExemption(
  exemptions: readonly Exemption[],
  place: AccountPlace,
  wanted: { readonly arns: readonly string[]; readonly namespace: string; readonly at: number },
): Exemption | null {
  const { arns, at, namespace } = wanted;
  const holds = (exemption: Exemption): boolean => {
    const { entity, service, until } = exemption;
    if (Date.parse(until) <= at || !globMatches(service, namespace)) return false;
    if (isInsideAccounts(exemption)) return arns.some((arn) => mayName(entity, arn));
    return place.some(
      ({ id, name, path }) =>
        globMatches(entity, id) ||
        globMatches(entity, path) ||
        globMatches(foldedName(entity), foldedName(name)),
    );
  };
  return exemptions.find(holds) ?? null;
}
