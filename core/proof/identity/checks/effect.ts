import { counted, list } from '../../../base/counted.ts';
import { patternMatchesAction } from '../../../base/matching.ts';
import { statementsIn } from '../../../identity/account-lookup.ts';
import { scopeText } from '../../../policy/identity-access.ts';
import { mayBeUnseen, neverRecorded } from '../../../policy/unseen-use.ts';
import { fails, holds, notProven } from '../../subject.ts';
import { isUnknownAction, named, namespaceOf } from '../actions.ts';
import { effectOf, type Loss } from '../losses.ts';
import { isJudgedSingly, meantFor } from '../meant.ts';
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
    if (losing === 0)
      return fails(
        'the edit takes nothing away from anybody: whomever it touches has the same by other policies, or may not do it anyway',
      );
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
  const { actions, inPart, services } = meantFor(subject, loss);
  const partly = [...loss.lostOf].filter(([namespace]) => !services.includes(namespace));
  const others = partly.filter(
    ([namespace, of]) =>
      !inPart.has(namespace) &&
      !of.every((action) => isBeyondReports(subject, loss, action)) &&
      !isNeverListed(subject, loss, of),
  );
  if (others.length > 0) return list(others.map(([namespace]) => namespace).sort());
  const single = partly
    .filter(([namespace]) => inPart.has(namespace))
    .flatMap(([, of]) =>
      of.filter((action) => !isUnknownAction(action) && !actions.has(action.toLowerCase())),
    );
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
    const { losses } = effectOf(subject);
    for (const loss of losses) {
      const spelledOut = spelledOutIn(subject, loss);
      if (spelledOut.length > 0)
        return fails(
          `${loss.principal.arn} would lose ${named(spelledOut)}, which a text names and whose use AWS's reports may not show`,
        );
    }
    const names = new Set([
      ...losses.flatMap(unseenIn),
      ...losses
        .flatMap((loss) => frozenIn(subject, loss))
        .map((namespace) => `actions of ${namespace} that are not known yet`),
    ]);
    if (names.size === 0) return holds('AWS records the use of every service that would be lost');
    return notProven(`AWS's reports may not show the use of ${list([...names].sort(), 10)}`);
  },
};

/** What is lost of services with unseen use, and the action that AWS never records. */
function unseenIn({ lostOf }: Loss): readonly string[] {
  const passRole = neverRecorded.action.toLowerCase();
  const isLost = lostOf.get(neverRecorded.namespace)?.some((action) => action.toLowerCase() === passRole);
  const services = [...lostOf]
    .filter(([namespace, actions]) => actions.some((action) => mayBeUnseen(action, namespace)))
    .map(([namespace]) => `${namespace}:*`);
  return isLost ? [neverRecorded.action, ...services] : services;
}

/**
 * What is lost of services with unseen use because a text no longer spells it out in the same scope. Whatever date the service
 * has tells of its API alone. Actions with rows of their own are told by these.
 */
function spelledOutIn(subject: IdentitySubject, loss: Loss): readonly string[] {
  const lost = [...loss.lostOf]
    .flatMap(([namespace, actions]) => actions.filter((action) => mayBeUnseen(action, namespace)))
    .filter((action) => !isJudgedSingly(subject, loss, action));
  if (lost.length === 0) return [];
  const { after, before } = loss.texts;
  const left = new Set(unseenPatterns(subject, after).map(({ key }) => key));
  const gone = unseenPatterns(subject, before).filter(({ key }) => !left.has(key));
  return lost.filter((action) => gone.some(({ pattern }) => patternMatchesAction(pattern, action)));
}

/** The patterns of Allow statements that spell out a service with unseen use; `key`: the pattern with its resources and condition. */
function unseenPatterns(
  { account }: IdentitySubject,
  texts: readonly string[],
): readonly { readonly pattern: string; readonly key: string }[] {
  return texts
    .flatMap((text) => statementsIn(account, text))
    .filter(({ actions, effect }) => effect === 'Allow' && actions.kind === 'action')
    .flatMap((statement) =>
      statement.actions.patterns
        .filter((pattern) => mayBeUnseen(pattern, namespaceOf(pattern)))
        .map((pattern) => ({ pattern, key: `${pattern.toLowerCase()} ${scopeText(statement)}` })),
    );
}

/** Services that are written action by action and lose nothing but what nobody knows yet. */
function frozenIn(subject: IdentitySubject, loss: Loss): readonly string[] {
  return [...loss.lostOf]
    .filter(([, lost]) => lost.every((action) => isBeyondReports(subject, loss, action)))
    .map(([namespace]) => namespace);
}
