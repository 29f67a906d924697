import { rememberedByName, rememberedFor } from '../base/remembered.ts';
import { surelyExcludesAccount, surelyHoldsFor } from '../policy/binds-principal.ts';
import type { AccountIdentities, Role } from './account-identities.ts';
import { accountOfTrusted, type TrustStatement, takesIn, trustOf } from './trust.ts';

/** The id of the management account; null where the account is that itself; `unknownManagement` where the organization was not read. */
export type ManagementAccount = string | null;

/** Stands for the id of a management account that nobody could read: any other account may be it. */
export const unknownManagement = 'unknown';

/** ARNs of the roles of an account that the management account may assume: nobody loses a grant to assume one of them. */
export function waysInOf(
  account: AccountIdentities,
  { managementAccountId }: { readonly managementAccountId: ManagementAccount },
): readonly string[] {
  return managementAccountId === null ? [] : waysFrom(account)(managementAccountId);
}

const waysFrom = rememberedFor(({ roles }: AccountIdentities) =>
  rememberedByName((managementAccountId) =>
    roles.filter((role) => whyWayIn(role, managementAccountId) !== null).map(({ arn }) => arn),
  ),
);

/**
 * Why a role may be the organization's way into its account, or null: it surely is not. Whom the role trusts is unknown,
 * or the management account may enter. It is named, or everybody is and no condition surely leaves it out, or a service
 * is that acts for it, and no Deny surely keeps it out.
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
  if (managementAccountId === unknownManagement) {
    const isDenied = statements.some((each) => deniesOthers(each, ownAccountId));
    if (!allows.some((each) => letsOthersIn(each, ownAccountId, isDenied))) return null;
    return `another account may assume ${name}, or a service for it, and the organization was not read: it may be the management account's way into the account`;
  }
  const isDenied = statements.some((each) => deniesAccount(each, managementAccountId));
  const ways = new Set(allows.map((each) => wayBy(each, managementAccountId, isDenied)));
  if (ways.has('account')) return knownWords(name);
  if (ways.has('everybody'))
    return `everybody may assume ${name} on conditions that do not surely leave the management account out: it may be the organization's way into the account`;
  return ways.has('service')
    ? `a service may assume ${name} for the management account: it may be what the organization does in the account`
    : null;
}

function knownWords(name: string): string {
  return `the management account may assume ${name}: it is the organization's way into the account`;
}

/** As what a statement lets an account in: as itself, among everybody, or by a service that acts for it. */
type Way = 'account' | 'everybody' | 'service' | null;

function wayBy(
  { condition, principals, services }: TrustStatement,
  accountId: string,
  isDenied: boolean,
): Way {
  if (!isDenied && principals.some((each) => accountOfTrusted(each) === accountId)) return 'account';
  const isLeftOut = isDenied || (condition !== null && surelyExcludesAccount(condition, accountId));
  const isNamed = accountsIn(condition).includes(accountId);
  if (principals.includes('*') && !isLeftOut) return isNamed ? 'account' : 'everybody';
  return services.length > 0 && isNamed ? 'service' : null;
}

/** Whether a statement lets in one of the other accounts, any of which may be the management account. */
function letsOthersIn(
  { condition, principals, services }: TrustStatement,
  ownAccountId: string,
  isDenied: boolean,
): boolean {
  const isOther = (accountId: string): boolean => /^\d{12}$/.test(accountId) && accountId !== ownAccountId;
  const named = accountsIn(condition);
  const isOwnAlone =
    condition !== null && !named.some(isOther) && surelyExcludesAccount(condition, unknownManagement);
  const letsIn = (each: string): boolean => isOther(accountOfTrusted(each)) || (each === '*' && !isOwnAlone);
  return (!isDenied && principals.some(letsIn)) || (services.length > 0 && named.some(isOther));
}

/** Whether nobody of an account may assume the role, by a Deny that names it, or everybody on a condition that surely holds for it. */
function deniesAccount(statement: TrustStatement, accountId: string): boolean {
  const { condition, principals } = statement;
  const isAll = (each: string): boolean =>
    each === '*' || each === accountId || (accountOfTrusted(each) === accountId && each.endsWith(':root'));
  return (
    statement.effect === 'Deny' &&
    takesIn(statement, 'sts:AssumeRole') &&
    principals.some(isAll) &&
    (condition === null || surelyHoldsFor(condition, accountId))
  );
}

/** The same of all other accounts: what is denied where only the account itself is named. */
function deniesOthers(statement: TrustStatement, ownAccountId: string): boolean {
  const values = Object.values(statement.condition ?? {}).flatMap((keys) => Object.values(keys).flat());
  return values.every((value) => value === ownAccountId) && deniesAccount(statement, unknownManagement);
}

/** Ids of accounts that stand anywhere in the values that a condition wants, as in those of aws:SourceAccount and aws:SourceArn; not those that it leaves out. */
function accountsIn(condition: TrustStatement['condition']): readonly string[] {
  const wanting = Object.entries(condition ?? {}).filter(([operator]) => !/not/i.test(operator));
  const values = wanting.flatMap(([, keys]) => Object.values(keys).flat());
  return values.flatMap((value) => value.match(/(?<!\d)\d{12}(?!\d)/g) ?? []);
}
