import { rememberedFor } from '../base/remembered.ts';
import { type Coverage, coverageOf, covers } from '../organization/coverage.ts';
import {
  activeAccountsBelow,
  chainOf,
  type Entity,
  isWithin,
  type OrganizationTree,
} from '../organization/organization.ts';
import { type Attachments, attachmentsOf } from './attachments.ts';
import { type PolicyDocument, parsePolicy } from './document.ts';
import { exempts } from './our-statement.ts';
import { isRead, type PolicyTarget, type ServiceControlPolicy, unreadOf } from './service-control-policy.ts';
import { type Denial, denialOf, type Standing, standingOf, takenAlready } from './standing.ts';
import { servicesConcerned } from './statement-reach.ts';

/** Every SCP of the organization, parsed once, with what is attached where. */
export interface PolicyIndex {
  readonly tree: OrganizationTree;
  readonly policies: ReadonlyMap<string, ServiceControlPolicy>;
  /** Parsed texts by policy id; a policy that does not parse is missing here and named in `malformed`. */
  readonly documents: ReadonlyMap<string, PolicyDocument>;
  readonly malformed: readonly { readonly policyId: string; readonly detail: string }[];
  /** Attached SCPs whose texts were not read: nothing is known of what they deny or allow. */
  readonly unread: readonly ServiceControlPolicy[];
  readonly attached: Attachments;
}

const remembered = new WeakMap<readonly ServiceControlPolicy[], PolicyIndex>();

/** Parses every SCP that is attached somewhere and notes where. A text that does not parse is named and left out: the rest goes on. A review judges the same SCPs after each report, so the answer is remembered. */
export function indexPolicies(
  tree: OrganizationTree,
  policies: readonly ServiceControlPolicy[],
): PolicyIndex {
  const known = remembered.get(policies);
  if (known?.tree === tree) return known;
  const index = readPolicies(tree, policies);
  remembered.set(policies, index);
  return index;
}

function readPolicies(tree: OrganizationTree, policies: readonly ServiceControlPolicy[]): PolicyIndex {
  const documents = new Map<string, PolicyDocument>();
  const malformed: { policyId: string; detail: string }[] = [];
  for (const policy of policies) {
    if (policy.targets.length === 0 || !isRead(policy)) continue;
    const parsed = parsePolicy(policy.text);
    if (parsed.ok) documents.set(policy.id, parsed.value);
    else malformed.push({ policyId: policy.id, detail: parsed.reasons[0].detail });
  }
  return {
    tree,
    policies: new Map(policies.map((policy) => [policy.id, withPaths(policy, tree)])),
    documents,
    malformed,
    unread: unreadOf(policies),
    attached: attachmentsOf(policies),
  };
}

/** AWS tells the name of a target alone; people are told a path where others have that name. */
function withPaths(policy: ServiceControlPolicy, { ownPaths }: OrganizationTree): ServiceControlPolicy {
  if (ownPaths.size === 0) return policy;
  const withPath = (target: PolicyTarget): PolicyTarget => {
    const shortPath = ownPaths.get(target.id);
    return shortPath === undefined ? target : { ...target, shortPath };
  };
  return { ...policy, targets: policy.targets.map(withPath) };
}

/** The documents attached at each level from the root down to an entity: what AWS evaluates for it. */
function levelsOf(policyIndex: PolicyIndex, entityId: string): readonly (readonly PolicyDocument[])[] {
  return chainOf(policyIndex.tree, entityId).map((entity) => documentsAt(policyIndex, entity.id));
}

/** The documents attached to an entity itself, those that were read and are policies. */
export function documentsAt(policyIndex: PolicyIndex, entityId: string): readonly PolicyDocument[] {
  const documents: PolicyDocument[] = [];
  for (const policyId of policyIndex.attached.get(entityId) ?? []) {
    const document = policyIndex.documents.get(policyId);
    if (document) documents.push(document);
  }
  return documents;
}

