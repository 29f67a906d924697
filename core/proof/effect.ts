import { rememberedFor } from '../base/remembered.ts';
import { chainOf } from '../organization/organization.ts';
import type { AttachedPolicies } from '../policy/attachments.ts';
import { type PolicyDocument, parsePolicy, type Statement } from '../policy/document.ts';
import { exemptionOf, exempts } from '../policy/our-statement.ts';
import { serviceCatalogue } from '../policy/service-catalogue.ts';
import { type ServiceControlPolicy, unreadOf } from '../policy/service-control-policy.ts';
import {
  type Answer,
  answerAt,
  denyingStatements,
  type Standing,
  saysTheSame,
  standingBelow,
  takenAlready,
} from '../policy/standing.ts';
import { blastRadius, type Chain, chainsOf, newOrEdited } from './chains.ts';
import { policyTextsOf, prefixesOf } from './policy-texts.ts';
import { rowsOf } from './rows.ts';
import type { ProofSubject } from './subject.ts';

/** Accounts that live under the same SCPs, and what the edit does to them. */
export interface ChainEffect extends Pick<Chain, 'accounts'> {
  /** Services that stand otherwise after the edit than before, sorted. */
  readonly changed: readonly string[];
  /** Services that somebody loses, sorted: those that stand otherwise, and those that were denied with an exemption which the edit does not grant. */
  readonly lost: readonly string[];
  /** Services that the edit means to deny and that are still not denied, sorted. */
  readonly missed: readonly string[];
}

/** What an edit does to every account of its blast radius, with its real chain of SCPs, once per distinct chain. */
export const effectOf = rememberedFor(computeEffect);

function computeEffect(subject: ProofSubject): readonly ChainEffect[] {
  const { documents } = policyTextsOf(subject.policies);
  const after = parsePolicy(subject.edit.after);
  const edited = new Map(documents);
  const editedId = newOrEdited(subject);
  edited.delete(editedId);
  if (after.ok) edited.set(editedId, after.value);
  const meant = new Set(subject.edit.services);
  const [old, own] = [documents, edited].map((texts) => texts.get(editedId));
  // Of whatever the text says the same before and after, no chain says anything else than before.
  const namespaces = namespacesToCompare(subject).filter(
    (namespace) => meant.has(namespace) || !saysTheSame(old, own, namespace),
  );
  const before: Readings = { documents, namespaces, answers: new Map() };
  const afterwards: Readings = { documents: edited, namespaces, answers: new Map() };
  return chainsOf(subject).map(({ accounts, levels }) => {
    const readBefore = levels.map((level) => answersOf(before, level));
    const readAfter = levels.map((level) => answersOf(level.includes(editedId) ? afterwards : before, level));
    const changed: string[] = [];
    const lost: string[] = [];
    const missed: string[] = [];
    for (const [index, namespace] of namespaces.entries()) {
      const standing = standingBelow(readAfter, index);
      const isChanged = !isSame(standingBelow(readBefore, index), standing);
      if (isChanged) changed.push(namespace);
      const isTaken = (): boolean =>
        takenAlready(
          levels.map((level) => documentsIn(before, level)),
          namespace,
          isAsSparing(own, namespace),
        );
      if (isChanged || !isTaken()) lost.push(namespace);
      const isDenied = standing.denial === 'whole' || standing.denial === 'principals-exempt';
      if (!isDenied && meant.has(namespace)) missed.push(namespace);
    }
    return { accounts, changed, lost, missed };
  });
}

/** What levels say of the services to compare, as far as it was asked. Chains have most of their levels in common. */
interface Readings {
  readonly documents: ReadonlyMap<string, PolicyDocument>;
  readonly namespaces: readonly string[];
  readonly answers: Map<AttachedPolicies, readonly Answer[]>;
}

function answersOf(readings: Readings, level: AttachedPolicies): readonly Answer[] {
  const known = readings.answers.get(level);
  if (known) return known;
  const documents = documentsIn(readings, level);
  const answers = readings.namespaces.map((namespace) => answerAt(documents, namespace));
  readings.answers.set(level, answers);
  return answers;
}

function documentsIn({ documents }: Readings, level: AttachedPolicies): readonly PolicyDocument[] {
  return level.flatMap((policyId) => documents.get(policyId) ?? []);
}

/** Whether a statement leaves out exactly those whom the edited text leaves out of its deny of a service. */
function isAsSparing(own: PolicyDocument | undefined, namespace: string): (statement: Statement) => boolean {
  const exemptions = (own ? denyingStatements(own, namespace) : []).flatMap(({ statement }) => {
    const exemption = exemptionOf(statement);
    return exemption === null ? [] : [exemption];
  });
  return (statement) => exemptions.some((exemption) => exempts(statement, exemption));
}

/** The services that the edit touches in any account, and those that it means to deny. */
export const touchedServices = rememberedFor(
  (subject: ProofSubject): ReadonlySet<string> =>
    new Set([...subject.edit.services, ...effectOf(subject).flatMap((effect) => effect.changed)]),
);

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
function namespacesToCompare({ edit, policies, reports, tree }: ProofSubject): readonly string[] {
  const after = parsePolicy(edit.after);
  const namespaces = new Set([
    ...serviceCatalogue.namespaces,
    ...edit.services,
    ...rowsOf(tree, reports).used.keys(),
    ...policyTextsOf(policies).prefixes,
    ...(after.ok ? prefixesOf(after.value) : []),
  ]);
  return [...namespaces].sort();
}
