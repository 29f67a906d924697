import { chainOf, entityOf } from '../organization/organization.ts';
import { type PolicyDocument, parsePolicy, type Statement } from '../policy/document.ts';
import { exemptionOf, exempts } from '../policy/our-statement.ts';
import { serviceCatalogue } from '../policy/service-catalogue.ts';
import { type ServiceControlPolicy, unreadOf } from '../policy/service-control-policy.ts';
import {
  denyingStatements,
  type Standing,
  saysTheSame,
  standingOf,
  takenAlready,
} from '../policy/standing.ts';
import { targetsReached } from './base.ts';
import { namespacesListed, policyTextsOf, prefixesOf } from './policy-texts.ts';
import type { ProofSubject } from './subject.ts';

/** Accounts that live under the same SCPs, and what the edit does to them. */
export interface ChainEffect {
  /** Indexes into `tree.accounts`. */
  readonly accounts: readonly number[];
  /** Services that stand otherwise after the edit than before, sorted. */
  readonly changed: readonly string[];
  /** Services that somebody loses, sorted: those that stand otherwise, and those that were denied with an exemption which the edit does not grant. */
  readonly lost: readonly string[];
  /** Services that the edit means to deny and that are still not denied, sorted. */
  readonly missed: readonly string[];
}

const known = new WeakMap<ProofSubject, readonly ChainEffect[]>();

/** What an edit does to every account of its blast radius, with its real chain of SCPs, once per distinct chain. Several checks ask, so the answer is remembered for the subject. */
export function effectOf(subject: ProofSubject): readonly ChainEffect[] {
  const effects = known.get(subject) ?? computeEffect(subject);
  known.set(subject, effects);
  return effects;
}

function computeEffect(subject: ProofSubject): readonly ChainEffect[] {
  const { documents } = policyTextsOf(subject.policies);
  const attached = attachments(subject);
  const after = parsePolicy(subject.edit.after);
  const edited = new Map(documents);
  edited.delete(newOrEdited(subject));
  if (after.ok) edited.set(newOrEdited(subject), after.value);
  const meant = new Set(subject.edit.services);
  const [old, own] = [documents, edited].map((texts) => texts.get(newOrEdited(subject)));
  // Of whatever the text says the same before and after, no chain says anything else than before.
  const namespaces = namespacesToCompare(subject).filter(
    (namespace) => meant.has(namespace) || !saysTheSame(old, own, namespace),
  );
  const effects: ChainEffect[] = [];
  for (const { entityId, accounts } of distinctChains(subject, attached)) {
    const before = levels(subject, attached, documents, entityId);
    const afterwards = levels(subject, attached, edited, entityId);
    const changed: string[] = [];
    const lost: string[] = [];
    const missed: string[] = [];
    for (const namespace of namespaces) {
      const standing = standingOf(afterwards, namespace);
      const isChanged = !isSame(standingOf(before, namespace), standing);
      if (isChanged) changed.push(namespace);
      if (isChanged || !takenAlready(before, namespace, isAsSparing(own, namespace))) lost.push(namespace);
      const isDenied = standing.denial === 'whole' || standing.denial === 'principals-exempt';
      if (!isDenied && meant.has(namespace)) missed.push(namespace);
    }
    effects.push({ accounts, changed, lost, missed });
  }
  return effects;
}

/** Whether a statement leaves out exactly those whom the edited text leaves out of its deny of a service. */
function isAsSparing(own: PolicyDocument | undefined, namespace: string): (statement: Statement) => boolean {
  const exemptions = (own ? denyingStatements(own, namespace) : []).flatMap(({ statement }) => {
    const exemption = exemptionOf(statement);
    return exemption === null ? [] : [exemption];
  });
  return (statement) => exemptions.some((exemption) => exempts(statement, exemption));
}

const touched = new WeakMap<ProofSubject, ReadonlySet<string>>();

/** The services that the edit touches in any account, and those that it means to deny. Several checks ask, so the answer is remembered. */
export function touchedServices(subject: ProofSubject): ReadonlySet<string> {
  const services =
    touched.get(subject) ??
    new Set([...subject.edit.services, ...effectOf(subject).flatMap((effect) => effect.changed)]);
  touched.set(subject, services);
  return services;
}

const radii = new WeakMap<ProofSubject, readonly number[]>();

/** The indexes of every member account below every target, each once, ascending. */
export function blastRadius(subject: ProofSubject): readonly number[] {
  const radius = radii.get(subject) ?? indexesBelow(subject);
  radii.set(subject, radius);
  return radius;
}

function indexesBelow(subject: ProofSubject): readonly number[] {
  const entities = targetsReached(subject).flatMap(({ id }) => subject.tree.entities.get(id) ?? []);
  const indexes: number[] = [];
  let next = 0;
  for (const { endAccount, firstAccount } of entities.sort((a, b) => a.firstAccount - b.firstAccount)) {
    // Targets may lie within each other.
    for (let index = Math.max(next, firstAccount); index < endAccount; index += 1) indexes.push(index);
    next = Math.max(next, endAccount);
  }
  return indexes;
}

