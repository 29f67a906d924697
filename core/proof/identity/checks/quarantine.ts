import { counted, list } from '../../../base/counted.ts';
import type { Role } from '../../../identity/account-identities.ts';
import { principalOf, statementsIn } from '../../../identity/account-lookup.ts';
import { ownGrants } from '../../../identity/granted-since.ts';
import { resourceKey } from '../../../identity/identity-values.ts';
import { quarantinePolicy } from '../../../identity/quarantine.ts';
import { allowedActions, possibleActions } from '../../../policy/identity-access.ts';
import { nothingButUnseen, unseenByRecord } from '../../../policy/unseen-by-record.ts';
import { day, fails, holds, instant, notProven } from '../../subject.ts';
import { named, namespacesOf } from '../actions.ts';
import { effectOf } from '../losses.ts';
import type { IdentityCheck, IdentitySubject } from '../subject.ts';
import { serviceOf, withUse } from './care.ts';
import { untrackedActions } from './effect.ts';
import { keptStatementOf } from './kept.ts';
import { whyUndated } from './permission-age.ts';

/** The one step is the inline policy of that name and text on one role, where there was none; its text denies everything and says nothing else. */
const onlyIntendedLost: IdentityCheck = {
  name: 'only-intended-lost',
  check: (subject) => {
    const quarantines = subject.steps.filter(isQuarantine);
    const [step, ...others] = quarantines;
    if (!step) return fails(`no step sets ${quarantinePolicy.name} on a role`);
    if (others.length > 0) return fails(`${quarantinePolicy.name} would be set on more than one role`);
    if (step.after !== quarantinePolicy.text)
      return fails(`${resourceKey(step.resource)} is not the text that denies everything`);
    const { losses, universe } = effectOf(subject);
    // By meaning, so that a mistake in the constant itself is seen.
    const stillAllowed = losses.flatMap(({ after }) => possibleActions(universe, after));
    if (stillAllowed.length > 0) return fails(`${named(stillAllowed)} would still be allowed`);
    return holds(`role ${roleOf(subject)?.name} would be denied everything, and nobody else anything`);
  },
};

/** AWS's own record of the role is there, and its report finished and shows something. */
const evidenceComplete: IdentityCheck = {
  name: 'evidence-complete',
  check: (subject) => {
    const role = roleOf(subject);
    if (!role) return fails('there is no role to judge');
    const report = reportOf(subject, role);
    if (report === null) return fails(`there is no finished report of role ${role.name}`);
    const { losses, universe } = effectOf(subject);
    const allowed = namespacesOf(losses.flatMap(({ before }) => allowedActions(universe, before)));
    // IAM User Guide, "Things to know about last accessed information": what a policy denies is not listed.
    if (report.rows.size === 0 && allowed.length > 0)
      return fails(
        `the report of role ${role.name} lists no service although its policies allow ${list(allowed)}: a Deny may hide them`,
      );
    return holds(
      `AWS's record of the last use of role ${role.name}, and its report over ${counted(report.rows.size, 'service')}`,
    );
  },
};

/** The record and the report are younger than the freshness bound. */
const evidenceFresh: IdentityCheck = {
  name: 'evidence-fresh',
  check: (subject) => {
    const role = roleOf(subject);
    const report = role ? reportOf(subject, role) : null;
    if (!role || report === null) return fails('there is no finished report');
    const hours = subject.configuration.reportFreshnessHours;
    const isStale = (at: number): boolean => subject.readAt - at > hours * 3_600_000;
    if (isStale(report.completedAt))
      return fails(`the report of role ${role.name} is older than ${hours} hours`);
    if (isStale(subject.account.readAt))
      return fails(`the record of role ${role.name} was read more than ${hours} hours ago`);
    return holds(`cut-off ${instant(subject.cutOff)}; report finished ${instant(report.completedAt)}`);
  },
};

/** The role was not used since the cut-off: neither by its own record nor by any row of its own report. */
const nothingUsedLost: IdentityCheck = {
  name: 'nothing-used-lost',
  check: (subject) => {
    const role = roleOf(subject);
    if (!role) return fails('there is no role to judge');
    const { cutOff } = subject;
    if (role.lastUsed !== null && role.lastUsed.at >= cutOff)
      return fails(`role ${role.name} was last used on ${day(role.lastUsed.at)} by AWS's own record`);
    for (const row of reportOf(subject, role)?.rows.values() ?? []) {
      const times = [row, ...(row.actions ?? []), ...row.usedBy].map(
        ({ lastAccessedAt }) => lastAccessedAt ?? 0,
      );
      const last = Math.max(...times);
      if (last >= cutOff)
        return fails(`role ${role.name} attempted ${row.serviceNamespace} on ${day(last)} by its report`);
    }
    return holds(`role ${role.name} was not used since ${instant(cutOff)}, by its record and by its report`);
  },
};

