import { JsonError } from './json-protocol.ts';

// Codes, messages and `Reason` values follow the Organizations API reference; "RULE:FIELD" reasons were observed.

/** The caller may not do this: not the management account, or refused by the scenario. */
export const accessDenied = (): JsonError =>
  new JsonError('AccessDeniedException', "You don't have permissions to access this resource.");

/** The account is in no organization. */
export const notInUse = (): JsonError =>
  new JsonError('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');

/** An input value is not acceptable; `reason` is AWS's rule, `field` the member in capitals. */
export const invalidInput = (reason: string, field?: string): JsonError =>
  new JsonError('InvalidInputException', messages[reason] ?? 'You specified an invalid value.', {
    Reason: field === undefined ? reason : `${reason}:${field}`,
  });

const messages: Readonly<Record<string, string>> = {
  INPUT_REQUIRED: 'You must specify a value for all required parameters.',
  IMMUTABLE_POLICY: 'You specified a policy that is managed by AWS and cannot be changed.',
  MIN_LENGTH_EXCEEDED: 'You provided a string parameter that is shorter than allowed.',
  MAX_LENGTH_EXCEEDED: 'You provided a string parameter that is longer than allowed.',
  MIN_VALUE_EXCEEDED: 'You provided a numeric parameter that has a smaller value than allowed.',
  MAX_VALUE_EXCEEDED: 'You provided a numeric parameter that has a larger value than allowed.',
  INVALID_PATTERN: 'You provided a value that does not match the required pattern.',
  INVALID_PATTERN_TARGET_ID: 'You specified a policy target ID that does not match the required pattern.',
  INVALID_PAGINATION_TOKEN: 'You specified an invalid pagination token.',
  INVALID_ENUM_POLICY_TYPE: 'You specified an invalid policy type.',
  INVALID_ENUM: 'You specified an invalid value.',
  INVALID_SYSTEM_TAGS_PARAMETER: 'You specified a tag key that starts with the reserved prefix aws:.',
  DUPLICATE_TAG_KEY: 'You specified the same tag key more than once.',
};

/** A quota or a rule of the organization stands against the call. */
export const constraint = (reason: string, message: string): JsonError =>
  new JsonError('ConstraintViolationException', message, { Reason: reason });

/** Something named in the call does not exist; `kind` gives the exception, such as `Policy` for PolicyNotFoundException. */
export const notFound = (kind: string): JsonError =>
  new JsonError(
    `${kind}NotFoundException`,
    `You specified ${nouns[kind] ?? 'an entity'} that doesn't exist.`,
  );

const nouns: Readonly<Record<string, string>> = {
  Account: 'an account',
  Child: 'a child entity',
  DestinationParent: 'a destination parent',
  OrganizationalUnit: 'an organizational unit (OU)',
  Parent: 'a parent',
  Policy: 'a policy',
  Root: 'a root',
  SourceParent: 'a source parent',
  Target: 'a target',
};
