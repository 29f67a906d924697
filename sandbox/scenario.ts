import type { ScenarioIdentities } from './iam/scenario-identities.ts';

/** A use of one service by one account, as a scenario file states it. */
export interface ScenarioUse {
  /** Days before the scenario's `now`; fractions are allowed. Below 0: so many days after it, once the clock gets there. */
  readonly daysAgo: number;
  /** It goes on so: once every so many days, until `untilDaysAgo` or without an end. */
  readonly everyDays?: number;
  readonly untilDaysAgo?: number;
  /** AWS Region of the last attempt; `us-east-1` where absent. */
  readonly region?: string;
  /** The root or OU in which the account was when it used the service; its present place where absent. */
  readonly at?: string;
}

/** What one account pays for one service in any 60 days, as a scenario file states it. */
export interface ScenarioCost {
  /** As Cost Explorer names it. */
  readonly service: string;
  readonly amount: number;
  readonly quantity?: number;
  readonly usageType?: string;
  /** `Usage` where absent; `Credit` nets it. */
  readonly record?: string;
}

/** Calls that are alike in the log of one account, as a scenario file states them. */
export interface ScenarioCall {
  /** Whose log it is. */
  readonly account: string;
  /** The account of whoever calls; the same where absent. */
  readonly caller?: string;
  /** `role/Batch`, `user/ana`; absent: the record does not tell. */
  readonly principal?: string;
  /** `userIdentity.type`; `AssumedRole` where absent. */
  readonly type?: string;
  /** The AWS service that calls in the name of the principal, or for itself. */
  readonly invokedBy?: string;
  /** `lex.amazonaws.com`. */
  readonly source: string;
  readonly name: string;
  /** `us-east-1` where absent. */
  readonly region?: string;
  readonly daysAgo: number;
  /** 1 where absent. */
  readonly count?: number;
  readonly error?: string;
  /** `AwsApiCall` where absent. */
  readonly eventType?: string;
}

/** The table of the organization's trail in Athena, and what becomes of its queries. */
export interface ScenarioTrail {
  readonly database: string;
  readonly table: string;
  /** `primary` where absent. */
  readonly workgroup?: string;
  /** Where the workgroup writes results; absent: each query must say it. */
  readonly outputLocation?: string;
  /** Partition columns of the table; `account` (injected) and `month` where absent. */
  readonly partitions?: readonly string[];
  /** Since when the trail records; 400 days where absent. */
  readonly sinceDaysAgo?: number;
  /** Accounts that the trail does not record; every other one has records on every day. */
  readonly silent?: readonly string[];
  readonly calls?: readonly ScenarioCall[];
  /** How long a query takes, in seconds; 2 where absent. */
  readonly seconds?: number;
  readonly scannedBytes?: number;
  /** Rows a page, the header among them; as many as are asked for where absent, which AWS bounds at 1,000. */
  readonly pageRows?: number;
  /** Queries end FAILED with this reason. */
  readonly failure?: string;
  /** So many rows at the end are missing in answers. */
  readonly shortBy?: number;
}

/** The life cycle states that AWS Organizations gives an account (Organizations API reference, `Account.State`). */
export const accountStates = [
  'PENDING_ACTIVATION',
  'ACTIVE',
  'SUSPENDED',
  'PENDING_CLOSURE',
  'CLOSED',
] as const;

/** One of the account states of AWS Organizations. */
export type AccountState = (typeof accountStates)[number];

/** An account of a scenario file. */
export interface ScenarioAccount {
  /** Twelve digits. */
  readonly account: string;
  readonly name: string;
  /** ISO date or time at which the account joined the organization. */
  readonly joined?: string;
  /** The same as days before the start, for accounts that must stay young. */
  readonly joinedDaysAgo?: number;
  /** It existed before and was invited (`JoinedMethod`). */
  readonly invited?: boolean;
  readonly state?: AccountState;
  readonly email?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Last use by service namespace; a list where several uses matter (at several places). */
  readonly usage?: Readonly<Record<string, ScenarioUse | readonly ScenarioUse[]>>;
}

/** An organizational unit of a scenario file, with what lies in it. */
export interface ScenarioUnit {
  readonly ou: string;
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly children?: readonly ScenarioChild[];
}

/** What may lie in a root or OU. */
export type ScenarioChild = ScenarioUnit | ScenarioAccount;

