import { surelyExcludesAccount } from '../policy/binds-principal.ts';
import type { AccountIdentities, Role } from './account-identities.ts';
import { accountOfTrusted, type TrustStatement, trustOf } from './trust.ts';

/** The id of the management account; null where the account is that itself; `unknownManagement` where the organization was not read. */
export type ManagementAccount = string | null;

/** Stands for the id of a management account that nobody could read: any other account may be it. */
export const unknownManagement = 'unknown';

const remembered = new WeakMap<AccountIdentities, Map<string, readonly string[]>>();

/** ARNs of the roles of an account that the management account may assume: nobody loses a grant to assume one of them. */
export function waysInOf(
  account: AccountIdentities,
  { managementAccountId }: { readonly managementAccountId: ManagementAccount },
): readonly string[] {
  if (managementAccountId === null) return [];
  const known = remembered.get(account) ?? new Map<string, readonly string[]>();
  remembered.set(account, known);
  const arns =
    known.get(managementAccountId) ??
    account.roles.filter((role) => whyWayIn(role, managementAccountId) !== null).map(({ arn }) => arn);
  known.set(managementAccountId, arns);
  return arns;
}

/**
 * Why a role may be the organization's way into its account, or null: it surely is not. The management account is named, or
 * everybody is and no condition surely leaves it out, or a service is that acts for it; or whom the role trusts is unknown.
 */
export function whyWayIn(role: Role, managementAccountId: ManagementAccount): string | null {
  const { name } = role;
  if (name === 'OrganizationAccountAccessRole') return knownWords(name);
  if (managementAccountId === null) return null;
  const { isUnknown, statements } = trustOf(role);
  if (isUnknown)
    return `whom ${name} trusts is not known (its trust is not understood, or names whom it leaves out): it may be the organization's way into the account`;
  const [, , , , ownAccountId = ''] = role.arn.split(':');
  const allows = statements.filter(({ effect }) => effect === 'Allow');
  if (managementAccountId !== unknownManagement)
    return allows.some((each) => letsIn(each, managementAccountId)) ? knownWords(name) : null;
  if (!allows.some((each) => letsOthersIn(each, ownAccountId))) return null;
  return `another account may assume ${name}, and the organization was not read: it may be the management account's way into the account`;
}

function knownWords(name: string): string {
  return `the management account may assume ${name}: it is the organization's way into the account`;
}

function letsIn({ condition, principals, services }: TrustStatement, accountId: string): boolean {
  const isLeftOut = condition !== null && surelyExcludesAccount(condition, accountId);
  return (
    principals.some((each) => accountOfTrusted(each) === accountId || (each === '*' && !isLeftOut)) ||
    (services.length > 0 && accountsIn(condition).includes(accountId))
  );
}

/** The same where any other account may be the management account. */
function letsOthersIn({ condition, principals, services }: TrustStatement, ownAccountId: string): boolean {
  const isOther = (accountId: string): boolean => /^\d{12}$/.test(accountId) && accountId !== ownAccountId;
  const named = accountsIn(condition);
  const isOwnAlone =
    condition !== null && !named.some(isOther) && surelyExcludesAccount(condition, unknownManagement);
  return (
    principals.some((each) => isOther(accountOfTrusted(each)) || (each === '*' && !isOwnAlone)) ||
    (services.length > 0 && named.some(isOther))
  );
}

/** Ids of accounts that stand anywhere in the values of a condition, as in those of aws:SourceAccount and aws:SourceArn. */
function accountsIn(condition: TrustStatement['condition']): readonly string[] {
  const values = Object.values(condition ?? {}).flatMap((keys) => Object.values(keys).flat());
  return values.flatMap((value) => value.match(/(?<!\d)\d{12}(?!\d)/g) ?? []);
}
