import { list } from '../../../base/counted.ts';
import type { AccountIdentities } from '../../../identity/account-identities.ts';
import { bearersOf, policyOf, principalOf, statementsIn } from '../../../identity/account-lookup.ts';
import { identityExemption } from '../../../identity/identity-exemptions.ts';
import { defaultTextOf, principalsTouched } from '../../../identity/identity-values.ts';
import { waysInOf } from '../../../identity/ways-in.ts';
import type { Statement } from '../../../policy/document.ts';
import { scopeText } from '../../../policy/identity-access.ts';
import { isNamedOneByOne, whyStatementKept } from '../../../policy/kept-statements.ts';
import { fails, holds } from '../../subject.ts';
import { effectOf } from '../losses.ts';
import { finishedReports } from '../raw-use.ts';
import type { IdentityCheck, IdentitySubject } from '../subject.ts';

/** Every statement that stays has the Sid, effect, resources and condition that it had, in the order that it had. */
export const conditionsUntouched: IdentityCheck = {
  name: 'conditions-untouched',
  check: (subject) => {
    for (const { name, before, after } of textEdits(subject)) {
      if (after === null) continue;
      const later = shapes(subject.account, after);
      if (!before.some((text) => isSubsequence(later, shapes(subject.account, text))))
        return fails(
          `in ${name} a statement has another Sid, effect, resource or condition than before, or another place`,
        );
    }
    return holds('every statement that stays has its Sid, effect, resources and condition');
  },
};

/** Nothing that is kept is lost: services of `identities.keepServices`, statements whose Sid begins with KEEP, and statements on one's own credentials. */
export const keptUntouched: IdentityCheck = {
  name: 'kept-untouched',
  check: (subject) => {
    const { keepServices } = subject.configuration.identities;
    for (const { principal, lostOf } of effectOf(subject).losses) {
      const kept = keepServices.filter((namespace) => lostOf.has(namespace));
      if (kept.length > 0)
        return fails(`${principal.arn} would lose ${list(kept)}, which identities.keepServices keeps`);
    }
    const waysIn = waysInOf(subject.account, subject.care);
    for (const { principal, texts } of effectOf(subject).losses) {
      const before = texts.before
        .flatMap((text) => statementsIn(subject.account, text))
        .filter((statement) => whyStatementKept(statement, waysIn) !== null);
      const after = texts.after.flatMap((text) => statementsIn(subject.account, text));
      const gone = before.find((kept) => !after.some((other) => isSame(kept, other)));
      if (gone)
        return fails(
          `statement ${gone.sid ?? '(no Sid)'} of ${principal.arn} is to be kept and would change`,
        );
    }
    const named = namedOneByOneLost(subject);
    if (named !== null) return fails(named);
    return holds('kept services, statements marked KEEP and statements on own credentials stay');
  },
};

/** Single actions of IAM, Organizations and STS that a text names stay with it, where whole services are judged. */
function namedOneByOneLost(subject: IdentitySubject): string | null {
  if ([...finishedReports(subject).values()].some(({ level }) => level === 'action')) return null;
  for (const { name, before, after } of textEdits(subject)) {
    if (after === null) continue;
    const left = new Set(namedIn(subject.account, after));
    const lost = before.map((text) => namedIn(subject.account, text).filter((action) => !left.has(action)));
    if (lost.length > 0 && lost.every((actions) => actions.length > 0))
      return `${name} would no longer name ${list(lost[0] ?? [])}, which stay while the policy stays`;
  }
  return null;
}

function namedIn(account: AccountIdentities, text: string): readonly string[] {
  return statementsIn(account, text).flatMap(({ actions: { kind, patterns }, effect }) =>
    effect === 'Allow' && kind === 'action' ? patterns.filter(isNamedOneByOne) : [],
  );
}

/** The first statement of these texts that is to be kept, by its Sid, or null. */
export function keptStatementOf({ account, care }: IdentitySubject, texts: readonly string[]): string | null {
  const waysIn = waysInOf(account, care);
  const statements = texts.flatMap((text) => statementsIn(account, text));
  const kept = statements.find((statement) => whyStatementKept(statement, waysIn) !== null);
  return kept === undefined ? null : (kept.sid ?? 'without a Sid');
}

/** No exemption that holds now covers what would be lost. Its entity may be the account, what is above it, who loses something, or a group or policy by which he loses it. */
export const exemptionsRespected: IdentityCheck = {
  name: 'exemptions-respected',
  check: (subject) => {
    const { asOf: at, configuration, place } = subject;
    for (const { principal, lostOf } of configuration.exemptions.length > 0 ? effectOf(subject).losses : []) {
      const arns = [principal.arn, ...arnsOnTheWay(subject, principal.arn)];
      for (const namespace of lostOf.keys()) {
        const exemption = identityExemption(configuration.exemptions, place, { arns, namespace, at });
        if (exemption === null) continue;
        const { entity, owner, until } = exemption;
        return fails(`${namespace} at ${entity} is exempt until ${until} (${owner})`);
      }
    }
    return holds('no exemption covers what would be lost');
  },
};

/** ARNs of the groups and policies by which the steps reach somebody. */
function arnsOnTheWay({ account, steps }: IdentitySubject, principalArn: string): readonly string[] {
  return steps.flatMap((step) => {
    const { resource } = step;
    if (!principalsTouched(account, [step]).some(({ arn }) => arn === principalArn)) return [];
    if (resource.type === 'managed-policy')
      return [resource.arn, ...bearersOf(account, resource.arn).map(({ arn }) => arn)];
    const bearer = principalOf(
      account,
      resource.type === 'membership' ? { type: 'group', name: resource.group } : resource.principal,
    );
    if (resource.type === 'policy-attachment') return [resource.policyArn, ...(bearer ? [bearer.arn] : [])];
    if (bearer === undefined) return [];
    return resource.type === 'membership' ? [bearer.arn, ...bearer.attached] : [bearer.arn];
  });
}

interface TextEdit {
  readonly name: string;
  /** Texts that the one after may come from. */
  readonly before: readonly string[];
  readonly after: string | null;
}

/** The edits of texts: a policy that is made may come from any one that is detached in the same change. */
function textEdits({ account, steps }: IdentitySubject): readonly TextEdit[] {
  const detached = steps.flatMap(({ resource, before }) =>
    resource.type === 'policy-attachment' && before !== null ? [resource.policyArn] : [],
  );
  const copied = detached.flatMap((arn) => {
    const policy = policyOf(account, arn);
    return (policy && defaultTextOf(policy)) ?? [];
  });
  return steps.flatMap(({ resource, before, after }) => {
    if (resource.type !== 'managed-policy' && resource.type !== 'inline-policy') return [];
    const name = resource.type === 'managed-policy' ? resource.arn : resource.name;
    return [{ name, before: before === null ? copied : [before], after }];
  });
}

function shapes(account: AccountIdentities, text: string): readonly string[] {
  return statementsIn(account, text).map(
    (statement) => `${statement.sid ?? ''} ${statement.effect} ${scopeText(statement)}`,
  );
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const item of whole) if (item === part[at]) at += 1;
  return at === part.length;
}

function isSame(a: Statement, b: Statement): boolean {
  const text = (statement: Statement): string => JSON.stringify({ ...statement, sid: null });
  return a.sid === b.sid && text(a) === text(b);
}
