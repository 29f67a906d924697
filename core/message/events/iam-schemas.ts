import * as z from 'zod/mini';
import { decisionLine } from './decision-line.ts';
import { exempt, exempted, exemption } from './exempted-schemas.ts';

const isoTime = z.iso.datetime();
const count = z.int().check(z.gte(0));
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const changeId = z.string().check(z.regex(/^chg-[0-9a-f]{12}$/));
const requestId = z.string().check(z.regex(/^req-[0-9a-f]{20}$/));
const named = z.strictObject({ id: z.string(), name: z.string() });

const target = z.strictObject({
  ...named.shape,
  type: z.enum(['root', 'ou', 'account']),
  shortPath: z.optional(z.string()),
});

const evidence = z.strictObject({
  serviceNamespace: z.string(),
  serviceName: z.string(),
  findingId: z.string(),
  kind: z.enum(['lapsed', 'never-used', 'not-since']),
  entityId: z.string(),
  entityName: z.string(),
  lastAccessedAt: z.nullable(isoTime),
  daysUnused: z.nullable(count),
  lastAccessedAccount: z.nullable(named),
  lastAccessedRegion: z.nullable(z.string()),
  accountsEverUsed: z.nullable(count),
  accounts: count,
  lastAccessedAbove: z.optional(isoTime),
  report: z.nullable(z.strictObject({ jobId: z.string(), entityId: z.string(), completedAt: isoTime })),
});

const names = z.array(z.string());

/** How far a review is. Each answer may decide open reports, or open others; `expectedEnd` is null where it is over, or nobody can know. */
const progress = z.strictObject({
  seenAt: isoTime,
  reportsDone: count,
  reportsOpen: count,
  expectedEnd: z.nullable(isoTime),
  /** `arn` where somebody signed for it; null where an earlier version began it. */
  startedBy: z.nullable(
    z.strictObject({
      type: z.enum(['schedule', 'stale', 'caller', 'unknown', 'principal']),
      arn: z.optional(z.string()),
    }),
  ),
  /** Null: the root. */
  scopeId: z.nullable(z.string()),
  /** Of the IAM of accounts; absent: of the organization. */
  kind: z.optional(z.literal('identities')),
  /** What is done and open instead of reports. */
  counts: z.optional(z.literal('accounts')),
});

const outcome = z.union([
  z.strictObject({
    status: z.enum(['completed', 'partial']),
    openFindings: count,
    changeIds: z.array(changeId),
    /** How many there are where not all are named. */
    changes: z.optional(count),
  }),
  z.strictObject({ failed: z.string() }),
]);

/** What a change of one account's IAM says beside. */
const identities = z.strictObject({
  actions: names,
  notes: names,
  steps: names,
  texts: z.array(
    z.strictObject({
      name: z.string(),
      what: z.string(),
      before: z.nullable(z.string()),
      after: z.nullable(z.string()),
    }),
  ),
  effects: z.array(z.strictObject({ arns: names, loses: names, narrowed: names, keeps: names })),
  evidence: z.array(
    z.strictObject({
      findingId: z.string(),
      kind: z.enum(['lapsed', 'never-used', 'unused-role', 'unused-actions']),
      subjectArn: z.string(),
      serviceNamespace: z.nullable(z.string()),
      serviceName: z.string(),
      actions: names,
      lastAccessedAt: z.nullable(isoTime),
      daysUnused: z.nullable(z.number()),
      lastAccessedBy: z.nullable(z.string()),
      lastAccessedRegion: z.nullable(z.string()),
      report: z.nullable(z.strictObject({ jobId: z.string(), completedAt: isoTime })),
      why: names,
    }),
  ),
});

const change = z.strictObject({
  id: changeId,
  revision: z.int().check(z.gte(1)),
  status: z.string(),
  statusLabel: z.string(),
  statusSentence: z.string(),
  headline: z.string(),
  policy: z.strictObject({ id: z.nullable(z.string()), name: z.string() }),
  targets: z.array(target),
  confirm: z.string(),
  services: z.array(z.string()),
  accounts: z.array(z.strictObject({ ...named.shape, place: z.string(), young: z.boolean() })),
  evidence: z.array(evidence),
  risk: z.strictObject({
    level: z.enum(['low', 'medium', 'high']),
    flags: z.array(z.string()),
    reasons: z.array(z.string()),
  }),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      verdict: z.enum(['ok', 'failed', 'not-proven']),
      detail: z.string(),
    }),
  ),
  mustAccept: z.array(z.string()),
  choice: z.array(z.string()),
  summary: z.string(),
  before: z.nullable(z.string()),
  after: z.nullable(z.string()),
  identities: z.optional(identities),
  exemptions: z.optional(exempted),
  /** Who is exempt for a time from what it denies. */
  exempt: z.optional(z.array(exempt)),
  digest: hash,
  baseDigest: hash,
  thresholdDays: count,
  asOf: isoTime,
  cutOff: isoTime,
  decideBy: z.nullable(isoTime),
  applyNotBefore: z.nullable(isoTime),
  rollBackUntil: z.nullable(isoTime),
  approvals: z.strictObject({
    given: z.array(z.string()),
    required: count,
    missing: count,
    why: z.nullable(z.string()),
  }),
  inheritance: z.string(),
  ifApproved: z.string(),
  ifNobodyAnswers: z.string(),
  whyRevised: z.nullable(z.string()),
  history: z.array(z.strictObject({ at: isoTime, who: z.string(), what: z.string() })),
  notReached: z.array(z.string()),
  reviewId: z.string(),
});

