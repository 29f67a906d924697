import { chainOf, entityOf } from '../organization/organization.ts';
import { type PolicyDocument, parsePolicy } from '../policy/document.ts';
import { serviceCatalogue } from '../policy/service-catalogue.ts';
import { isRead, type ServiceControlPolicy, unreadOf } from '../policy/service-control-policy.ts';
import { type Standing, standingOf } from '../policy/standing.ts';
import { targetsReached } from './base.ts';
import type { ProofSubject } from './subject.ts';

/** Accounts that live under the same SCPs, and what the edit does to them. */
export interface ChainEffect {
  /** Indexes into `tree.accounts`. */
  readonly accounts: readonly number[];
  /** Services that stand otherwise after the edit than before, sorted. */
  readonly changed: readonly string[];
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
  const documents = parseAll(subject);
  const attached = attachments(subject);
  const after = parsePolicy(subject.edit.after);
  const namespaces = namespacesToCompare(subject, documents);
  const effects: ChainEffect[] = [];
  for (const { entityId, accounts } of distinctChains(subject, attached)) {
    const before = levels(subject, attached, documents, entityId);
    const edited = new Map(documents);
    edited.delete(newOrEdited(subject));
    if (after.ok) edited.set(newOrEdited(subject), after.value);
    const afterwards = levels(subject, attached, edited, entityId);
    const changed: string[] = [];
    const missed: string[] = [];
    for (const namespace of namespaces) {
      const standing = standingOf(afterwards, namespace);
      if (!isSame(standingOf(before, namespace), standing)) changed.push(namespace);
      const isDenied = standing.denial === 'whole' || standing.denial === 'principals-exempt';
      if (!isDenied && subject.edit.services.includes(namespace)) missed.push(namespace);
    }
    effects.push({ accounts, changed, missed });
  }
  return effects;
}

/** The services that the edit touches in any account, and those that it means to deny. */
export function touchedServices(subject: ProofSubject): ReadonlySet<string> {
  return new Set([...subject.edit.services, ...effectOf(subject).flatMap((effect) => effect.changed)]);
}

/** The indexes of every member account below every target, each once, ascending. */
export function blastRadius(subject: ProofSubject): readonly number[] {
  const inside = new Set<number>();
  for (const target of targetsReached(subject)) {
    const entity = subject.tree.entities.get(target.id);
    for (let index = entity?.firstAccount ?? 0; index < (entity?.endAccount ?? 0); index += 1)
      inside.add(index);
  }
  return [...inside].sort((a, b) => a - b);
}

/** SCPs on the chains of the blast radius whose texts were not read: while there is one, no effect is proved. */
export function unreadInChains(subject: ProofSubject): readonly ServiceControlPolicy[] {
  return onChains(subject, unreadOf(subject.policies));
}

/** SCPs on the chains of the blast radius whose texts are no policy as this product understands it. Every effect is computed without them. */
export function malformedInChains(subject: ProofSubject): readonly ServiceControlPolicy[] {
  const malformed = subject.policies.filter((policy) => isRead(policy) && !parsePolicy(policy.text).ok);
  return onChains(subject, malformed);
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

function parseAll(subject: ProofSubject): ReadonlyMap<string, PolicyDocument> {
  const documents = new Map<string, PolicyDocument>();
  for (const policy of subject.policies) {
    if (policy.targets.length === 0 || !isRead(policy)) continue;
    const parsed = parsePolicy(policy.text);
    if (parsed.ok) documents.set(policy.id, parsed.value);
  }
  return documents;
}

/** Every namespace that the catalogue, a report, the edit or the text after knows: prefixes outside all of them are reached by `*` alone, and then by these too. */
function namespacesToCompare(
  subject: ProofSubject,
  documents: ReadonlyMap<string, PolicyDocument>,
): readonly string[] {
  const namespaces = new Set([...serviceCatalogue.namespaces, ...subject.edit.services]);
  for (const report of subject.reports) {
    if (report.status === 'completed') for (const namespace of report.rows.keys()) namespaces.add(namespace);
  }
  const after = parsePolicy(subject.edit.after);
  for (const document of [...documents.values(), ...(after.ok ? [after.value] : [])]) {
    for (const statement of document.statements) {
      for (const pattern of statement.actions.patterns) {
        const prefix = pattern.split(':')[0]?.toLowerCase() ?? '';
        if (/^[a-z0-9-]+$/.test(prefix)) namespaces.add(prefix);
      }
    }
  }
  return [...namespaces].sort();
}

/** Policy ids at each entity as they will be: a policy that does not exist yet counts at its targets, where before the edit it simply has no text. */
function attachments(subject: ProofSubject): ReadonlyMap<string, readonly string[]> {
  const attached = new Map<string, string[]>();
  const attach = (entityId: string, policyId: string): void => {
    attached.set(entityId, [...(attached.get(entityId) ?? []), policyId]);
  };
  for (const policy of subject.policies) for (const target of policy.targets) attach(target.id, policy.id);
  if (subject.edit.policyId === null)
    for (const target of subject.edit.targets) attach(target.id, newOrEdited(subject));
  return attached;
}

function newOrEdited({ edit }: ProofSubject): string {
  return edit.policyId ?? '(new)';
}

function distinctChains(
  subject: ProofSubject,
  attached: ReadonlyMap<string, readonly string[]>,
): readonly { readonly entityId: string; readonly accounts: readonly number[] }[] {
  const groups = new Map<string, { entityId: string; accounts: number[] }>();
  const keys = new Map<string, string>();
  const keyOf = (entityId: string): string => {
    const key = keys.get(entityId);
    if (key !== undefined) return key;
    const { parentId } = entityOf(subject.tree, entityId);
    const above = parentId === null ? '' : keyOf(parentId);
    const made = `${above}/${(attached.get(entityId) ?? []).join(' ')}`;
    keys.set(entityId, made);
    return made;
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
  attached: ReadonlyMap<string, readonly string[]>,
  documents: ReadonlyMap<string, PolicyDocument>,
  entityId: string,
): readonly (readonly PolicyDocument[])[] {
  return chainOf(subject.tree, entityId).map((entity) =>
    (attached.get(entity.id) ?? []).flatMap((policyId) => documents.get(policyId) ?? []),
  );
}
