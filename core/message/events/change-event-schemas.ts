import * as z from 'zod/mini';
import type { Json } from '../../base/canonical-json.ts';
import type { EventPrefix } from '../../change/content/subject.ts';
import { exempted } from './exempted-schemas.ts';

const isoTime = z.iso.datetime();
const count = z.int().check(z.gte(0));
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));

const changeFields = {
  changeId: z.string().check(z.regex(/^chg-[0-9a-f]{12}$/)),
  revision: z.int().check(z.gte(1)),
  status: z.string(),
  organizationId: z.string(),
  targets: z.array(
    z.strictObject({ id: z.string(), type: z.enum(['root', 'ou', 'account']), name: z.string() }),
  ),
  services: z.array(z.string().check(z.regex(/^[a-z0-9-]+$/))),
  accounts: count,
  digest: hash,
  baseDigest: hash,
  risk: z.strictObject({ level: z.enum(['low', 'medium', 'high']), flags: z.array(z.string()) }),
  requiredApprovals: z.int().check(z.gte(1)),
};

/** What events of edits of SCPs say of their change. */
export const scpFields = {
  ...changeFields,
  kind: z.enum(['update-policy', 'create-policy']),
  /** Absent: it denies the services. */
  intent: z.optional(z.enum(['give-back', 'end-exemption'])),
  exemptions: z.optional(exempted),
  policyId: z.nullable(z.string()),
  policyName: z.string(),
};

/** What events of edits of an account's IAM say of their change. */
export const iamFields = {
  ...changeFields,
  kind: z.literal('iam'),
  accountId: z.string(),
  title: z.string(),
  /** Single actions that are taken away, such as `ec2:CreateFleet`. */
  actions: z.array(z.string()),
  /** How many users and roles it touches. */
  principals: count,
};

const phase = z.enum(['apply', 'roll-back']);

/** What each event of a change says beside the change, by its name without the first word. */
const changeEvents = {
  'Change Proposed': { expiresAt: isoTime, detail: z.optional(z.string()) },
  'Change Approved': { applyNotBefore: isoTime, approverIds: z.array(z.string()) },
  'Change Rejected': { approverId: z.string(), reason: z.string(), notAgainBefore: isoTime },
  'Change Snoozed': { approverId: z.string(), reason: z.string(), until: isoTime },
  'Change Question Asked': { approverId: z.string(), question: z.string() },
  'Change Handed Over': { approverId: z.string(), toApproverId: z.string(), reason: z.string() },
  'Change Expired': {},
  'Change Superseded': { code: z.string(), detail: z.string() },
  'Change Cancelled': { approverId: z.string(), reason: z.nullable(z.string()) },
  'Change Applied': { rollBackUntil: isoTime },
  'Change Apply Failed': { phase, code: z.string(), detail: z.string() },
  'Change Resumed': { phase, approverId: z.string(), reason: z.string() },
  'Change Rolled Back': {
    approverId: z.string(),
    reason: z.string(),
    outcomes: z.array(z.strictObject({ outcome: z.string(), detail: z.string() })),
  },
} as const;

type Names = keyof typeof changeEvents;
type Prefixed<Prefix extends EventPrefix> = {
  readonly [Name in Names as `${Prefix} ${Name}`]: z.ZodMiniType<Readonly<Record<string, Json>>>;
};

/** The schemas of the events of one kind of change, by their detail types. */
export function eventsOfChanges<Prefix extends EventPrefix>(
  prefix: Prefix,
  fields: typeof scpFields | typeof iamFields,
): Prefixed<Prefix> {
  const schemas = Object.entries(changeEvents).map(([name, own]) => {
    return [`${prefix} ${name}`, z.strictObject({ ...fields, ...own })] as const;
  });
  return Object.fromEntries(schemas) as unknown as Prefixed<Prefix>;
}
