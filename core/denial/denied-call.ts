import * as z from 'zod/mini';
import { principalProblem, principalReach } from '../base/principal-pattern.ts';
import { ok, type Result, refused } from '../base/result.ts';

/** Which policy AWS says denied a call: an SCP by its id, some policy of the principal itself, or none that allows it. */
export type DeniedBy =
  | { readonly type: 'control-policy'; readonly organizationId: string; readonly policyId: string }
  | { readonly type: 'identity-policy' }
  | { readonly type: 'nothing-allows' };

/** One call that AWS denied, as CloudTrail recorded it. All of it is AWS's own: a name in it was checked for what IAM takes. */
export interface DeniedCall {
  /** Epoch milliseconds, to the second. */
  readonly at: number;
  /** The user, the role with its path whose session called, the root user or the federated user. */
  readonly principalArn: string;
  /** The account of the principal, whose SCPs bind it. */
  readonly accountId: string;
  /** The IAM action that AWS names, such as `lex:GetBot`. */
  readonly action: string;
  readonly serviceNamespace: string;
  readonly region: string | null;
  readonly deniedBy: DeniedBy;
}

const accountId = z.string().check(z.regex(/^\d{12}$/));
// IAM quotas: a path has at most 512 characters, a name 64.
const arn = z.string().check(z.maxLength(700));

// CloudTrail User Guide, "CloudTrail record contents for management, data, and network activity events" and "userIdentity element".
const recordSchema = z.object({
  eventTime: z.iso.datetime(),
  errorCode: z.string().check(z.minLength(1), z.maxLength(1_024)),
  errorMessage: z.string().check(z.maxLength(16_384)),
  awsRegion: z.optional(z.string().check(z.regex(/^[a-z0-9-]{1,32}$/))),
  recipientAccountId: z.optional(accountId),
  userIdentity: z.object({
    type: z.string().check(z.maxLength(64)),
    arn: z.optional(arn),
    accountId: z.optional(accountId),
    sessionContext: z.optional(
      z.object({
        sessionIssuer: z.optional(
          z.object({ type: z.optional(z.string().check(z.maxLength(64))), arn: z.optional(arn) }),
        ),
      }),
    ),
  }),
});
type CloudTrailRecord = z.infer<typeof recordSchema>;

// IAM User Guide, "Troubleshoot access denied error messages". What the caller may choose (session, resource) stands between
// the two ends: who and what is read from the beginning, the reason from the end alone.
const beginning =
  /^(?:You are not authorized to perform this operation\. )?User: \S{1,2048} is not authorized to perform: ([A-Za-z][A-Za-z0-9-]{0,63}):([A-Za-z0-9]{1,128})(?= )/;
const encoded = /\.? Encoded authorization failure message: [\w-]*$/;
const byScp =
  / with an explicit deny in a service control policy: arn:aws[a-z-]{0,12}:organizations::\d{12}:policy\/(o-[a-z0-9]{10,32})\/service_control_policy\/(p-[0-9a-zA-Z_]{8,128})\.?$/;
const byUnnamedScp = / with an explicit deny in a service control policy\.?$/;
const byIdentityPolicy =
  / with an explicit deny in an identity-based policy(?:: (arn:aws[a-z-]{0,12}:iam::(?:\d{12}|aws):\S{1,600}))?\.?$/;
const byNothing =
  / because no identity-based policy allows the ([A-Za-z][A-Za-z0-9-]{0,63}:[A-Za-z0-9]{1,128}) action\.?$/;

/** The denied call of a CloudTrail record, or why it is none that names its principal, its action and what denied it. */
export function readDeniedCall(record: unknown): Result<DeniedCall> {
  const parsed = recordSchema.safeParse(record);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return none(`${issue?.path.join('.') || 'the record'} is missing or not as CloudTrail writes it`);
  }
  const { awsRegion, errorMessage, eventTime, recipientAccountId, userIdentity } = parsed.data;
  const principalArn = principalOf(userIdentity);
  if (principalArn === null)
    return none(`a caller of type ${userIdentity.type} is no principal of an account`);
  if (/[*?]/.test(principalArn) || principalProblem(principalArn) !== null)
    return none('the ARN of the caller is none that IAM takes');
  const { account } = principalReach(principalArn);
  if ((userIdentity.accountId ?? account) !== account)
    return none('the caller and its account do not belong together');
  // Whose resource was called may get a record of its own: the caller's account has the same call.
  if ((recipientAccountId ?? account) !== account)
    return none("it is the copy for another account than the caller's");
  const [, prefix, name] = beginning.exec(errorMessage) ?? [];
  if (prefix === undefined || name === undefined) return none('the message names no action');
  // Amazon SNS names its actions `SNS:Publish`; letter case tells nothing of an action in IAM.
  const serviceNamespace = prefix.toLowerCase();
  const action = `${serviceNamespace}:${name}`;
  const deniedBy = deniedByIn(errorMessage.replace(encoded, ''), action);
  if (typeof deniedBy === 'string') return none(deniedBy);
  return ok({
    at: Date.parse(eventTime),
    principalArn,
    accountId: account,
    action,
    serviceNamespace,
    region: awsRegion ?? null,
    deniedBy,
  });
}

/** What `aws:PrincipalArn` holds for the caller; null for AWS itself and for whoever has no account yet. */
function principalOf({ arn: own, sessionContext, type }: CloudTrailRecord['userIdentity']): string | null {
  if (type === 'AssumedRole') {
    const issuer = sessionContext?.sessionIssuer;
    return issuer?.type === 'Role' ? (issuer.arn ?? null) : null;
  }
  return type === 'IAMUser' || type === 'Root' || type === 'FederatedUser' ? (own ?? null) : null;
}

function deniedByIn(message: string, action: string): DeniedBy | string {
  const [, organizationId, policyId] = byScp.exec(message) ?? [];
  if (organizationId !== undefined && policyId !== undefined)
    return { type: 'control-policy', organizationId, policyId };
  if (byUnnamedScp.test(message)) return 'an SCP denied it, and the message does not name it';
  const byPolicy = byIdentityPolicy.exec(message);
  // What we write to stop a role is inline, for which AWS names the role.
  if (byPolicy?.[1]?.includes(':policy/'))
    return 'a managed policy denied it, and no change of ours writes such a deny';
  if (byPolicy) return { type: 'identity-policy' };
  const [, unallowed] = byNothing.exec(message) ?? [];
  if (unallowed === undefined)
    return 'the message names neither an SCP nor a missing or denying policy of IAM';
  return unallowed.toLowerCase() === action.toLowerCase()
    ? { type: 'nothing-allows' }
    : 'the message names two actions';
}

function none(detail: string): Result<DeniedCall> {
  return refused({ code: 'NO_DENIED_CALL', detail });
}
