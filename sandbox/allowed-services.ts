import { grantsOf, type Statement, statementsOf, takes } from './policy-statements.ts';
import { chainOf } from './tree.ts';
import type { World, WorldPolicy } from './world.ts';

const parsed = new WeakMap<
  WorldPolicy,
  { readonly version: number; readonly statements: readonly Statement[] }
>();

const statementsOfPolicy = (policy: WorldPolicy): readonly Statement[] => {
  const known = parsed.get(policy);
  if (known?.version === policy.version) return known.statements;
  const statements = statementsOf(policy.content);
  parsed.set(policy, { version: policy.version, statements });
  return statements;
};

/** Services of which every level grants something that no Deny of any level takes away. */
const accessible = (
  levels: readonly (readonly Statement[])[],
  namespaces: Iterable<string>,
): readonly string[] => {
  const denies = levels.flat().filter(({ allow, conditional }) => !allow && !conditional);
  const found: string[] = [];
  for (const namespace of namespaces) {
    const open = levels.every((statements) =>
      grantsOf(statements, namespace).some((grant) => !denies.some((deny) => takes(deny, grant, namespace))),
    );
    if (open) found.push(namespace);
  }
  return found;
};

/** The services, in byte order, that the SCPs of the entity and of its parents allow. The management account has them all. */
export const allowedServices = (world: World, entityId: string): readonly string[] => {
  if (entityId === world.managementAccountId) return [...world.services.keys()];
  const policies = [...world.policies.values()];
  const levels = chainOf(world, entityId).map((id) =>
    policies.filter(({ targets }) => targets.has(id)).flatMap(statementsOfPolicy),
  );
  return accessible(levels, world.services.keys());
};

/** The services that this one SCP allows by itself, attached or not. */
export const servicesAllowedBy = (world: World, policy: WorldPolicy): readonly string[] =>
  accessible([statementsOfPolicy(policy)], world.services.keys());
