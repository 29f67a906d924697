import { counted, list } from '../../base/counted.ts';
import { globMatches, patternCoversService, patternTouchesService } from '../../base/matching.ts';
import { comparePolicies } from '../../policy/difference.ts';
import { type Condition, parsePolicy, type Statement } from '../../policy/document.ts';
import { exemptPrincipalsOf, principalOfNobody } from '../../policy/exempt-principals.ts';
import { touchedServices } from '../effect.ts';
import { type Check, fails, holds, notProven, type ProposedEdit } from '../subject.ts';

const lifelines = ['iam', 'sts', 'organizations'];

/** Nobody is locked out: IAM, STS and Organizations stand as before. Configured exempt and break-glass principals, each of whom can be somebody here, stay free of every deny that the edit adds. */
export const noLockOut: Check = {
  name: 'no-lock-out',
  check: (subject) => {
    const cut = lifelines.filter((service) => touchedServices(subject).has(service));
    if (cut.length > 0)
      return fails(`${list(cut)} would be denied: nobody could undo the change from inside the accounts`);
    const { configuration, edit, partition, tree } = subject;
    const principals = exemptPrincipalsOf(configuration);
    const added = addedDenies(edit);
    const bound = principals.filter(
      (principal) => !added?.every(({ condition }) => exemptedBy(condition).includes(principal)),
    );
    if (bound.length > 0) return fails(`principal ${list(bound)} is not exempt from the deny`);
    const nobody = principals.flatMap((principal) => {
      const why = principalOfNobody(principal, tree, partition);
      return why === null ? [] : [`${principal}: ${why}`];
    });
    if (nobody.length > 0) return notProven(`exempt principals without effect: ${list(nobody)}`);
    const breakGlass = new Set(configuration.breakGlass).size;
    const exempt = breakGlass > 0 ? `; ${counted(breakGlass, 'break-glass principal')} exempt` : '';
    const earlier = boundBefore(edit, principals);
    const asBefore =
      earlier.length > 0
        ? `; an older deny of the same services in this SCP binds ${list(earlier)} and stands as before`
        : '';
    return holds(
      `iam, sts and organizations stand as before${exempt}${asBefore}; this product works from the management account, which no SCP binds`,
    );
  },
};

/** The denies that the edit adds: statements that are new or changed, but for those that only lose actions. Null where the text after cannot be read. */
function addedDenies({ after, before }: ProposedEdit): readonly Statement[] | null {
  const later = parsePolicy(after);
  if (!later.ok) return null;
  const isReadable = before === null || parsePolicy(before).ok;
  const { addedStatements, changedStatements } = comparePolicies(isReadable ? before : null, after);
  const grown = changedStatements.filter(
    ({ addedActions, otherwiseChanged }) => addedActions.length > 0 || otherwiseChanged,
  );
  const changed = later.value.statements.filter(({ sid }) => grown.some((each) => each.sid === sid));
  return [...addedStatements, ...changed].filter(({ effect }) => effect === 'Deny');
}

/** Principals that a deny of the same services in the text before binds: the edit does not change that. */
function boundBefore({ before, services }: ProposedEdit, principals: readonly string[]): readonly string[] {
  const earlier = before === null ? null : parsePolicy(before);
  if (!earlier?.ok) return [];
  const denies = earlier.value.statements.filter(
    ({ actions, effect }) =>
      effect === 'Deny' &&
      services.some((service) =>
        actions.kind === 'action'
          ? actions.patterns.some((pattern) => patternTouchesService(pattern, service))
          : !actions.patterns.some((pattern) => patternCoversService(pattern, service)),
      ),
  );
  return principals.filter((principal) =>
    denies.some(({ condition }) => !exemptedBy(condition).some((value) => globMatches(value, principal))),
  );
}

/** What a condition leaves free by the ARN of the principal. */
function exemptedBy(condition: Condition | null): readonly string[] {
  return Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    /^Arn(NotLike|NotEquals)$/.test(operator)
      ? (Object.entries(keys).find(([key]) => /^aws:PrincipalArn$/i.test(key))?.[1] ?? [])
      : [],
  );
}
