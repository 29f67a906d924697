import { countsAmongFirst, groupBy } from '../base/lists.ts';
import { shortestPaths } from './shortest-path.ts';

/** The kinds of entity that AWS Organizations knows. */
export type EntityType = 'root' | 'ou' | 'account';

/** The state of an account in AWS's words (Organizations API, `Account.State`). */
export type AccountState = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';

/** An account as Organizations lists it. */
export interface Account {
  readonly id: string;
  readonly name: string;
  /** The root or OU that holds it. */
  readonly parentId: string;
  readonly state: AccountState;
  /** When it joined the organization, in epoch milliseconds. */
  readonly joinedAt: number;
  /** It existed before and was invited, so it brings a past of its own (`JoinedMethod`); absent: created here. */
  readonly invited?: boolean;
}

/** An OU as Organizations lists it. */
export interface OrganizationalUnit {
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
}

/** An organization as it was read: flat lists, nothing derived. */
export interface OrganizationFacts {
  readonly id: string;
  readonly managementAccountId: string;
  readonly root: { readonly id: string; readonly name: string };
  readonly organizationalUnits: readonly OrganizationalUnit[];
  readonly accounts: readonly Account[];
}

/** One root, OU or account with its place in the tree. */
export interface Entity {
  readonly id: string;
  readonly type: EntityType;
  readonly name: string;
  /** How people are told of it: its name, or the shortest path of names (`Retail / Prod`) that no other entity of the organization has. */
  readonly shortPath: string;
  readonly parentId: string | null;
  /** `o-…/r-…/ou-…/123456789012`, never with a trailing slash: AWS fails a report whose path has one (observed). */
  readonly path: string;
  /** Child OUs first, then accounts, each in the order read. */
  readonly childIds: readonly string[];
  /** Member accounts below are `tree.accounts.slice(firstAccount, endAccount)`: a range, because accounts are kept depth-first. */
  readonly firstAccount: number;
  readonly endAccount: number;
}

/** The organization as a tree: every question about "below" and "above" is answered here. */
export interface OrganizationTree {
  readonly id: string;
  readonly managementAccountId: string;
  readonly rootId: string;
  readonly entities: ReadonlyMap<string, Entity>;
  /**
   * Every member account, depth-first. The management account is an entity but never in this list. SCPs do not bind it,
   * and reports of other entities leave it out (IAM User Guide, "last accessed information").
   */
  readonly accounts: readonly Account[];
  /** The short paths of the entities whose names others have as well, by id. */
  readonly ownPaths: ReadonlyMap<string, string>;
  /** How many of the first n accounts are ACTIVE, at index n. */
  readonly activeAmongFirst: Int32Array;
}

/** Builds the tree from the lists as read. Throws if an entity names a parent that was not read. */
export function buildTree(facts: OrganizationFacts): OrganizationTree {
  const organizationalUnitsByParent = groupBy(facts.organizationalUnits, ({ parentId }) => parentId);
  const accountsByParent = groupBy(facts.accounts, ({ parentId }) => parentId);
  const placed = new Map<string, Omit<Entity, 'shortPath'>>();
  const accounts: Account[] = [];

  const addAccount = (account: Account, parentPath: string): void => {
    const firstAccount = accounts.length;
    if (account.id !== facts.managementAccountId) accounts.push(account);
    placed.set(account.id, {
      id: account.id,
      type: 'account',
      name: account.name,
      parentId: account.parentId,
      path: `${parentPath}/${account.id}`,
      childIds: [],
      firstAccount,
      endAccount: accounts.length,
    });
  };
  const addContainer = (id: string, name: string, parentId: string | null, path: string): void => {
    const childUnits = organizationalUnitsByParent.get(id) ?? [];
    const childAccounts = accountsByParent.get(id) ?? [];
    const firstAccount = accounts.length;
    for (const unit of childUnits) addContainer(unit.id, unit.name, id, `${path}/${unit.id}`);
    for (const account of childAccounts) addAccount(account, path);
    placed.set(id, {
      id,
      type: parentId === null ? 'root' : 'ou',
      name,
      parentId,
      path,
      childIds: [...childUnits, ...childAccounts].map((child) => child.id),
      firstAccount,
      endAccount: accounts.length,
    });
  };
  addContainer(facts.root.id, facts.root.name, null, `${facts.id}/${facts.root.id}`);

  for (const entity of [...facts.organizationalUnits, ...facts.accounts]) {
    if (!placed.has(entity.id))
      throw new Error(`${entity.id} names a parent that was not read: ${entity.parentId}`);
  }
  const shortPaths = shortestPaths(placed);
  const entities = new Map<string, Entity>();
  const ownPaths = new Map<string, string>();
  for (const [id, entity] of placed) {
    const shortPath = shortPaths.get(id) ?? entity.name;
    entities.set(id, { ...entity, shortPath });
    if (shortPath !== entity.name) ownPaths.set(id, shortPath);
  }
  return {
    id: facts.id,
    managementAccountId: facts.managementAccountId,
    rootId: facts.root.id,
    entities,
    accounts,
    ownPaths,
    activeAmongFirst: countsAmongFirst(accounts, ({ state }) => state === 'ACTIVE'),
  };
}

