import type { EntityType } from '../organization/organization.ts';

/** Where an SCP is attached (ListTargetsForPolicy). */
export interface PolicyTarget {
  readonly id: string;
  readonly type: EntityType;
  readonly name: string;
  /** Where the name alone belongs to several entities: the shortest path that is unique. */
  readonly shortPath?: string;
}

/** An SCP as Organizations gives it, text untouched. */
export interface ServiceControlPolicy {
  readonly id: string;
  readonly name: string;
  /** As ListPolicies gives it; empty or absent where the policy has none. */
  readonly description?: string;
  readonly awsManaged: boolean;
  /** The text exactly as read: its white space counts (Organizations quotas). Null: it was not read, so the policy may deny or allow anything. */
  readonly text: string | null;
  /** Direct attachments, sorted by id. */
  readonly targets: readonly PolicyTarget[];
  /** Tags (they are read with the text), or null where they were not or could not be read: then a policy is judged by its name and description. */
  readonly tags: Readonly<Record<string, string>> | null;
}

/** An SCP whose text was read: the only kind that may be judged, edited or compared. */
export type ReadPolicy = ServiceControlPolicy & { readonly text: string };

/** Whether the text was read. */
export function isRead(policy: ServiceControlPolicy): policy is ReadPolicy {
  return policy.text !== null;
}

/** SCPs that are attached somewhere, whose texts were not read. */
export function unreadOf(policies: readonly ServiceControlPolicy[]): readonly ServiceControlPolicy[] {
  return policies.filter((policy) => policy.targets.length > 0 && !isRead(policy));
}
