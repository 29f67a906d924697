import { isRefused } from './refused-call.ts';

/** One call that CloudTrail recorded and that SCPs may bind. */
export interface TrailCall {
  /** Of `sharedEventID` where two accounts recorded the call, else `eventID`. */
  readonly id: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly eventSource: string;
  readonly eventName: string;
  readonly region: string;
  /** The account of whoever called: its SCPs bind the call. */
  readonly accountId: string;
  /** What IAM knows as `aws:PrincipalArn`; null where the record does not tell. */
  readonly principalArn: string | null;
  /** The AWS service that called in the name of the principal: a forward access session or a service role. */
  readonly via: string | null;
  readonly isDataEvent: boolean;
}

/** Why a record is no use that an SCP could have denied. */
export type LeftOut =
  /** No request of somebody's: an event of a service, a sign-in, an insight. */
  | 'no-call'
  /** AWS refused it for want of permission. */
  | 'failed'
  /** An AWS service called for itself. */
  | 'of-aws'
  /** A service-linked role called: SCPs do not bind it (Organizations User Guide, "Service control policies"). */
  | 'service-linked'
  /** Nobody of an account: a federated sign-in, a public request. */
  | 'of-no-account'
  /** Something that every record has is missing, or is not what AWS writes. */
  | 'unreadable';

/** When, where and in whose log a record was made: what the log covers, whatever it holds. */
interface Recorded {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly region: string;
  /** The account whose log it is; null where the record does not tell. */
  readonly accountId: string | null;
}

/** What a record amounts to. */
export type RecordRead = { readonly recorded: Recorded | null } & (
  | { readonly call: TrailCall }
  | { readonly leftOut: LeftOut }
);

type Fields = Readonly<Record<string, unknown>>;

/** Longer than any value that AWS writes there. */
const longest = 2_048;
// CloudTrail User Guide, "CloudTrail record contents": a call of the API, or of an action that only the console has.
const callTypes: ReadonlySet<unknown> = new Set(['AwsApiCall', 'AwsConsoleAction']);

/** Reads one record of a trail (CloudTrail User Guide, "CloudTrail record contents" and "userIdentity element"). Nothing in it is trusted. */
export function readRecord(record: unknown): RecordRead {
  const fields = fieldsOf(record);
  const [region, at] = [textOf(fields?.awsRegion), timeOf(fields?.eventTime)];
  if (fields === null || region === null || at === null || typeof fields.eventType !== 'string')
    return { recorded: null, leftOut: 'unreadable' };
  const recorded = { at, region, accountId: accountOf(fields.recipientAccountId) };
  const left = (leftOut: LeftOut): RecordRead => ({ recorded, leftOut });
  if (!callTypes.has(fields.eventType)) return left('no-call');
  const [eventSource, eventName] = [textOf(fields.eventSource), textOf(fields.eventName)];
  const identity = fieldsOf(fields.userIdentity);
  if (!eventSource || !eventName || !identity) return left('unreadable');
  if (isRefused(textOf(fields.errorCode))) return left('failed');
  const via = textOf(identity.invokedBy);
  const arn = textOf(identity.arn);
  // A service that calls in the name of a principal is bound as the principal is; one that calls for itself is not.
  if (identity.type === 'AWSService' || (via !== null && identity.type === undefined && arn === null))
    return left('of-aws');
  const principalArn = principalOf(identity, arn);
  if (principalArn?.includes(':role/aws-service-role/')) return left('service-linked');
  const accountId = accountOf(identity.accountId);
  if (accountId === null) return left('of-no-account');
  return {
    recorded,
    call: {
      at,
      eventSource,
      eventName,
      region,
      accountId,
      principalArn,
      via,
      id: textOf(fields.sharedEventID) ?? textOf(fields.eventID),
      isDataEvent: fields.eventCategory === 'Data',
    },
  };
}

/** A session of a role has the ARN of its role as `aws:PrincipalArn` (IAM User Guide, "AWS global condition context keys"). */
function principalOf(identity: Fields, arn: string | null): string | null {
  if (identity.type === 'Root' || identity.type === 'IAMUser' || identity.type === 'FederatedUser')
    return arn;
  const issuer = fieldsOf(fieldsOf(identity.sessionContext)?.sessionIssuer);
  const issuedBy = textOf(issuer?.arn);
  if (issuedBy !== null) return issuedBy;
  return identity.type === 'Role' ? arn : null;
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function accountOf(value: unknown): string | null {
  const text = textOf(value);
  return text !== null && /^\d{12}$/.test(text) ? text : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= longest ? value : null;
}

function timeOf(value: unknown): number | null {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}
