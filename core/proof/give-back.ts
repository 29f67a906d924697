import { comparePolicies } from '../policy/difference.ts';
import { parsePolicy } from '../policy/document.ts';
import { isOurs } from '../policy/our-statement.ts';
import { denialOf } from '../policy/standing.ts';
import { syntax } from './checks/text.ts';
import { counted, fails, holds, list, type Outcome, type ProposedEdit } from './subject.ts';
import type { Certificate } from './verdict.ts';

/** What a proof of a give-back looks at: the two texts, and the services that are named. */
type GiveBackEdit = Pick<ProposedEdit, 'before' | 'after' | 'services'>;

/**
 * Proves that an edit gives back what is named and nothing else: from the texts alone, since nothing is denied by it and
 * so no evidence of use is needed.
 */
export function proveGiveBack(edit: ProposedEdit): Certificate {
  const checks = [
    { name: 'only-named-given-back', ...onlyNamedGivenBack(edit) },
    { name: 'other-statements-unchanged', ...othersUnchanged(edit) },
    { name: 'syntax', ...syntax.check({ edit }) },
  ];
  return { ok: checks.every(({ verdict }) => verdict !== 'failed'), checks };
}

/** Our statements lose the named services, whole, and no other service is denied less or more than before. */
function onlyNamedGivenBack({ after, before, services }: GiveBackEdit): Outcome {
  const [earlier, later] = [parsePolicy(before ?? ''), parsePolicy(after)];
  if (!earlier.ok || !later.ok) return fails('the text before or after cannot be read as a policy');
  const ours = later.value.statements.filter(isOurs).flatMap(({ actions }) => actions.patterns);
  const kept = services.filter((service) => ours.includes(`${service}:*`));
  if (kept.length > 0) return fails(`a statement of ours would still deny ${list(kept)}`);
  const patterns = [...earlier.value.statements, ...later.value.statements].flatMap(
    ({ actions }) => actions.patterns,
  );
  const others = [...new Set(patterns.map((pattern) => pattern.split(':')[0] ?? ''))].filter(
    (namespace) => /^[a-z0-9-]+$/.test(namespace) && !services.includes(namespace),
  );
  const otherwise = others.filter(
    (namespace) => denialOf(earlier.value, namespace) !== denialOf(later.value, namespace),
  );
  if (otherwise.length > 0) return fails(`${list(otherwise)} would be denied otherwise than before`);
  return holds(
    `${counted(services.length, 'service')} named and taken out; every other denial stays as it is`,
  );
}

/** Nothing changes but the lists of actions of our own deny statements, and these only lose what is named. */
function othersUnchanged({ after, before, services }: GiveBackEdit): Outcome {
  if (before === null || !parsePolicy(before).ok || !parsePolicy(after).ok)
    return fails('the text before or after cannot be read as a policy');
  const { addedStatements, changedStatements, removedStatements, unchanged } = comparePolicies(before, after);
  const named = new Set(services.map((service) => `${service}:*`));
  if (addedStatements.length > 0)
    return fails(`${counted(addedStatements.length, 'statement')} would be added`);
  const foreign = removedStatements.filter(
    (statement) => !isOurs(statement) || !statement.actions.patterns.every((pattern) => named.has(pattern)),
  );
  if (foreign.length > 0) return fails(`${counted(foreign.length, 'other statement')} would be removed`);
  const parsed = parsePolicy(after);
  const later = parsed.ok ? parsed.value.statements : [];
  const otherwise = changedStatements.filter(
    ({ addedActions, otherwiseChanged, removedActions, sid }) =>
      otherwiseChanged ||
      addedActions.length > 0 ||
      !removedActions.every((action) => named.has(action)) ||
      !later.some((statement) => statement.sid === sid && isOurs(statement)),
  );
  if (otherwise.length > 0)
    return fails(`statement ${list(otherwise.map(({ sid }) => sid ?? '(no Sid)'))} would change otherwise`);
  return holds(`${counted(unchanged, 'other statement')} unchanged; only statements of ours lose services`);
}
