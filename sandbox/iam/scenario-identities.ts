/** A policy document, or its exact text where white space or a fault matters. */
export type ScenarioDocument = string | Readonly<Record<string, unknown>>;

/** Inline policies by name. */
export type ScenarioInline = Readonly<Record<string, ScenarioDocument>>;

/** An access key of a user of a scenario file. */
export interface ScenarioAccessKey {
  /** True where absent. */
  readonly active?: boolean;
  /** 900 where absent. */
  readonly createdDaysAgo?: number;
  /** Never used where absent. */
  readonly lastUsed?: { readonly daysAgo: number; readonly region: string; readonly service: string };
}

/** What a user of a scenario file signs in with. */
export interface ScenarioCredentials {
  /** Days since the last sign-in with the password; never where absent. */
  readonly passwordDaysAgo?: number;
  /** Days since the password was made; where absent, 900 with a sign-in, and none without. */
  readonly passwordCreatedDaysAgo?: number;
  readonly accessKeys?: readonly ScenarioAccessKey[];
  readonly sshKeys?: number;
  readonly signingCertificates?: number;
  /** Service-specific credentials, by service: `codecommit.amazonaws.com`. */
  readonly serviceCredentials?: readonly string[];
}

/** An IAM user of a scenario file. */
export interface ScenarioUser {
  readonly name: string;
  /** `/` where absent. */
  readonly path?: string;
  /** 900 where absent. */
  readonly createdDaysAgo?: number;
  readonly groups?: readonly string[];
  /** Managed policies by name (customer-managed) or ARN. */
  readonly policies?: readonly string[];
  readonly inline?: ScenarioInline;
  /** ARN of the permissions boundary. */
  readonly boundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly credentials?: ScenarioCredentials;
}

/** An IAM group of a scenario file; its members are the users that name it. */
export interface ScenarioGroup {
  readonly name: string;
  readonly path?: string;
  readonly createdDaysAgo?: number;
  readonly policies?: readonly string[];
  readonly inline?: ScenarioInline;
}

/** An IAM role of a scenario file. */
export interface ScenarioRole {
  readonly name: string;
  readonly path?: string;
  readonly createdDaysAgo?: number;
  readonly description?: string;
  /** The account itself where absent. */
  readonly trust?: ScenarioDocument;
  readonly policies?: readonly string[];
  readonly inline?: ScenarioInline;
  /** `RoleLastUsed`; nothing within the tracking period where absent. */
  readonly lastUsed?: { readonly daysAgo: number; readonly region: string };
  /** Name of the instance profile that holds the role. */
  readonly instanceProfile?: string;
  readonly boundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A managed policy of a scenario file. */
export interface ScenarioManagedPolicy {
  readonly name: string;
  readonly path?: string;
  readonly description?: string;
  readonly awsManaged?: boolean;
  /** Oldest first, numbered from 1. */
  readonly versions: readonly ScenarioDocument[];
  /** Number of the default version, from 1; the last where absent. */
  readonly default?: number;
  /** Age of each version in days; 900 each where absent. */
  readonly versionDaysAgo?: readonly number[];
  readonly tags?: Readonly<Record<string, string>>;
}

/** A use of one service by one user or role, as a scenario file states it. */
export interface ScenarioIdentityUse {
  /** `user/NAME` or `role/NAME`. */
  readonly by: string;
  readonly service: string;
  readonly daysAgo: number;
  /** `us-east-1` where absent. */
  readonly region?: string;
  /** Days since the last attempt, by action name. */
  readonly actions?: Readonly<Record<string, number>>;
  /** Name or ARN of the one policy that the use went by; every policy that allows the service where absent. */
  readonly 'by-policy'?: string;
}

/** Many roles in a few words, for figures: `role-00001` and so on. */
export interface ScenarioGenerate {
  readonly roles: number;
  /** `role-` where absent. */
  readonly prefix?: string;
  /** Managed policies of each of them. */
  readonly policies?: readonly string[];
  readonly inline?: ScenarioInline;
  readonly createdDaysAgo?: number;
  /** Every Nth role was used yesterday in this service; the others never. */
  readonly use?: { readonly service: string; readonly every: number };
}

/** IAM of one account in a scenario file. */
export interface ScenarioIdentities {
  readonly users?: readonly ScenarioUser[];
  readonly groups?: readonly ScenarioGroup[];
  readonly roles?: readonly ScenarioRole[];
  readonly policies?: readonly ScenarioManagedPolicy[];
  readonly use?: readonly ScenarioIdentityUse[];
  /** Actions that AWS tracks at action level, by service; the sandbox's own table where absent. */
  readonly tracked?: Readonly<Record<string, readonly string[]>>;
  /** True: AssumeRole is refused. */
  readonly unreachable?: boolean;
  readonly aliases?: readonly string[];
  readonly generate?: ScenarioGenerate;
}
