import type { OrganizationTree } from '../organization/organization.ts';
import type { ServiceControlPolicy } from '../policy/service-control-policy.ts';

/** Who calls, and what the clocks said at that moment (epoch milliseconds; null: the answer had no date). */
export interface CallerReading {
  readonly accountId: string;
  readonly arn: string;
  readonly region: string;
  readonly ourTime: number;
  readonly awsTime: number | null;
}

/** One call that changes nothing, and what kept it from being answered (null: nothing did). */
export interface TriedCall {
  /** As IAM names the action, such as `organizations:ListRoots`. */
  readonly action: string;
  readonly refusal: string | null;
  /** AWS said that the caller may not; else something else kept it from answering. */
  readonly isDenied: boolean;
}

/** A deployed stack: its status, its outputs, and its resources by logical id. */
export interface StackReading {
  readonly name: string;
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: ReadonlyMap<string, { readonly type: string; readonly physicalId: string }>;
}

/** Keys and indexes of a table, one line of words each, so that two descriptions are compared as texts. */
export interface TableShape {
  readonly keys: string;
  readonly indexes: Readonly<Record<string, string>>;
}

/** The table as it stands. */
export interface TableReading extends TableShape {
  readonly name: string;
  readonly status: string;
  /** What the product needs. */
  readonly needed: TableShape;
  /** The attribute by which items expire; null: none do. */
  readonly expiryAttribute: string | null;
  readonly pointInTimeRecovery: boolean;
  /** The customer-managed key; null: a key of AWS. */
  readonly keyArn: string | null;
}

/** The bus: its policy as a text, and its rules. */
export interface BusReading {
  readonly name: string;
  readonly policy: string | null;
  /** The customer-managed key, as the bus names it; null: a key of AWS. */
  readonly keyArn: string | null;
  readonly rules: readonly { readonly name: string; readonly enabled: boolean }[];
}

