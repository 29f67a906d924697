import type { EntityType } from '../access/organization.ts';

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
  /** The text exactly as read: its white space counts (Organizations quotas). Empty where the policy has no target, since it is then not read. */
  readonly text: string;
  /** Direct attachments, sorted by id. */
  readonly targets: readonly PolicyTarget[];
  /** Tags, or null where they were not or could not be read: then a policy is judged by its name and description. */
  readonly tags: Readonly<Record<string, string>> | null;
}
