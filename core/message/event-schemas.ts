import * as z from 'zod/mini';
import type { ChangeDetailType } from '../change/life/outbox.ts';

const isoTime = z.iso.datetime();
const entityType = z.enum(['root', 'ou', 'account']);
const count = z.int().check(z.gte(0));
const namespaces = z.array(z.string().check(z.regex(/^[a-z0-9-]+$/)));

const scope = z.strictObject({ id: z.string(), type: entityType, name: z.string(), path: z.string() });

const finding = z.strictObject({
  id: z.string().check(z.regex(/^fnd-[0-9a-f]{12}$/)),
  kind: z.enum(['lapsed', 'never-used']),
  serviceNamespace: z.string(),
  serviceName: z.string(),
  lastAccessedAt: z.nullable(isoTime),
  daysUnused: z.nullable(count),
  lastAccessedEntityPath: z.nullable(z.string()),
  lastAccessedRegion: z.nullable(z.string()),
  accountsEverUsed: count,
  status: z.enum(['open', 'exempt', 'protected', 'held']),
  reason: z.optional(z.string()),
});

const changeFields = {
  changeId: z.string().check(z.regex(/^chg-[0-9a-f]{12}$/)),
  revision: z.int().check(z.gte(1)),
  status: z.string(),
  organizationId: z.string(),
  kind: z.enum(['update-policy', 'create-policy']),
  /** Absent: it denies the services. */
  intent: z.optional(z.literal('give-back')),
  policyId: z.nullable(z.string()),
  policyName: z.string(),
  targets: z.array(z.strictObject({ id: z.string(), type: entityType, name: z.string() })),
  services: namespaces,
  accounts: count,
  digest: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  baseDigest: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  risk: z.strictObject({ level: z.enum(['low', 'medium', 'high']), flags: z.array(z.string()) }),
  requiredApprovals: z.int().check(z.gte(1)),
};

/** The detail types of events of reviews. */
type ReviewDetailType =
  | 'Access Review Requested'
  | 'Access Review Completed'
  | 'Unused Services Found'
  | 'Unused Services Resolved';

/** The `data` of each event, by its detail type: what consumers may rely on. New optional fields keep version 1.0; anything else is a new version. */
export const eventData = {
  'Access Review Requested': z.strictObject({
    requestId: z.string().check(z.regex(/^req-[0-9a-f]{20}$/)),
    scope: z.optional(z.string()),
    thresholdDays: z.optional(z.int()),
    depth: z.optional(z.enum(['ou', 'account'])),
    kinds: z.optional(z.array(z.enum(['lapsed', 'never-used']))),
    policyId: z.optional(z.string()),
  }),
  'Access Review Completed': z.strictObject({
    reviewId: z.string(),
    organizationId: z.string(),
    scope,
    asOf: isoTime,
    thresholdDays: z.int(),
    status: z.enum(['completed', 'partial', 'continuing']),
    counts: z.strictObject({
      entities: count,
      openFindings: count,
      newFindings: count,
      resolvedFindings: count,
      changes: count,
      refusals: count,
    }),
    reportJobs: count,
  }),
  'Unused Services Found': z.strictObject({
    reviewId: z.string(),
    organizationId: z.string(),
    entity: z.strictObject({
      id: z.string(),
      path: z.string(),
      name: z.string(),
      type: entityType,
      accounts: count,
    }),
    thresholdDays: z.int(),
    /** Long lists are split: part 1 of parts. */
    part: z.int().check(z.gte(1)),
    parts: z.int().check(z.gte(1)),
    findings: z.array(finding),
  }),
  'Unused Services Resolved': z.strictObject({
    reviewId: z.string(),
    organizationId: z.string(),
    entity: z.strictObject({ id: z.string(), path: z.string() }),
    part: z.int().check(z.gte(1)),
    parts: z.int().check(z.gte(1)),
    findings: z.array(
      z.strictObject({
        id: z.string(),
        serviceNamespace: z.string(),
        reason: z.enum(['used-again', 'denied', 'exempted', 'entity-gone', 'moved-to-other-entity']),
        successors: z.array(z.string()),
      }),
    ),
  }),
  'SCP Change Proposed': z.strictObject({
    ...changeFields,
    expiresAt: isoTime,
    detail: z.optional(z.string()),
  }),
  'SCP Change Approved': z.strictObject({
    ...changeFields,
    applyNotBefore: isoTime,
    approverIds: z.array(z.string()),
  }),
  'SCP Change Rejected': z.strictObject({
    ...changeFields,
    approverId: z.string(),
    reason: z.string(),
    notAgainBefore: isoTime,
  }),
  'SCP Change Snoozed': z.strictObject({
    ...changeFields,
    approverId: z.string(),
    reason: z.string(),
    until: isoTime,
  }),
  'SCP Change Expired': z.strictObject({ ...changeFields }),
  'SCP Change Superseded': z.strictObject({ ...changeFields, code: z.string(), detail: z.string() }),
  'SCP Change Cancelled': z.strictObject({
    ...changeFields,
    approverId: z.string(),
    reason: z.nullable(z.string()),
  }),
  'SCP Change Applied': z.strictObject({ ...changeFields, rollBackUntil: isoTime }),
  'SCP Change Apply Failed': z.strictObject({
    ...changeFields,
    phase: z.enum(['apply', 'roll-back']),
    code: z.string(),
    detail: z.string(),
  }),
  'SCP Change Resumed': z.strictObject({
    ...changeFields,
    phase: z.enum(['apply', 'roll-back']),
    approverId: z.string(),
    reason: z.string(),
  }),
  'SCP Change Rolled Back': z.strictObject({
    ...changeFields,
    approverId: z.string(),
    reason: z.string(),
    outcomes: z.array(z.strictObject({ outcome: z.string(), detail: z.string() })),
  }),
  'SCP Drift Detected': z.strictObject({ ...changeFields, detail: z.string() }),
  'Denied Access Observed': z.strictObject({
    ...changeFields,
    serviceNamespace: z.string(),
    accountId: z.string(),
    attemptedAt: isoTime,
    region: z.nullable(z.string()),
  }),
  'SCP Exemption Lifted': z.strictObject({
    ...changeFields,
    approverId: z.string(),
    exemptionId: z.string().check(z.regex(/^exm-[0-9a-f]{12}$/)),
    serviceNamespace: z.string(),
    entityId: z.string(),
    reason: z.string(),
  }),
} as const satisfies Readonly<Record<ChangeDetailType | ReviewDetailType, z.ZodMiniType>>;

/** The name of an event on the bus. */
export type DetailType = keyof typeof eventData;

/** The data of one kind of event. */
export type EventData<Type extends DetailType> = z.infer<(typeof eventData)[Type]>;

/** The whole `detail` of an event: the envelope around its data. `eventId` is deterministic, so a consumer can drop repeats. */
export function eventDetail(type: DetailType) {
  return z.strictObject({
    version: z.literal('1.0'),
    eventId: z.string().check(z.regex(/^evt-[0-9a-f]{32}$/)),
    sequence: z.int().check(z.gte(1)),
    occurredAt: isoTime,
    correlationId: z.string(),
    actor: z.strictObject({ type: z.enum(['approver', 'principal', 'system']), id: z.string() }),
    data: eventData[type],
  });
}
