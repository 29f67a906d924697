import type { ReviewPorts } from '../adapters/ports.ts';
import { namedEntity } from '../core/organization/named-entity.ts';
import { accountsBelow, buildTree, entityOf } from '../core/organization/organization.ts';
import { BadEvent } from './bad-event.ts';

/** The member accounts below roots, OUs and accounts that a person names, with their names; `key` is where the person named them. Reads the tree alone. Throws `BadEvent` for names that nobody has. */
export async function accountsBelowNames(
  ports: Pick<ReviewPorts, 'organization'>,
  given: readonly string[],
  key: string,
): Promise<{ readonly accounts: ReadonlyMap<string, string>; readonly names: readonly string[] }> {
  const tree = buildTree(await ports.organization.readTree());
  const entities = given.map((name) => {
    const found = namedEntity(tree, name);
    if ('why' in found) throw new BadEvent(`${key}: ${found.why}`);
    return entityOf(tree, found.id);
  });
  const accounts = entities
    .flatMap(({ id }) => accountsBelow(tree, id))
    .map(({ id, name }) => [id, name] as const);
  if (accounts.length === 0)
    throw new BadEvent(`${key}: no account is below ${given.join(', ')} that an SCP binds`);
  return { accounts: new Map(accounts), names: entities.map(({ shortPath }) => shortPath) };
}
