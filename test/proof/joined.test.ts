import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { newDenyPolicy } from '../../core/policy/deny-statement.ts';
import { prove } from '../../core/proof/certificate.ts';
import { type Children, policiesOf, reportOf, treeOf } from '../support/organization-builder.ts';
import { day, now, reviewOf, target } from '../support/small-world.ts';

interface Case {
  readonly name: string;
  readonly dev: Children;
  /** Days since the earliest stored tree. */
  readonly treesSince: number;
  /** What `no-moved-accounts` says. */
  readonly moved: readonly [verdict: string, ...says: string[]];
  /** What `nothing-used-denied` ends with. */
  readonly unused: string;
  /** The checks that fail; absent: none. */
  readonly fails?: readonly string[];
}

const file = join(import.meta.dirname, '../cases/proof/joined.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly Case[];

test.each(cases)(
  'accounts that joined since the cut-off: $name',
  ({ dev, fails = [], moved, treesSince, unused }) => {
    const tree = treeOf({ dev });
    const { facts, request } = reviewOf(tree, {
      policies: policiesOf(tree),
      reports: [reportOf(tree, 'dev', { lex: 'never' })],
      movesKnownSince: now - treesSince * day,
    });
    const text = newDenyPolicy({ services: ['lex'], exemptPrincipals: [], maximumCharacters: 10_240 });
    if (!text.ok) throw new Error('unreachable');
    const edit = {
      ...{ policyId: null, policyName: 'DenyUnusedServices', services: ['lex'], before: null },
      ...{ targets: [target(tree, 'dev')], after: text.value.text },
    };
    const { checks } = prove({ ...facts, ...request, edit, cutOff: now - 180 * day });
    const said = (name: string) => checks.find((check) => check.name === name);
    const [verdict, ...says] = moved;
    expect(checks.flatMap(({ name, verdict }) => (verdict === 'failed' ? name : []))).toEqual(fails);
    expect(said('no-moved-accounts')?.verdict).toBe(verdict);
    for (const words of says) expect(said('no-moved-accounts')?.detail).toContain(words);
    expect(said('nothing-used-denied')?.detail.endsWith(unused)).toBe(true);
  },
);
