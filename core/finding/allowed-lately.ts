import { isoDay } from '../base/iso-time.ts';
import { listAt } from '../base/lists.ts';
import { chainOf, type Entity, entityOf, isWithin, nameWithId } from '../organization/organization.ts';
import type { PolicyIndex } from '../policy/policy-index.ts';
import type { AllowedMemory } from './allowed-memory.ts';
import { judgeableBelow } from './judgeable.ts';
import { allowedAfter } from './kept-out.ts';
import type { Knowledge } from './knowledge.ts';

/** What tells whether a service was allowed only lately. */
export interface AllowedFacts {
  readonly knowledge: Knowledge;
  readonly policyIndex: PolicyIndex;
  /** Absent: no review before this one looked. */
  readonly allowedBefore?: AllowedMemory | undefined;
  /** Epoch milliseconds. */
  readonly asOf: number;
}

/** An account that may use a service since the cut-off only: that nobody used it says nothing there. Since when, in epoch milliseconds. */
export interface AllowedLately {
  readonly accountId: string;
  readonly since: number;
}

/** What was allowed lately of one service in the organization. */
interface OfService {
  /** Depth-first, with the place in the tree's list. */
  readonly accounts: readonly (AllowedLately & { readonly index: number })[];
  /** The root and OUs of two such accounts or more that are half or more of those judged there. */
  readonly groups: readonly Entity[];
}

const known = new WeakMap<AllowedMemory, { cutOff: number; byService: ReadonlyMap<string, OfService> }>();

/** By service. It is made once for a review; where SCPs let nobody use more than before, it is empty. */
function byServiceOf({ allowedBefore, asOf, knowledge, policyIndex }: AllowedFacts) {
  if (allowedBefore === undefined || allowedBefore.size === 0) return null;
  const memory = allowedAfter(allowedBefore, policyIndex, asOf);
  const { cutOff } = knowledge;
  const before = known.get(memory);
  if (before?.cutOff === cutOff) return before.byService;
  const byService = sortByService(memory, knowledge);
  known.set(memory, { cutOff, byService });
  return byService;
}

function sortByService(memory: AllowedMemory, knowledge: Knowledge): ReadonlyMap<string, OfService> {
  const { cutOff, tree } = knowledge;
  const accounts = new Map<string, OfService['accounts'][number][]>();
  for (const [index, account] of tree.accounts.entries()) {
    const since = memory.get(account.id)?.since;
    // A young account, and one that is not ACTIVE, tells nothing of use anyway.
    if (!since || since.size === 0 || judgeableBelow(knowledge, entityOf(tree, account.id)) === 0) continue;
    for (const [service, at] of since)
      if (at >= cutOff) listAt(accounts, service).push({ accountId: account.id, index, since: at });
  }
  // Most often the same accounts may use many services since the same day.
  const groups = new Map<string, readonly Entity[]>();
  return new Map(
    [...accounts].map(([service, of]) => {
      const key = of.map(({ index }) => index).join(' ');
      const same = groups.get(key) ?? groupsOf(of, knowledge);
      groups.set(key, same);
      return [service, { accounts: of, groups: same }];
    }),
  );
}

function groupsOf(accounts: readonly AllowedLately[], knowledge: Knowledge): readonly Entity[] {
  const counts = new Map<Entity, number>();
  for (const { accountId } of accounts)
    for (const entity of chainOf(knowledge.tree, accountId))
      if (entity.type !== 'account') counts.set(entity, (counts.get(entity) ?? 0) + 1);
  return [...counts].flatMap(([entity, count]) =>
    count > 1 && count * 2 >= judgeableBelow(knowledge, entity) ? entity : [],
  );
}

const nobody: readonly AllowedLately[] = [];

/** The accounts below an entity, itself among them, that may use a service only lately. In a quiet time that is one look. */
export function allowedLately(
  facts: AllowedFacts,
  { endAccount, firstAccount }: Pick<Entity, 'endAccount' | 'firstAccount'>,
  service: string,
): readonly AllowedLately[] {
  const accounts = byServiceOf(facts)?.get(service)?.accounts;
  return accounts?.filter(({ index }) => index >= firstAccount && index < endAccount) ?? nobody;
}

/** Whether half or more of the accounts that are judged at an entity may use a service only lately: nothing is found unused there. */
export function isMostlyAllowedLately(facts: AllowedFacts, entity: Entity, service: string): boolean {
  const lately = allowedLately(facts, entity, service).length;
  return lately > 0 && lately * 2 >= judgeableBelow(facts.knowledge, entity);
}

/**
 * The accounts because of which a service is not denied at an entity, or null. That is: all such accounts below it,
 * where they are half or more of those judged there or below one of its OUs. An account among others is told, as one
 * that joined lately.
 */
export function holdsAllowedLately(
  facts: AllowedFacts,
  entity: Entity,
  service: string,
): readonly [AllowedLately, ...AllowedLately[]] | null {
  const groups = byServiceOf(facts)?.get(service)?.groups;
  if (groups === undefined) return null;
  const { tree } = facts.knowledge;
  const isHeld =
    isMostlyAllowedLately(facts, entity, service) || groups.some(({ id }) => isWithin(tree, id, entity.id));
  const [first, ...more] = isHeld ? allowedLately(facts, entity, service) : [];
  return first === undefined ? null : [first, ...more];
}

/** Why such a service stays, for people: the account that may use it last. Services of the same accounts and day have the same words. */
export function latelyWords(
  lately: readonly AllowedLately[],
  { asOf, knowledge: { cutOff, tree } }: AllowedFacts,
): string {
  const last = lately.reduce((latest, each) => (each.since > latest.since ? each : latest));
  const others = lately.length === 1 ? '' : ` and ${lately.length - 1} more`;
  const name = `${nameWithId(entityOf(tree, last.accountId))}${others}`;
  const until = last.since + (asOf - cutOff);
  return `reviews saw SCPs let ${name} use the service only since ${isoDay(last.since)}: before, nobody there could use it. It may be found unused from ${isoDay(until)} on`;
}

/** The same of an entity at which most accounts could use it for the whole threshold, so that it is open. */
export function latelyNote(lately: readonly AllowedLately[], { knowledge: { tree } }: AllowedFacts): string {
  const names = lately.slice(0, 3).map(({ accountId }) => nameWithId(entityOf(tree, accountId)));
  const more = lately.length > 3 ? ` and ${lately.length - 3} more accounts` : '';
  return `SCPs let ${names.join(', ')}${more} use it only lately, so not for the whole threshold`;
}
