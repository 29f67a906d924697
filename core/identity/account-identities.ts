/** What a policy can be attached to. */
export type PrincipalType = 'user' | 'group' | 'role';

/** A user, group or role of one account, by its name: names are unique per type whatever the path. */
export interface PrincipalName {
  readonly type: PrincipalType;
  readonly name: string;
}

/** An inline policy: its text exactly as AWS stores it, URL-decoded. */
export interface InlinePolicy {
  readonly name: string;
  readonly text: string;
}

/** What users, groups and roles have in common. Source: IAM API reference, GetAccountAuthorizationDetails. */
interface Bearer {
  readonly name: string;
  readonly arn: string;
  /** AWS's unique id, such as `AIDA…`: one made again under the same name has another. */
  readonly id: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly inline: readonly InlinePolicy[];
  /** ARNs of the managed policies that are attached, in the order read. */
  readonly attached: readonly string[];
}

/** A user. */
export interface User extends Bearer {
  readonly type: 'user';
  /** Names of the groups that the user is a member of. */
  readonly groups: readonly string[];
  /** ARN of the permissions boundary, or null. */
  readonly boundary: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** A group. Its members are the users that name it. */
export interface Group extends Bearer {
  readonly type: 'group';
}

/** A role. */
export interface Role extends Bearer {
  readonly type: 'role';
  /** The trust policy exactly as AWS stores it, URL-decoded. */
  readonly trust: string;
  /** The last use that AWS recorded in its trailing 400 days; null: none (RoleLastUsed). */
  readonly lastUsed: { readonly at: number; readonly region: string | null } | null;
  /** ARNs of instance profiles that hold the role. */
  readonly instanceProfiles: readonly string[];
  readonly boundary: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** A user, group or role. */
export type Principal = User | Group | Role;

/** One version of a managed policy. */
export interface PolicyVersion {
  /** Such as `v2`. */
  readonly id: string;
  /** Exactly as AWS stores it, URL-decoded. */
  readonly text: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** A managed policy: every customer-managed one, and the AWS-managed ones that are attached or bound to something. */
export interface ManagedPolicy {
  readonly name: string;
  readonly arn: string;
  /** AWS's unique id, such as `ANPA…`. */
  readonly id: string;
  readonly path: string;
  readonly isAwsManaged: boolean;
  readonly defaultVersionId: string;
  /** Oldest first; of an AWS-managed policy only the default version is sure to be there. */
  readonly versions: readonly PolicyVersion[];
  /** Uses as a permissions boundary. */
  readonly boundaryUses: number;
  readonly description: string | null;
  /** Null where the tags were not read. */
  readonly tags: Readonly<Record<string, string>> | null;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** The quotas of one account, as GetAccountSummary gives them. */
export interface IdentityQuotas {
  readonly attachedPoliciesPerUser: number;
  readonly attachedPoliciesPerGroup: number;
  readonly attachedPoliciesPerRole: number;
  readonly groupsPerUser: number;
  readonly policies: number;
  /** Policies there are now. */
  readonly policiesInUse: number;
  readonly policyCharacters: number;
  readonly versionsPerPolicy: number;
  readonly userInlineCharacters: number;
  readonly groupInlineCharacters: number;
  readonly roleInlineCharacters: number;
}

/** The whole IAM of one account as it was read. Times are epoch milliseconds. */
export interface AccountIdentities {
  readonly accountId: string;
  /** The partition, such as `aws`. */
  readonly partition: string;
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  readonly roles: readonly Role[];
  readonly policies: readonly ManagedPolicy[];
  /** Null where the caller may not read them: AWS's default quotas are then assumed, and the check says so. */
  readonly quotas: IdentityQuotas | null;
  readonly readAt: number;
}
