import { isUnseen, neverRecorded } from '../../../policy/unseen-use.ts';
import { counted, fails, holds, list, notProven } from '../../subject.ts';
import { isUnknownAction, named, namespaceOf, namespacesOf } from '../actions.ts';
import { effectOf, type Loss } from '../losses.ts';
import { meantFor } from '../meant.ts';
import { isBeyondReports, isNeverListed } from '../raw-use.ts';
import type { IdentityCheck, IdentitySubject } from '../subject.ts';

/** Nobody may do after the edit what he might not do before, on any resource, under any condition. */
export const neverWidens: IdentityCheck = {
  name: 'never-widens',
  check: (subject) => {
    const { losses, universe } = effectOf(subject);
    for (const { principal, gained } of losses) {
      if (gained.length > 0)
        return fails(`${principal.arn} would be allowed ${named(gained)}, which was not allowed that way`);
    }
    // One action of each service stands for those that nobody knows.
    const known = universe.count - universe.services.size;
    return holds(
      `${counted(losses.length, 'principal')} compared over ${counted(known, 'known action')} and by their patterns over those to come, by effect, resource and condition`,
    );
  },
};

/** What is lost is what the edit names, and nothing beside it. */
export const onlyIntendedLost: IdentityCheck = {
  name: 'only-intended-lost',
  check: (subject) => {
    let losing = 0;
    const { losses } = effectOf(subject);
    for (const loss of losses) {
      const { principal, lost } = loss;
      const beside = lostBeside(subject, loss);
      if (beside !== null) return fails(`${principal.arn} would lose ${beside} as well`);
      if (lost.length > 0) losing += 1;
    }
    if (losing === 0) return fails('the edit takes nothing away from anybody');
    const { actions, services } = subject;
    const what = [
      ...(services.length > 0 || actions.length === 0 ? [counted(services.length, 'service')] : []),
      ...(actions.length > 0 ? [counted(actions.length, 'action')] : []),
    ];
    return holds(`${counted(losing, 'principal')} would lose ${what.join(' and ')} and nothing else`);
  },
};

/** What somebody would lose that is not meant, in words: services that nobody named, else actions of services that go in part; or null. */
function lostBeside(subject: IdentitySubject, loss: Loss): string | null {
  const { lost } = loss;
  const { actions, inPart, services } = meantFor(subject, loss);
  const isBeside = (namespace: string): boolean => {
    const of = lost.filter((action) => namespaceOf(action) === namespace);
    return (
      !services.has(namespace) &&
      !inPart.has(namespace) &&
      !of.every((action) => isBeyondReports(subject, loss, action)) &&
      !isNeverListed(subject, loss, of)
    );
  };
  const others = namespacesOf(lost).filter(isBeside);
  if (others.length > 0) return list(others);
  const single = lost.filter((action) => {
    const namespace = namespaceOf(action);
    const isInPart = inPart.has(namespace) && !services.has(namespace);
    return isInPart && !isUnknownAction(action) && !actions.has(action.toLowerCase());
  });
  return single.length > 0 ? named(single) : null;
}

/** Every Deny that bound somebody binds him as before: to lose one is to gain access. */
export const deniesUntouched: IdentityCheck = {
  name: 'denies-untouched',
  check: (subject) => {
    for (const { deniesAdded, deniesLost, principal } of effectOf(subject).losses) {
      if (deniesLost.length > 0)
        return fails(`a Deny of ${named(deniesLost)} would no longer bind ${principal.arn}`);
      if (deniesAdded.length > 0)
        return fails(`a new Deny of ${named(deniesAdded)} would bind ${principal.arn}`);
    }
    return holds('every Deny statement binds everybody as before');
  },
};

/** What is lost and never shows in reports, or only sometimes: nobody can tell whether it was used. */
export const untrackedActions: IdentityCheck = {
  name: 'untracked-actions',
  check: (subject) => {
    const lost = new Set(effectOf(subject).losses.flatMap((loss) => loss.lost));
    const isPassRole = (action: string): boolean =>
      action.toLowerCase() === neverRecorded.action.toLowerCase();
    const frozen = effectOf(subject).losses.flatMap((loss) => frozenIn(subject, loss));
    const unseen = [...lost].filter((action) => isPassRole(action) || isUnseen(namespaceOf(action)));
    if (unseen.length + frozen.length === 0)
      return holds('AWS records the use of every service that would be lost');
    const names = new Set([
      ...unseen.map((action) => (isPassRole(action) ? neverRecorded.action : `${namespaceOf(action)}:*`)),
      ...frozen.map((namespace) => `actions of ${namespace} that are not known yet`),
    ]);
    return notProven(`AWS's reports may not show the use of ${list([...names].sort(), 10)}`);
  },
};

/** Services that are written action by action and lose nothing but what nobody knows yet. */
function frozenIn(subject: IdentitySubject, loss: Loss): readonly string[] {
  const isFrozen = (action: string): boolean => isBeyondReports(subject, loss, action);
  const judged = new Set(namespacesOf(loss.lost.filter((action) => !isFrozen(action))));
  return namespacesOf(loss.lost.filter(isFrozen)).filter((namespace) => !judged.has(namespace));
}
