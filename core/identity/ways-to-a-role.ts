import { patternMatchesAction } from '../base/matching.ts';
import type { Role, User } from './account-identities.ts';
import type { AccountIndex } from './account-index.ts';
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
 * Whether somebody surely comes in as a principal. A user does: whether he has a password or a key is not read. A role is
 * assumed without a condition by another account, by a SAML provider, or by somebody of the account who surely comes in and
 * surely may. An id of somebody who is gone, another action than to assume, or any Deny of it in the trust count for nothing.
 */
export function isSurelyEntered(
  index: AccountIndex,
  principal: User | Role,
  layersOf: LayersOf,
  passed: ReadonlySet<string> = new Set(),
): boolean {
  if (principal.type === 'user') return true;
  const { isUnknown, statements } = trustOf(principal);
  if (isUnknown || statements.some(({ actions, effect }) => effect === 'Deny' && isToAssume(actions)))
    return false;
  const seen = new Set([...passed, principal.arn]);
  const enters = (each: User | Role): boolean =>
    !seen.has(each.arn) && isSurelyEntered(index, each, layersOf, seen);
  return statements.some(
    (statement) =>
      statement.effect === 'Allow' &&
      (letsSamlIn(statement) ||
        (takesIn(statement, 'sts:AssumeRole') &&
          statement.condition === null &&
          statement.principals.some((each) => isSomebody(index, principal, each, layersOf, enters)))),
  );
}

function isSomebody(
  index: AccountIndex,
  role: Role,
  trusted: string,
  layersOf: LayersOf,
  enters: (principal: User | Role) => boolean,
): boolean {
  const { accountId, roles, users } = index.account;
  const named = accountOfTrusted(trusted);
  if (trusted === '*') return true;
  if (!/^\d{12}$/.test(named)) return false;
  // Whether anybody there may assume it cannot be seen from here.
  if (named !== accountId) return true;
  const known = index.principals.get(trusted);
  if (known) return known.type !== 'group' && enters(known);
  if (trusted !== accountId && !trusted.endsWith(':root')) return false;
  return [...users, ...roles].some(
    (each) =>
      layersOf(each).every((layer) => surelyMay(layer, each.arn, 'sts:AssumeRole', role.arn)) && enters(each),
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
