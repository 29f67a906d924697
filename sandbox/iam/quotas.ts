// IAM User Guide, "IAM and AWS STS quotas", autumn 2026: the default quotas. Sizes are characters without white space.

/** Characters of a managed policy. */
export const managedPolicyCharacters = 6144;
/** Characters of all inline policies of one principal together. */
export const inlineCharacters = { user: 2048, group: 5120, role: 10_240 } as const;
/** Versions of a managed policy. */
export const versionsPerPolicy = 5;
/** Managed policies on one user, group or role. */
export const attachedPolicies = 10;
/** Groups of one user. */
export const groupsPerUser = 10;
/** Tags of one policy. */
export const tagsPerPolicy = 50;

/** The quotas that GetAccountSummary names. */
export const accountQuotas: Readonly<Record<string, number>> = {
  UsersQuota: 5000,
  GroupsQuota: 300,
  RolesQuota: 1000,
  PoliciesQuota: 1500,
  PolicySizeQuota: managedPolicyCharacters,
  PolicyVersionsInUseQuota: 10_000,
  VersionsPerPolicyQuota: versionsPerPolicy,
  UserPolicySizeQuota: inlineCharacters.user,
  GroupPolicySizeQuota: inlineCharacters.group,
  RolePolicySizeQuota: inlineCharacters.role,
  AssumeRolePolicySizeQuota: 2048,
  AttachedPoliciesPerUserQuota: attachedPolicies,
  AttachedPoliciesPerGroupQuota: attachedPolicies,
  AttachedPoliciesPerRoleQuota: attachedPolicies,
  GroupsPerUserQuota: groupsPerUser,
  InstanceProfilesQuota: 1000,
  AccessKeysPerUserQuota: 2,
};
