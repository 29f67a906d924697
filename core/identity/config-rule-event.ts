import * as z from 'zod/mini';
import { ok, type Result, refused } from '../base/result.ts';
import { untrackedRegions } from '../base/tracked-regions.ts';
import { parseWhitelist } from './unused-roles.ts';

/** What one run of the Config rule is asked to do. */
export interface ConfigRuleRequest {
  /** The account whose roles are judged: the rule's own, also where an organization rule starts the function elsewhere. */
  readonly accountId: string;
  readonly ruleName: string;
  readonly resultToken: string;
  /** When the rule was triggered, in epoch milliseconds: AWS Config orders evaluations by it. */
  readonly orderedAt: number;
  readonly thresholdDays: number;
  readonly whitelist: readonly string[];
  /** What names a role in AWS Config: its unique id (`AROA…`), by which recorded roles are named, or its name. */
  readonly resourceId: 'role-id' | 'role-name';
  /** Enabled Regions that AWS keeps no record of, as far as the event tells: a rule runs in an enabled Region. */
  readonly unseenRegions: readonly string[];
}

const nonEmpty = z.string().check(z.minLength(1, 'must not be empty'));
const accountId = z.string().check(z.regex(/^\d{12}$/, 'must be the 12 digits of an account'));

// AWS Config Developer Guide, "Example events for AWS Config rules": what arrives for a scheduled evaluation.
const eventSchema = z.object({
  accountId,
  configRuleName: nonEmpty,
  configRuleArn: z.optional(z.string()),
  resultToken: nonEmpty,
  invokingEvent: nonEmpty,
  ruleParameters: z.nullish(z.string()),
});

const invokingSchema = z.object({
  awsAccountId: z.optional(accountId),
  messageType: z.literal(
    'ScheduledNotification',
    'must be ScheduledNotification: the rule judges all roles of an account, periodically',
  ),
  notificationCreationTime: z
    .string()
    .check(z.refine((value) => !Number.isNaN(Date.parse(value)), { error: 'must be an ISO 8601 time' })),
});

// The last use of a role is kept for 400 days (IAM API reference, RoleLastUsed): a longer threshold would find every old use a missing one.
const days = z
  .string('must be a text such as "60"')
  .check(
    z.regex(/^([1-9]|[1-9]\d|[1-3]\d\d)$/, 'must be a whole number of days from 1 to 399, such as "60"'),
  );

/** The parameters of AWS's published example, and one that says how roles are named. All are texts. */
const parameterSchema = z.strictObject({
  max_days_for_last_used: z._default(days, '60'),
  role_whitelist: z._default(z.string('must be a text such as "/breakglass-role|/security-*"'), ''),
  resource_id: z._default(z.enum(['role-id', 'role-name'], 'must be role-id or role-name'), 'role-id'),
});

/** Reads the scheduled event of AWS Config. A refusal (`BAD_EVENT`) starts with the field or the parameter that is wrong. */
export function parseConfigRuleEvent(input: unknown): Result<ConfigRuleRequest> {
  const event = read(eventSchema, input, '');
  if (!event.ok) return event;
  const { configRuleArn = '', configRuleName: ruleName, resultToken } = event.value;
  const invoking = readJson(invokingSchema, event.value.invokingEvent, 'invokingEvent');
  if (!invoking.ok) return invoking;
  const { awsAccountId, notificationCreationTime } = invoking.value;
  if (awsAccountId !== undefined && awsAccountId !== event.value.accountId)
    return bad(
      `accountId: ${event.value.accountId} is not the account of the invoking event (${awsAccountId})`,
    );
  const parameters = readJson(parameterSchema, event.value.ruleParameters || '{}', 'ruleParameters');
  if (!parameters.ok) return parameters;
  const { max_days_for_last_used, resource_id, role_whitelist } = parameters.value;
  const whitelist = parseWhitelist(role_whitelist);
  if (!whitelist.ok) return bad(`ruleParameters.role_whitelist: ${whitelist.reasons[0].detail}`);
  const region = configRuleArn.split(':')[3] ?? '';
  return ok({
    accountId: event.value.accountId,
    ruleName,
    resultToken,
    orderedAt: Date.parse(notificationCreationTime),
    thresholdDays: Number(max_days_for_last_used),
    whitelist: whitelist.value,
    resourceId: resource_id,
    unseenRegions: untrackedRegions.filter((each) => each === region),
  });
}

function readJson<Schema extends z.ZodMiniType>(
  schema: Schema,
  text: string,
  field: string,
): Result<z.infer<Schema>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad(`${field}: must be a JSON text`);
  }
  return read(schema, value, field);
}

function read<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  field: string,
): Result<z.infer<Schema>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [field, ...(issue?.path ?? []), ...(unknownKey === undefined ? [] : [unknownKey])];
  const name = path.filter((part) => part !== '').join('.') || 'event';
  const names = Object.keys(parameterSchema.shape).join(', ');
  const why =
    unknownKey === undefined ? issue?.message : `is no parameter of this rule (parameters: ${names})`;
  return bad(`${name}: ${why}`);
}

function bad(detail: string): Result<never> {
  return refused({ code: 'BAD_EVENT', detail });
}
