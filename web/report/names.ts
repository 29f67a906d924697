import type { EntityResult, ReviewResult } from '../../core/review-result.ts';
import { presentableName } from './presentable.ts';

/** Names of accounts by id, where whoever asks for a view knows them; the result itself names only the entities that it judged. */
export type AccountNames = ReadonlyMap<string, string>;

/** How a view calls entities. */
export interface Names {
  /** The entity of that id as the result has it, or what its id and path tell. */
  entity(id: string, path?: string): EntityResult;
  /** `dev-1 (222222222222)`, or the bare id where the name is not known. */
  account(path: string): string;
  /** `Root / Development / Backend`: the entities of a path by their names, without the organization. */
  place(path: string): string;
}

/** The names of a presentable result. */
export function namesOf(result: ReviewResult, accountNames: AccountNames = new Map()): Names {
  const entities = new Map(result.entities.map((entity) => [entity.id, entity]));
  const targets = new Map(
    result.changes.flatMap((change) => change.targets).map(({ id, name }) => [id, name]),
  );
  const nameOf = (id: string): string => {
    const known =
      entities.get(id)?.name ?? targets.get(id) ?? (id === result.scope.id ? result.scope.name : null);
    return known ?? presentableName(accountNames.get(id) ?? id);
  };
  return {
    entity: (id, path = id) =>
      entities.get(id) ?? {
        ...{ id, path, name: nameOf(id), type: typeOf(id), accounts: 0 },
        report: { inferred: true, from: [] },
      },
    account: (path) => {
      const id = path.split('/').at(-1) ?? path;
      const name = nameOf(id);
      return name === id ? id : `${name} (${id})`;
    },
    place: (path) => path.split('/').slice(1).map(nameOf).join(' / '),
  };
}

function typeOf(id: string): EntityResult['type'] {
  if (id.startsWith('r-')) return 'root';
  return id.startsWith('ou-') ? 'ou' : 'account';
}
