import * as z from 'zod/mini';
import type { Configuration } from '../../base/configuration.ts';
import { ok, type Result, refused } from '../../base/result.ts';
import type { AccountIdentities } from '../../identity/account-identities.ts';
import { indexAccount } from '../../identity/account-index.ts';
import { type SubjectChoice, subjectsOf } from '../../identity/subject.ts';
import type { IdentityRequest } from './identity-facts.ts';

// IAM API reference, CreateUser, CreateGroup, CreateRole, CreatePolicy: the forms of names and paths.
const name = z
  .string()
  .check(
    z.regex(
      /^([\w+=,.@-]{1,128}|arn:[a-z-]+:iam::(\d{12}|aws):[\w+=,.@/-]+)$/,
      'must be a name of IAM, such as Development, or an ARN',
    ),
  );
const path = z
  .string()
  .check(z.regex(/^\/([!-~]{0,510}\/)?$/, 'must begin and end with a slash, such as /teams/'));

const schema = z.strictObject({
  accountId: z.optional(z.string().check(z.regex(/^\d{12}$/, 'must be the 12 digits of an account'))),
  group: z.optional(name),
  user: z.optional(name),
  role: z.optional(name),
  policy: z.optional(name),
  path: z.optional(path),
  all: z.optional(z.boolean()),
  thresholdDays: z.optional(z.int().check(z.gte(1), z.lte(399))),
  asOf: z.optional(
    z.string().check(
      z.refine((value) => /^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value)), {
        error: 'must be an ISO 8601 time such as 2026-11-22T09:00:00Z',
      }),
    ),
  ),
  dryRun: z.optional(z.boolean()),
  level: z.optional(z.enum(['service', 'action'], { error: 'must be service or action' })),
  quarantine: z.optional(z.boolean()),
});

/** The event that starts a review of the identities of one account. */
export type IdentityEvent = z.infer<typeof schema>;

const choices = ['group', 'user', 'role', 'policy', 'path', 'all'] as const;

/** Reads the event of a review of identities. A refusal (`BAD_EVENT`) starts with the field's name. `now` is in epoch milliseconds. */
export function parseIdentityEvent(
  input: unknown,
  configuration: Configuration,
  now: number,
): Result<IdentityEvent> {
  const parsed = schema.safeParse(input ?? {});
  if (!parsed.success) {
    const [first, ...others] = parsed.error.issues.map((issue) => {
      const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
      const field = [...issue.path, ...(unknownKey === undefined ? [] : [unknownKey])].join('.') || 'event';
      const known = `is not a field of this event (fields: ${Object.keys(schema.shape).join(', ')})`;
      return { code: 'BAD_EVENT', detail: `${field}: ${unknownKey === undefined ? issue.message : known}` };
    });
    if (!first) throw new Error('a failed parse without an issue');
    return refused(first, ...others);
  }
  const event = parsed.data;
  const bad = (detail: string): Result<IdentityEvent> => refused({ code: 'BAD_EVENT', detail });
  const given = choices.filter((choice) => event[choice] !== undefined && event[choice] !== false);
  const [first, second] = given;
  if (second !== undefined)
    return bad(`${second}: give one of ${choices.join(', ')}, not ${first} and ${second}`);
  if (event.asOf !== undefined) {
    if (event.dryRun !== true)
      return bad('asOf: only a dry run may judge from another time: add "dryRun": true');
    if (Date.parse(event.asOf) > now) return bad(`asOf: ${event.asOf} lies in the future`);
  }
  const { minimumThresholdDays } = configuration;
  const days = event.thresholdDays ?? configuration.thresholdDays;
  if (event.dryRun !== true && days < minimumThresholdDays)
    return bad(
      `thresholdDays: ${days} is below minimumThresholdDays (${minimumThresholdDays}); a dry run may ask for less`,
    );
  return ok(event);
}

/** The request of a review of this account, every default filled in; without a choice everything is judged. Refuses (`BAD_REQUEST`) whom the account does not have. */
export function identityRequestOf(
  event: IdentityEvent,
  configuration: Configuration,
  account: AccountIdentities,
  run: { readonly reviewId: string; readonly now: number },
): Result<IdentityRequest> {
  const choice = choiceOf(event);
  const subjects = subjectsOf(indexAccount(account), choice);
  if (!subjects.ok) return subjects;
  return ok({
    reviewId: run.reviewId,
    choice,
    thresholdDays: event.thresholdDays ?? configuration.thresholdDays,
    asOf: event.asOf === undefined ? run.now : Date.parse(event.asOf),
    level: event.level ?? 'service',
    quarantine: event.quarantine ?? false,
    configuration,
  });
}

function choiceOf(event: IdentityEvent): SubjectChoice {
  if (event.path !== undefined) return { kind: 'path', prefix: event.path };
  for (const kind of ['group', 'user', 'role', 'policy'] as const) {
    const named = event[kind];
    if (named !== undefined) return { kind, name: named };
  }
  return { kind: 'all' };
}
