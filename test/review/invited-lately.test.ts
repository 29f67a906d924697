import { expect, test } from '@jest/globals';
import { invitedLately } from '../../core/finding/invited-lately.ts';
import { buildKnowledge } from '../../core/finding/knowledge.ts';
import { treeOf } from '../support/organization-builder.ts';
import { day, now } from '../support/small-world.ts';

const count = 20_000;
const words = ['account', 'account invited, joined 3 days ago'];

test('whether somebody was invited lately costs each account the same, however many were', () => {
  const names = Array.from({ length: count }, (_, index) => [`a${index}`, words[index % 2]] as const);
  const tree = treeOf({ dev: Object.fromEntries(names) as Readonly<Record<string, string>> });
  const knowledge = buildKnowledge({ tree, reports: [], cutOff: now - 180 * day });
  const begun = performance.now();
  let found = 0;
  // As often as services are judged at each account.
  for (let service = 0; service < 100; service += 1)
    for (let index = 0; index < tree.accounts.length; index += 1)
      if (invitedLately(knowledge, { firstAccount: index, endAccount: index + 1 }) !== null) found += 1;
  expect(found).toBe((count / 2) * 100);
  expect(performance.now() - begun).toBeLessThan(2_000);
  const invited = tree.accounts.findIndex((account) => account.invited === true);
  const all = { firstAccount: 0, endAccount: tree.accounts.length };
  expect(invitedLately(knowledge, all)).toBe(tree.accounts[invited]);
  expect(invitedLately(knowledge, { firstAccount: 0, endAccount: 0 })).toBeNull();
});
