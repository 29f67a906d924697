import * as z from 'zod/mini';
import { exempted } from './exempted-schemas.ts';

const isoTime = z.iso.datetime();
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const texts = z.array(z.string());
const failure = z.strictObject({ code: z.string(), detail: z.string() });

/** A value that a step found or left: the SHA-256 of a text, the word `attached`, or null for nothing. */
const value = z.nullable(z.union([hash, z.literal('attached')]));

/** What the lines of a change are about: the revision that the line names. */
const subject = z.strictObject({
  organizationId: z.string(),
  /** `SCP`, or what else is edited. */
  noun: z.string(),
  intent: z.enum(['deny', 'give-back', 'end-exemption', 'unknown']),
  targets: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  policies: z.array(z.strictObject({ id: z.nullable(z.string()), name: z.string() })),
  services: texts,
  /** Whom alone it frees of its services, or denies them again, and until when that lasts or lasted. */
  exemptions: z.optional(exempted),
  /** What a person approves, over every text that is written, and the state that it starts from. */
  digest: hash,
  baseDigest: hash,
  reviewId: z.string(),
});

/** One line of `oar changes export`: who decided what, when and how he was known, and what was written for it. */
export const decisionLine = z.strictObject({
  /** The same for the same line, however often it is exported: `chg-0123456789ab#7`. */
  id: z.string(),
  at: isoTime,
  /** The name of the event in the history of the change; `frozen` and `freeze-lifted` for the kill switch; `unreadable` for a change that this version cannot read. */
  type: z.string(),
  changeId: z.nullable(z.string()),
  revision: z.nullable(z.int()),
  by: z.strictObject({
    type: z.enum(['approver', 'principal', 'system']),
    /** The id of an approver, the ARN of an AWS principal, or a part of the product. */
    id: z.string(),
    /** The approver that it counted for; null where it was nobody's decision. */
    approverId: z.nullable(z.string()),
    /** The user whom Slack named, with `slack-signature`. */
    slackUserId: z.optional(z.string()),
  }),
  /** `personal-link`: the secret link of one approver. `slack-signature`: Slack signed the request and named the user. `aws-signature`: AWS checked the signature of the request. `aws-credentials`: what STS said of whoever wrote the table. `product`: nobody decided. */
  authenticated: z.enum(['personal-link', 'slack-signature', 'aws-signature', 'aws-credentials', 'product']),
  subject: z.nullable(subject),
  /** How an approval came: by a link in a mail, by a link or a form in Slack, or by a signed request. */
  channel: z.optional(z.enum(['email', 'slack', 'iam'])),
  /** Checks that were not proven and that this person accepted. */
  accepted: z.optional(texts),
  reason: z.optional(z.nullable(z.string())),
  /** The approver to whom the decision was handed over. */
  toApproverId: z.optional(z.string()),
  /** Who started the review that a proposal comes from. */
  startedBy: z.optional(
    z.strictObject({
      type: z.enum(['schedule', 'stale', 'principal', 'unknown']),
      arn: z.nullable(z.string()),
      approverId: z.nullable(z.string()),
    }),
  ),
  /** Services that were exempted, or whose exemption was lifted, with the ids of the exemptions. */
  services: z.optional(texts),
  exemptionIds: z.optional(texts),
  /** When a proposal, a snooze or an exemption ends, and before when a rejected one is not proposed again. */
  until: z.optional(isoTime),
  applyNotBefore: z.optional(isoTime),
  rollBackUntil: z.optional(isoTime),
  /** One write that was read back. */
  written: z.optional(
    z.strictObject({
      step: z.int(),
      resource: z.unknown(),
      policyId: z.nullable(z.string()),
      before: value,
      after: value,
      /** Of a roll back: what came of it; `kept` and `already-undone` wrote nothing. */
      outcome: z.optional(z.string()),
    }),
  ),
  failure: z.optional(failure),
});

/** One line of `oar changes export`. */
export type DecisionLine = z.infer<typeof decisionLine>;

/** The JSON Schema (2020-12) of one line of `oar changes export`, as a text. */
export function decisionSchemaFile(): string {
  const schema = z.toJSONSchema(decisionLine, { target: 'draft-2020-12' });
  return `${JSON.stringify({ title: 'oar changes export, one line', ...schema }, null, 2)}\n`;
}