/** SCPs on the chain of an entity or below it whose texts were not read: while there is one, nothing may be drafted there. */
export function unreadAround(
  { tree, unread }: PolicyIndex,
  entityId: string,
): readonly ServiceControlPolicy[] {
  if (!tree.entities.has(entityId)) return unread;
  return unread.filter(({ targets }) =>
    targets.some(
      ({ id }) => tree.entities.has(id) && (isWithin(tree, id, entityId) || isWithin(tree, entityId, id)),
    ),
  );
}

/** How a service stands at an entity under the SCPs from the root down to it. */
export function standingAt(policyIndex: PolicyIndex, entityId: string, serviceNamespace: string): Standing {
  return standingOf(levelsOf(policyIndex, entityId), serviceNamespace);
}

/** Whether a deny that leaves these principals out would take a service from nobody at an entity: its SCPs take it from everybody else already. */
export function isTakenAt(
  policyIndex: PolicyIndex,
  entityId: string,
  serviceNamespace: string,
  exemptPrincipals: readonly string[],
): boolean {
  return takenAlready(levelsOf(policyIndex, entityId), serviceNamespace, (statement) =>
    exempts(statement, exemptPrincipals),
  );
}

/** Denials that take a whole service away, for everyone or for everyone but named principals. */
export function takesAway(denial: Denial): boolean {
  return denial === 'whole' || denial === 'principals-exempt';
}

const reaches = new WeakMap<PolicyIndex, Map<string, Coverage>>();

/** The accounts that some SCPs bind together. One list of denials names many services, so it is asked for the same ones again and again. */
function reachOf(policyIndex: PolicyIndex, policyIds: readonly string[]): Coverage {
  const { policies, tree } = policyIndex;
  const known = reaches.get(policyIndex) ?? new Map<string, Coverage>();
  reaches.set(policyIndex, known);
  const key = policyIds.join(' ');
  const targets = (): readonly Entity[] =>
    policyIds
      .flatMap((id) => policies.get(id)?.targets ?? [])
      .flatMap(({ id }) => tree.entities.get(id) ?? []);
  const reach = known.get(key) ?? coverageOf(tree, targets());
  known.set(key, reach);
  return reach;
}

const denials = new WeakMap<PolicyIndex, Map<string, (entity: Entity) => boolean>>();

/**
 * Answers, for one service, whether every ACTIVE member account below an entity has in its chain an SCP that takes the
 * service away, whoever wrote it. A service that is denied everywhere is neither a finding nor "used again". Asked for every
 * entity, so the answer is remembered.
 */
export function deniedEverywhere(
  policyIndex: PolicyIndex,
  serviceNamespace: string,
): (entity: Entity) => boolean {
  const answers = denials.get(policyIndex) ?? new Map<string, (entity: Entity) => boolean>();
  denials.set(policyIndex, answers);
  const answer = answers.get(serviceNamespace) ?? findDenials(policyIndex, serviceNamespace);
  answers.set(serviceNamespace, answer);
  return answer;
}

function findDenials(policyIndex: PolicyIndex, serviceNamespace: string): (entity: Entity) => boolean {
  const denying = concernedBy(policyIndex)(serviceNamespace.toLowerCase()).filter((policyId) => {
    const document = policyIndex.documents.get(policyId);
    return document !== undefined && takesAway(denialOf(document, serviceNamespace));
  });
  if (denying.length === 0) return () => false;
  const denied = reachOf(policyIndex, denying);
  return (entity) => activeAccountsBelow(policyIndex.tree, entity) > 0 && covers(denied, entity);
}

/** The SCPs that can say anything of a service (in lower case). Most name a few of hundreds. */
const concernedBy = rememberedFor(({ documents }: PolicyIndex) => {
  const naming = new Map<string, string[]>();
  const broad: string[] = [];
  for (const [policyId, document] of documents) {
    const services = servicesConcerned(document);
    if (services === 'every service') broad.push(policyId);
    else for (const service of services) naming.set(service, [...(naming.get(service) ?? []), policyId]);
  }
  return (service: string): readonly string[] => [...broad, ...(naming.get(service) ?? [])];
});
