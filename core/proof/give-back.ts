import { counted, list } from '../base/counted.ts';
import { sortedUnique } from '../base/lists.ts';
import { comparePolicies } from '../policy/difference.ts';
import { type PolicyDocument, parsePolicy, type Statement } from '../policy/document.ts';
import { exemptionOf, isOurs } from '../policy/our-statement.ts';
import { denialOf } from '../policy/standing.ts';
import { syntax } from './checks/text.ts';
import { fails, holds, type Outcome, type ProposedEdit } from './subject.ts';
import type { Certificate } from './verdict.ts';

/** What a proof of a give-back looks at: the two texts, and the services that are named. */
type GiveBackEdit = Pick<ProposedEdit, 'before' | 'after' | 'services'>;

/**
 * Proves that an edit gives back what is named and nothing else: from the texts alone, since nothing is denied by it and
 * so no evidence of use is needed. `principals`: to whom alone, where that is said.
 */
export function proveGiveBack(
  edit: ProposedEdit,
  principals: readonly string[] = givenBackTo(edit),
): Certificate {
  const checks = [
    { name: 'only-named-given-back', ...onlyNamedGivenBack(edit, principals) },
    { name: 'other-statements-unchanged', ...othersUnchanged(edit) },
    { name: 'syntax', ...syntax.check({ edit }) },
  ];
  return { ok: checks.every(({ verdict }) => verdict !== 'failed'), checks };
}

/**
 * The principals to whom alone an edit gives its services back, sorted. From each statement that denies a service: whom
 * our statements leave free afterwards and not before. Empty where the services are given back to everybody, or to
 * nobody.
 */
export function givenBackTo({ after, before, services }: GiveBackEdit): readonly string[] {
  const [earlier, later] = [parsePolicy(before ?? ''), parsePolicy(after)];
  if (!earlier.ok || !later.ok) return [];
  return sortedUnique(
    services.flatMap((service) => {
      const before = exemptionsOf(earlier.value, service);
      const isFreeIn = (exemptions: readonly (readonly string[])[], principal: string) =>
        exemptions.every((exemption) => exemption.includes(principal));
      const [after = [], ...others] = exemptionsOf(later.value, service);
      return after.filter((principal) => isFreeIn(others, principal) && !isFreeIn(before, principal));
    }),
  );
}

/** Whether each statement of ours that denies a service, and at least one does, leaves a principal free by name. */
export function isFreeOf(document: PolicyDocument, service: string, principal: string): boolean {
  const exemptions = exemptionsOf(document, service);
  return exemptions.length > 0 && exemptions.every((exemption) => exemption.includes(principal));
}

/** Whom each statement of ours that denies a service leaves free, each exemption sorted. */
export function exemptionsOf(document: PolicyDocument, service: string): readonly (readonly string[])[] {
  const ours = document.statements.filter(
    (statement) => isOurs(statement) && statement.actions.patterns.includes(`${service}:*`),
  );
  return ours.map((statement) => sortedUnique(exemptionOf(statement) ?? []));
}

/** Our statements lose the named services, to everybody or to the same further principals alone, and no other service is denied less or more than before. */
function onlyNamedGivenBack(
  { after, before, services }: GiveBackEdit,
  principals: readonly string[],
): Outcome {
  const [earlier, later] = [parsePolicy(before ?? ''), parsePolicy(after)];
  if (!earlier.ok || !later.ok) return fails('the text before or after cannot be read as a policy');
  const kept = services.filter((service) => {
    const wanted = exemptionsOf(earlier.value, service).map((exemption) => [...exemption, ...principals]);
    return keysOf(exemptionsOf(later.value, service)) !== keysOf(principals.length > 0 ? wanted : []);
  });
  if (kept.length > 0)
    return fails(`a statement of ours would still deny ${list(kept)}, or to others than named`);
  const otherwise = deniedOtherwise(earlier.value, later.value, services);
  if (otherwise.length > 0) return fails(`${list(otherwise)} would be denied otherwise than before`);
  const whom = principals.length === 0 ? 'taken out' : `given back to ${list(principals)} alone`;
  return holds(`${counted(services.length, 'service')} named and ${whom}; every other denial stays as it is`);
}

/** Services beside these that one text denies otherwise than the other. */
export function deniedOtherwise(
  earlier: PolicyDocument,
  later: PolicyDocument,
  services: readonly string[],
): readonly string[] {
  const patterns = [...earlier.statements, ...later.statements].flatMap(({ actions }) => actions.patterns);
  const others = [...new Set(patterns.map((pattern) => pattern.split(':')[0] ?? ''))].filter(
    (namespace) => /^[a-z0-9-]+$/.test(namespace) && !services.includes(namespace),
  );
  return others.filter((namespace) => denialOf(earlier, namespace) !== denialOf(later, namespace));
}

/** What is the same for the same exemptions in any order. */
export function keysOf(exemptions: readonly (readonly string[])[]): string {
  // A statement that leaves nobody free is not the same as no statement.
  return JSON.stringify(
    sortedUnique(exemptions.map((principals) => JSON.stringify(sortedUnique(principals)))),
  );
}

/** Nothing changes but the lists of actions of our own deny statements, and these only lose what is named, or hold it for others than before. */
export function othersUnchanged({ after, before, services }: GiveBackEdit): Outcome {
  if (before === null || !parsePolicy(before).ok || !parsePolicy(after).ok)
    return fails('the text before or after cannot be read as a policy');
  const { addedStatements, changedStatements, removedStatements, unchanged } = comparePolicies(before, after);
  const named = new Set(services.map((service) => `${service}:*`));
  const isForeign = (statement: Statement) =>
    !isOurs(statement) || !statement.actions.patterns.every((pattern) => named.has(pattern));
  const added = addedStatements.filter(isForeign);
  if (added.length > 0) return fails(`${counted(added.length, 'other statement')} would be added`);
  const foreign = removedStatements.filter(isForeign);
  if (foreign.length > 0) return fails(`${counted(foreign.length, 'other statement')} would be removed`);
  const parsed = parsePolicy(after);
  const later = parsed.ok ? parsed.value.statements : [];
  const otherwise = changedStatements.filter(
    ({ addedActions, otherwiseChanged, removedActions, sid }) =>
      otherwiseChanged ||
      ![...addedActions, ...removedActions].every((action) => named.has(action)) ||
      !later.some((statement) => statement.sid === sid && isOurs(statement)),
  );
  if (otherwise.length > 0)
    return fails(`statement ${list(otherwise.map(({ sid }) => sid ?? '(no Sid)'))} would change otherwise`);
  return holds(`${counted(unchanged, 'other statement')} unchanged; only statements of ours change`);
}
