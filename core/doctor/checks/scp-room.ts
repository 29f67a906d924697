import type { Configuration } from '../../base/configuration.ts';
import { type Entity, isWithin, nameWithId, type OrganizationTree } from '../../organization/organization.ts';
import { check, doubtful, type Finding, fine, wrong } from '../check.ts';
import type { ScpReading } from '../readings.ts';

/** Entities that are named one by one. */
const mostNamed = 5;

/** Where SCPs can still be attached and still grow, at the root and the OUs of the scope. */
export const scpRoom = check({
  name: 'scp-room',
  reads: ['scps'],
  judge: ({ scps }, { configuration }) => {
    const scope = scopeIn(scps.tree, configuration.scope);
    if (scope === null)
      return [
        wrong(
          `scope ${configuration.scope} is no entity of the organization`,
          'correct scope in the configuration: an id of a root, OU or account',
        ),
      ];
    return [...slots(scps, scope, configuration), ...characters(scps, scope, configuration)];
  },
});

function scopeIn(tree: OrganizationTree, scope: string | null): string | null {
  if (scope === null) return tree.rootId;
  return tree.entities.has(scope) ? scope : null;
}

function slots(
  { policies, tree }: ScpReading,
  scope: string,
  { quotas }: Pick<Configuration, 'quotas'>,
): readonly Finding[] {
  const holders = [...tree.entities.values()].filter(
    ({ id, type }) => type !== 'account' && isWithin(tree, id, scope),
  );
  const attached = new Map<string, number>();
  for (const { targets } of policies)
    for (const { id } of targets) attached.set(id, (attached.get(id) ?? 0) + 1);
  const full = holders.filter(({ id }) => (attached.get(id) ?? 0) >= quotas.scpsPerTarget);
  const most = Math.max(0, ...holders.map(({ id }) => attached.get(id) ?? 0));
  if (full.length === 0)
    return [
      fine(
        `${holders.length} roots and OUs in scope, at most ${most} of ${quotas.scpsPerTarget} SCPs attached to one`,
      ),
    ];
  return [
    doubtful(
      `no slot is left at ${namedEntities(full)}: ${quotas.scpsPerTarget} SCPs are attached, so nothing new can be attached there`,
      'merge SCPs there, or let the reviewer extend one of them (editablePolicies)',
    ),
  ];
}

function characters(
  { policies, tree }: ScpReading,
  scope: string,
  { quotas }: Pick<Configuration, 'quotas'>,
): readonly Finding[] {
  const full = policies.filter(
    ({ awsManaged, targets, text }) =>
      !awsManaged &&
      text !== null &&
      text.length >= quotas.scpCharacters * 0.9 &&
      targets.some(({ id }) => tree.entities.has(id) && isWithin(tree, id, scope)),
  );
  return full.map(({ id, name, text }) =>
    doubtful(
      `the SCP ${name} (${id}) has ${text?.length} of ${quotas.scpCharacters} characters`,
      'little more can be denied in it: a new SCP needs a free slot',
    ),
  );
}

function namedEntities(entities: readonly Entity[]): string {
  const named = entities.slice(0, mostNamed).map(nameWithId).join(', ');
  return entities.length > mostNamed ? `${named} and ${entities.length - mostNamed} more` : named;
}
