import { rememberedFor } from '../base/remembered.ts';
import type { ServiceControlPolicy } from './service-control-policy.ts';

/** Ids of the SCPs attached to an entity itself, in the order of the SCPs as read. */
export type AttachedPolicies = readonly string[];

/** What is attached where, by entity id. Entities with the same SCPs have one list in common, which so stands for all of them. */
export type Attachments = ReadonlyMap<string, AttachedPolicies>;

/** What is attached where. Both who drafts and who proves ask. */
export const attachmentsOf = rememberedFor((policies: readonly ServiceControlPolicy[]): Attachments => {
  const attached = new Map<string, AttachedPolicies>();
  for (const policy of policies) {
    const made: MadeLists = new Map();
    for (const { id } of policy.targets)
      attached.set(id, withPolicy(attached.get(id) ?? unattached, policy.id, made));
  }
  return attached;
});

/** What is attached to an entity without any SCP. */
export const unattached: readonly string[] = [];

/** Lists that one SCP was added to, by those without it. */
export type MadeLists = Map<AttachedPolicies, AttachedPolicies>;

/** A list with one SCP more, for the same list the same one. */
export function withPolicy(there: AttachedPolicies, policyId: string, made: MadeLists): AttachedPolicies {
  const list = made.get(there) ?? [...there, policyId];
  made.set(there, list);
  return list;
}
