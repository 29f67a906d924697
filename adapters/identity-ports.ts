import type {
  AccountIdentities,
  PolicyVersion,
  PrincipalName,
  Role,
} from '../core/identity/account-identities.ts';
import type { SeenGrants } from '../core/identity/granted-since.ts';
import type { IdentityReport, ReportLevel } from '../core/identity/identity-report.ts';
import type { IdentityResource, IdentityStep } from '../core/identity/identity-step.ts';
import type { PolicyMarks } from '../core/identity/policy-marks.ts';
import type { UserCredentials } from '../core/identity/user-credentials.ts';
import type { CallMeter } from './ports.ts';
import type { AccountRegions, Simulator } from './source-ports.ts';

/** Reads the IAM of one account. Every method throws `AwsRefusal` if AWS says no; what was deleted meanwhile is left out. */
export interface AccountReader {
  /** Users, groups, roles and managed policies as they are, page by page (GetAccountAuthorizationDetails), and the account's quotas where the caller may read them. Descriptions and tags of policies do not come along. */
  readIdentities(): Promise<AccountIdentities>;
  /** The roles a page at a time, for whoever cannot keep them all. */
  rolePages(): AsyncIterable<readonly Role[]>;
  /** Descriptions and tags of customer-managed policies by ARN, a call each; null: the caller may not read them. */
  readPolicyMarks(policyArns: readonly string[]): Promise<ReadonlyMap<string, PolicyMarks | null>>;
}

/** Makes last accessed reports of users, groups, roles and managed policies, several side by side. */
export interface IdentityReports {
  /**
   * A report of this ARN; one that cannot be had is an answer with status `failed`, never a throw.
   * Throws `AwsRefusal` only where none can be had: credentials, endpoint, or a permission that is missing for every ARN.
   */
  report(arn: string, level: ReportLevel): Promise<IdentityReport>;
}

/** Reads what users sign in with, for commands alone: no function may. */
export interface CredentialsReader {
  /** The credentials of one user of an account, which is entered as for every read. Throws `AwsRefusal`. */
  read(accountId: string, userName: string): Promise<UserCredentials | UnreachableAccount>;
}

