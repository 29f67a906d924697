import { untrackedRegions } from '../../../base/limits.ts';
import { globMatches } from '../../../base/matching.ts';
import type { Role, User } from '../../../identity/account-identities.ts';
import { bearersOf, policyOf, principalOf, principalsTouched } from '../../../identity/identity-values.ts';
import { uneditable, untouchable } from '../../../identity/never-touched.ts';
import { trustOf } from '../../../identity/trust.ts';
import { counted, fails, holds, list, notProven } from '../../subject.ts';
import { type Access, accessOf, everything, type KnownActions, unknownAction } from '../access.ts';
import { effectOf, type Loss } from '../losses.ts';
import type { IdentityCheck, IdentitySubject } from '../subject.ts';
import { textsOf } from '../texts.ts';

/** Nobody loses the way in: break-glass principals lose nothing, and somebody who can manage IAM stays. */
export const noLockOut: IdentityCheck = {
  name: 'no-lock-out',
  check: (subject) => {
    const { configuration } = subject;
    const { losses } = effectOf(subject);
    for (const { principal, lost } of losses) {
      const pattern = configuration.breakGlass.find((each) => globMatches(each, principal.arn));
      if (pattern !== undefined && lost.size > 0)
        return fails(`${principal.arn} is named in breakGlass (${pattern}) and would lose permissions`);
    }
    const losing = losses.filter((loss) => administers(loss.before) && !administers(loss.after));
    if (losing.length === 0) return holds('nobody who manages IAM loses that');
    const others = otherAdministrators(subject, losses);
    if (others.length === 0)
      return fails(
        `${list(losing.map(({ principal }) => principal.arn))} would no longer manage IAM, and nobody else in the account does`,
      );
    return holds(`${counted(others.length, 'principal')} can still manage IAM: ${list(others)}`);
  },
};

/** Nobody else runs what the steps write, and everybody who is touched may be. */
export const owner: IdentityCheck = {
  name: 'owner',
  check: (subject) => {
    const { account, care, steps } = subject;
    for (const { resource, before } of steps) {
      if (resource.type === 'managed-policy' && before !== null) {
        const policy = policyOf(account, resource.arn);
        if (policy?.isAwsManaged) return fails(`${resource.arn} is AWS-managed: nobody but AWS edits it`);
        const why = policy ? uneditable({ managed: policy, name: policy.name }, care) : null;
        if (why !== null) return fails(why.detail);
      }
      const bearers =
        resource.type === 'managed-policy'
          ? bearersOf(account, resource.arn)
          : resource.type === 'membership'
            ? []
            : [principalOf(account, resource.principal)];
      for (const bearer of bearers) {
        const why = bearer ? untouchable(bearer, care) : null;
        if (why !== null) return fails(why.detail);
      }
    }
    for (const principal of principalsTouched(account, steps)) {
      const why = untouchable(principal, care);
      if (why !== null) return fails(why.detail);
    }
    return holds('no mark of another owner on what would be written, nor on anybody who bears it');
  },
};

/** Roles that services, other accounts or identity providers use show little of that use in reports. */
export const inService: IdentityCheck = {
  name: 'in-service',
  check: (subject) => {
    const served = effectOf(subject).losses.flatMap(({ lost, principal }) => {
      if (principal.type !== 'role' || lost.size === 0) return [];
      const why = serviceOf(principal, subject.account.accountId);
      return why.length > 0 ? [`${principal.name} (${list(why)})`] : [];
    });
    if (served.length === 0) return holds('no role that a service, an instance or somebody outside uses');
    return notProven(`what would stop there cannot be read: ${list(served)}`);
  },
};

/** Nothing else names a policy that would be deleted. */
export const referencedElsewhere: IdentityCheck = {
  name: 'referenced-elsewhere',
  check: ({ steps }) => {
    const deleted = steps.flatMap(({ resource, after }) =>
      resource.type === 'managed-policy' && after === null ? [resource.arn] : [],
    );
    if (deleted.length === 0) return holds('nothing would be deleted');
    return notProven(
      `permission sets, resource policies and other accounts that name ${list(deleted)} are not read`,
    );
  },
};

/** AWS keeps no last accessed data for some Regions: which of them are enabled is not read yet. */
export const regions: IdentityCheck = {
  name: 'regions',
  check: () =>
    notProven(
      `AWS keeps no last-accessed data for ${untrackedRegions.join(', ')}; whether one of them is enabled is not read yet`,
    ),
};

/** Who may use a role without being one of the account's own: instances, services, providers, other accounts. */
export function serviceOf(role: Role, accountId: string): readonly string[] {
  const trust = trustOf(role);
  return [
    ...role.instanceProfiles.map((arn) => `instance profile ${arn.slice(arn.lastIndexOf('/') + 1)}`),
    ...trust.services,
    ...trust.providers,
    ...trust.accountIds.filter((id) => id !== accountId).map((id) => `account ${id}`),
    ...(trust.isUnknown ? ['a trust policy that cannot be read'] : []),
  ];
}

/** Whether texts allow all of IAM on everything, without condition, and nothing of it is denied that way. */
function administers({ allows, denies }: Access): boolean {
  const wholeIam = `iam:${unknownAction}`;
  const isEverywhere = (key: string): boolean => key === everything;
  const isAllowed = [...allows].some(([key, actions]) => isEverywhere(key) && actions.has(wholeIam));
  return isAllowed && ![...denies.values()].some((actions) => actions.has(wholeIam));
}

/** Only the actions of IAM that no list knows: whoever has these has all. */
const iamAlone: KnownActions = new Map([['iam', []]]);

function otherAdministrators({ account }: IdentitySubject, losses: readonly Loss[]): readonly string[] {
  const touched = new Map(losses.map((loss) => [loss.principal.arn, loss]));
  const all: readonly (User | Role)[] = [...account.users, ...account.roles];
  return all
    .filter((principal) => {
      if (principal.path.startsWith('/aws-service-role/') || principal.boundary !== null) return false;
      if (principal.type === 'role' && !isForPeople(principal)) return false;
      const loss = touched.get(principal.arn);
      return administers(loss?.after ?? accessOf(textsOf(account, principal), iamAlone));
    })
    .map(({ name }) => name);
}

/** Whether a person can come to a role: an account or an identity provider is trusted, and not services alone. */
function isForPeople(role: Role): boolean {
  const { accountIds, providers } = trustOf(role);
  return accountIds.length > 0 || providers.length > 0;
}
