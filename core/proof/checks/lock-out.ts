import { parsePolicy } from '../../policy/document.ts';
import { exemptPrincipalsOf, principalOfNobody } from '../../policy/exempt-principals.ts';
import { touchedServices } from '../effect.ts';
import { type Check, counted, fails, holds, list, notProven, type ProofSubject } from '../subject.ts';

const lifelines = ['iam', 'sts', 'organizations'];

/** Nobody is locked out: IAM, STS and Organizations stand as before, and configured exempt and break-glass principals, each of whom can be somebody here, stay free of every deny that the edit adds. */
export const noLockOut: Check = {
  name: 'no-lock-out',
  check: (subject) => {
    const cut = lifelines.filter((service) => touchedServices(subject).has(service));
    if (cut.length > 0)
      return fails(`${list(cut)} would be denied: nobody could undo the change from inside the accounts`);
    const { configuration, partition, tree } = subject;
    const principals = exemptPrincipalsOf(configuration);
    const bound = principals.filter((principal) => !isExempt(subject, principal));
    if (bound.length > 0) return fails(`principal ${list(bound)} is not exempt from the deny`);
    const nobody = principals.flatMap((principal) => {
      const why = principalOfNobody(principal, tree, partition);
      return why === null ? [] : [`${principal}: ${why}`];
    });
    if (nobody.length > 0) return notProven(`exempt principals without effect: ${list(nobody)}`);
    const breakGlass = new Set(configuration.breakGlass).size;
    const exempt = breakGlass > 0 ? `; ${counted(breakGlass, 'break-glass principal')} exempt` : '';
    return holds(
      `iam, sts and organizations stand as before${exempt}; this product works from the management account, which no SCP binds`,
    );
  },
};

function isExempt(subject: ProofSubject, principal: string): boolean {
  const after = parsePolicy(subject.edit.after);
  if (!after.ok) return false;
  const denies = subject.edit.services.map((service) => `${service}:*`);
  return after.value.statements
    .filter(
      ({ effect, actions }) =>
        effect === 'Deny' && actions.patterns.some((pattern) => denies.includes(pattern)),
    )
    .every(({ condition }) => {
      const exempt = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
        /^Arn(NotLike|NotEquals)$/.test(operator)
          ? (Object.entries(keys).find(([key]) => /^aws:PrincipalArn$/i.test(key))?.[1] ?? [])
          : [],
      );
      return exempt.includes(principal);
    });
}