/** What a managed policy is made with beside name, path and text, which its ARN and the step say. */
export interface PolicyCreation {
  readonly description: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** One write: the step, and what a policy that is not there is made with. */
export interface IdentityWrite extends IdentityStep {
  readonly creation?: PolicyCreation;
}

/** Reads single resources of one account's IAM. */
export interface ResourceReader {
  /** The value exactly as it stands; null: it is not there. Throws `AwsRefusal`. */
  read(resource: IdentityResource): Promise<string | null>;
  /** Some of the users, groups and roles that bear a managed policy or are bound by it, in words; empty: nobody, or it is not there. Throws `AwsRefusal`. */
  readBearers(policyArn: string): Promise<readonly string[]>;
  /** Whether a user, group or role is there. Throws `AwsRefusal`. */
  isThere(principal: PrincipalName): Promise<boolean>;
}

/** What a write asks of whoever wants it. Where one throws, nothing more is sent. */
export interface WriteChecks {
  /** Keeps the text of a version of a managed policy that has to go. */
  keep(version: PolicyVersion): Promise<void>;
  /** Throws where nothing may be written now: asked right before each call that writes. */
  mayWrite(): Promise<void>;
}

/** Reads and writes single resources of one account's IAM. Writes are tried once: after a failed write only a read tells what was done. */
export interface IdentityWriter extends ResourceReader {
  /**
   * Leaves `after` in one resource. AWS takes no condition, so it is read right before: where anything but `before` stands
   * there, `LOOK_AGAIN` is thrown and nothing is sent. Throws `AwsRefusal` with AWS's code, and what the checks throw.
   */
  write(write: IdentityWrite, checks: WriteChecks): Promise<void>;
}

/** An account that can be read. */
export interface OpenedAccount {
  readonly status: 'open';
  readonly accountId: string;
  readonly reader: AccountReader;
  readonly resources: ResourceReader;
  readonly reports: IdentityReports;
  /** What was asked in this account alone. */
  readonly meter: CallMeter;
  /** Lets its connections go: whoever is in many accounts one after another must. */
  close(): void;
}

/** An account that can be written, for one step. */
export interface WritableAccount {
  readonly status: 'open';
  readonly accountId: string;
  readonly writer: IdentityWriter;
  /** Lets its connections go. */
  close(): void;
}

/** An account that cannot be entered: nothing is known of it. */
export interface UnreachableAccount {
  readonly status: 'unreachable';
  readonly accountId: string;
  /** AWS's code and words, such as `AccessDenied`. */
  readonly code: string;
  readonly message: string;
}

/** Enters accounts: the caller's own as it is, others by the member roles. Throws `AwsRefusal` only where no account can be entered (credentials, endpoint, clock). */
export interface IdentitySessions {
  /** Enters an account to read it. The session is renewed before it ends. */
  openToRead(accountId: string): Promise<OpenedAccount | UnreachableAccount>;
  /** Enters an account to write what one step says and no more; the session carries the change's id as its source identity. Throws `AwsRefusal` for whatever is no denial. */
  openToWrite(
    accountId: string,
    change: { readonly id: string; readonly step: IdentityStep },
  ): Promise<WritableAccount | UnreachableAccount>;
}

/** The roles by which member accounts are entered (`deploy/member-roles.yml`). */
export interface MemberRoles {
  /** Names of the roles, with their path where they have one. */
  readonly read: string;
  /** Null: member accounts are read only. */
  readonly write: string | null;
  readonly externalId: string | null;
}

/** One evaluation of one resource (AWS Config API reference, Evaluation). */
export interface Evaluation {
  readonly resourceType: string;
  readonly resourceId: string;
  readonly compliance: 'COMPLIANT' | 'NON_COMPLIANT' | 'NOT_APPLICABLE';
  /** 1 to 256 characters, or null. */
  readonly annotation: string | null;
  /** When the rule was triggered, in epoch milliseconds. */
  readonly orderedAt: number;
}

/** What a rule tells AWS Config. Throws `AwsRefusal` with AWS's code. */
export interface ComplianceReports {
  /** Puts evaluations in batches; answers those that Config did not take after several tries. */
  put(evaluations: readonly Evaluation[], resultToken: string): Promise<readonly Evaluation[]>;
  /** Ids of the resources that Config lists for the rule, a page at a time. */
  evaluatedIds(ruleName: string): AsyncIterable<readonly string[]>;
}

/** An account whose Config rule is run. */
export interface RuleAccount {
  readonly status: 'open';
  readonly accountId: string;
  readonly reader: Pick<AccountReader, 'rolePages'>;
  readonly compliance: ComplianceReports;
}

/** Enters the account of a Config rule: the caller's own as it is, others by the role to read. Throws `AwsRefusal` only where no account can be entered. */
export interface RuleAccounts {
  open(accountId: string): Promise<RuleAccount | UnreachableAccount>;
}

/** An account of an organization. */
export interface AccountOf {
  readonly organizationId: string;
  readonly accountId: string;
}

/** Keeps which grants without a date reviews of accounts' IAM saw, for telling later how old they are. Times are epoch milliseconds. */
export interface GrantStore {
  /** Writes what one review saw; the table may drop it from `expiresAt` on. */
  save(account: AccountOf, seen: SeenGrants, expiresAt: number): Promise<void>;
  /** What was seen last before this instant, or null: nothing is kept from then. */
  latestBefore(account: AccountOf, before: number): Promise<SeenGrants | null>;
}

/** Sources that are asked of the caller's own account about another one. */
export interface AccountSources {
  readonly regions: AccountRegions;
  readonly simulator: Simulator;
  readonly meter: CallMeter;
  /** Lets the connections go. */
  close(): void;
}
