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
  /** `ok`, or the account that cannot be shown. */
  readonly proof: string;
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../cases/proof/times.json'), 'utf8'),
) as readonly Case[];

test.each(cases)('raw rows in the order of time: $name', (given) => {
  const tree = treeOf(given.organization);
  const { facts, request } = reviewOf(tree, {
    policies: policiesOf(tree),
    reports: Object.entries(given.reports).map(([id, sketch]) => reportOf(tree, id, sketch)),
    movesKnownSince: now - 300 * day,
  });
  const text = newDenyPolicy({ services: ['lex'], exemptPrincipals: [], maximumCharacters: 10_240 });
  if (!text.ok) throw new Error('unreachable');
  const edit = {
    ...{ policyId: null, policyName: 'DenyUnusedServices', services: ['lex'], before: null },
    ...{ targets: [target(tree, given.target)], after: text.value.text },
  };
  const { checks } = prove({ ...facts, ...request, edit, cutOff: now - 180 * day });
  const check = checks.find(({ name }) => name === 'nothing-used-denied');
  expect(check?.verdict).toBe(given.proof === 'ok' ? 'ok' : 'failed');
  if (given.proof !== 'ok') expect(check?.detail).toContain(`account ${given.proof} cannot be shown`);
});
