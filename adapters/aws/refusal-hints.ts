import type { RefusalKind } from '../ports.ts';

/** Codes by which AWS services deny access (Organizations, IAM and STS, SNS, EC2-style services). */
export const accessDenialCodes: readonly string[] = [
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'UnauthorizedOperation',
];

/** Codes by which the SDK or AWS says that there are no usable credentials ("Common error types" of the AWS API references). */
export const credentialCodes: readonly string[] = [
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'RequestExpired',
];

/** Codes by which AWS asks for fewer calls (the SDK's list of throttling errors, but for LimitExceeded, which IAM uses for quotas). */
const throttleCodes: readonly string[] = [
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
];

/** Codes of errors that pass by themselves, beside throttles and HTTP status 5xx: AWS was busy, or the connection broke. */
const passingCodes: readonly string[] = [
  'ConcurrentModificationException',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
  'EAI_AGAIN',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
];

/** What the SDK and Node.js add to an error. */
interface SdkError extends Error {
  readonly code?: unknown;
  readonly Code?: unknown;
  readonly Error?: { readonly Code?: unknown };
  readonly $fault?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
  readonly $response?: { readonly statusCode?: number };
}

function statusOf({ $metadata, $response }: SdkError): number | undefined {
  return $metadata?.httpStatusCode ?? $response?.statusCode;
}

/** The code under each name that the SDK and Node.js give it. */
function codesOf(error: SdkError): readonly unknown[] {
  return [error.name, error.code, error.Code, error.Error?.Code];
}

/** Whether AWS asked for fewer calls: by HTTP status 429 or by one of its throttling codes. */
export function isThrottle(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return statusOf(error) === 429 || codesOf(error).some((code) => throttleCodes.includes(String(code)));
}

/** Whether the same read may succeed a little later: throttled, a fault of the server's, a broken connection, or another writer at work. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isOfServer = (statusOf(error) ?? 0) >= 500 || (error as SdkError).$fault === 'server';
  if (isThrottle(error) || isOfServer) return true;
  return codesOf(error).some((code) => passingCodes.includes(String(code)));
}

/** Whether the SDK set its clock by the answer's Date header: the next attempt is signed with AWS's time. */
export function isClockCorrected(error: unknown): boolean {
  return error instanceof Error && (error as SdkError).$metadata?.clockSkewCorrected === true;
}

const operationsByPrefix: Readonly<Record<string, readonly string[]>> = {
  iam: [
    'GenerateOrganizationsAccessReport',
    'GetOrganizationsAccessReport',
    'GenerateServiceLastAccessedDetails',
    'GetServiceLastAccessedDetails',
    'GetServiceLastAccessedDetailsWithEntities',
    'GetAccountAuthorizationDetails',
    'SimulateCustomPolicy',
    'GetAccountSummary',
    'GetPolicy',
    'GetPolicyVersion',
    'ListPolicyVersions',
    'ListEntitiesForPolicy',
    'GetUserPolicy',
    'GetGroupPolicy',
    'GetRolePolicy',
    'ListAttachedUserPolicies',
    'ListAttachedGroupPolicies',
    'ListAttachedRolePolicies',
    'ListGroupsForUser',
  ],
  account: ['ListRegions'],
  ce: ['GetCostAndUsage'],
  athena: ['StartQueryExecution', 'GetQueryExecution', 'GetQueryResults'],
  config: ['PutEvaluations', 'GetComplianceDetailsByConfigRule'],
  sts: ['GetCallerIdentity', 'AssumeRole'],
  sns: [
    'ConfirmSubscription',
    'GetSubscriptionAttributes',
    'ListSubscriptionsByTopic',
    'Publish',
    'Subscribe',
  ],
  secretsmanager: ['GetSecretValue'],
  events: ['PutEvents'],
};

/** The IAM action that allows an operation: the operation's name behind its service's prefix, `organizations` unless it is known to be another's. An operation whose name several services have comes with its prefix. */
export function permissionFor(operation: string): string {
  if (operation.includes(':')) return operation;
  for (const [prefix, operations] of Object.entries(operationsByPrefix)) {
    if (operations.includes(operation)) return `${prefix}:${operation}`;
  }
  return `organizations:${operation}`;
}

const hintsByCode: Readonly<Record<string, string>> = {
  REGION_MISSING:
    'set AWS_REGION (AWS_DEFAULT_REGION, which the AWS CLI reads, is not read), or give --region to a command that has it',
  REGION_INVALID: 'correct AWS_REGION or the region of the profile',
  CredentialsProviderError:
    'set AWS credentials, for example AWS_PROFILE with a profile that exists and is signed in',
  TokenProviderError: 'sign in again, for example with aws sso login',
  ExpiredToken: 'the credentials have expired: sign in again',
  ExpiredTokenException: 'the credentials have expired: sign in again',
  RequestExpired: 'the credentials have expired: sign in again',
  AWSOrganizationsNotInUseException: 'run with credentials of an account that belongs to an organization',
  PolicyTypeNotEnabledException: 'enable the policy type SERVICE_CONTROL_POLICY on the root',
  PolicyNotFoundException: 'the policy was deleted in the meantime: review again',
  UnmodifiableEntity: 'AWS manages this role for a service: only that service changes it',
  LimitExceeded: 'a quota of IAM is reached: ask for a larger one, or remove what is not needed',
  DeleteConflict: 'detach the policy from everything first',
  EntityAlreadyExists: 'something of this name was made in the meantime: review again',
  NoSuchEntity: 'it was deleted in the meantime: review again',
  MalformedPolicyDocument: 'IAM does not accept this text today: review again',
  NoSuchConfigRule: 'AWS Config knows no rule of this name in this region',
  InvalidResultToken: 'AWS Config takes evaluations only with the token of the event that asked for them',
  NotFound: 'no such topic: correct the topic ARN',
  ResourceNotFoundException: 'no such resource in this region: correct the name or AWS_REGION',
};

const hintsByKind: Readonly<Partial<Record<RefusalKind, string>>> = {
  credentials: 'correct the AWS credentials',
  throttled: 'other tools use the same quota of this account: try again later',
  answer: 'what answers is not AWS: look at AWS_ENDPOINT_URL and at proxies',
};

/** The way out of a refusal, or null where its code says all there is. */
export function hintFor(code: string, kind: RefusalKind): string | null {
  return hintsByCode[code] ?? hintsByKind[kind] ?? null;
}