/** The role and what it may do were there for the whole threshold: what is new may be about to be used. */
const permissionAge: IdentityCheck = {
  name: 'permission-age',
  check: (subject) => {
    const role = roleOf(subject);
    if (!role) return fails('there is no role to judge');
    const { cutOff } = subject;
    if (role.createdAt >= cutOff)
      return fails(`role ${role.name} was made on ${day(role.createdAt)}, within the threshold`);
    const open = whyUndated(subject, ownGrants(role));
    if (open.length === 0) return holds(`role ${role.name} and its grants were there before ${day(cutOff)}`);
    return notProven(open.join('; '));
  },
};

/** No Deny goes, and the new one binds the role alone. */
const deniesUntouched: IdentityCheck = {
  name: 'denies-untouched',
  check: (subject) => {
    const role = roleOf(subject);
    for (const { deniesAdded, deniesLost, principal } of effectOf(subject).losses) {
      if (deniesLost.length > 0)
        return fails(`a Deny of ${named(deniesLost)} would no longer bind ${principal.arn}`);
      if (deniesAdded.length > 0 && principal.arn !== role?.arn)
        return fails(`a new Deny would bind ${principal.arn}, who is not the role that is stopped`);
    }
    return holds('every Deny statement binds everybody as before, and the new one the role alone');
  },
};

/** The role's own policies, and everybody else's, stay as they are. */
const conditionsUntouched: IdentityCheck = {
  name: 'conditions-untouched',
  check: ({ steps }) => {
    const others = steps.filter((step) => !isQuarantine(step)).map(({ resource }) => resourceKey(resource));
    if (others.length > 0) return fails(`${list(others)} would change as well`);
    return holds('every other text, attachment and membership stays as it is');
  },
};

/** The role allows nothing that is kept: its statements stay, but the Deny stands above them. */
const keptUntouched: IdentityCheck = {
  name: 'kept-untouched',
  check: (subject) => {
    const { keepServices } = subject.configuration.identities;
    for (const { principal, lostOf, texts } of effectOf(subject).losses) {
      const kept = keepServices.filter((namespace) => lostOf.has(namespace));
      if (kept.length > 0)
        return fails(`${principal.arn} would lose ${list(kept)}, which identities.keepServices keeps`);
      const marked = keptStatementOf(subject, texts.before);
      if (marked !== null)
        return fails(`statement ${marked} of ${principal.arn} is to be kept and would have no effect`);
    }
    return holds('the role has no kept service and no statement that is to be kept');
  },
};

/** A role in an instance profile is in service; whether services, providers or other accounts use one they are trusted by cannot be read. */
const inService: IdentityCheck = {
  name: 'in-service',
  check: (subject) => {
    const role = roleOf(subject);
    if (!role) return fails('there is no role to judge');
    const served = list(serviceOf(role, subject.account.accountId));
    if (role.instanceProfiles.length > 0) return fails(`role ${role.name} is in service: ${served}`);
    if (served !== '')
      return notProven(withUse(subject, `what would stop cannot be read: ${role.name} (${served})`, [role]));
    return holds('no service, instance, provider or other account may use the role');
  },
};

/** Nothing that the role's texts spell out is such that neither its record nor its report may show the use. */
const untracked: IdentityCheck = {
  name: 'untracked-actions',
  check: (subject) => {
    const { account } = subject;
    const statements = effectOf(subject).losses.flatMap(({ texts }) =>
      texts.before.flatMap((text) => statementsIn(account, text)),
    );
    const unseen = [...unseenByRecord(statements), ...nothingButUnseen(statements)];
    if (unseen.length > 0)
      return fails(
        `a text of role ${roleOf(subject)?.name} names ${list([...new Set(unseen)])}, whose use neither AWS's record of the role nor its report may show`,
      );
    return untrackedActions.check(subject);
  },
};

/** What a quarantine proves in its own way; every other check is that of a narrowing. */
export const quarantineChecks: readonly IdentityCheck[] = [
  evidenceComplete,
  evidenceFresh,
  nothingUsedLost,
  onlyIntendedLost,
  deniesUntouched,
  conditionsUntouched,
  keptUntouched,
  permissionAge,
  untracked,
  inService,
];

type Step = IdentitySubject['steps'][number];

function isQuarantine({ after, before, resource }: Step): boolean {
  return (
    resource.type === 'inline-policy' &&
    resource.principal.type === 'role' &&
    resource.name === quarantinePolicy.name &&
    before === null &&
    after !== null
  );
}

/** The role that would be stopped: the first that a step sets an inline policy on. */
function roleOf({ account, steps }: IdentitySubject): Role | null {
  for (const { resource } of steps) {
    if (resource.type !== 'inline-policy') continue;
    const principal = principalOf(account, resource.principal);
    if (principal?.type === 'role') return principal;
  }
  return null;
}

function reportOf({ reports }: IdentitySubject, { arn }: Role) {
  const report = reports.find(({ subjectArn }) => subjectArn === arn);
  return report?.status === 'completed' ? report : null;
}
