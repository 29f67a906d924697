/** Milliseconds in a day: all day figures are multiples of exactly 24 hours, never calendar days. */
export const dayMilliseconds = 86_400_000;

/** The longest run of a Lambda function, in milliseconds (AWS Lambda quotas). */
export const functionMilliseconds = 900_000;

/**
 * AWS's numbers for access reports. Sources: IAM User Guide "Refine permissions using last accessed information", API
 * reference GetOrganizationsAccessReport. Durations and reuse are observed, not published.
 */
export const accessReportLimits = {
  /** Rows a page: the largest `MaxItems` that GetOrganizationsAccessReport takes. */
  pageRows: 1000,
  /** Wait before the first poll, in milliseconds: the shortest job that was observed took 0.5 s. */
  firstPollMilliseconds: 500,
  /** Wait between polls, in milliseconds. */
  pollMilliseconds: 1000,
  /** A job that is not finished by then is given up (longest observed: 11.7 s), in milliseconds. */
  jobBoundMilliseconds: 120_000,
  /** How long a review waits for the end of the jobs of others, such as another review (ours), in milliseconds. */
  busyMilliseconds: 600_000,
  /** The same path asked again within this time returns the same job, even a failed one (observed 59.8 s same, 61.7 s new), in milliseconds. */
  reuseMilliseconds: 62_000,
  /** Recent activity appears within four hours, in milliseconds. */
  lagMilliseconds: 4 * 3_600_000,
  /** AWS keeps at least this many days of service-level activity. */
  trackingDays: 400,
} as const;

/** AWS's numbers for Organizations. Source: AWS Organizations User Guide "Quotas and service limits", autumn 2026. */
export const organizationsLimits = {
  /** Items a page of every List operation. */
  pageItems: 20,
  /** OUs nest at most this deep below the root. */
  organizationalUnitDepth: 5,
  /** Characters of an SCP, white space included, since 2026-05-15. */
  scpCharacters: 10_240,
  /** SCPs attached directly to one root, OU or account, since 2026-05-15. */
  scpsPerTarget: 10,
  /** Characters of a policy name and of a policy description. */
  policyNameCharacters: 128,
  policyDescriptionCharacters: 512,
} as const;

/** AWS's numbers for tags. Source: Organizations API reference, Tag and TagResource; CloudFormation API reference, Tag. */
export const tagLimits = {
  /** Tags of one resource. */
  ofResource: 50,
  /** Of these, tags that this product and its tools write themselves: its mark, and STAGE of the framework. */
  ours: 2,
  keyCharacters: 128,
  valueCharacters: 256,
} as const;

