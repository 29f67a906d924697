import type { Configuration } from '../base/configuration.ts';
import { globMatches } from '../base/matching.ts';
import { principalReach } from '../base/principal-pattern.ts';
import type { OrganizationTree } from '../organization/organization.ts';

/** The principals that every deny of ours leaves out: those configured as exempt and the break-glass roles, which must keep working. */
export function exemptPrincipalsOf(
  configuration: Pick<Configuration, 'breakGlass' | 'exemptPrincipals'>,
): readonly string[] {
  return [...new Set([...configuration.exemptPrincipals, ...configuration.breakGlass])].sort();
}

/** Why an exempt principal can be nobody of this organization, or null. `partition` is the organization's (`aws-cn`); absent: not known. */
export function principalOfNobody(
  pattern: string,
  tree: OrganizationTree,
  partition: string | undefined,
): string | null {
  const reach = principalReach(pattern);
  if (partition !== undefined && !globMatches(reach.partition, partition))
    return `the partition of this organization is ${partition}: the principal matches nobody here`;
  // AWS's own policies are of the account `aws`.
  const accountIds = [tree.managementAccountId, 'aws'];
  for (const { id, type } of tree.entities.values()) if (type === 'account') accountIds.push(id);
  if (accountIds.some((id) => globMatches(reach.account, id))) return null;
  return `no account of this organization is ${reach.account}: the principal matches nobody here`;
}
