import { patternMatchesAction } from '../base/matching.ts';
import type { PolicyDocument } from '../policy/document.ts';
import type { Role, User } from './account-identities.ts';
import type { AccountIndex } from './account-index.ts';
import { touchesAction } from './granted-services.ts';
import { type Layer, surelyMay } from './iam-power.ts';
import { accountOfTrusted, type TrustStatement, trustOf } from './trust.ts';

/** Whether some person may be able to come in as a principal: whatever its conditions, and whoever is named. */
export function mayBeEntered(principal: User | Role): boolean {
  if (principal.type === 'user') return true;
  const { accountIds, isUnknown, providers } = trustOf(principal);
  return isUnknown || accountIds.length > 0 || providers.length > 0;
}

/** What whoever would assume a role bears, boundary included, one layer each. */
export type LayersOf = (principal: User | Role) => readonly Layer[];

/**
 * ARNs of the users and roles that somebody surely comes in as. A user does: whether he has a password or a key is not read.
 * A role is assumed without a condition by another account, by a SAML provider, or by somebody of the account who surely
 * comes in and surely may. An id of somebody who is gone, another action than to assume, or a Deny of it in the trust count for nothing.
 */
export function surelyEntered(
  index: AccountIndex,
  layersOf: LayersOf,
  organizationId: string | null,
): ReadonlySet<string> {
  const { roles, users } = index.account;
  const ways = roles.map((role) => ({ role, ...wayInto(index, role) }));
  const inside: (User | Role)[] = [...users, ...ways.filter(({ isOpen }) => isOpen).map(({ role }) => role)];
  const entered = new Set(inside.map(({ arn }) => arn));
  // Whoever came in may open further roles: each is looked at once.
  for (const principal of inside) {
    const layers = layersOf(principal);
    const assumes = layers.every((layer) => layer.some((document) => allowsSomeAssuming(document)));
    for (const { named, isForAccount, role } of ways) {
      if (entered.has(role.arn)) continue;
      const may = (layer: Layer): boolean =>
        surelyMay(layer, { arn: principal.arn, organizationId }, 'sts:AssumeRole', role.arn);
      if (!named.has(principal.arn) && !(isForAccount && assumes && layers.every(may))) continue;
      entered.add(role.arn);
      inside.push(role);
    }
  }
  return entered;
}

/** Who surely gets into a role by its trust. */
interface WayInto {
  /** Somebody outside the account does, or by a SAML provider. Whether anybody there may assume it cannot be seen from here. */
  readonly isOpen: boolean;
  /** Users and roles of the account that the trust names: they need no permission besides. */
  readonly named: ReadonlySet<string>;
  /** Whoever of the account has the permission. */
  readonly isForAccount: boolean;
}

const closed: WayInto = { isOpen: false, named: new Set(), isForAccount: false };

function wayInto(index: AccountIndex, role: Role): WayInto {
  const { accountId } = index.account;
  const { isUnknown, statements } = trustOf(role);
  const isShut = ({ actions, effect }: TrustStatement): boolean => effect === 'Deny' && isToAssume(actions);
  if (isUnknown || statements.some(isShut)) return closed;
  const allows = statements.filter(({ effect }) => effect === 'Allow');
  const trusted = allows
    .filter((each) => each.condition === null && takesIn(each, 'sts:AssumeRole'))
    .flatMap(({ principals }) => principals);
  const isOutside = (each: string): boolean =>
    each === '*' || (/^\d{12}$/.test(accountOfTrusted(each)) && accountOfTrusted(each) !== accountId);
  return {
    isOpen: allows.some(letsSamlIn) || trusted.some(isOutside),
    named: new Set(trusted),
    isForAccount: trusted.some(
      (each) => each === accountId || (accountOfTrusted(each) === accountId && each.endsWith(':root')),
    ),
  };
}

function allowsSomeAssuming(document: PolicyDocument | null): boolean {
  return (document?.statements ?? []).some(
    (statement) => statement.effect === 'Allow' && touchesAction(statement, 'sts:AssumeRole'),
  );
}

/** IAM User Guide, "Enabling SAML 2.0 federated principals to access the AWS Management Console": the audience is always a condition. */
function letsSamlIn(statement: TrustStatement): boolean {
  const keys = Object.values(statement.condition ?? {}).flatMap((each) => Object.keys(each));
  return (
    takesIn(statement, 'sts:AssumeRoleWithSAML') &&
    statement.providers.some((provider) => provider.includes(':saml-provider/')) &&
    keys.every((key) => key.toLowerCase() === 'saml:aud')
  );
}

function takesIn({ actions: { kind, patterns } }: TrustStatement, action: string): boolean {
  return patterns.some((pattern) => patternMatchesAction(pattern, action)) === (kind === 'action');
}

function isToAssume(actions: TrustStatement['actions']): boolean {
  const ways = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML'];
  return ways.some(
    (way) =>
      actions.patterns.some((pattern) => patternMatchesAction(pattern, way)) === (actions.kind === 'action'),
  );
}