/** Published request rates of Organizations, as [requests a second, burst] of one account. Same source as above. */
export const organizationsRates = {
  ListAccounts: [8, 12],
  ListAccountsForParent: [5, 8],
  ListOrganizationalUnitsForParent: [5, 8],
  ListChildren: [6, 10],
  ListParents: [5, 8],
  ListPolicies: [5, 8],
  ListPoliciesForTarget: [5, 8],
  ListTargetsForPolicy: [5, 8],
  DescribePolicy: [2, 2],
  DescribeOrganizationalUnit: [2, 2],
  DescribeOrganization: [1, 2],
  ListRoots: [1, 2],
  DescribeAccount: [20, 30],
  ListTagsForResource: [10, 15],
  UpdatePolicy: [2, 3],
  CreatePolicy: [2, 3],
  DeletePolicy: [2, 3],
  AttachPolicy: [2, 3],
  DetachPolicy: [2, 3],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;

/** Our own bound on calls for access reports by all functions together, as [requests a second, burst]: AWS publishes none. Far more than one job at a time needs. */
export const accessReportRates = {
  GenerateOrganizationsAccessReport: [2, 4],
  GetOrganizationsAccessReport: [10, 20],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;

/** AWS's numbers for EventBridge and SNS. Source: EventBridge User Guide "PutEvents", SNS API reference "Publish". */
export const messageLimits = {
  /** Entries of one PutEvents call. */
  eventEntries: 10,
  /** All entries of one PutEvents call, in bytes: 14 for a time plus source, detail type, detail and resources of each. */
  eventRequestBytes: 1_048_576,
  /** Our own bound on one event's detail, in bytes: targets such as SNS and Step Functions take 256 KiB. */
  eventBytes: 200_000,
  /** An SNS message, in bytes. */
  messageBytes: 262_144,
  /** An SNS subject must be shorter than this, in characters; we keep it ASCII. */
  subjectCharacters: 100,
} as const;

/** The largest answer of a Lambda function is 6 MB; ours stays below this, in bytes (AWS Lambda quotas). */
export const resultBytes = 5_000_000;

/** AWS's numbers for Account Management. Source: Account Management API reference, ListRegions. */
export const accountLimits = {
  /** Regions a page: the largest `MaxResults`. */
  pageItems: 50,
  /** Accounts that one question asks about, each with a call of its own (ours): an answer is kept as a whole. */
  accountsPerQuestion: 100,
} as const;

/** AWS's numbers for SimulateCustomPolicy. Source: IAM API reference. */
export const simulationLimits = {
  /** Results a page: the largest `MaxItems`. */
  pageItems: 1000,
  /** Actions of one call (ours): AWS publishes no bound. */
  actionsPerCall: 100,
  /** Calls of one review where nothing is configured (ours): AWS publishes no rate and charges nothing, and they are slowed down where it throttles. The bank of our scenarios needs 284. */
  callsByDefault: 1_000,
} as const;

/** AWS's numbers for Cost Explorer. Source: Cost Explorer API reference, GetCostAndUsage; AWS Cost Explorer pricing. */
export const costLimits = {
  /** What one request costs, pages included, in US dollars. */
  dollarsPerRequest: 0.01,
  /** For how many days back spend is looked at (ours): a resource that runs shows every day. */
  days: 60,
  /** Accounts that one question asks about (ours): the requests name them. */
  accountsPerQuestion: 250,
} as const;

/** AWS's numbers for Athena. Source: Athena API reference, GetQueryResults; Athena User Guide, "Service quotas" and "Supported types for partition projection"; Athena pricing, us-east-1. */
export const athenaLimits = {
  /** What a scanned terabyte (10^12 bytes) costs, in US dollars. Cancelled queries are paid for too, failed ones are not. */
  dollarsPerTerabyte: 5,
  /** What a query is charged for at least, in bytes. */
  leastBytes: 10_000_000,
  /** Rows a page of results: the largest `MaxResults`. */
  pageRows: 1000,
  /** Bytes of the text of a query. */
  queryBytes: 262_144,
  /** Accounts that one query names (ours): AWS publishes no bound for values of an injected partition column. */
  accountsPerQuestion: 500,
  /** Rows of one answer (ours): a principal that calls what nobody uses is rare, and an answer is kept as a whole. */
  rows: 5000,
  /** For so long a review waits for a query, apply for a query that the next run goes on waiting for, and the doctor (ours), in milliseconds. */
  waitMilliseconds: { review: 480_000, apply: 60_000, doctor: 120_000 },
  /** First and longest wait between two looks at a query (ours), in milliseconds. */
  pollMilliseconds: [500, 5_000],
} as const;

/** How late a write shows that AWS has taken, in milliseconds. AWS says that reads are eventually consistent and gives no figure: these are ours. */
export const propagationMilliseconds = {
  /** A read right after our own write may show what was there before it. */
  ownReads: 60_000,
  /** What IAM was told to grant holds in every Region: it shows after 7 to 9 s (observed), and Regions follow. */
  grants: 60_000,
  /** Everything that a review reads shows it: what was read before says nothing of the write. */
  everywhere: 5 * 60_000,
} as const;

/** AWS's numbers for IAM, where GetAccountSummary does not give the account's own. Source: IAM User Guide, "IAM and AWS STS quotas"; white space does not count. */
export const identityLimits = {
  /** Characters of a managed policy. */
  policyCharacters: 6_144,
  /** Versions of a managed policy. */
  versionsPerPolicy: 5,
  /** Managed policies attached to one user, group or role. */
  attachedPolicies: 10,
  /** Characters of all inline policies of one user, group or role together. */
  inlineCharacters: { user: 2_048, group: 5_120, role: 10_240 },
  /** Characters of a policy's and of a role's name. */
  policyNameCharacters: 128,
  /** Items a page of GetAccountAuthorizationDetails: AWS takes 1,000, but each may be 10 KB, and one page is what a run keeps in memory. */
  detailItems: 250,
  /** Items a page of every other List operation: the largest that AWS takes. */
  pageItems: 1000,
  /** Characters of a session policy (STS API reference, AssumeRole). */
  sessionPolicyCharacters: 2048,
  /** The longest session of a role that was assumed by another role, in seconds. */
  chainedSessionSeconds: 3600,
  /** The shortest session, in seconds. */
  shortestSessionSeconds: 900,
} as const;

/** AWS's numbers for AWS Config. Source: AWS Config API reference, PutEvaluations and GetComplianceDetailsByConfigRule. */
export const complianceLimits = {
  /** Evaluations of one PutEvaluations call. */
  evaluations: 100,
  /** Results a page of GetComplianceDetailsByConfigRule. */
  pageItems: 100,
  /** Characters of the annotation of an evaluation. */
  annotationCharacters: 256,
} as const;

/** The clock of a request against AWS's, in milliseconds. Source: IAM User Guide, "Signature Version 4": a request must reach AWS within five minutes of its time. */
export const clockLimits = {
  /** Our own bound: a clock that drifts so far is not set by anything. */
  doubtfulMilliseconds: 60_000,
  refusedMilliseconds: 300_000,
} as const;

/** Concurrent executions of Lambda. AWS gives new accounts far fewer than the 1,000 of "Lambda quotas". */
export const functionLimits = {
  /** Functions that may run at the same minute: apply, sweep, a review, identities, notify, two pages. */
  leastConcurrency: 7,
  /** Our own bound: with several events and pages at a time. */
  comfortableConcurrency: 20,
} as const;

/** For how many days CloudWatch Logs may keep a log group. Source: CloudWatch Logs API reference, PutRetentionPolicy. */
export const logsLimits = {
  retentionDays: [
    ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
    ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
  ],
} as const;
