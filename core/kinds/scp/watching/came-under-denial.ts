import { dayMilliseconds, propagationMilliseconds } from '../../../base/limits.ts';
import { listAt } from '../../../base/lists.ts';
import type { EventBody } from '../../../change/life/events.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import type { Applied } from '../../../change/life/state.ts';
import { useBelow } from '../../../finding/use.ts';
import { type Account, accountsBelow, isWithin } from '../../../organization/organization.ts';
import { parsePolicy } from '../../../policy/document.ts';
import type { PolicyTarget } from '../../../policy/service-control-policy.ts';
import { denialOf } from '../../../policy/standing.ts';
import { policyIdOf } from '../ours/own-policy.ts';
import { notTaken, type WatchFacts } from './watch-facts.ts';

type Came = Extract<EventBody, { readonly type: 'came-under-denial' }>;

/** For so long an account is new, in milliseconds: a month may pass between two looks. */
const newMilliseconds = 32 * dayMilliseconds;
/** At most so many accounts are reported in one review, and over the life of one revision; so many services of an account at a time. */
const most = { inOneReview: 20, ever: 400, services: 20 } as const;

/**
 * Accounts that stand under an applied deny and were not there when it was proved, with the denied services that they
 * use, each account and service once. They came, or somebody attached the SCP above them. A deny hides its services from
 * the account's own report, so that often nobody knows: that is said once for an account that has a past. Use before it
 * came counts as well as attempts since.
 */
export function cameUnderDenial(record: ChangeRecord, state: Applied, facts: WatchFacts): readonly Came[] {
  const { content, history, revision } = record;
  const policy = facts.policies.find(({ id }) => id === policyIdOf(record));
  if (!policy || policy.text === null) return [];
  const services = denied(record, facts, policy.text);
  const targets = policy.targets.filter(({ id }) => facts.tree.entities.has(id));
  if (services.length === 0 || targets.length === 0) return [];
  const told = toldBefore(history.filter((event) => event.revision === revision));
  const proved = new Set(content.accountIds);
  const found: Came[] = [];
  for (const [account, above] of accountsUnder(targets, facts)) {
    const how = howItCame(account, above, record, facts, proved);
    if (how === null) continue;
    const came = usesOf(account, services, how, state, facts, proved.has(account.id));
    const used = came.used.filter(({ serviceNamespace }) => !told.has(`${account.id} ${serviceNamespace}`));
    const unknown = told.has(account.id) ? [] : came.unknown;
    if (used.length + unknown.length === 0) continue;
    const entity = facts.tree.entities.get(account.id);
    const accountName = entity?.shortPath ?? account.name;
    found.push({
      type: 'came-under-denial',
      accountId: account.id,
      accountName,
      how,
      ...(entity ? { accountPath: entity.path } : {}),
      used: used.slice(0, most.services),
      unknown: unknown.slice(0, most.services),
      // What is used comes with the next review; that nobody knows is said once.
      ...(unknown.length > most.services ? { unknownMore: unknown.length - most.services } : {}),
    });
  }
  const events = history.filter((event) => event.type === 'came-under-denial' && event.revision === revision);
  const room = Math.max(0, Math.min(most.inOneReview, most.ever - events.length));
  // Known use comes before what nobody knows.
  const kept = found
    .sort((one, other) => Number(other.used.length > 0) - Number(one.used.length > 0))
    .slice(0, room);
  const left = found.length - kept.length;
  const isLast = events.length + kept.length >= most.ever;
  return kept.map((came, index) =>
    isLast && left > 0 && index === kept.length - 1 ? { ...came, accountsMore: left } : came,
  );
}

/** Which services of the change the SCP still denies to those who come: what was given back to everybody is left out. That single principals are exempt frees no newcomer. */
function denied(record: ChangeRecord, { stands: all }: WatchFacts, text: string): readonly string[] {
  const policy = parsePolicy(text);
  if (!policy.ok) return [];
  return notTaken(record, all.get(policyIdOf(record) ?? '')).filter((service) =>
    ['whole', 'principals-exempt'].includes(denialOf(policy.value, service)),
  );
}

/** The accounts below the targets of the SCP as they are now, each with the targets above it. */
function accountsUnder(
  targets: readonly PolicyTarget[],
  { tree }: WatchFacts,
): ReadonlyMap<Account, readonly PolicyTarget[]> {
  const found = new Map<Account, PolicyTarget[]>();
  for (const target of targets)
    for (const account of accountsBelow(tree, target.id))
      if (account.state !== 'CLOSED') listAt(found, account).push(target);
  return found;
}

/** How an account came under the deny; null: it was there when that was proved, and has not been away as far as looks at the tree show. */
function howItCame(
  { id, invited, joinedAt }: Account,
  above: readonly PolicyTarget[],
  { content }: ChangeRecord,
  { moves, now, tree }: WatchFacts,
  proved: ReadonlySet<string>,
): Came['how'] | null {
  const outside = [...(moves.get(id) ?? [])].filter(
    (place) => !above.some((target) => tree.entities.has(place) && isWithin(tree, place, target.id)),
  );
  const isFromOutside = outside.length > 0;
  if (proved.has(id)) return isFromOutside ? 'moved' : null;
  if (!above.some((target) => content.targets.some((other) => other.id === target.id))) return 'attached';
  // What joined after the evidence was judged has no other past here, unless a look showed it elsewhere.
  if (joinedAt < content.asOf) return 'moved';
  if (invited === true) return 'invited';
  // Every account begins in the root (CreateAccount) and is moved from there: it has no past for that.
  const isNew = now - joinedAt < newMilliseconds && outside.every((place) => place === tree.rootId);
  return isFromOutside && !isNew ? 'moved' : 'created';
}

/** What of the denied services an account uses, and what nobody knows of one with a past that was not proved. */
function usesOf(
  { id }: Account,
  services: readonly string[],
  how: Came['how'],
  { appliedAt }: Applied,
  { knowledge }: WatchFacts,
  isProved: boolean,
): Pick<Came, 'used' | 'unknown'> {
  const used: { serviceNamespace: string; lastAccessedAt: number }[] = [];
  const unknown: string[] = [];
  for (const serviceNamespace of services) {
    const use = useBelow(knowledge, id, serviceNamespace);
    // One that was proved and came back: only what it used since is new.
    const since = isProved ? appliedAt + propagationMilliseconds.everywhere : 0;
    if (use.kind === 'used' && use.at > since) used.push({ serviceNamespace, lastAccessedAt: use.at });
    if (use.kind !== 'used' && use.kind !== 'unused' && !isProved && how !== 'created')
      unknown.push(serviceNamespace);
  }
  return { used, unknown };
}

/** What was told of accounts: `account service` for a use, `account` where nobody knew. */
function toldBefore(events: readonly EventBody[]): ReadonlySet<string> {
  const told = new Set<string>();
  for (const event of events) {
    if (event.type !== 'came-under-denial') continue;
    for (const { serviceNamespace } of event.used) told.add(`${event.accountId} ${serviceNamespace}`);
    if (event.unknown.length > 0) told.add(event.accountId);
  }
  return told;
}
