import * as z from 'zod/mini';
import { everyCheckName } from './check-names.ts';
import { isVisible } from './configuration-texts.ts';
import { logsLimits, tagLimits } from './limits.ts';
import { isPlainAddress } from './mailbox.ts';
import { entityIdIn } from './organizations-arn.ts';
import { principalProblem } from './principal-pattern.ts';
import { quoted } from './quoted.ts';

/** A whole number from 1, or from `least`, to `most`: far beyond what anybody needs, and never a date that no calendar holds. */
export const upTo = (most: number, least = 1) => z.int().check(z.gte(least), z.lte(most));
/** How many reports a review may ask of AWS: the scope comes first each time, so that one alone would leave the rest for ever. */
export const jobBudget = upTo(100_000, 2);
/** For how many minutes a review may ask. */
export const timeBudget = upTo(10_080);
/** A text with something in it. */
export const nonEmptyText = z.string().check(z.minLength(1));
/** An ISO date or time that a calendar holds. */
export const isoTime = z
  .string()
  .check(
    z.refine(
      (value) =>
        /^\d{4}-\d{2}-\d{2}(T|$)/.test(value) &&
        isRealDay(value.slice(0, 10)) &&
        !Number.isNaN(Date.parse(value)),
      { error: 'must be an ISO date or time with a year of four digits, such as 2027-01-31' },
    ),
  );
/** The id of an account. */
export const accountId = z.string().check(z.regex(/^\d{12}$/, 'must be the id of an account: 12 digits'));
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
/** An entity: id, ARN, path, name or a pattern of them. An ARN, which AWS's console copies, becomes the id; a slash at the end of a path goes. */
export const entityPattern = z.string().check(
  z.overwrite((value) => entityIdIn(value.trim().replace(/\/+$/, ''))),
  ...isVisible,
);
/** The name of a check of a certificate. */
export const checkName = z.enum(everyCheckName, {
  error: ({ input }) => `${quoted(input)} names no check; the checks are ${everyCheckName.join(', ')}`,
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
/** A web address that is encrypted. */
export const httpsUrl = z.string().check(
  z.refine((value) => isWebUrl(value) && value.startsWith('https://'), {
    error: 'must be a URL: https://…',
  }),
);
// API Gateway API reference (V2), CreateDomainName, and CreateAuthorizer for the identity source of a JWT authorizer.
/** The name of a host, in lower case. */
export const domainName = z
  .string()
  .check(
    z.maxLength(255),
    z.regex(
      /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
      'must be the name of a host, such as access.example.com',
    ),
  );
/** The ARN of a certificate in AWS Certificate Manager. */
export const certificateArn = z
  .string()
  .check(
    z.regex(
      /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/,
      'must be the ARN of a certificate in AWS Certificate Manager, in the Region of the stack',
    ),
  );
/** Where the certificates of those lie who may connect. */
export const truststoreUri = z
  .string()
  .check(
    z.regex(/^s3:\/\/[a-z0-9.-]{3,63}\/.+$/, 'must be an object in Amazon S3: s3://bucket/truststore.pem'),
  );
/** Where API Gateway finds the token of a request. */
export const identitySource = z
  .string()
  .check(
    z.regex(
      /^\$request\.(header|querystring)\.[A-Za-z0-9_-]+$/,
      'must be $request.header.NAME or $request.querystring.NAME',
    ),
  );
// Secrets Manager API reference, GetSecretValue and CreateSecret: the form of a secret's ARN, with the six characters that AWS puts at its end.
const secretArnForm =
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@!-]{1,512}-[A-Za-z0-9]{6}$/;
const secretAdvice =
  'must be the whole ARN of a secret in AWS Secrets Manager, with the six characters that AWS puts at its end';
/** Whether a text is the ARN of a secret in AWS Secrets Manager. */
export const isSecretArn = (value: string): boolean => secretArnForm.test(value);
/** The whole ARN of a secret. */
export const secretArn = z.string().check(z.regex(secretArnForm, secretAdvice));

/** Whether a URL leads to this machine: nobody else can use it, so it is no secret. */
export const isLocalUrl = (value: string): boolean =>
  isWebUrl(value) && /^(localhost\.?|127(\.\d+){3}|\[::1\])$/.test(new URL(value).hostname);
const webhookAdvice =
  'the URL of a webhook is a secret, and this file lies in git and in every package: put the URL into a secret of AWS Secrets Manager and write the ARN of that secret here';
/** A webhook: the ARN of the secret that holds its URL, or a URL on this machine. */
export const webhookPlace = z.string().check(
  z.refine((value) => isWebUrl(value) || isSecretArn(value), {
    error: `must be a URL (https://…) on this machine, or ${secretAdvice.replace('must be ', '')}`,
    abort: true,
  }),
  z.refine((value) => isSecretArn(value) || isLocalUrl(value), { error: webhookAdvice }),
);
// Whatever has a colon was meant for a URL or an ARN.
/** A webhook, a channel or a user. */
export const chatPlace = z.string().check(
  z.refine((value) => isWebUrl(value) || isSecretArn(value) || /^[^\s\p{Cc}:]{1,100}$/u.test(value), {
    error: 'must be a channel, a user, or the ARN of a secret that holds the URL of a webhook',
    abort: true,
  }),
  z.refine((value) => !isWebUrl(value) || isLocalUrl(value), { error: webhookAdvice }),
);

/** An e-mail address that is nothing but one. */
export const emailAddress = z.string().check(
  z.refine(isPlainAddress, {
    error: 'must be an e-mail address such as ana@example.com, without quotes, comments or angle brackets',
  }),
);

/** The whole ARN of a user or a role; `*` stands for any characters in the name. */
export const deployerArn = z
  .string()
  .check(
    z.regex(
      /^arn:aws[a-z-]*:iam::\d{12}:(user|role)\/[\w+=,.@*/-]+$/,
      'must be the ARN of a role or a user, such as arn:aws:iam::111111111111:role/Deploy',
    ),
  );

const tagText = (most: number, form: RegExp, signs: string) =>
  z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(most),
      z.regex(form, `may have letters, digits, spaces and ${signs} alone`),
    );
