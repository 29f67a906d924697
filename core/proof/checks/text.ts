import { counted, grouped, list } from '../../base/counted.ts';
import { organizationsLimits } from '../../base/limits.ts';
import { nameWithId, shownName } from '../../organization/organization.ts';
import { comparePolicies, type PolicyDifference } from '../../policy/difference.ts';
import { parsePolicy } from '../../policy/document.ts';
import { isOurs } from '../../policy/our-statement.ts';
import { policyCharacters } from '../../policy/size.ts';
import { checkSyntax } from '../../policy/syntax.ts';
import { type Check, fails, holds, type Outcome, type ProofSubject, type ProposedEdit } from '../subject.ts';

/** A check that looks at the texts alone. */
export interface TextCheck extends Check {
  readonly check: (subject: Pick<ProofSubject, 'edit'>) => Outcome;
}

/** The edit adds denials of whole services and nothing else: every other statement is there as before. */
export const otherStatementsUnchanged: TextCheck = {
  name: 'other-statements-unchanged',
  check: ({ edit }) => {
    const unreadable = [edit.before, edit.after].find((text) => text !== null && !parsePolicy(text).ok);
    if (unreadable !== undefined) return fails('the text before or after cannot be read as a policy');
    const difference = comparePolicies(edit.before, edit.after);
    const { addedStatements, removedStatements, changedStatements } = difference;
    if (removedStatements.length > 0)
      return fails(`${counted(removedStatements.length, 'statement')} would be removed`);
    const otherwise = changedStatements.filter(
      (statement) => statement.otherwiseChanged || statement.removedActions.length > 0,
    );
    if (otherwise.length > 0)
      return fails(`statement ${list(otherwise.map(({ sid }) => sid ?? '(no Sid)'))} would change`);
    const added = addedStatements.length + changedStatements.length;
    if (added === 0) return fails('the text after says nothing that the text before does not');
    if (added > 1) return fails(`${added} statements would be added or extended instead of one`);
    if (versionOf(edit.before) !== versionOf(edit.after) && edit.before !== null)
      return fails('the Version would change, and with it what policy variables mean');
    const foreign = addedOtherwise(edit, difference);
    if (foreign !== null) return fails(foreign);
    return holds(
      `${counted(difference.unchanged, 'other statement')} unchanged; one of ours is added or extended`,
    );
  },
};

/** AWS would accept the text after: judged on the raw text. */
export const syntax: TextCheck = {
  name: 'syntax',
  check: ({ edit }) => {
    const problems = checkSyntax(edit.after, { characters: Number.POSITIVE_INFINITY });
    return problems.length > 0
      ? fails(list(problems.map((problem) => problem.detail)))
      : holds('the exact text was read as AWS reads it: elements, Sids, actions, conditions, no key twice');
  },
};

/** Characters of the exact text and slots at the targets are within the quotas. */
export const quotas: Check = {
  name: 'quotas',
  check: (subject) => {
    const { edit } = subject;
    const { scpCharacters, scpsPerTarget } = subject.configuration.quotas;
    const characters = policyCharacters(edit.after);
    if (characters > scpCharacters)
      return fails(`the text has ${characters} characters, ${characters - scpCharacters} too many`);
    if (edit.policyName.length > organizationsLimits.policyNameCharacters)
      return fails(`the name ${edit.policyName} is too long`);
    const size = `${grouped(characters)} of ${counted(scpCharacters, 'character')}`;
    if (edit.policyId !== null) return holds(size);
    for (const target of edit.targets) {
      const attached = attachedTo(subject, target.id);
      if (attached >= scpsPerTarget)
        return fails(`${nameWithId(target)} has ${attached} of ${scpsPerTarget} SCPs already`);
    }
    return holds(`${size}; a slot is free at ${list(edit.targets.map(shownName))}`);
  },
};

function versionOf(text: string | null): string | null {
  const parsed = text === null ? null : parsePolicy(text);
  return parsed?.ok ? parsed.value.version : null;
}

/** What the edit would add beside denials of the whole services that it names, or null. */
function addedOtherwise({ after, services }: ProposedEdit, difference: PolicyDifference): string | null {
  const parsed = parsePolicy(after);
  const [changed] = difference.changedStatements;
  const statement =
    difference.addedStatements[0] ??
    (changed && parsed.ok ? parsed.value.statements.find(({ sid }) => sid === changed.sid) : undefined);
  if (!statement) return null;
  if (!isOurs(statement))
    return `statement ${statement.sid ?? '(no Sid)'} would not be a plain deny of whole services`;
  const wanted = new Set(services.map((service) => `${service}:*`));
  const others = (changed?.addedActions ?? statement.actions.patterns).filter(
    (action) => !wanted.has(action),
  );
  return others.length > 0 ? `${list(others)} would be denied as well` : null;
}

function attachedTo({ policies }: ProofSubject, entityId: string): number {
  return policies.filter((policy) => policy.targets.some((target) => target.id === entityId)).length;
}
