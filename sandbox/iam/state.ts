/** Inline policy texts by name, in the order in which they came. */
export type Inline = Map<string, string>;

/** What every user, group and role has; `name` and `path` make its ARN. */
interface Principal {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** ARNs of attached managed policies in the order of their attachment. */
  readonly attached: Set<string>;
  readonly inline: Inline;
}

/** An access key of a user. Times are milliseconds since 1970. */
export interface IamAccessKey {
  readonly id: string;
  readonly active: boolean;
  readonly created: number;
  readonly lastUsed: { readonly at: number; readonly region: string; readonly service: string } | null;
}

/** What a user signs in with. */
export interface IamCredentials {
  /** Milliseconds since 1970. */
  readonly passwordUsedAt: number | null;
  /** Milliseconds since 1970; null: no password. */
  readonly passwordCreatedAt: number | null;
  readonly accessKeys: readonly IamAccessKey[];
  /** How many there are. */
  readonly sshKeys: number;
  readonly signingCertificates: number;
  /** Names of the services, such as `codecommit.amazonaws.com`. */
  readonly serviceCredentials: readonly string[];
}

/** An IAM user as the sandbox keeps it. */
export interface IamUser extends Principal {
  readonly type: 'user';
  readonly groups: Set<string>;
  readonly credentials: IamCredentials;
  readonly boundary: string | null;
  readonly tags: Map<string, string>;
}

/** An IAM group; who is in it stands with the users. */
export interface IamGroup extends Principal {
  readonly type: 'group';
}

/** An IAM role as the sandbox keeps it. */
export interface IamRole extends Principal {
  readonly type: 'role';
  readonly description: string;
  readonly trust: string;
  readonly lastUsed: { readonly at: number; readonly region: string } | null;
  readonly instanceProfile: string | null;
  readonly boundary: string | null;
  readonly tags: Map<string, string>;
}

/** A user, group or role. */
export type IamPrincipal = IamUser | IamGroup | IamRole;

/** One version of a managed policy. */
export interface PolicyVersion {
  readonly number: number;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly created: number;
}

/** A managed policy of the account, or one of AWS that the account can attach. */
export interface ManagedPolicy {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly awsManaged: boolean;
  readonly created: number;
  updated: number;
  /** Oldest first. */
  versions: readonly PolicyVersion[];
  defaultVersion: number;
  /** Number of the next version: AWS never gives one twice. */
  nextVersion: number;
  readonly tags: Map<string, string>;
}

/** One use that reports may show. */
export interface IdentityUse {
  readonly by: { readonly type: 'user' | 'role'; readonly name: string };
  readonly service: string;
  readonly at: number;
  readonly region: string;
  /** Last attempt by action name, in milliseconds since 1970. */
  readonly actions: ReadonlyMap<string, number>;
  /** Name or ARN of the one policy that the use went by; null: every policy that allows the service. */
  readonly byPolicy: string | null;
}

/** IAM of one account, by name; policies by ARN. */
export interface IamState {
  readonly accountId: string;
  readonly aliases: readonly string[];
  readonly users: Map<string, IamUser>;
  readonly groups: Map<string, IamGroup>;
  readonly roles: Map<string, IamRole>;
  /** By ARN. */
  readonly policies: Map<string, ManagedPolicy>;
}

/** ARN of a user, group or role. */
export const arnOf = (accountId: string, { type, path, name }: IamPrincipal): string =>
  `arn:aws:iam::${accountId}:${type}${path}${name}`;

/** The text of the default version. */
export const defaultText = (policy: ManagedPolicy): string =>
  policy.versions.find(({ number }) => number === policy.defaultVersion)?.text ?? '';

/** Members of a group, in the order in which the users came. */
export const membersOf = (state: IamState, group: string): readonly IamUser[] =>
  [...state.users.values()].filter(({ groups }) => groups.has(group));

/** Every user, group and role of the account. */
const principalsOf = (state: IamState): readonly IamPrincipal[] => [
  ...state.users.values(),
  ...state.groups.values(),
  ...state.roles.values(),
];

/** The principals to which a managed policy is attached. */
export const attachedTo = (state: IamState, policyArn: string): readonly IamPrincipal[] =>
  principalsOf(state).filter(({ attached }) => attached.has(policyArn));

/** The users and roles that have a policy as permissions boundary. */
export const boundedBy = (state: IamState, policyArn: string): readonly (IamUser | IamRole)[] =>
  [...state.users.values(), ...state.roles.values()].filter(({ boundary }) => boundary === policyArn);
