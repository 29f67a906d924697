import type { Organization } from '../../adapters/ports.ts';
import { type Controls, noControls, unreadControls } from '../../core/identity/administration-reading.ts';
import type { AccountPlace } from '../../core/identity/identity-exemptions.ts';
import { type ManagementAccount, unknownManagement } from '../../core/identity/ways-in.ts';
import { buildTree, chainOf, type OrganizationTree } from '../../core/organization/organization.ts';
import type { ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import { callFailureOf } from '../apply-ports.ts';

/** What the organization says of its accounts: read once for all of them. */
export interface OrganizationContext {
  readonly tree: OrganizationTree;
  readonly policies: readonly ServiceControlPolicy[];
}

/** Where one account stands in its organization. */
export interface AccountContext {
  readonly organizationId: string;
  readonly account: { readonly id: string; readonly name: string; readonly path: string };
  readonly place: AccountPlace;
  readonly controls: Controls;
  readonly managementAccountId: ManagementAccount;
}

/** Organizations API reference, common errors: the account belongs to no organization. */
const noOrganization = 'AWSOrganizationsNotInUseException';

/** The tree and the SCPs with their texts, or null where these credentials may not read them, as a member account's own, or where there is no organization. Throws what else AWS refuses. */
export async function readOrganizationContext(
  organization: Organization,
): Promise<OrganizationContext | null> {
  try {
    const [facts, policies] = await Promise.all([
      organization.readTree(),
      organization.readPolicies(Number.POSITIVE_INFINITY),
    ]);
    return { tree: buildTree(facts), policies };
  } catch (error) {
    const failure = callFailureOf(error);
    if (failure?.kind === 'access-denied' || failure?.code === noOrganization) return null;
    throw error;
  }
}

/** Where the account stands; one that the organization does not show stands alone, and which SCPs bind it is unknown. */
export function contextOf(context: OrganizationContext | null, accountId: string): AccountContext {
  const entity = context?.tree.entities.get(accountId);
  if (!context || !entity) {
    const account = { id: accountId, name: accountId, path: accountId };
    return {
      organizationId: context?.tree.id ?? 'o-unknown',
      account,
      place: [account],
      controls: unreadControls,
      managementAccountId: context?.tree.managementAccountId ?? unknownManagement,
    };
  }
  const { tree } = context;
  const chain = chainOf(tree, accountId);
  const isManagement = accountId === tree.managementAccountId;
  return {
    organizationId: tree.id,
    account: { id: accountId, name: entity.name, path: entity.path },
    place: chain.map(({ id, name, path }) => ({ id, name, path })),
    controls: isManagement
      ? noControls
      : { levels: chain.map(({ id }) => textsAt(context.policies, id)), organizationId: tree.id },
    managementAccountId: isManagement ? null : tree.managementAccountId,
  };
}

/** One text an SCP; null for one that could not be read. */
function textsAt(policies: readonly ServiceControlPolicy[], entityId: string): readonly (string | null)[] {
  return policies.filter(({ targets }) => targets.some(({ id }) => id === entityId)).map(({ text }) => text);
}