/** The entity with this id. Throws if the tree has none: ids from outside are checked with `entities.has` first. */
export function entityOf(tree: OrganizationTree, entityId: string): Entity {
  const entity = tree.entities.get(entityId);
  if (!entity) throw new Error(`no such entity in organization ${tree.id}: ${entityId}`);
  return entity;
}

/** Every member account below an entity (an account is below itself), whatever its state, never the management account. */
export function accountsBelow(tree: OrganizationTree, entityId: string): readonly Account[] {
  const entity = entityOf(tree, entityId);
  return tree.accounts.slice(entity.firstAccount, entity.endAccount);
}

/** Every member account below some of these entities, each once, by id. */
export function accountsBelowAny(tree: OrganizationTree, entityIds: readonly string[]): readonly Account[] {
  const accounts = new Set(entityIds.flatMap((id) => accountsBelow(tree, id)));
  return [...accounts].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** How many ACTIVE member accounts lie below an entity. Only these can lose a service by a deny. */
export function activeAccountsBelow(
  tree: OrganizationTree,
  { endAccount, firstAccount }: Pick<Entity, 'endAccount' | 'firstAccount'>,
): number {
  return activeBetween(tree, firstAccount, endAccount);
}

/** The same of a run of accounts by their indexes. */
export function activeBetween({ activeAmongFirst }: OrganizationTree, first: number, end: number): number {
  return (activeAmongFirst[end] ?? 0) - (activeAmongFirst[first] ?? 0);
}

/** The entity and everything above it, root first. */
export function chainOf(tree: OrganizationTree, entityId: string): readonly Entity[] {
  const chain: Entity[] = [];
  for (let entity: Entity | null = entityOf(tree, entityId); entity !== null; ) {
    chain.push(entity);
    entity = parentOf(tree, entity);
  }
  return chain.reverse();
}

/** The root or OU that holds an entity; null: it is the root. */
export function parentOf(tree: OrganizationTree, { parentId }: Entity): Entity | null {
  return parentId === null ? null : entityOf(tree, parentId);
}

/** Whether an entity is one of these, by their ids, or lies below one. */
export function isWithinAny(tree: OrganizationTree, entity: Entity, ids: ReadonlySet<string>): boolean {
  let above: Entity | null = entity;
  while (above !== null && !ids.has(above.id)) above = parentOf(tree, above);
  return above !== null;
}

/** Whether an entity is the other one or lies below it. */
export function isWithin(tree: OrganizationTree, entityId: string, ancestorId: string): boolean {
  return liesWithin(entityOf(tree, entityId), entityOf(tree, ancestorId));
}

/** The same of entities at hand. */
export function liesWithin({ path }: Entity, { path: ancestor }: Entity): boolean {
  return path.startsWith(ancestor) && (path.length === ancestor.length || path[ancestor.length] === '/');
}

/** The lowest entity that contains all the given ones. Throws for an empty list. */
export function lowestCommonEntity(tree: OrganizationTree, entityIds: readonly string[]): Entity {
  const [first, ...others] = entityIds.map((id) => chainOf(tree, id));
  if (!first) throw new Error('no entity given');
  let depth = first.length;
  for (const chain of others) {
    let shared = 0;
    while (shared < depth && shared < chain.length && chain[shared] === first[shared]) shared += 1;
    depth = shared;
  }
  return first[depth - 1] as Entity;
}

/** What may have a short path beside its name. */
interface Named {
  readonly name: string;
  readonly shortPath?: string | undefined;
}

/** The short path of an entity where it is not its name: for what is stored or sent beside the name. */
export function ownPath({ name, shortPath }: Entity): { readonly shortPath?: string } {
  return shortPath === name ? {} : { shortPath };
}

/** How people are told of an entity: its short path where it has one, else its name. */
export function shownName({ name, shortPath }: Named): string {
  return shortPath ?? name;
}

/** The same with the id in brackets behind it, which some paths end with already. */
export function nameWithId(entity: Named & { readonly id: string }): string {
  const shown = shownName(entity);
  return shown.endsWith(`(${entity.id})`) ? shown : `${shown} (${entity.id})`;
}
