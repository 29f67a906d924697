/** What kind of no it is: whether another try, another permission or another set-up would help. */
export type RefusalKind =
  | 'access-denied'
  | 'credentials'
  | 'endpoint'
  | 'set-up'
  | 'throttled'
  | 'answer'
  | 'other';

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

const throttleCodes: readonly string[] = [
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'SlowDown',
  'ProvisionedThroughputExceededException',
];

/** Whether AWS asked for fewer calls: by HTTP status 429 or by one of its throttling codes. */
export function isThrottle(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode === 429 || throttleCodes.includes(error.name);
}

const operationsByPrefix: Readonly<Record<string, readonly string[]>> = {
  iam: ['GenerateOrganizationsAccessReport', 'GetOrganizationsAccessReport'],
  sts: ['GetCallerIdentity', 'AssumeRole'],
  sns: ['Publish'],
  events: ['PutEvents'],
  dynamodb: [
    'GetItem',
    'PutItem',
    'UpdateItem',
    'DeleteItem',
    'Query',
    'Scan',
    'BatchGetItem',
    'BatchWriteItem',
    'TransactWriteItems',
  ],
};

/** The IAM action that allows an operation: the operation's name behind its service's prefix, `organizations` unless it is known to be another's. */
export function permissionFor(operation: string): string {
  for (const [prefix, operations] of Object.entries(operationsByPrefix)) {
    if (operations.includes(operation)) return `${prefix}:${operation}`;
  }
  return `organizations:${operation}`;
}

const hintsByCode: Readonly<Record<string, string>> = {
  REGION_MISSING: 'set AWS_REGION',
  CredentialsProviderError: 'set AWS credentials, for example AWS_PROFILE',
  TokenProviderError: 'sign in again, for example with aws sso login',
  ExpiredToken: 'the credentials have expired: sign in again',
  ExpiredTokenException: 'the credentials have expired: sign in again',
  RequestExpired: 'set the clock of this machine',
  AWSOrganizationsNotInUseException: 'run with credentials of an account that belongs to an organization',
  PolicyTypeNotEnabledException: 'enable the policy type SERVICE_CONTROL_POLICY on the root',
  PolicyNotFoundException: 'the policy was deleted in the meantime: review again',
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
