import * as z from 'zod/mini';
import type { Configuration } from '../../base/configuration.ts';
import type { Result } from '../../base/result.ts';
import { badEvent, readEvent, timeFields } from '../event-fields.ts';

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
  kind: z.optional(z.literal('identities')),
  accountId: z.optional(z.string().check(z.regex(/^\d{12}$/, 'must be the 12 digits of an account'))),
  group: z.optional(name),
  user: z.optional(name),
  role: z.optional(name),
  policy: z.optional(name),
  path: z.optional(path),
  all: z.optional(z.boolean()),
  organization: z.optional(z.literal(true)),
  ou: z.optional(z.string()),
  ...timeFields,
  level: z.optional(z.enum(['service', 'action'], { error: 'must be service or action' })),
  quarantine: z.optional(z.boolean()),
});

/** The event that starts a review of the identities of one account, or with `organization` of every ACTIVE account of the organization or of `ou`. */
export type IdentityEvent = z.infer<typeof schema>;

const choices = ['group', 'user', 'role', 'policy', 'path', 'all'] as const;

/** Reads the event of a review of identities. A refusal (`BAD_EVENT`) starts with the field's name. `now` is in epoch milliseconds. */
export function parseIdentityEvent(
  input: unknown,
  configuration: Configuration,
  now: number,
): Result<IdentityEvent> {
  const read = readEvent(schema, input, configuration, now);
  if (!read.ok) return read;
  const event = read.value;
  const given = choices.filter((choice) => event[choice] !== undefined && event[choice] !== false);
  const [first, second] = given;
  if (second !== undefined)
    return badEvent(`${second}: give one of ${choices.join(', ')}, not ${first} and ${second}`);
  const one = event.accountId === undefined ? first : 'accountId';
  if (event.organization && one !== undefined && one !== 'all')
    return badEvent(`organization: judges all of every account; leave ${one} out`);
  if (event.ou !== undefined && !event.organization)
    return badEvent('ou: says which part of the organization; add organization');
  return read;
}
