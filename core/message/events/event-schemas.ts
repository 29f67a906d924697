import * as z from 'zod/mini';
import type { ChangeDetailType } from '../../change/life/outbox.ts';
import { eventsOfChanges, iamFields, scpFields } from './change-event-schemas.ts';

const isoTime = z.iso.datetime();
const entityType = z.enum(['root', 'ou', 'account']);
const count = z.int().check(z.gte(0));

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

/** By the trail, whose calls are denied stands there too; reports tell none of it. `attemptedAt` is the last of them. */
const deniedAccess = {
  serviceNamespace: z.string(),
  accountId: z.string(),
  attemptedAt: isoTime,
  region: z.nullable(z.string()),
  principal: z.optional(z.string()),
  action: z.optional(z.string()),
  /** At least so many. */
  count: z.optional(count),
  /** The account came under the SCP after the change was proved. */
  cameLater: z.optional(z.literal(true)),
  firstAt: z.optional(isoTime),
  lastAt: z.optional(isoTime),
};

/** The detail types of events of reviews. */
type ReviewDetailType =
  | 'Access Review Requested'
  | 'Access Review Completed'
  | 'Identity Review Completed'
  | 'Unused Services Found'
  | 'Unused Services Resolved'
  | 'Unused Access Found';

/** The `data` of each event, by its detail type: what consumers may rely on. New optional fields keep version 1.0; anything else is a new version. */
export const eventData = {
  'Access Review Requested': z.strictObject({
    requestId: z.string().check(z.regex(/^req-[0-9a-f]{20}$/)),
    scope: z.optional(z.string()),
    thresholdDays: z.optional(z.int()),
    depth: z.optional(z.enum(['ou', 'account'])),
    kinds: z.optional(z.array(z.enum(['lapsed', 'never-used']))),
    policyId: z.optional(z.string()),
    // With `kind: identities` the IAM of one account is reviewed, by these.
    kind: z.optional(z.enum(['organization', 'identities'])),
    accountId: z.optional(z.string()),
    group: z.optional(z.string()),
    user: z.optional(z.string()),
    role: z.optional(z.string()),
    policy: z.optional(z.string()),
    path: z.optional(z.string()),
    all: z.optional(z.boolean()),
    level: z.optional(z.enum(['service', 'action'])),
    quarantine: z.optional(z.boolean()),
    // With `organization` it is that of every ACTIVE account, of this root, OU or account alone where `ou` names one.
    organization: z.optional(z.literal(true)),
    ou: z.optional(z.string()),
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
  'Identity Review Completed': z.strictObject({
    reviewId: z.string(),
    organizationId: z.string(),
    scope,
    thresholdDays: z.int(),
    /** `partial`: an account is not judged, or not to the end. */
    status: z.enum(['completed', 'partial']),
    counts: z.strictObject({
      accounts: count,
      completed: count,
      partial: count,
      unreachable: count,
      openFindings: count,
      changes: count,
    }),
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
  'Unused Access Found': z.strictObject({
    reviewId: z.string(),
    organizationId: z.string(),
    account: z.strictObject({ id: z.string(), path: z.string(), name: z.string() }),
    thresholdDays: z.int(),
    part: z.int().check(z.gte(1)),
    parts: z.int().check(z.gte(1)),
    findings: z.array(
      z.strictObject({
        id: z.string().check(z.regex(/^fnd-[0-9a-f]{12}$/)),
        kind: z.enum(['lapsed', 'never-used', 'unused-role', 'unused-actions']),
        subjectArn: z.string(),
        serviceNamespace: z.nullable(z.string()),
        serviceName: z.string(),
        /** For `unused-actions`: the names of the actions, without prefix. */
        actions: z.optional(z.array(z.string())),
        lastAccessedAt: z.nullable(isoTime),
        daysUnused: z.nullable(count),
        lastAccessedBy: z.nullable(z.string()),
        lastAccessedRegion: z.nullable(z.string()),
        status: z.enum(['open', 'exempt', 'kept', 'held']),
        reason: z.optional(z.string()),
      }),
    ),
  }),
  ...eventsOfChanges('SCP', scpFields),
  ...eventsOfChanges('IAM', iamFields),
  'SCP Drift Detected': z.strictObject({ ...scpFields, detail: z.string() }),
  'IAM Drift Detected': z.strictObject({ ...iamFields, detail: z.string() }),
  'Denied Access Observed': z.union([
    z.strictObject({ ...scpFields, ...deniedAccess }),
    z.strictObject({ ...iamFields, ...deniedAccess }),
  ]),
  'SCP Account Came Under Denial': z.strictObject({
    ...scpFields,
    accountId: z.string(),
    how: z.enum(['attached', 'created', 'invited', 'moved']),
    used: z.array(z.strictObject({ serviceNamespace: z.string(), lastAccessedAt: isoTime })),
    unknown: z.array(z.string()),
    unknownMore: z.optional(z.int()),
    accountsMore: z.optional(z.int()),
  }),
  'SCP Exemption Lifted': z.strictObject({
    ...scpFields,
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
