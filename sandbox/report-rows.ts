import { allowedServices, servicesAllowedBy } from './allowed-services.ts';
import { accountsBelow, chainOf, entityPath, placesBelow } from './tree.ts';
import { lastUseUntil, type Use } from './uses.ts';
import type { World, WorldAccount, WorldEntity, WorldPolicy } from './world.ts';

/** One row of an access report, still without AWS's spelling. */
export interface ReportRow {
  readonly namespace: string;
  readonly name: string;
  /** Accounts with an attempt in the tracking period. */
  readonly accounts: number;
  readonly latest: { readonly at: number; readonly region: string; readonly accountPath: string } | null;
}

// IAM User Guide, "last accessed information": at least 400 days; the sandbox keeps exactly 400.
const trackingMs = 400 * 86_400_000;

interface Found {
  readonly accounts: Set<string>;
  /** When it was used last, milliseconds since 1970. */
  at: number;
  use: Use;
  account: WorldAccount;
}

/** The accounts and uses that count for an entity; the management account counts only for itself. */
const usesFor = function* (
  world: World,
  entity: WorldEntity,
): Generator<readonly [WorldAccount, readonly Use[]]> {
  if (entity.type === 'ACCOUNT') {
    yield [entity, entity.uses];
    return;
  }
  if (world.scenario.moveAttribution !== 'at-use') {
    for (const account of accountsBelow(world, entity)) {
      if (account.id !== world.managementAccountId) yield [account, account.uses];
    }
    return;
  }
  const places = placesBelow(world, entity);
  for (const account of world.accounts.values()) {
    if (account.id !== world.managementAccountId)
      yield [account, account.uses.filter(({ place }) => places.has(place))];
  }
};

const collect = (
  world: World,
  entity: WorldEntity,
  applies: (account: WorldAccount) => boolean,
): ReadonlyMap<string, Found> => {
  const now = world.now();
  const oldest = now - trackingMs;
  const found = new Map<string, Found>();
  for (const [account, uses] of usesFor(world, entity)) {
    if (uses.length === 0 || !applies(account)) continue;
    for (const use of uses) {
      const at = lastUseUntil(use, now);
      if (at === null || at < oldest) continue;
      const known = found.get(use.namespace);
      if (known === undefined) {
        found.set(use.namespace, { accounts: new Set([account.id]), at, use, account });
        continue;
      }
      known.accounts.add(account.id);
      if (at > known.at) {
        known.at = at;
        known.use = use;
        known.account = account;
      }
    }
  }
  return found;
};

const accountPath = (world: World, { account, use }: Found): string =>
  world.scenario.moveAttribution === 'at-use' && world.entities.has(use.place)
    ? `${entityPath(world, use.place)}/${account.id}`
    : entityPath(world, account.id);

/** The rows of a report in byte order of the namespace, as of the sandbox's present moment. */
export const reportRows = (
  world: World,
  entity: WorldEntity,
  policy: WorldPolicy | null,
): readonly ReportRow[] => {
  const ownReport = entity.id === world.managementAccountId;
  const scoped = ownReport ? null : policy;
  const namespaces = scoped === null ? allowedServices(world, entity.id) : servicesAllowedBy(world, scoped);
  const found = collect(
    world,
    entity,
    (account) => scoped === null || chainOf(world, account.id).some((id) => scoped.targets.has(id)),
  );
  return namespaces.map((namespace) => {
    const use = found.get(namespace);
    return {
      namespace,
      name: world.services.get(namespace) ?? namespace,
      accounts: use?.accounts.size ?? 0,
      latest:
        use === undefined
          ? null
          : { at: use.at, region: use.use.region, accountPath: accountPath(world, use) },
    };
  });
};