/** SCPs on the chains of the blast radius whose texts were not read: while there is one, no effect is proved. */
export function unreadInChains(subject: ProofSubject): readonly ServiceControlPolicy[] {
  return onChains(subject, unreadOf(subject.policies));
}

/** SCPs on the chains of the blast radius whose texts are no policy as this product understands it. Every effect is computed without them. */
export function malformedInChains(subject: ProofSubject): readonly ServiceControlPolicy[] {
  return onChains(subject, policyTextsOf(subject.policies).malformed);
}

function onChains(
  subject: ProofSubject,
  policies: readonly ServiceControlPolicy[],
): readonly ServiceControlPolicy[] {
  if (policies.length === 0) return [];
  const reached = new Set<string>();
  for (const index of blastRadius(subject)) {
    for (const { id } of chainOf(subject.tree, subject.tree.accounts[index]?.id ?? '')) reached.add(id);
  }
  return policies.filter(({ targets }) => targets.some(({ id }) => reached.has(id)));
}

function isSame(a: Standing, b: Standing): boolean {
  return a.listed === b.listed && a.denial === b.denial;
}

/** Every namespace that the catalogue, a report, the edit or a text knows: prefixes outside all of them are reached by `*` alone, and then by these too. */
function namespacesToCompare({ edit, policies, reports }: ProofSubject): readonly string[] {
  const after = parsePolicy(edit.after);
  const namespaces = new Set([
    ...serviceCatalogue.namespaces,
    ...edit.services,
    ...namespacesListed(reports),
    ...policyTextsOf(policies).prefixes,
    ...(after.ok ? prefixesOf(after.value) : []),
  ]);
  return [...namespaces].sort();
}

/** Policy ids at an entity as they will be: a policy that does not exist yet counts at its targets, where before the edit it simply has no text. */
function attachments(subject: ProofSubject): (entityId: string) => readonly string[] {
  const { attached } = policyTextsOf(subject.policies);
  const isNew = subject.edit.policyId === null;
  const added = new Set(isNew ? subject.edit.targets.map(({ id }) => id) : []);
  return (entityId) => {
    const there = attached.get(entityId) ?? [];
    return added.has(entityId) ? [...there, newOrEdited(subject)] : there;
  };
}

function newOrEdited({ edit }: ProofSubject): string {
  return edit.policyId ?? '(new)';
}

/** Accounts that live under the same SCPs, with the ids of these at each level from the root down. The SCP that is edited, or made, has the id that is answered beside. */
export function chainsOf(subject: ProofSubject): {
  readonly editedId: string;
  readonly chains: readonly {
    readonly accounts: readonly number[];
    readonly policyIds: readonly (readonly string[])[];
  }[];
} {
  const attached = attachments(subject);
  const chains = distinctChains(subject, attached).map(({ accounts, entityId }) => ({
    accounts,
    policyIds: chainOf(subject.tree, entityId).map(({ id }) => attached(id)),
  }));
  return { editedId: newOrEdited(subject), chains };
}

function distinctChains(
  subject: ProofSubject,
  attached: (entityId: string) => readonly string[],
): readonly { readonly entityId: string; readonly accounts: readonly number[] }[] {
  const groups = new Map<number, { entityId: string; accounts: number[] }>();
  // Each distinct chain has a number, by the number of the chain above it and the SCPs of its last entity.
  const numbers = new Map<number, Map<string, number>>();
  let count = 0;
  const keys = new Map<string, number>();
  const keyOf = (entityId: string): number => {
    const known = keys.get(entityId);
    if (known !== undefined) return known;
    const { parentId } = entityOf(subject.tree, entityId);
    const above = parentId === null ? -1 : keyOf(parentId);
    const below = numbers.get(above) ?? new Map<string, number>();
    numbers.set(above, below);
    const policies = attached(entityId).join(' ');
    const number = below.get(policies) ?? count++;
    below.set(policies, number);
    keys.set(entityId, number);
    return number;
  };
  for (const index of blastRadius(subject)) {
    const entityId = subject.tree.accounts[index]?.id ?? '';
    const key = keyOf(entityId);
    const group = groups.get(key);
    if (group) group.accounts.push(index);
    else groups.set(key, { entityId, accounts: [index] });
  }
  return [...groups.values()];
}

function levels(
  subject: ProofSubject,
  attached: (entityId: string) => readonly string[],
  documents: ReadonlyMap<string, PolicyDocument>,
  entityId: string,
): readonly (readonly PolicyDocument[])[] {
  return chainOf(subject.tree, entityId).map((entity) =>
    attached(entity.id).flatMap((policyId) => documents.get(policyId) ?? []),
  );
}
