import type { Write } from '../core/change/engine/next-action.ts';
import type { AccessReport } from '../core/finding/access-report.ts';
import type { OrganizationFacts } from '../core/organization/organization.ts';
import type { PolicyTarget, ServiceControlPolicy } from '../core/policy/service-control-policy.ts';
import type { AccountRegions, Simulator, Spending, TrailQueries } from './source-ports.ts';

/** What a reading of the organization was answered so far: one that several runs carry out asks nothing twice. */
export interface ReadingPages {
  /** The answer to this question, or undefined where none is kept. */
  get(question: string): unknown;
  /** Keeps an answer as it arrives; it must be the same after it was JSON. */
  keep(question: string, answer: unknown): Promise<void>;
}

/** Reads the organization and its SCPs. Every method throws `AwsRefusal` if AWS says no. With `pages` it goes on from what is kept there. */
export interface Organization {
  /** The tree with the fewest calls: ListAccounts with paths where the API gives them, else a walk. */
  readTree(pages?: ReadingPages): Promise<OrganizationFacts>;
  /** The parent of every account by account id: all that is needed to see that one moved, in as few calls as there are pages of accounts. */
  readAccountParents(): Promise<ReadonlyMap<string, string>>;
  /** Every SCP with its targets. Text and tags of those with a target are read along until `textsUntil` (epoch ms); absent: not at all. */
  readPolicies(textsUntil?: number, pages?: ReadingPages): Promise<readonly ServiceControlPolicy[]>;
  /** The same SCPs with the texts of those named that have a target, and tags of those that are not AWS-managed where they may be read. By the deadline (epoch ms) the reading ends: the rest stays unread. */
  readTexts(
    policies: readonly ServiceControlPolicy[],
    policyIds: readonly string[],
    deadline?: number,
    pages?: ReadingPages,
  ): Promise<readonly ServiceControlPolicy[]>;
  /** Service principals with trusted access or a delegated administrator (`guardduty.amazonaws.com`), or null where the caller may not read them. */
  readTrustedServices(pages?: ReadingPages): Promise<readonly string[] | null>;
}

/** Makes access reports, one job at a time: generate, poll and page with the same credentials. */
export interface AccessReports {
  /** A report of this entity; a job that fails, sticks or comes back short is an answer with status `failed`, never a throw. Throws `AwsRefusal` only where no report can be had at all (credentials, endpoint, missing permission to generate). `notBefore`: a job created before this instant (epoch ms) is not accepted; the reuse window is waited out. */
  report(entity: { readonly id: string; readonly path: string }, notBefore?: number): Promise<AccessReport>;
}

/** What was asked of AWS in one run. */
export interface CallMeter {
  /** Calls by operation, retries included. */
  calls(): Readonly<Record<string, number>>;
  /** Calls that AWS throttled. */
  throttled(): number;
  /** Access-report jobs started. */
  reportJobs(): number;
}

/** A read that AWS throttles, or answers with an error that passes: what is waited for. */
export interface Waiting {
  readonly operation: string;
  /** AWS's code, or Node.js's for the way to it. */
  readonly code: string;
  /** Calls of the operation that failed since the last one that succeeded. */
  readonly failed: number;
  /** Epoch milliseconds of the first of them. */
  readonly since: number;
}

/** Who calls AWS (STS GetCallerIdentity). */
export interface Caller {
  identity(): Promise<{ readonly accountId: string; readonly arn: string }>;
  /** When the credentials in use end (epoch ms), renewed first where the SDK can; null where the SDK does not know. Throws `AwsRefusal` where there are none any more. */
  credentialsEnd(): Promise<number | null>;
}

/** Time, as an argument. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after so many milliseconds. */
  wait(milliseconds: number): Promise<void>;
}

/** One event to be put on the bus. */
export interface OutgoingEvent {
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The event bus. */
export interface EventBus {
  /** Sends events, ten a call; answers which were not taken (index and AWS's code) and throws only where none could be sent. */
  put(
    events: readonly OutgoingEvent[],
  ): Promise<readonly { readonly index: number; readonly code: string; readonly message: string }[]>;
}

/** The topic for people. */
export interface Topic {
  /** Publishes one message; the subject is ASCII and shorter than 100 characters. */
  publish(message: { readonly subject: string; readonly text: string }): Promise<void>;
}

/** The channels to people beside the topic for all: each call is bounded in time and throws where the message was not taken. */
export interface Messenger {
  /** Mails through an SNS topic with one subscriber: the only way that a topic's mail is personal. Throws where nobody has confirmed the subscription; the error's `code` says so. */
  mail(topicArn: string, message: { readonly subject: string; readonly text: string }): Promise<void>;
  /** Publishes JSON to a topic that a chat channel hangs on. */
  notifyChannel(topicArn: string, notification: object): Promise<void>;
  /** Posts to an incoming webhook: the ARN of the secret that holds its URL, or a URL on this machine. */
  postToWebhook(place: string, message: object): Promise<void>;
  /** Posts as the bot, to a user's direct messages (`U…`) or to a channel; answers where the message is, so that it can be answered and changed. */
  postAsBot(to: string, message: object): Promise<string>;
  /** Posts in the thread of a message that the bot posted; false: it is gone, and nothing was posted. */
  replyAsBot(reference: string, message: object): Promise<boolean>;
  /** Puts another message in the place of one that the bot posted. */
  replaceAsBot(reference: string, message: object): Promise<void>;
}

/** What kind of no it is: whether another try, another permission or another set-up would help. */
export type RefusalKind =
  | 'access-denied'
  | 'credentials'
  | 'clock'
  | 'endpoint'
  | 'set-up'
  | 'throttled'
  /** The time of the run is over: nobody was asked. */
  | 'time'
  | 'answer'
  | 'other';

/** What an adapter throws where AWS, or the way to it, says no. */
export interface CallFailure {
  /** AWS's code, or Node.js's for the way to it. */
  readonly code: string;
  readonly message: string;
  readonly kind: RefusalKind;
  /** AWS itself answered no, so a write was not done; false: it may have been. */
  readonly refusedByAws: boolean;
  /** Whatever was answered, the write itself was never sent. */
  readonly notSent?: boolean;
}

/** Reads and writes single SCPs. Writes are tried once: every method throws `AwsRefusal` with AWS's code, and after a failed write only a read tells what was done. */
export interface PolicyWriter {
  /** The text exactly as AWS gives it. */
  readPolicyText(policyId: string): Promise<string>;
  /** Direct attachments, sorted by id. */
  readPolicyTargets(policyId: string): Promise<readonly PolicyTarget[]>;
  /** Leaves in one resource what the step says, whatever stands there: AWS takes no condition. Answers the id of the SCP. */
  write(write: Write): Promise<string>;
}

/** The ports of a review that only reads. */
export interface ReviewPorts {
  readonly caller: Caller;
  readonly organization: Organization;
  readonly reports: AccessReports;
  readonly regions: AccountRegions;
  readonly spending: Spending;
  readonly simulator: Simulator;
  readonly trail: TrailQueries;
  readonly meter: CallMeter;
  readonly clock: Clock;
  /** Bounds every call and every wait from now on, in epoch milliseconds; absent: nothing does. What comes later is refused as `time`. */
  readonly limit?: (until: number) => void;
}