/** A deployed function. */
export interface FunctionReading {
  /** As serverless.yml calls it. */
  readonly name: string;
  readonly deployedName: string;
  readonly roleArn: string;
  /** AWS's words: `Active`, `Successful`; state null: there is no such function, though the stack has it. */
  readonly state: string | null;
  readonly lastUpdate: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Concurrent executions of Lambda in this account and Region. */
export interface ConcurrencyReading {
  readonly limit: number;
  readonly unreserved: number;
}

/** What AWS's simulator says of one action on one resource. */
export interface SimulatedAction {
  readonly action: string;
  readonly resource: string;
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  /** Context keys that the simulator would have needed. */
  readonly missing: readonly string[];
}

/** One grant of one function, simulated. */
export interface SimulatedGrant {
  readonly functionName: string;
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  readonly results: readonly SimulatedAction[];
}

/** The tree and every SCP with its targets and text. */
export interface ScpReading {
  readonly tree: OrganizationTree;
  readonly policies: readonly ServiceControlPolicy[];
}

/** A customer-managed key. */
export interface KeyReading {
  readonly id: string;
  /** What it encrypts, in words. */
  readonly use: string;
  /** AWS's word: `Enabled`, `Disabled`, `PendingDeletion`; null: no such key. */
  readonly state: string | null;
  readonly rotated: boolean | null;
  /** Whether it encrypts and decrypts with one secret, as every service of AWS needs it. */
  readonly isSymmetric: boolean;
  /** Services of AWS that use it in their own name, such as `cloudwatch.amazonaws.com`. */
  readonly services: readonly string[];
  /** Its policy as a text; null: it was not read. */
  readonly policy: string | null;
}

/** A user or role that the configuration names, looked up by name; `found` null: it lies in another account. */
export interface PrincipalReading {
  /** As the configuration writes it. */
  readonly written: string;
  /** The key of the configuration. */
  readonly key: string;
  readonly found: boolean | null;
}

/** A configured source of proof, asked once as a review asks it. */
export interface SourceReading {
  /** As `sources` calls it. */
  readonly source: 'regions' | 'cost' | 'simulate' | 'replay';
  /** What AWS said; null: it answered. */
  readonly refusal: string | null;
}

/** Whether a member account can be entered by the role to read, with the caller's credentials. */
export interface MemberReading {
  readonly accountId: string;
  /** What AWS said; null: the account was entered. */
  readonly refusal: string | null;
}

/** A schedule that starts a function, by the logical id that the stack gives it. */
export interface ScheduleReading {
  readonly logicalId: string;
  readonly name: string;
  /** AWS's word: `ENABLED`, `DISABLED`. */
  readonly state: string;
  readonly expression: string;
  readonly targetArn: string;
  readonly roleArn: string;
}

/** What a topic itself says: its policy as a text, and its customer-managed key (null: none). */
export interface TopicSettings {
  readonly policy: string | null;
  readonly keyId: string | null;
}

/** A topic and who is subscribed to it; subscriptions null: there is no such topic. */
export interface TopicReading {
  readonly arn: string;
  /** Whose it is, in words. */
  readonly use: string;
  /** Addresses that have to be subscribed; none: anybody. */
  readonly wanted: readonly string[];
  /** It carries links of one person, so that nobody else may be subscribed. */
  readonly isPersonal: boolean;
  readonly subscriptions: readonly SubscriptionReading[] | null;
  readonly policy: string | null;
}

/** One subscription of a topic. */
export interface SubscriptionReading {
  /** Null until it is confirmed. */
  readonly arn: string | null;
  readonly endpoint: string;
  /** Whether the link in its mails unsubscribes without a login; null where that may not be read. */
  readonly unsubscribesByLink: boolean | null;
}

/** Slack, as far as it answers without a message; bot null: no bot is needed, decisions null: nothing is decided there. */
export interface SlackReading {
  readonly bot: BotReading | null;
  readonly decisions: {
    /** What kept the signing secret from being read, or null. */
    readonly refusal: string | null;
    /** `slack.teamId`. */
    readonly teamId: string | null;
  } | null;
  readonly webhooks: number;
}

/** The bot as Slack knows it, or what kept Slack from saying so. */
export interface BotReading {
  readonly team: string;
  readonly user: string;
  /** The workspace, and the Enterprise organization if any, by id. */
  readonly teamIds: readonly string[];
  readonly refusal: string | null;
}

/** Everything that the doctor can read, by name. What does not exist is null. */
export interface Readings {
  readonly caller: CallerReading;
  readonly organization: {
    readonly id: string;
    readonly managementAccountId: string;
    readonly features: string;
  };
  readonly root: { readonly id: string; readonly scpsEnabled: boolean };
  readonly scps: ScpReading;
  readonly ownReads: readonly TriedCall[];
  readonly stack: StackReading | null;
  readonly table: TableReading | null;
  readonly bus: BusReading | null;
  readonly functions: readonly FunctionReading[];
  readonly concurrency: ConcurrencyReading;
  readonly grants: readonly SimulatedGrant[];
  readonly keys: readonly KeyReading[];
  /** Schedules of the stack that exist. */
  readonly schedules: readonly ScheduleReading[];
  readonly topics: readonly TopicReading[];
  readonly slack: SlackReading;
  readonly principals: readonly PrincipalReading[];
  readonly members: readonly MemberReading[];
  /** Those that are on. */
  readonly sources: readonly SourceReading[];
}

/** One reading as it went. */
export type Read<Value> =
  | { readonly status: 'read'; readonly value: Value }
  /** AWS refused a call that it needs. */
  | { readonly status: 'refused'; readonly said: string }
  /** It was not asked, because of something else. */
  | { readonly status: 'skipped'; readonly reason: string };

/** The readings that were made. */
export type Readable = { readonly [Name in keyof Readings]?: Read<Readings[Name]> };
