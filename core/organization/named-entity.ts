import { nearestTo } from '../base/nearest.ts';
import { entityIdIn } from '../base/organizations-arn.ts';
import { entityOf, nameWithId, type OrganizationTree, shownName } from './organization.ts';
import { typedName } from './typed-name.ts';

/** So many entities of a name are listed. */
const mostListed = 10;

/**
 * The entity that a person names by its id in any letter case, its ARN, its name or a path of names such as `Retail /
 * Production`. Else why none is meant, with those that are called so. Names are compared as people type them.
 */
export function namedEntity(
  tree: OrganizationTree,
  given: string,
): { readonly id: string } | { readonly why: string } {
  const written = entityIdIn(given.trim());
  // AWS writes every id in small letters.
  const id = [written, written.toLowerCase()].find((each) => tree.entities.has(each));
  if (id !== undefined) return { id };
  const typed = typedName(given);
  const lastPart = typed.slice(typed.lastIndexOf('/') + 1);
  const called = [...tree.entities.values()].filter(
    ({ id, name }) => typedName(name).endsWith(lastPart) && pathsOf(tree, id).includes(typed),
  );
  const [only, ...others] = called;
  if (only === undefined) {
    const names = [...tree.entities.values()].flatMap((entity) => [entity.name, shownName(entity)]);
    const nearest = nearestTo(given.trim(), names);
    const meant = nearest === null ? '' : `; did you mean ${nearest}?`;
    return { why: `there is no root, OU or account ${given} in organization ${tree.id}${meant}` };
  }
  if (others.length === 0) return { id: only.id };
  const listed = called.slice(0, mostListed).map(nameWithId);
  const more = called.length > mostListed ? ` and ${called.length - mostListed} more` : '';
  return { why: `${called.length} entities are called ${given}: ${listed.join(', ')}${more}` };
}

/** Its name, and every path of names that ends in it, as they are compared. */
function pathsOf(tree: OrganizationTree, id: string): readonly string[] {
  const paths: string[] = [];
  let path = '';
  for (let next: string | null = id; next !== null; ) {
    const { name, parentId } = entityOf(tree, next);
    path = path === '' ? typedName(name) : `${typedName(name)}/${path}`;
    paths.push(path);
    next = parentId;
  }
  return paths;
}
