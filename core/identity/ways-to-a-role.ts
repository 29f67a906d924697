import { patternMatchesAction } from '../base/matching.ts';
import { rememberedFor } from '../base/remembered.ts';
import type { AccountIdentities, Role, User } from './account-identities.ts';
import { principalOfArn } from './account-lookup.ts';
import { type AssumerGroup, assumerGroups, type EntryQuestion } from './assumer-groups.ts';
import { mayAssume } from './assuming.ts';
import { accountOfTrusted, type TrustStatement, takesIn, trustOf } from './trust.ts';

/** Whether some person may be able to come in as a principal: whatever its conditions, and whoever is named. */
export function mayBeEntered(principal: User | Role): boolean {
  if (principal.type === 'user') return true;
  const { accountIds, isUnknown, providers } = trustOf(principal);
  return isUnknown || accountIds.length > 0 || providers.length > 0;
}

/**
 * ARNs of those, among others, of these users and roles that somebody surely comes in as. A user does: whether he has a password
 * or a key is not read. A role is assumed without a condition by another account, by a SAML provider, or by somebody of the
 * account who surely comes in and surely may. An id of somebody who is gone, or a Deny in the trust count for nothing.
 */
export function surelyEntered(
  candidates: readonly (User | Role)[],
  question: EntryQuestion,
): ReadonlySet<string> {
  const entered = new Set(candidates.filter(isInside).map(({ arn }) => arn));
  const toLook = candidates.filter((each) => !isInside(each));
  if (toLook.length === 0) return entered;
  const groupOf = assumerGroups(question);
  const groups = byEntry([...new Set(groupOf.values())]);
  const looked = new Set(toLook);
  // The roles that whoever came in as somebody would open: by a trust that names him, or as one of his group.
  const opens = new Map<string | AssumerGroup, string[]>();
  // Backwards from the few that are asked about: each role is looked at once, whoever may assume it comes next.
  for (const role of toLook) {
    const ways = waysBack(role, question.account, groupOf, groups);
    if (ways === 'entered') {
      entered.add(role.arn);
      continue;
    }
    for (const way of ways) {
      const key = 'members' in way ? way : way.arn;
      const known = opens.get(key);
      known?.push(role.arn);
      if (known) continue;
      opens.set(key, [role.arn]);
      for (const next of 'members' in way ? way.members : [way]) {
        if (looked.has(next)) continue;
        looked.add(next);
        toLook.push(next);
      }
    }
  }
  goForwards(entered, opens, groupOf);
  return entered;
}

/** Adds whatever those who are inside open, one after another. */
function goForwards(
  entered: Set<string>,
  opens: Map<string | AssumerGroup, string[]>,
  groupOf: ReadonlyMap<string, AssumerGroup>,
): void {
  // A set gives what is added while it is read.
  for (const arn of entered)
    for (const key of [arn, groupOf.get(arn)]) {
      for (const opened of (key && opens.get(key)) || []) entered.add(opened);
      if (key) opens.delete(key);
    }
}

/** Who may assume a role: single ones that its trust names, and groups; or that somebody of them is inside already. */
function waysBack(
  role: User | Role,
  account: AccountIdentities,
  groupOf: ReadonlyMap<string, AssumerGroup>,
  groups: GroupsByEntry,
): 'entered' | readonly (User | Role | AssumerGroup)[] {
  const { isForAccount, named } = wayInto(role);
  const ways: (User | Role | AssumerGroup)[] = [];
  for (const arn of named) {
    const principal = principalOfArn(account, arn);
    const assumer = groupOf.get(arn)?.assumer;
    if (!principal || principal.type === 'group' || !assumer || !mayAssume(assumer, role.arn, true)) continue;
    if (isInside(principal)) return 'entered';
    ways.push(principal);
  }
  if (!isForAccount) return ways;
  const opensIt = ({ assumer }: AssumerGroup): boolean => mayAssume(assumer, role.arn, false);
  return groups.inside.some(opensIt) ? 'entered' : [...ways, ...groups.others.filter(opensIt)];
}

/** Groups with somebody who comes in at once, and those without. */
interface GroupsByEntry {
  readonly inside: readonly AssumerGroup[];
  readonly others: readonly AssumerGroup[];
}

function byEntry(groups: readonly AssumerGroup[]): GroupsByEntry {
  const mayOpen = groups.filter(({ assumer }) => assumer.own.length > 0);
  const hasInside = new Set(mayOpen.filter(({ members }) => members.some(isInside)));
  return { inside: [...hasInside], others: mayOpen.filter((group) => !hasInside.has(group)) };
}

/** Whether somebody comes in as it without coming in as somebody else of the account before. */
function isInside(principal: User | Role): boolean {
  return principal.type === 'user' || wayInto(principal).isOpen;
}

/** Who surely gets into a role by its trust. */
interface WayInto {
  /** Somebody outside the account does, or by a SAML provider. Whether anybody there may assume it cannot be seen from here. */
  readonly isOpen: boolean;
  /** Users and roles of the account that the trust names: no policy of theirs has to allow it. */
  readonly named: ReadonlySet<string>;
  /** Whoever of the account has the permission. */
  readonly isForAccount: boolean;
}

const closed: WayInto = { isOpen: false, named: new Set(), isForAccount: false };

function wayInto(principal: User | Role): WayInto {
  return principal.type === 'user' ? closed : wayIntoRole(principal);
}

const wayIntoRole = rememberedFor(readWayInto);

function readWayInto(role: Role): WayInto {
  const accountId = accountOfTrusted(role.arn);
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

/** IAM User Guide, "Enabling SAML 2.0 federated principals to access the AWS Management Console": the audience is always a condition. */
function letsSamlIn(statement: TrustStatement): boolean {
  const keys = Object.values(statement.condition ?? {}).flatMap((each) => Object.keys(each));
  return (
    takesIn(statement, 'sts:AssumeRoleWithSAML') &&
    statement.providers.some((provider) => provider.includes(':saml-provider/')) &&
    keys.every((key) => key.toLowerCase() === 'saml:aud')
  );
}

function isToAssume(actions: TrustStatement['actions']): boolean {
  const ways = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML'];
  return ways.some(
    (way) =>
      actions.patterns.some((pattern) => patternMatchesAction(pattern, way)) === (actions.kind === 'action'),
  );
}