/** A service control policy of a scenario file. */
export interface ScenarioPolicy {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  /** The document: an object (sent as compact JSON) or the exact text. Not checked, so that malformed SCPs can be shown. */
  readonly content: unknown;
  readonly targets?: readonly string[];
  readonly awsManaged?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Who stands behind an access key that the sandbox's STS did not issue. */
export interface ScenarioAccessKey {
  /** IAM user name; two keys of one user see each other's report jobs. */
  readonly user: string;
  /** Account of the user; the management account where absent. */
  readonly account?: string;
  /** Actions this user is refused, beside the scenario's own: `organizations:ListPolicies`, `iam:*`. */
  readonly denied?: readonly string[];
}

/** An organization in one JSON file; see `scenarios/` for examples. */
export interface Scenario {
  readonly organization: {
    readonly id: string;
    readonly managementAccountId: string;
    readonly managementAccountName?: string;
    /** `ALL` where absent. */
    readonly featureSet?: 'ALL' | 'CONSOLIDATED_BILLING';
    /** False: every Organizations call answers `AWSOrganizationsNotInUseException`. */
    readonly inUse?: boolean;
  };
  /** ISO time at which the sandbox's clock starts; the real time where absent. */
  readonly now?: string;
  /** Where use made before a move shows: at the account's present place (default) or where it was made. */
  readonly moveAttribution?: 'current' | 'at-use';
  readonly root: {
    readonly id: string;
    readonly name?: string;
    readonly tags?: Readonly<Record<string, string>>;
    readonly children?: readonly ScenarioChild[];
  };
  readonly policies?: readonly ScenarioPolicy[];
  readonly report?: {
    /** Duration of the shortest and of the longest report job, in seconds. */
    readonly jobSeconds?: readonly [number, number];
    /** Who gets the same job again within the reuse window: whoever has the same credential (default), or the same role. Not observed which. */
    readonly reuseBy?: 'credential' | 'role';
    /** Error code of the failing job, by entity id (organizations reports) or ARN (reports of identities). */
    readonly failures?: Readonly<Record<string, string>>;
  };
  /** IAM users, groups, roles and policies by account id. */
  readonly identities?: Readonly<Record<string, ScenarioIdentities>>;
  /** Many accounts in a few words, for figures: one OU of accounts that are alike. */
  readonly generate?: {
    readonly accounts: number;
    /** Id of the OU, directly below the root, that holds them. */
    readonly ou: string;
    readonly usage?: ScenarioAccount['usage'];
    /** IAM of each of them. */
    readonly identities?: ScenarioIdentities;
  };
  /** Actions that every caller is refused: `organizations:ListPolicies`; `*` at the end is a wildcard. */
  readonly denied?: readonly string[];
  readonly accessKeys?: Readonly<Record<string, ScenarioAccessKey>>;
  /** True: every list answers an empty page with a token before each real page, as AWS says it may. */
  readonly emptyPages?: boolean;
  /** True: CreatePolicy and UpdatePolicy store a text without its white space. */
  readonly storedMinified?: boolean;
  /** Policy types enabled on the root; `["SERVICE_CONTROL_POLICY"]` where absent. */
  readonly policyTypes?: readonly string[];
  /** The Regions that each account opted in to, by its id, beside those enabled by default. */
  readonly regions?: Readonly<Record<string, readonly string[]>>;
  /** What each account pays, by its id. */
  readonly cost?: Readonly<Record<string, readonly ScenarioCost[]>>;
  /** The organization's trail in Athena; absent: there is none. */
  readonly trail?: ScenarioTrail;
  /** Service principals with trusted access. */
  readonly trustedServices?: readonly string[];
  /** Service principals that an account administers for the organization. */
  readonly delegatedAdministrators?: Readonly<Record<string, readonly string[]>>;
  /** Changes to the list of services that AWS knows. */
  readonly catalogue?: {
    readonly add?: readonly { readonly namespace: string; readonly name: string }[];
    readonly remove?: readonly string[];
  };
}

/** The id of the SCP that AWS attaches to everything by default (Organizations User Guide, "SCP syntax"). */
export const fullAccessPolicyId = 'p-FullAWSAccess';

/** A scenario that the sandbox cannot use; the message begins with the JSON path of the fault. */
export class ScenarioError extends Error {}
