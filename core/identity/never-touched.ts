import type { Configuration } from '../base/configuration.ts';
import { globMatches } from '../base/matching.ts';
import { isListedRole, mayName, withoutPath } from '../base/principal-arn.ts';
import { rememberedFor } from '../base/remembered.ts';
import { markedOwner } from '../policy/foreign-policies.ts';
import type { AccountIdentities, ManagedPolicy, Principal, Role } from './account-identities.ts';
import type { PolicySource } from './account-index.ts';
import type { IdentityReason } from './identity-refusal.ts';
import { type ManagementAccount, whyWayIn } from './ways-in.ts';

/** What decides whom a review leaves alone. */
export interface CareSettings {
  readonly configuration: Configuration;
  /** ARNs of the roles of this product in the account. */
  readonly ownRoleArns: readonly string[];
  readonly managementAccountId: ManagementAccount;
}

// AWS Control Tower User Guide, "How AWS Control Tower works with roles"; CloudFormation User Guide, "Prerequisites for
// stack set operations"; CDK Developer Guide, "Bootstrapping": names of the roles that these tools make.
const rolesOfTools: readonly { readonly owner: string; readonly names: readonly string[] }[] = [
  { owner: 'AWS Control Tower', names: ['AWSControlTower*', 'aws-controltower-*'] },
  {
    owner: 'AWS CloudFormation StackSets',
    names: ['stacksets-exec-*', 'AWSCloudFormationStackSet*', 'StackSet-*'],
  },
  { owner: 'AWS CDK (bootstrap)', names: ['cdk-*-*-role-*', 'cdk-hnb659fds-*'] },
];

// IAM User Guide, "IAM Role Manager": the tag on roles that it makes from a template.
const roleManagerTag = 'SourceRoleTemplate';

/** Why a user, group or role is never touched, with the way out; null: it may be. */
export function untouchable(principal: Principal, settings: CareSettings): IdentityReason | null {
  return untouchableBy(settings)(principal);
}

const untouchableBy = rememberedFor((settings: CareSettings) =>
  rememberedFor((principal: Principal) => whyUntouchable(principal, settings)),
);

function whyUntouchable(principal: Principal, settings: CareSettings): IdentityReason | null {
  if (principal.path.startsWith('/aws-service-role/'))
    return reason('SERVICE_LINKED', `${principal.name} is a service-linked role: AWS alone edits it`);
  if (principal.path.startsWith('/aws-reserved/')) return identityCenterReason(principal);
  const kept = keptByName(principal, settings);
  if (kept !== null) return reason('KEEP_MARK', kept);
  return principal.type === 'role' ? roleReason(principal, settings) : null;
}

/**
 * Why the inline texts, attachments and memberships of a user, group or role itself are never edited, or null. Beside who is
 * never touched at all that is a user whom a tool owns: only what stands on him is part of what the tool runs.
 */
export function untouchableItself(principal: Principal, settings: CareSettings): IdentityReason | null {
  const why = untouchable(principal, settings);
  if (why !== null || principal.type !== 'user') return why;
  return ownerReason({ ...principal, description: null }, settings.configuration);
}

/** How many users and roles of the account have each policy as their boundary, by its ARN. */
const boundariesIn = rememberedFor(({ roles, users }: AccountIdentities): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { boundary } of [...users, ...roles])
    if (boundary !== null) counts.set(boundary, (counts.get(boundary) ?? 0) + 1);
  return counts;
});

/** Whether the mark of an owner may be missing since the tags were not read, and no setting says that it is edited by hand. */
export function isOwnerUnknown(
  { arn, tags }: Pick<ManagedPolicy, 'arn' | 'tags'>,
  { configuration }: CareSettings,
): boolean {
  return tags === null && !isEditedByHand(arn, configuration);
}

/** Why the text of a managed policy is never edited, whatever it grants; null: it may be. AWS's own count of boundaries may lag behind what the same read shows. */
export function uneditable(
  { managed, name }: Pick<PolicySource, 'managed' | 'name'>,
  { configuration }: CareSettings,
  account: AccountIdentities,
): IdentityReason | null {
  if (managed === null) return null;
  const uses = Math.max(managed.boundaryUses, boundariesIn(account).get(managed.arn) ?? 0);
  if (uses > 0) {
    const times = uses === 1 ? 'one identity' : `${uses} identities`;
    return reason(
      'BOUNDARY',
      `${name} is the permissions boundary of ${times}: an edit would change what these may do at most`,
    );
  }
  return ownerReason(managed, configuration);
}

function identityCenterReason({ name }: Principal): IdentityReason {
  const set = /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(name)?.[1];
  const detail =
    set === undefined
      ? `${name} lies under /aws-reserved/: AWS alone edits it`
      : `${name} belongs to the permission set ${set} of IAM Identity Center: take the services out of ${set} there, and provision it again`;
  return reason('IDENTITY_CENTER', detail);
}

function keptByName(principal: Principal, { configuration, ownRoleArns }: CareSettings): string | null {
  const { arn, name } = principal;
  if (ownRoleArns.some((own) => withoutPath(own) === withoutPath(arn)))
    return `${name} is a role of this product`;
  const { breakGlass, memberRoles } = configuration;
  if (principal.type === 'role' && (name === memberRoles.read || name === memberRoles.write))
    return `${name} is a role of this product`;
  if (breakGlass.some((pattern) => mayName(pattern, arn))) return `${name} is named in breakGlass`;
  return null;
}

function roleReason(role: Role, settings: CareSettings): IdentityReason | null {
  const { name } = role;
  const tool = rolesOfTools.find(({ names }) => names.some((pattern) => globMatches(pattern, name)));
  if (tool)
    return reason(
      'FOREIGN_POLICY',
      `${name} belongs to ${tool.owner} (its name): let its owner make the edit`,
    );
  if (role.tags[roleManagerTag] !== undefined)
    return reason(
      'FOREIGN_POLICY',
      `${name} belongs to IAM Role Manager (its tag ${roleManagerTag}): edit its template`,
    );
  const wayIn = whyWayIn(role, settings.managementAccountId);
  if (wayIn !== null) return reason('KEEP_MARK', wayIn);
  return ownerReason({ ...role, description: null }, settings.configuration);
}

function ownerReason(
  thing: {
    readonly name: string;
    readonly arn: string;
    readonly description: string | null;
    readonly tags: Readonly<Record<string, string>> | null;
  },
  configuration: Configuration,
): IdentityReason | null {
  const { arn, name } = thing;
  const pattern = configuration.foreignPolicies.find((each) => globMatches(each, name) || mayName(each, arn));
  if (pattern !== undefined)
    return reason(
      'FOREIGN_POLICY',
      `${name} belongs to somebody else (the pattern ${pattern} in foreignPolicies): let its owner make the edit`,
    );
  if (isEditedByHand(arn, configuration)) return null;
  const marked = markedOwner(thing);
  if (marked === null) return null;
  const detail = `${name} belongs to ${marked.owner} (${marked.mark}): let its owner make the edit, or put ${arn} into editablePolicies if it is edited by hand`;
  return reason('FOREIGN_POLICY', detail);
}

function isEditedByHand(arn: string, { editablePolicies }: Configuration): boolean {
  const named = editablePolicies.filter((each) => each !== '*');
  return isListedRole(withoutPath(arn), named) || editablePolicies.includes(arn);
}

function reason(code: IdentityReason['code'], detail: string): IdentityReason {
  return { code, detail };
}
