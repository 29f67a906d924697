import * as z from 'zod/mini';

const isoTime = z.iso.datetime();
const texts = z.array(z.string());

/** Principals alone whom a change frees, or denies again. `endsAt` absent: without an end. `of`: the change that denies, or the one that had freed them. */
export const exempted = z.array(
  z.strictObject({ principals: texts, services: texts, endsAt: z.optional(isoTime), of: z.string() }),
);

/** A principal who may use a denied service until `endsAt`, and then until a change takes that out, by the change `by`. */
export const exempt = z.strictObject({
  principal: z.string(),
  service: z.string(),
  endsAt: isoTime,
  by: z.string(),
});

/** An exemption of a service that an approver gave to an OU or account when he decided a change. */
export const exemption = z.strictObject({
  id: z.string(),
  changeId: z.string().check(z.regex(/^chg-[0-9a-f]{12}$/)),
  owner: z.string(),
  entity: z.strictObject({ id: z.string(), name: z.string() }),
  service: z.string(),
  reason: z.string(),
  until: isoTime,
});
