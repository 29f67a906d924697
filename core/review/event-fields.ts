import * as z from 'zod/mini';
import type { Configuration } from '../base/configuration.ts';
import { ok, type Result, refused } from '../base/result.ts';

/** The fields that every event of a review may have: from how many days on something is unused, and as of when it is judged. */
export const timeFields = {
  thresholdDays: z.optional(z.int().check(z.gte(1), z.lte(399))),
  asOf: z.optional(
    z.string().check(
      z.refine((value) => /^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value)), {
        error: 'must be an ISO 8601 time such as 2026-11-22T09:00:00Z',
      }),
    ),
  ),
  dryRun: z.optional(z.boolean()),
};

type TimeFields = z.infer<ReturnType<typeof timeObject>>;
const timeObject = () => z.strictObject(timeFields);

/**
 * Reads the event of a review of any kind by its schema. A refusal (`BAD_EVENT`) starts with the field's name; a field that
 * is not known is answered with those that are. Only a dry run may judge from another time or below the least threshold.
 * `now` is in epoch milliseconds.
 */
export function readEvent<Event extends TimeFields>(
  schema: z.ZodMiniType<Event> & { readonly shape: Readonly<Record<string, unknown>> },
  input: unknown,
  { minimumThresholdDays, thresholdDays }: Configuration,
  now: number,
): Result<Event> {
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
  if (event.asOf !== undefined && event.dryRun !== true)
    return badEvent('asOf: only a dry run may judge from another time: add "dryRun": true');
  if (event.asOf !== undefined && Date.parse(event.asOf) > now)
    return badEvent(`asOf: ${event.asOf} lies in the future`);
  if (event.dryRun !== true && (event.thresholdDays ?? thresholdDays) < minimumThresholdDays)
    return badEvent(
      `thresholdDays: ${event.thresholdDays ?? thresholdDays} is below minimumThresholdDays (${minimumThresholdDays}); a dry run may ask for less`,
    );
  return ok(event);
}

/** Refuses an event that cannot be carried out; `detail` starts with the field's name. */
export function badEvent(detail: string): Result<never> {
  return refused({ code: 'BAD_EVENT', detail });
}
