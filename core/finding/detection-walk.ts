import type { Configuration } from '../base/configuration.ts';
import { type Entity, entityOf } from '../organization/organization.ts';
import type { PolicyIndex } from '../policy/policy-index.ts';
import { protectionOf } from '../policy/protected-services.ts';
import type { AllowedFacts } from './allowed-lately.ts';
import type { AllowedMemory } from './allowed-memory.ts';
import type { ActiveExemption } from './exemptions.ts';
import type { Finding, FindingKind } from './finding.ts';
import { judgeableBelow } from './judgeable.ts';
import type { Knowledge } from './knowledge.ts';

/** What a detection is asked for. */
export interface DetectionRequest {
  readonly scopeId: string;
  readonly depth: 'ou' | 'account';
  readonly kinds: readonly FindingKind[];
  /** Epoch milliseconds. */
  readonly asOf: number;
  readonly configuration: Configuration;
  /** Service principals with trusted access or a delegated administrator, or null where they may not be read. */
  readonly trustedServicePrincipals: readonly string[] | null;
  /** Namespaces that a stored review older than the threshold lists: these are not new. */
  readonly namespacesSeenBefore: ReadonlySet<string>;
  /** What stored reviews saw SCPs keep out; absent: there is none. */
  readonly allowedBefore?: AllowedMemory;
  /** When stored reviews had the last report of each entity, epoch ms; absent: none. */
  readonly askedBefore?: ReadonlyMap<string, number>;
}

/** A walk through the scope. */
export interface Walk {
  readonly knowledge: Knowledge;
  readonly policyIndex: PolicyIndex;
  readonly request: DetectionRequest;
  /** What tells whether a service was allowed only lately. */
  readonly allowed: AllowedFacts;
  readonly exemptions: readonly ActiveExemption[];
  readonly denied: Map<string, (entity: Entity) => boolean>;
  /** Why each service that was asked for is protected; null: it is not. */
  readonly protections: Map<string, ReturnType<typeof protectionOf>>;
  readonly youngAccounts: Map<string, readonly string[]>;
  readonly findings: Finding[];
  readonly openQuestions: Map<string, number>;
  readonly worth: Map<string, number>;
}

/** The entities below that are judged by themselves. */
export function childrenToJudge(walk: Walk, entity: Entity): readonly Entity[] {
  const judged: Entity[] = [];
  for (const id of entity.childIds) {
    const child = entityOf(walk.knowledge.tree, id);
    // OUs come first: to their depth, the accounts are not looked at.
    if (child.type === 'account' && walk.request.depth === 'ou') break;
    if (judgeableBelow(walk.knowledge, child) > 0) judged.push(child);
  }
  return judged;
}

/** Why a service is protected, or null. Every entity asks, so the answer is remembered. */
export function protectionIn(
  { protections, request }: Walk,
  service: string,
): ReturnType<typeof protectionOf> {
  const known = protections.get(service);
  if (known !== undefined) return known;
  const { configuration, trustedServicePrincipals } = request;
  const protection = protectionOf(service, { ...configuration.protectedServices, trustedServicePrincipals });
  protections.set(service, protection);
  return protection;
}
