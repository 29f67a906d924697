import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));
const time = z
  .string()
  .check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, 'must be ISO 8601 in UTC'));
const arn = z
  .string()
  .check(
    z.regex(/^arn:aws[a-z-]*:iam::(\d{12}|aws):(user|group|role|policy)\/\S+$/, 'must be an ARN of IAM'),
  );
const account = z.string().check(z.regex(/^\d{12}$/));
const namespace = z.string().check(z.regex(/^[a-z0-9-]+$/, 'must be a service namespace'));
const action = z.string().check(z.regex(/^[a-z0-9-]+:\w+$/, 'must be an action with its prefix'));
const hexadecimal = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const count = z.int().check(z.gte(0));
const actionName = z.string().check(z.regex(/^\w+$/, 'must be the name of an action without its prefix'));
const principalName = z.strictObject({ type: z.enum(['user', 'group', 'role']), name: text });
const code = z.string().check(z.regex(/^[A-Z]+(_[A-Z]+)*$/, 'must be a code'));

const grants = z.array(
  z.strictObject({
    policyName: text,
    policyArn: z.nullable(arn),
    policyType: z.enum(['customer-managed', 'aws-managed', 'inline']),
    attachedTo: principalName,
    via: z.union([z.literal('direct'), z.strictObject({ group: text })]),
  }),
);

const inUse = z.strictObject({
  serviceNamespace: namespace,
  serviceName: text,
  lastAccessedAt: time,
  usedBy: z.array(arn),
  grants,
});

const subject = z.strictObject({
  inUse: z.optional(z.array(inUse)),
  type: z.enum(['group', 'user', 'role', 'policy']),
  name: text,
  arn,
  path: z.string().check(z.regex(/^\/(\S+\/)?$/)),
  report: z.union([
    z.strictObject({ jobId: text, completedAt: time, services: count }),
    z.strictObject({ failed: z.strictObject({ code: text, message: text }) }),
    z.strictObject({ notJudged: z.strictObject({ code: text, message: text }) }),
  ]),
});

const finding = z.strictObject({
  id: z.string().check(z.regex(/^fnd-[0-9a-f]{12}$/)),
  kind: z.enum(['lapsed', 'never-used', 'unused-role', 'unused-actions']),
  subjectArn: arn,
  serviceNamespace: z.nullable(namespace),
  serviceName: text,
  actions: z.optional(
    z.strictObject({
      used: z.array(z.strictObject({ name: actionName, lastAccessedAt: time, region: z.nullable(text) })),
      unused: z.array(z.strictObject({ name: actionName, lastAccessedAt: z.nullable(time) })),
      notTracked: z.array(actionName),
      notPermitted: z.array(actionName),
    }),
  ),
  lastAccessedAt: z.nullable(time),
  daysUnused: z.nullable(count),
  lastAccessedBy: z.nullable(arn),
  lastAccessedRegion: z.nullable(text),
  usedBy: z.array(arn),
  grants,
  advice: z.array(
    z.strictObject({
      do: z.enum([
        'new-version',
        'edit-inline',
        'detach',
        'leave-group',
        'delete-policy',
        'replace-by-copy',
        'deny-all',
        'keep',
      ]),
      policyName: z.nullable(text),
      from: z.nullable(principalName),
      why: text,
    }),
  ),
  status: z.enum(['open', 'exempt', 'kept', 'held']),
  reason: z.optional(code),
  note: z.optional(text),
});

const resource = z.union([
  z.strictObject({ type: z.literal('managed-policy'), arn }),
  z.strictObject({ type: z.literal('inline-policy'), principal: principalName, name: text }),
  z.strictObject({ type: z.literal('policy-attachment'), principal: principalName, policyArn: arn }),
  z.strictObject({ type: z.literal('membership'), user: text, group: text }),
]);

const change = z.strictObject({
  id: z.string().check(z.regex(/^chg-[0-9a-f]{12}$/)),
  revision: z.int().check(z.gte(1)),
  kind: z.literal('iam'),
  accountId: account,
  title: text,
  confirm: text,
  services: z.array(namespace),
  actions: z.optional(z.array(action).check(z.minLength(1))),
  principals: z.array(arn).check(z.minLength(1)),
  effects: z.array(
    z.strictObject({
      arns: z.array(arn).check(z.minLength(1)),
      loses: z.array(namespace),
      narrowed: z.array(namespace),
      keeps: z.array(namespace),
    }),
  ),
  notes: z.array(text),
  steps: z
    .array(z.strictObject({ resource, before: z.nullable(text), after: z.nullable(text) }))
    .check(z.minLength(1)),
  certificate: z.strictObject({
    ok: z.literal(true),
    checks: z.array(z.strictObject({ name: text, verdict: z.enum(['ok', 'not-proven']), detail: text })),
  }),
  risk: z.strictObject({
    level: z.enum(['low', 'medium', 'high']),
    flags: z.array(text),
    reasons: z.array(text),
  }),
  digest: hexadecimal,
  requiredApprovals: z.int().check(z.gte(1)),
});

const refusal = z.strictObject({
  code,
  subjectArn: z.optional(arn),
  policyArn: z.optional(arn),
  services: z.optional(z.array(namespace)),
  detail: text,
  patch: z.optional(z.strictObject({ before: text, after: text })),
});

/** The result of `oar identities review --format json`, version 1: every field, and no other. */
export const identitiesResultSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('identities'),
  reviewId: z.string().check(z.regex(/^rev-\w+-\w+$/)),
  accountId: account,
  asOf: time,
  thresholdDays: z.int().check(z.gte(1), z.lte(399)),
  level: z.enum(['service', 'action']),
  status: z.enum(['completed', 'partial']),
  subjects: z.array(subject).check(z.minLength(1)),
  findings: z.array(finding),
  changes: z.array(change),
  refusals: z.array(refusal),
  metrics: z.strictObject({
    reportJobs: count,
    apiCalls: z.record(z.string().check(z.regex(/^[A-Z]\w+$/)), count),
    throttled: count,
    durationMs: count,
  }),
});

/** The answer of `oar identities check-delete ARN --format json`: every field, and no other. */
export const deleteCheckSchema = z.strictObject({
  arn,
  safe: z.boolean(),
  lastUsedAt: z.nullable(time),
  usedBy: z.array(arn),
  reasons: z.array(z.strictObject({ code, detail: text })),
});
