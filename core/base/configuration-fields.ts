import * as z from 'zod/mini';
import { everyCheckName } from './check-names.ts';
import { principalProblem } from './principal-pattern.ts';

/** A whole number from 1, or from `least`, to `most`: far beyond what anybody needs, and never a date that no calendar holds. */
export const upTo = (most: number, least = 1) => z.int().check(z.gte(least), z.lte(most));
/** A text with something in it. */
export const nonEmptyText = z.string().check(z.minLength(1));
/** An ISO date or time that a calendar holds. */
export const isoTime = z.string().check(
  z.refine(
    (value) =>
      /^\d{4}-\d{2}-\d{2}(T|$)/.test(value) &&
      isRealDay(value.slice(0, 10)) &&
      !Number.isNaN(Date.parse(value)),
    {
      error: 'must be an ISO date or time with a year of four digits, such as 2027-01-31',
    },
  ),
);
/** A service namespace, such as `lex`. */
export const namespace = z
  .string()
  .check(
    z.regex(/^\s*[A-Za-z0-9-]+\s*$/, 'must be a service namespace such as "lex"'),
    z.trim(),
    z.toLowerCase(),
  );
/** A service namespace or a pattern of them. */
export const servicePattern = z.string().check(z.trim(), z.toLowerCase(), z.minLength(1));
// AWS writes the path of an entity with a slash at the end, and so do people who copy it.
/** An entity: id, path, name or a pattern of them. */
export const entityPattern = z.string().check(
  z.overwrite((value) => value.replace(/\/+$/, '')),
  z.minLength(1),
);
/** The name of a check of a certificate. */
export const checkName = z.enum(everyCheckName, {
  error: ({ input }) => `"${String(input)}" names no check; the checks are ${everyCheckName.join(', ')}`,
});
// SNS API reference, CreateTopic: the form of a topic's name. A FIFO topic has no mail and no HTTP subscribers.
/** The ARN of an SNS topic. */
export const topicArn = z.string().check(
  z.refine((value) => !value.endsWith('.fifo'), {
    error: 'a FIFO topic reaches no mail and no chat: give a standard topic',
    abort: true,
  }),
  z.regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/, 'must be the ARN of an SNS topic'),
);

/** The whole ARN of a user, a role or a role session. */
export const principalArn =
  /^arn:[a-z-]+:(iam::\d{12}:(user|role)\/[\w+=,.@/-]+|sts::\d{12}:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+)$/;
/** The name or the ARN of a role. */
export const roleNameOrArn = /^(arn:[a-z-]+:iam::\d{12}:role\/([\w+=,.@-]+\/)*)?[\w+=,.@-]{1,64}$/;
/** What is said of anything else than `principalArn`. */
export const principalAdvice = 'must be the whole ARN of a user, a role or a role session, without wildcards';

const isWebUrl = (value: string) => /^https?:\/\//.test(value) && URL.canParse(value);
/** A web address. */
export const webUrl = z.string().check(z.refine(isWebUrl, { error: 'must be a URL: https://…' }));
// Whatever has a colon was meant for a URL.
/** A webhook, a channel or a user. */
export const chatPlace = z.string().check(
  z.refine((value) => isWebUrl(value) || /^[^\s:]+$/.test(value), {
    error: 'must be a webhook (https://…), a channel or a user',
  }),
);

// IAM API reference, CreateRole and AssumeRole: the form of a role's name and of an external id.
/** The name of a role. */
export const roleName = z
  .string()
  .check(z.regex(/^[\w+=,.@-]{1,64}$/, 'must be the name of a role, without path'));
/** An external id. */
export const externalId = z
  .string()
  .check(z.regex(/^[\w+=,.@:/-]{2,1224}$/, 'must be 2 to 1,224 letters, digits and _+=,.@:/-'));

/** A pattern of principals that stay free. */
export const exemptPrincipal = z.string().check((context) => {
  const message = principalProblem(context.value);
  if (message !== null) context.issues.push({ code: 'custom', message, input: context.value });
});

// `Date.parse` turns 31 February into a day in March.
function isRealDay(day: string): boolean {
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}