// What Organizations, CloudFormation and the framework all take (Organizations API reference, Tag; CloudFormation API reference,
// Tag, which takes no empty value; the framework's schema of stackTags, which takes fewer keys).
const tagKey = tagText(tagLimits.keyCharacters, /^[\w./=+: -]*$/, '_./=+:-');
const tagValue = tagText(tagLimits.valueCharacters, /^[\p{L}\p{Z}\p{N}_.:/=+@-]*$/u, '_.:/=+-@');
/** Tags by key. */
export const tagsByKey = z.record(z.string(), tagValue).check((context) => {
  const keys = Object.keys(context.value);
  const room = tagLimits.ofResource - tagLimits.ours;
  if (keys.length > room)
    context.issues.push({
      code: 'custom',
      message: `has ${keys.length} tags, and may have ${room}: AWS takes ${tagLimits.ofResource} on one thing, and ${tagLimits.ours} are this product's`,
      input: context.value,
    });
  for (const key of keys) {
    const message = tagKeyProblem(key);
    if (message !== null) context.issues.push({ code: 'custom', message, path: [key], input: key });
  }
});

function tagKeyProblem(key: string): string | null {
  if (/^aws:/i.test(key)) return 'begins with "aws:", which is for AWS alone';
  const parsed = tagKey.safeParse(key);
  return parsed.success ? null : `the key: ${parsed.error.issues.map(({ message }) => message).join(', ')}`;
}

// IAM API reference, CreateRole and AssumeRole: the form of a role's name and of an external id.
/** The name of a role. */
export const roleName = z
  .string()
  .check(z.regex(/^[\w+=,.@-]{1,64}$/, 'must be the name of a role, without path'));
// IAM API reference, CreateRole: the form of a path and of the ARN of a permissions boundary.
/** The path of roles. */
export const rolePath = z
  .string()
  .check(
    z.maxLength(512),
    z.regex(/^\/([\w+=,.@-]+\/)*$/, 'must begin and end with a slash, such as "/security/"'),
  );
/** The ARN of a managed policy. */
export const policyArn = z
  .string()
  .check(
    z.regex(
      /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,128}$/,
      'must be the ARN of a managed policy, such as arn:aws:iam::111111111111:policy/Boundary',
    ),
  );
// KMS Developer Guide, "Key identifiers": the id is a UUID, or begins with mrk- where the key has replicas. No alias: grants of IAM name keys.
/** The ARN of a key of KMS. */
export const keyArn = z
  .string()
  .check(
    z.regex(
      /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/,
      'must be the ARN of a key, not of an alias, such as arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    ),
  );
/** For how long CloudWatch keeps a log, in days. */
export const logRetentionDays = z.int().check(
  z.refine((days) => logsLimits.retentionDays.some((each) => each === days), {
    error: `CloudWatch keeps logs for ${logsLimits.retentionDays.join(', ')} days`,
  }),
);
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
