import * as z from 'zod/mini';
import type { Configuration } from '../base/configuration.ts';
import { ok, type Result, refused } from '../base/result.ts';
import { entityOf, nameWithId, type OrganizationTree } from '../organization/organization.ts';
import type { ReviewRequest } from './review-facts.ts';

const schema = z.strictObject({
  scope: z.optional(
    z
      .string()
      .check(
        z.regex(
          /^[0-9A-Za-z-]{1,100}$/,
          'must be the id of a root, OU or account, such as r-ab12, ou-ab12-34cd56ef or 123456789012',
        ),
      ),
  ),
  thresholdDays: z.optional(z.int().check(z.gte(1), z.lte(399))),
  asOf: z.optional(
    z.string().check(
      z.refine((value) => /^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value)), {
        error: 'must be an ISO 8601 time such as 2026-11-22T09:00:00Z',
      }),
    ),
  ),
  dryRun: z.optional(z.boolean()),
  depth: z.optional(z.enum(['ou', 'account'])),
  kinds: z.optional(z.array(z.enum(['lapsed', 'never-used'])).check(z.minLength(1), z.maxLength(2))),
  policyId: z.optional(
    z.string().check(z.regex(/^p-[0-9a-zA-Z_]{8,128}$/, 'must be a policy id such as p-0abc1234')),
  ),
});

/** The event that starts a review: from a schedule, `sls invoke` or the command. */
export type ReviewEvent = z.infer<typeof schema>;

/** Reads the event of a review. A refusal (`BAD_EVENT`) starts with the field's name. `now` is in epoch milliseconds. */
export function parseReviewEvent(
  input: unknown,
  configuration: Configuration,
  now: number,
): Result<ReviewEvent> {
  const parsed = schema.safeParse(input ?? {});
  if (!parsed.success) {
    const [first, ...others] = parsed.error.issues.map((issue) => {
      const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
      const field = [...issue.path, ...(unknownKey === undefined ? [] : [unknownKey])].join('.') || 'event';
      const known = `is not a field of a review event (fields: ${Object.keys(schema.shape).join(', ')})`;
      return { code: 'BAD_EVENT', detail: `${field}: ${unknownKey === undefined ? issue.message : known}` };
    });
    if (!first) throw new Error('a failed parse without an issue');
    return refused(first, ...others);
  }
  const event = parsed.data;
  const bad = (detail: string): Result<ReviewEvent> => refused({ code: 'BAD_EVENT', detail });
  if (event.asOf !== undefined) {
    if (event.dryRun !== true)
      return bad('asOf: only a dry run may judge from another time: add "dryRun": true');
    if (Date.parse(event.asOf) > now) return bad(`asOf: ${event.asOf} lies in the future`);
  }
  const { minimumThresholdDays } = configuration;
  const days = event.thresholdDays ?? configuration.thresholdDays;
  if (event.dryRun !== true && days < minimumThresholdDays) {
    return bad(
      `thresholdDays: ${days} is below minimumThresholdDays (${minimumThresholdDays}); a dry run may ask for less`,
    );
  }
  return ok(event);
}

/** The request of a review on this organization, every default filled in. Refuses (`BAD_EVENT`) a scope that does not exist or that nothing can be said of. */
export function requestOf(
  event: ReviewEvent,
  configuration: Configuration,
  tree: OrganizationTree,
  run: { readonly reviewId: string; readonly now: number },
): Result<ReviewRequest> {
  const scopeId = event.scope ?? configuration.scope ?? tree.rootId;
  if (!tree.entities.has(scopeId)) {
    const detail = `scope: there is no root, OU or account ${scopeId} in organization ${tree.id}`;
    return refused({ code: 'BAD_EVENT', detail });
  }
  if (scopeId === tree.managementAccountId) {
    const detail = `scope: ${nameWithId(entityOf(tree, scopeId))} is the management account: no SCP binds it, so it is never judged`;
    return refused({ code: 'BAD_EVENT', detail });
  }
  return ok({
    reviewId: run.reviewId,
    scopeId,
    thresholdDays: event.thresholdDays ?? configuration.thresholdDays,
    asOf: event.asOf === undefined ? run.now : Date.parse(event.asOf),
    depth: event.depth ?? configuration.depth,
    kinds: event.kinds ?? configuration.kinds,
    ...(event.policyId === undefined ? {} : { policyId: event.policyId }),
    configuration,
  });
}
