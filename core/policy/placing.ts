import type { Finding } from '../access/finding.ts';
import type { Knowledge } from '../access/knowledge.ts';
import type { Entity } from '../access/organization.ts';
import type { Configuration } from '../configuration.ts';
import type { Refusal, RefusalCode } from '../refusal.ts';
import type { ActiveExemption } from './exemptions.ts';
import { type PolicyBook, unreadAround } from './policy-book.ts';
import type { PolicyTarget } from './service-control-policy.ts';

/** A change that is open from an earlier review: its SCP takes no additions until it is decided. */
export interface OpenChange {
  readonly id: string;
  /** Null for a policy that does not exist yet. */
  readonly policyId: string | null;
  readonly targetIds: readonly string[];
  readonly services: readonly string[];
  /** True once it is approved: then nothing of it may change any more. */
  readonly frozen: boolean;
  readonly baseDigest: string;
}

/** A decision of people against a change: its services are not drafted again for its targets until then. */
export interface PutOff {
  readonly changeId: string;
  readonly targetIds: readonly string[];
  readonly services: readonly string[];
  /** Epoch milliseconds. */
  readonly until: number;
  /** Who decided what and why, in words. */
  readonly why: string;
}

/** What placement needs beside the findings. */
export interface PlacementRequest {
  readonly configuration: Configuration;
  readonly policyId?: string;
  /** Epoch milliseconds. */
  readonly asOf: number;
  readonly openChanges: readonly OpenChange[];
  readonly putOff: readonly PutOff[];
}

/** Deny statements for one SCP, computed from findings: the text before and after, and why this SCP. */
export interface PolicyDraft {
  readonly kind: 'update-policy' | 'create-policy';
  /** Null for a policy that does not exist yet. */
  readonly policyId: string | null;
  readonly policyName: string;
  readonly targets: readonly PolicyTarget[];
  readonly before: string | null;
  readonly after: string;
  /** Namespaces, sorted. */
  readonly services: readonly string[];
  readonly findings: readonly Finding[];
  /** Why this SCP, a sentence a line. */
  readonly choice: readonly string[];
}

/** One placement under way. */
export interface Placing {
  readonly knowledge: Knowledge;
  readonly book: PolicyBook;
  readonly request: PlacementRequest;
  readonly exemptions: readonly ActiveExemption[];
  /** Drafts so far, by policy id or `new:` + entity id. */
  readonly drafts: Map<string, PolicyDraft>;
  readonly refusals: Refusal[];
  /** Where a refusal stands in `refusals`, by all but its services. */
  readonly refusalIndexes: Map<string, number>;
  readonly openQuestions: Map<string, number>;
}

/** Adds a refusal for each entity that has findings in it; one of the same code, entity, policy and wording takes in more services. */
export function addRefusal(
  placing: Placing,
  refusal: {
    readonly code: RefusalCode;
    readonly entity: Entity;
    readonly policyId?: string;
    readonly findings: readonly Finding[];
    readonly detail: string;
    readonly patch?: Refusal['patch'];
  },
): void {
  for (const entityId of new Set(refusal.findings.map((finding) => finding.entityId))) {
    const services = refusal.findings
      .filter((finding) => finding.entityId === entityId)
      .map((finding) => finding.serviceNamespace);
    const where = entityId === refusal.entity.id ? '' : `At ${refusal.entity.name} (${refusal.entity.id}): `;
    const added: Refusal = {
      code: refusal.code,
      entityId,
      ...(refusal.policyId === undefined ? {} : { policyId: refusal.policyId }),
      services: [...services].sort(),
      detail: where + refusal.detail,
      ...(refusal.patch ? { patch: refusal.patch } : {}),
    };
    const key = JSON.stringify([added.code, added.entityId, added.policyId, added.detail]);
    const index = placing.refusalIndexes.get(key) ?? placing.refusals.length;
    const other = placing.refusals[index];
    placing.refusalIndexes.set(key, index);
    placing.refusals[index] = other
      ? { ...other, services: [...new Set([...(other.services ?? []), ...services])].sort() }
      : added;
  }
}

/** Refuses findings where the text of an SCP on the chain of an entity or below it was not read: what it denies or allows is not known. */
export function refuseUnread(
  placing: Placing,
  entity: Entity,
  around: readonly { readonly id: string }[],
  findings: readonly Finding[],
): boolean {
  const unread = new Set(around.flatMap(({ id }) => unreadAround(placing.book, id)));
  if (unread.size === 0) return false;
  const names = [...unread].map(({ id, name }) => `${name} (${id})`).join(', ');
  const detail = `the text of these SCPs was not read: ${names}`;
  addRefusal(placing, { code: 'EVIDENCE_MISSING', entity, findings, detail });
  return true;
}
