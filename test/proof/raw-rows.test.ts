import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { newDenyPolicy } from '../../core/policy/deny-statement.ts';
import { prove } from '../../core/proof/certificate.ts';
import {
  type Children,
  policiesOf,
  type ReportSketch,
  reportOf,
  treeOf,
} from '../support/organization-builder.ts';
import { day, now, reviewOf, target } from '../support/small-world.ts';

interface Case {
  readonly name: string;
  readonly target: string;
  readonly organization: Children;
  readonly reports: Readonly<Record<string, ReportSketch>>;
  /** What the edit denies; absent: lex. */
  readonly services?: readonly string[];
  /** Former parents of accounts that moved. */
  readonly moved?: Readonly<Record<string, string>>;
  /** `ok`, the account that cannot be shown, or words. */
  readonly proof: string;
}

const folder = join(import.meta.dirname, '../cases/proof');
const cases = ['times.json', 'families.json'].flatMap(
  (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as readonly Case[],
);

test.each(cases)('raw rows: $name', (given) => {
  const tree = treeOf(given.organization);
  const { facts, request } = reviewOf(tree, {
    policies: policiesOf(tree),
    reports: Object.entries(given.reports).map(([id, sketch]) => reportOf(tree, id, sketch)),
    movesKnownSince: now - 300 * day,
    moves: new Map(Object.entries(given.moved ?? {}).map(([id, place]) => [id, new Set([place])])),
  });
  const { proof, services = ['lex'] } = given;
  const text = newDenyPolicy({ services, exemptPrincipals: [], maximumCharacters: 10_240 });
  if (!text.ok) throw new Error('unreachable');
  const edit = {
    ...{ policyId: null, policyName: 'DenyUnusedServices', services, before: null },
    ...{ targets: [target(tree, given.target)], after: text.value.text },
  };
  const { checks } = prove({ ...facts, ...request, edit, cutOff: now - 180 * day });
  const check = checks.find(({ name }) => name === 'nothing-used-denied');
  expect(check?.verdict).toBe(proof === 'ok' ? 'ok' : 'failed');
  if (proof !== 'ok')
    expect(check?.detail).toContain(proof.includes(' ') ? proof : `account ${proof} cannot be shown`);
});
