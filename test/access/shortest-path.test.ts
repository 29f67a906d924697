import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildTree } from '../../core/organization/organization.ts';
import { type NamedEntity, shortestPaths } from '../../core/organization/shortest-path.ts';
import { typedName } from '../../core/organization/typed-name.ts';
import cases from '../cases/access/shortest-paths.json' with { type: 'json' };

const entitiesOf = (rows: readonly (readonly (string | null)[])[]): ReadonlyMap<string, NamedEntity> =>
  new Map(
    rows.map(([id = '', name = '', parentId = null]) => [
      id ?? '',
      { id: id ?? '', name: name ?? '', parentId },
    ]),
  );

test.each(cases)('$title', ({ entities, paths }) => {
  const shortest = shortestPaths(entitiesOf(entities));
  expect(Object.fromEntries(Object.keys(paths).map((id) => [id, shortest.get(id)]))).toEqual(paths);
});

test('no two entities are told alike, whatever their names, and each can be typed', () => {
  const name = fc.constantFrom(
    'Prod',
    'prod',
    'Pröd',
    'A',
    'A / B',
    'B',
    'b/a',
    'Root',
    ' A',
    'A-',
    'A—',
    '\u200b',
    'e3',
  );
  const row = fc.tuple(name, fc.nat(), fc.boolean());
  fc.assert(
    fc.property(fc.array(row, { maxLength: 14 }), (rows) => {
      const entities = new Map<string, NamedEntity>([['r', { id: 'r', name: 'Root', parentId: null }]]);
      for (const [index, [own, parent]] of rows.entries()) {
        const ids = [...entities.keys()];
        const id = `e${index}`;
        entities.set(id, { id, name: own, parentId: ids[parent % ids.length] ?? 'r' });
      }
      const typed = [...shortestPaths(entities).values()].map(typedName);
      expect(new Set(typed).size).toBe(entities.size);
      expect(typed).not.toContain('');
    }),
    { numRuns: process.env.LONG ? 50_000 : 300 },
  );
});

/** As many as there can be with LONG=1. */
const [most, units] = process.env.LONG ? [50_000, 2_000] : [5_000, 200];
test(`${most} accounts of one name under ${units} OUs of one name are told by their ids`, () => {
  const organizationalUnits = Array.from({ length: units }, (_, index) => ({
    id: `ou-${index}`,
    name: 'Workloads',
    parentId: index < 20 ? 'r' : `ou-${Math.floor(index / 20) - 1}`,
  }));
  const accounts = Array.from({ length: most }, (_, index) => ({
    ...{ id: String(100_000_000_000 + index), name: 'Sandbox – EU', parentId: `ou-${index % units}` },
    ...{ state: 'ACTIVE' as const, joinedAt: 0 },
  }));
  const tree = buildTree({
    ...{ id: 'o-x', managementAccountId: '1', root: { id: 'r', name: 'Root' } },
    ...{ organizationalUnits, accounts },
  });
  expect(tree.entities.get('100000000000')?.shortPath).toBe('Sandbox – EU (100000000000)');
});
