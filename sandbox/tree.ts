import type { Use } from './uses.ts';
import type { World, WorldAccount, WorldEntity, WorldPlace } from './world.ts';

/** The root or OU with this id, or null. */
export const placeOf = (world: World, id: string): WorldPlace | null => {
  const entity = world.entities.get(id);
  return entity === undefined || entity.type === 'ACCOUNT' ? null : entity;
};

/** Ids from the root down to the entity, both included; empty for an unknown entity. */
export const chainOf = (world: World, id: string): readonly string[] => {
  const chain: string[] = [];
  for (let at: string | null = id; at !== null; ) {
    const entity: WorldEntity | undefined = world.entities.get(at);
    if (entity === undefined) return [];
    chain.unshift(at);
    at = entity.parent;
  }
  return chain;
};

/** Entity path as IAM takes it, without a trailing slash: `o-…/r-…/ou-…/123456789012`. */
export const entityPath = (world: World, id: string): string =>
  [world.organizationId, ...chainOf(world, id)].join('/');

/** Ids of all roots and OUs below the place, itself included. */
export const placesBelow = (world: World, place: WorldPlace): ReadonlySet<string> => {
  const found = new Set<string>([place.id]);
  for (const id of found) {
    for (const unit of placeOf(world, id)?.units ?? []) found.add(unit);
  }
  return found;
};

/** Every account below the entity, the management account included; an account is below itself. */
export const accountsBelow = (world: World, entity: WorldEntity): readonly WorldAccount[] => {
  if (entity.type === 'ACCOUNT') return [entity];
  const places = placesBelow(world, entity);
  return [...places].flatMap((id) =>
    [...(placeOf(world, id)?.accounts ?? [])].map((account) => world.accounts.get(account) as WorldAccount),
  );
};

/** Moves an account to another root or OU; throws an Error that names an unknown account or parent. */
export const moveAccount = (world: World, accountId: string, parentId: string): void => {
  const account = world.accounts.get(accountId);
  const target = placeOf(world, parentId);
  if (account === undefined) throw new Error(`account ${accountId} is not in the organization`);
  if (target === null) throw new Error(`${parentId} is no root or OU of the organization`);
  placeOf(world, account.parent)?.accounts.delete(accountId);
  target.accounts.add(accountId);
  account.parent = parentId;
};

/** Records that an account used a service; only the latest use per service and place is kept. */
export const recordUse = (
  world: World,
  use: {
    readonly accountId: string;
    readonly service: string;
    readonly region?: string;
    readonly daysAgo?: number;
  },
): void => {
  const account = world.accounts.get(use.accountId);
  if (account === undefined) throw new Error(`account ${use.accountId} is not in the organization`);
  const at = world.now() - (use.daysAgo ?? 0) * 86_400_000;
  const same = (item: { readonly namespace: string; readonly place: string }): boolean =>
    item.namespace === use.service && item.place === account.parent;
  // A use that goes on goes on beside it.
  const once = (item: Use): boolean => same(item) && item.again === null;
  const before = account.uses.find(once);
  if (before !== undefined && before.at > at) return;
  account.uses = account.uses.filter((item) => !once(item));
  account.uses.push({
    namespace: use.service,
    at,
    again: null,
    region: use.region ?? 'us-east-1',
    place: account.parent,
  });
};

/** Replaces the text of an SCP without any of AWS's checks; throws an Error for an unknown policy. */
export const setPolicyText = (world: World, policyId: string, content: string): void => {
  const policy = world.policies.get(policyId);
  if (policy === undefined) throw new Error(`policy ${policyId} is not in the organization`);
  policy.content = content;
  policy.version += 1;
};
