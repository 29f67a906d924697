import { expect, test } from '@jest/globals';
import { indexPolicies } from '../../core/policy/policy-index.ts';
import { checkMove } from '../../core/review/check-move.ts';
import table from '../cases/review/check-move.json' with { type: 'json' };
import { day, now, policy, reportOf, target, treeOf } from '../support/small-world.ts';

const accountId = '222222222222';
const tree = treeOf({ Dev: { app: { id: accountId } }, Live: {} });
const [dev, live] = ['ou-test-dev00000', 'ou-test-live0000'] as const;
const allow = (Action: readonly string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});

test.each(table)(
  '$name',
  ({ above = [], becomes, daysAgo = 1, expected, live: allowed, unreadable, was }) => {
    const scp = (id: string, name: string, document: object, at: readonly string[]) => ({
      ...policy(
        id,
        document,
        at.map((each) => target(tree, each)),
      ),
      name,
    });
    const denying = (id: string, name: string, Statement: readonly object[], at: string) =>
      Statement.length === 0 ? [] : [scp(id, name, { Version: '2012-10-17', Statement }, [at])];
    const index = indexPolicies(tree, [
      scp('p-all00000', 'all', allow(['*']), [tree.rootId, dev, accountId]),
      scp('p-live0000', 'list', allow(allowed), [live]),
      ...denying('p-above000', 'above', above, tree.rootId),
      ...denying('p-was00000', 'here', was, dev),
      ...denying('p-becomes0', 'there', becomes, live),
    ]);
    const read = reportOf(tree, accountId, [{ accountId, service: 's3', at: now - daysAgo * day }], ['s3']);
    if (read.status !== 'completed') throw new Error('the report failed');
    const rows = [...read.rows].map(
      ([service, row]) => [service, unreadable === undefined ? row : { ...row, unreadable }] as const,
    );
    const report = { ...read, rows: new Map(rows) };
    const lost = checkMove(index, { accountId, toId: live, cutOff: now - 180 * day }, report);
    expect(lost.map(({ because, how }) => ({ how, because }))).toEqual(expected);
  },
);
