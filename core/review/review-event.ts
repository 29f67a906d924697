import * as z from 'zod/mini';
import type { Configuration } from '../base/configuration.ts';
import { jobBudget, timeBudget } from '../base/configuration-fields.ts';
import { ok, type Result } from '../base/result.ts';
import { namedEntity } from '../organization/named-entity.ts';
import { entityOf, nameWithId, type OrganizationTree } from '../organization/organization.ts';
import { longestTypedName } from '../organization/typed-name.ts';
import { badEvent, readEvent, timeFields } from './event-fields.ts';
import type { ReviewRequest } from './review-facts.ts';

const whatScopeIs =
  'must be the id of a root, OU or account, such as ou-ab12-34cd56ef, or its name, such as Retail / Production';

const schema = z.strictObject({
  kind: z.optional(z.literal('organization')),
  scope: z.optional(
    z.string().check(z.maxLength(longestTypedName, whatScopeIs), z.regex(/^[^\p{Cc}\p{Cs}]+$/u, whatScopeIs)),
  ),
  ...timeFields,
  depth: z.optional(z.enum(['ou', 'account'])),
  kinds: z.optional(z.array(z.enum(['lapsed', 'never-used'])).check(z.minLength(1), z.maxLength(2))),
  jobBudget: z.optional(jobBudget),
  timeBudget: z.optional(timeBudget),
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
  return readEvent(schema, input, configuration, now);
}

/** The request of a review on this organization, every default filled in. Refuses (`BAD_EVENT`) a scope that does not exist or that nothing can be said of. */
export function requestOf(
  event: ReviewEvent,
  configuration: Configuration,
  tree: OrganizationTree,
  run: { readonly reviewId: string; readonly now: number },
): Result<ReviewRequest> {
  const named = namedEntity(tree, event.scope ?? configuration.scope ?? tree.rootId);
  if ('why' in named) return badEvent(`scope: ${named.why}`);
  const scopeId = named.id;
  if (scopeId === tree.managementAccountId) {
    const detail = `scope: ${nameWithId(entityOf(tree, scopeId))} is the management account: no SCP binds it, so it is never judged`;
    return badEvent(detail);
  }
  return ok({
    reviewId: run.reviewId,
    scopeId,
    thresholdDays: event.thresholdDays ?? configuration.thresholdDays,
    asOf: event.asOf === undefined ? run.now : Date.parse(event.asOf),
    depth: event.depth ?? configuration.depth,
    kinds: event.kinds ?? configuration.kinds,
    ...budgetsOf(event, configuration),
    ...(event.policyId === undefined ? {} : { policyId: event.policyId }),
    configuration,
  });
}

function budgetsOf(
  event: ReviewEvent,
  configuration: Configuration,
): Pick<ReviewRequest, 'jobBudget' | 'timeBudget'> {
  const jobs = event.jobBudget ?? configuration.jobBudget;
  const minutes = event.timeBudget ?? configuration.timeBudget;
  return {
    ...(jobs === null ? {} : { jobBudget: jobs }),
    ...(minutes === null ? {} : { timeBudget: minutes }),
  };
}
