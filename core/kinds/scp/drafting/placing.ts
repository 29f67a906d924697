import type { Configuration } from '../../../base/configuration.ts';
import { listAt, sortedUnique } from '../../../base/lists.ts';
import type { Refusal, RefusalCode } from '../../../base/refusal.ts';
import type { Edit } from '../../../change/content/edit.ts';
import type { OpenChange, Suppression } from '../../../change/deciding/suppression.ts';
import type { ActiveExemption } from '../../../finding/exemptions.ts';
import type { Finding } from '../../../finding/finding.ts';
import type { Knowledge } from '../../../finding/knowledge.ts';
import { type Entity, nameWithId } from '../../../organization/organization.ts';
import { exemptPrincipalsOf } from '../../../policy/exempt-principals.ts';
import type { RevertedChange } from '../../../policy/foreign-policies.ts';
import { type PolicyIndex, unreadAround } from '../../../policy/policy-index.ts';
import type { ServiceControlPolicy } from '../../../policy/service-control-policy.ts';
import type { SafetyGiven } from './target-safety.ts';

/** What placement needs beside the findings. */
export interface PlacementRequest
  extends Pick<SafetyGiven, 'asOf' | 'allowedBefore' | 'partition' | 'regions' | 'spend' | 'trail'> {
  readonly configuration: Configuration;
  readonly policyId?: string;
  readonly openChanges: readonly OpenChange[];
  readonly suppressions: readonly Suppression[];
  /** Applied changes whose SCP somebody put back: it counts as foreign. */
  readonly revertedChanges: readonly RevertedChange[];
}

/** Deny statements for one SCP, computed from findings: the text before and after, and why this SCP. */
export interface PolicyDraft extends Edit {
  readonly findings: readonly Finding[];
  /** Why this SCP, a sentence a line. */
  readonly choice: readonly string[];
}

/** Services that an SCP could take for an entity, were there room in its text. */
export interface WithoutRoom {
  readonly entityId: string;
  readonly policy: ServiceControlPolicy;
  readonly services: readonly string[];
  readonly missingCharacters: number;
}

/** Whether denying one service at some targets harms nobody: `open` where reports are still to be asked, of these entities. */
export type Verdict =
  | { readonly kind: 'safe' }
  | { readonly kind: 'open'; readonly ask: readonly string[] }
  | { readonly kind: 'blocked'; readonly code: RefusalCode; readonly why: string };

/** One placement under way. */
export interface Placing {
  readonly knowledge: Knowledge;
  readonly policyIndex: PolicyIndex;
  readonly request: PlacementRequest;
  /** What a target's safety is judged from. */
  readonly given: SafetyGiven;
  /** Drafts so far, by policy id or `new:` + entity id. */
  readonly drafts: Map<string, PolicyDraft>;
  /** Names of the SCPs as read and of those drafted so far: AWS takes each once. */
  readonly policyNames: Set<string>;
  readonly refusals: Refusal[];
  /** Where a refusal stands in `refusals`, by all but its services. */
  readonly refusalIndexes: Map<string, number>;
  readonly openQuestions: Map<string, number>;
  /** What was said of services at all targets of an SCP, by policy id, then by service. */
  readonly verdicts: Map<string, Map<string, Verdict>>;
  readonly withoutRoom: WithoutRoom[];
}

/**
 * Adds a refusal for each entity that has findings in it. One of the same code, entity, policy and wording takes in more
 * services, unless no patch can hold them all. A patch denies exactly the services that its refusal names.
 */
export function addRefusal(
  placing: Placing,
  refusal: {
    readonly code: RefusalCode;
    readonly entity: Entity;
    readonly policyId?: string;
    readonly findings: readonly Finding[];
    readonly detail: string;
    /** The edit for somebody else's SCP that denies these services, or undefined where it does not fit. */
    readonly patch?: (services: readonly string[]) => Refusal['patch'];
  },
): void {
  const { code, entity, policyId, patch } = refusal;
  for (const [entityId, own] of servicesByEntity(refusal.findings)) {
    const where = entityId === entity.id ? '' : `At ${nameWithId(entity)}: `;
    const detail = where + refusal.detail;
    const key = `${code} ${entityId} ${policyId} ${detail}`;
    const before = placing.refusalIndexes.get(key);
    const other = before === undefined ? undefined : placing.refusals[before];
    const all = other === undefined ? own.toSorted() : sortedUnique([...(other.services ?? []), ...own]);
    const fitsAll = patch === undefined || patch(all) !== undefined;
    const services = fitsAll ? all : own.toSorted();
    const edit = patch?.(services);
    const index = fitsAll && before !== undefined ? before : placing.refusals.length;
    const refused =
      policyId === undefined
        ? { code, entityId, services, detail }
        : { code, entityId, policyId, services, detail };
    placing.refusals[index] = edit ? { ...refused, patch: edit } : refused;
    placing.refusalIndexes.set(key, index);
  }
}

/** The services of findings by their entities. */
export function servicesByEntity(findings: readonly Finding[]): ReadonlyMap<string, readonly string[]> {
  const services = new Map<string, string[]>();
  for (const { entityId, serviceNamespace } of findings) listAt(services, entityId).push(serviceNamespace);
  return services;
}

/** Refuses findings where the text of an SCP on the chain of an entity or below it was not read: what it denies or allows is not known. */
export function refuseUnread(
  placing: Placing,
  entity: Entity,
  around: readonly { readonly id: string }[],
  findings: readonly Finding[],
): boolean {
  if (placing.policyIndex.unread.length === 0) return false;
  const unread = new Set(around.flatMap(({ id }) => unreadAround(placing.policyIndex, id)));
  if (unread.size === 0) return false;
  const names = [...unread].map(({ id, name }) => `${name} (${id})`).join(', ');
  const detail = `the text of these SCPs was not read: ${names}`;
  addRefusal(placing, { code: 'EVIDENCE_MISSING', entity, findings, detail });
  return true;
}

/** What the safety of every target of a placement is judged from. */
export function safetyGiven(
  exemptions: readonly ActiveExemption[],
  knowledge: Knowledge,
  policyIndex: PolicyIndex,
  request: PlacementRequest,
): SafetyGiven {
  const { allowedBefore, asOf, configuration, partition, regions, spend, trail } = request;
  const exemptPrincipals = exemptPrincipalsOf(configuration);
  return {
    allowedBefore,
    asOf,
    exemptions,
    exemptPrincipals,
    knowledge,
    partition,
    policyIndex,
    regions,
    spend,
    trail,
    youngRule: configuration.youngAccounts,
  };
}
