import type { Exemption } from '../base/configuration.ts';
import { foldedName } from '../base/folded-name.ts';
import { quoted } from '../base/quoted.ts';
import { entityOf, type OrganizationTree } from '../organization/organization.ts';
import { unknownService } from './known-services.ts';

/** Whether a text matches a pattern in which `*` stands for any run of characters. Case-sensitive: ids and paths are. */
export function matchesGlob(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

/** Whether an exemption is about users, groups, roles or policies inside accounts: its entity is a pattern for their ARNs. No deny of a service knows them. */
export function isInsideAccounts({ entity }: Exemption): boolean {
  return entity.startsWith('arn:');
}

/** An exemption with the entities of this organization that its pattern names. */
export interface ActiveExemption {
  readonly exemption: Exemption;
  readonly entityPaths: readonly string[];
}

/** The exemptions that hold at an instant (epoch ms); one whose end date has come holds no longer. The entity pattern is compared with id and path, and without letter case with the name. */
export function activeExemptions(
  tree: OrganizationTree,
  exemptions: readonly Exemption[],
  at: number,
): readonly ActiveExemption[] {
  const active: ActiveExemption[] = [];
  for (const exemption of exemptions) {
    if (Date.parse(exemption.until) <= at) continue;
    const entityPaths: string[] = [];
    for (const entity of tree.entities.values()) {
      const isNamed =
        matchesGlob(exemption.entity, entity.id) ||
        matchesGlob(exemption.entity, entity.path) ||
        matchesGlob(foldedName(exemption.entity), foldedName(entity.name));
      if (isNamed) entityPaths.push(entity.path);
    }
    active.push({ exemption, entityPaths });
  }
  return active;
}

/** Why an exemption in force protects nothing, by the part of it that is wrong. `known`: services by namespace, with their names. */
export function exemptionWithoutEffect(
  { exemption, entityPaths }: ActiveExemption,
  known: ReadonlyMap<string, string>,
): readonly { readonly part: 'entity' | 'service'; readonly detail: string }[] {
  const wrong: { readonly part: 'entity' | 'service'; readonly detail: string }[] = [];
  if (entityPaths.length === 0 && !isInsideAccounts(exemption))
    wrong.push({
      part: 'entity',
      detail: `no root, OU or account of this organization has the id, path or name ${quoted(exemption.entity)}`,
    });
  if (![...known.keys()].some((namespace) => matchesGlob(exemption.service, namespace)))
    wrong.push({ part: 'service', detail: unknownService(exemption.service, known) });
  return wrong;
}

/** The exemption that keeps a service from being denied at an entity: one on it, above it, or anywhere below it. Null if there is none. */
export function exemptionOf(
  tree: OrganizationTree,
  active: readonly ActiveExemption[],
  entityId: string,
  serviceNamespace: string,
): Exemption | null {
  if (active.length === 0) return null;
  const { path } = entityOf(tree, entityId);
  for (const { exemption, entityPaths } of active) {
    if (!matchesGlob(exemption.service, serviceNamespace)) continue;
    if (entityPaths.some((other) => overlaps(path, other))) return exemption;
  }
  return null;
}

function overlaps(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}/`) || other.startsWith(`${path}/`);
}
