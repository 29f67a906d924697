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
import { mayConcernAny } from '../policy/statement-reach.ts';
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
  const compared: Compared = { namespaces, meant, own, numbers: new Map(), answers: new Map() };
  const before: Texts = { documents, levels: new Map() };
  const afterwards: Texts = { documents: edited, levels: new Map() };
  // Most SCPs say nothing of these services: under many chains they stand alike.
  const known = new Map<string, Effect>();
  return chainsOf(subject).map(({ accounts, levels }) => {
    const chain = levels.map((level) => readLevel(compared, before, level));
    const chainAfter = levels.map((level) => readLevel(compared, afterwards, level));
    const key = [...chain, ...chainAfter].map((level) => level.key).join('/');
    const effect = known.get(key) ?? compare(compared, chain, chainAfter);
    known.set(key, effect);
    return { accounts, ...effect };
  });
}

type Effect = Omit<ChainEffect, 'accounts'>;

/** What one comparison is about, and what is known so far. */
interface Compared {
  readonly namespaces: readonly string[];
  readonly meant: ReadonlySet<string>;
  /** The text after; undefined: it cannot be read. */
  readonly own: PolicyDocument | undefined;
  /** A number for each text, to tell levels apart. */
  readonly numbers: Map<PolicyDocument, number>;
  /** What levels say of the namespaces, by their keys. */
  readonly answers: Map<string, readonly Answer[]>;
}

/** All texts at one time, and the levels read so far. */
interface Texts {
  readonly documents: ReadonlyMap<string, PolicyDocument>;
  readonly levels: Map<AttachedPolicies, Level>;
}

/** What is attached to one entity, as far as it can say anything of the services that are compared. */
interface Level {
  readonly documents: readonly PolicyDocument[];
  /** The same for levels that say the same. */
  readonly key: string;
  /** One for each namespace. */
  readonly answers: readonly Answer[];
}

function readLevel(compared: Compared, texts: Texts, attached: AttachedPolicies): Level {
  const known = texts.levels.get(attached);
  if (known) return known;
  const { namespaces, numbers } = compared;
  const documents = attached
    .flatMap((policyId) => texts.documents.get(policyId) ?? [])
    .filter((document) => mayConcernAny(document, namespaces));
  for (const document of documents) if (!numbers.has(document)) numbers.set(document, numbers.size);
  const key = documents.map((document) => numbers.get(document)).join(' ');
  const answers = compared.answers.get(key) ?? namespaces.map((namespace) => answerAt(documents, namespace));
  compared.answers.set(key, answers);
  const level = { documents, key, answers };
  texts.levels.set(attached, level);
  return level;
}

/** What becomes of each service under a chain of levels. */
function compare(
  { meant, namespaces, own }: Compared,
  before: readonly Level[],
  after: readonly Level[],
): Effect {
  const answersBefore = before.map(({ answers }) => answers);
  const answersAfter = after.map(({ answers }) => answers);
  const documents = before.map((level) => level.documents);
  const changed: string[] = [];
  const lost: string[] = [];
  const missed: string[] = [];
  for (const [index, namespace] of namespaces.entries()) {
    const standing = standingBelow(answersAfter, index);
    const isChanged = !isSame(standingBelow(answersBefore, index), standing);
    if (isChanged) changed.push(namespace);
    if (isChanged || !takenAlready(documents, namespace, isAsSparing(own, namespace))) lost.push(namespace);
    const isDenied = standing.denial === 'whole' || standing.denial === 'principals-exempt';
    if (!isDenied && meant.has(namespace)) missed.push(namespace);
  }
  return { changed, lost, missed };
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
    new Set([
      ...subject.edit.services,
      ...[...new Set(effectOf(subject).map(({ changed }) => changed))].flat(),
    ]),
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
    ...rowsOf(tree, reports).namespaces,
    ...policyTextsOf(policies).prefixes,
    ...(after.ok ? prefixesOf(after.value) : []),
  ]);
  return [...namespaces].sort();
}
