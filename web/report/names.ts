import { nameWithId, shownName } from '../../core/organization/organization.ts';
import type { EntityResult, ReviewResult } from '../../core/review/review-result.ts';
import { presentableName } from './presentable.ts';

/** Names of accounts by id, where whoever asks for a view knows them; the result itself names only the entities that it judged. */
export type AccountNames = ReadonlyMap<string, string>;

/** How a view calls entities. */
export interface Names {
  /** The entity of that id as the result has it, or what its id and path tell. */
  entity(id: string, path?: string): EntityResult;
  /** The account at the end of a path: its id, and its name or null where that is not known. */
  accountParts(path: string): { readonly id: string; readonly name: string | null };
  /** `dev-1 (222222222222)`, or the bare id where the name is not known. */
  account(path: string): string;
  /** `Development / Backend`: the OUs and accounts of a path by their names, without organization and root; empty for the root. */
  place(path: string): string;
}

/** The names of a presentable result. */
export function namesOf(result: ReviewResult, accountNames: AccountNames = new Map()): Names {
  const entities = new Map(result.entities.map((entity) => [entity.id, entity]));
  const targets = new Map(
    result.changes.flatMap((change) => change.targets).map((target) => [target.id, target]),
  );
  const known = (id: string): Pick<EntityResult, 'name' | 'shortPath'> =>
    entities.get(id) ??
    targets.get(id) ??
    (id === result.scope.id ? result.scope : { name: presentableName(accountNames.get(id) ?? id) });
  const nameOf = (id: string): string => shownName(known(id));
  const accountOf = (path: string): { readonly id: string; readonly name: string | null } => {
    const id = path.split('/').at(-1) ?? path;
    const name = nameOf(id);
    return { id, name: name === id ? null : name };
  };
  return {
    entity: (id, path = id) =>
      entities.get(id) ?? {
        ...known(id),
        id,
        path,
        type: typeOf(id),
        accounts: 0,
        report: { inferred: true, from: [] },
      },
    accountParts: accountOf,
    account: (path) => {
      const { id, name } = accountOf(path);
      return name === null ? id : nameWithId({ id, name });
    },
    place: (path) =>
      path
        .split('/')
        .slice(2)
        .map((id) => known(id).name)
        .join(' / '),
  };
}

function typeOf(id: string): EntityResult['type'] {
  if (id.startsWith('r-')) return 'root';
  return id.startsWith('ou-') ? 'ou' : 'account';
}
