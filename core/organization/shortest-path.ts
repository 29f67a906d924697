import { listAt } from '../base/lists.ts';
import { typedName } from './typed-name.ts';

/** A root, OU or account with its name and the entity that holds it. */
export interface NamedEntity {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
}

/** A path of names as it is shown, and as it is compared. */
interface NamePath {
  readonly shown: string;
  readonly typed: string;
}

/**
 * For each entity by its id, the shortest path of names that belongs to it alone: `Prod`, else `Retail / Prod`, `Root /
 * Retail / Prod`. Where even the whole path is not unique, the name with the id in brackets. Paths are the same if they
 * are typed the same.
 */
export function shortestPaths(entities: ReadonlyMap<string, NamedEntity>): ReadonlyMap<string, string> {
  const typedOf = remembered(typedName);
  const names = new Set<string>();
  const alike = new Map<string, NamedEntity[]>();
  for (const entity of entities.values()) {
    const typed = typedOf(entity.name);
    names.add(typed);
    // Names may contain slashes. Paths that are equal end in the same part, so each group is complete.
    listAt(alike, typed.slice(typed.lastIndexOf('/') + 1)).push(entity);
  }
  const above = new Map<string, readonly NamePath[]>();
  const pathsOf = ({ name, parentId }: NamedEntity): readonly NamePath[] => {
    const own = { shown: name, typed: typedOf(name) };
    const parent = parentId === null ? undefined : entities.get(parentId);
    if (!parent) return [own];
    let longer = above.get(parent.id);
    if (!longer) {
      longer = pathsOf(parent);
      above.set(parent.id, longer);
    }
    return [own, ...longer.map((path) => below(path, own))];
  };
  const shortest = new Map<string, string>();
  for (const group of alike.values()) {
    const owners = new Map<string, number>();
    if (group.length > 1)
      for (const entity of group)
        for (const { typed } of pathsOf(entity)) owners.set(typed, (owners.get(typed) ?? 0) + 1);
    for (const entity of group) {
      const isOwn = ({ typed }: NamePath): boolean => typed !== '' && (owners.get(typed) ?? 1) === 1;
      const path = group.length === 1 && typedOf(entity.name) !== '' ? entity.name : null;
      shortest.set(
        entity.id,
        path ?? pathsOf(entity).find(isOwn)?.shown ?? withId(entity, pathsOf(entity), names),
      );
    }
  }
  return shortest;
}

function below(path: NamePath, own: NamePath): NamePath {
  return { shown: `${path.shown} / ${own.shown}`, typed: `${path.typed}/${own.typed}` };
}

/** The name with the id, or the whole path with it where somebody else is named like that. */
function withId({ id, name }: NamedEntity, paths: readonly NamePath[], names: ReadonlySet<string>): string {
  const short = `${name} (${id})`;
  return names.has(typedName(short)) ? `${paths.at(-1)?.shown ?? name} (${id})` : short;
}

function remembered(compute: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let value = known.get(text);
    if (value === undefined) {
      value = compute(text);
      known.set(text, value);
    }
    return value;
  };
}