const listedChange = z.strictObject({
  id: changeId,
  organizationId: z.string(),
  revision: z.int().check(z.gte(1)),
  status: z.string(),
  policyId: z.nullable(z.string()),
  policyName: z.string(),
  confirm: z.string(),
  services: count,
  accounts: count,
  updatedAt: isoTime,
  /** Who is exempt for a time from what it denies. */
  exempt: z.optional(z.array(exempt)),
  /** Of a change that waits for a decision. */
  awaited: z.optional(
    z.strictObject({
      risk: change.shape.risk.shape.level,
      decideBy: change.shape.decideBy,
      approvals: z.strictObject({ given: count, required: count }),
    }),
  ),
});

const request = z.strictObject({
  id: requestId,
  requestedBy: z.string(),
  requestedAt: isoTime,
  event: z.record(z.string(), z.unknown()),
});

const starter = z.looseObject({ type: z.enum(['schedule', 'stale', 'principal', 'unknown']) });

const refusal = z.strictObject({
  code: z.string(),
  detail: z.string(),
  field: z.optional(z.string()),
});

/** What `/iam` answers, by name: every time is ISO 8601 in UTC. One JSON Schema each lies in `docs/iam`. */
export const iamAnswers = {
  /** `GET /iam/changes/{id}`, and every recorded decision. */
  change: z.strictObject({ change }),
  /** A decision that was refused: nothing is recorded. */
  refusal: z.strictObject({ refusals: z.array(refusal), change: z.optional(change) }),
  /** `GET /iam/changes`; `frozen` says what holds up all writes: who froze them and why, or the mode. */
  changes: z.strictObject({ changes: z.array(listedChange), frozen: z.nullable(z.string()) }),
  /** `POST /iam/reviews`; `starter` says who that is for the approval of what the review proposes. */
  'review-request': z.strictObject({ request, starter }),
  /** `GET /iam/reviews/{id}` of a request, or of a stored review: then `request` is null. `waitsFor` is the review after whose end it begins. */
  'review-status': z.strictObject({
    request: z.nullable(request),
    started: z.nullable(z.strictObject({ at: isoTime, reviewId: z.string() })),
    waitsFor: z.nullable(z.string()),
    progress: z.nullable(progress),
    outcome: z.nullable(outcome),
  }),
  /** `GET /iam/reviews`: the stored reviews of the organization that began last, newest first. */
  reviews: z.strictObject({
    reviews: z.array(
      z.strictObject({
        reviewId: z.string(),
        startedAt: isoTime,
        progress,
        outcome: z.nullable(outcome),
      }),
    ),
  }),
  /** `GET /iam/decisions`; `next` is given as `after` for the next page, null at the end. */
  decisions: z.strictObject({ lines: z.array(decisionLine), next: z.nullable(z.string()) }),
  /** `GET /iam/exemptions`. */
  exemptions: z.strictObject({ exemptions: z.array(exemption) }),
  /** `POST /iam/exemptions/{id}/lift`. */
  'exemption-lifted': z.strictObject({ lifted: z.string(), changeId }),
} as const;

/** One answer of `/iam`. */
export type IamAnswer<Name extends keyof typeof iamAnswers> = z.infer<(typeof iamAnswers)[Name]>;

/** One change as `/iam` answers it. */
export type ChangeAnswer = IamAnswer<'change'>['change'];

/** One JSON Schema (2020-12) for each answer of `/iam`, by file name. */
export function iamSchemaFiles(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(iamAnswers).map(([name, answer]) => {
      const schema = { title: name, ...z.toJSONSchema(answer, { target: 'draft-2020-12' }) };
      return [`${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`];
    }),
  );
}
