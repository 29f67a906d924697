import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { AllowedMemory } from '../../core/finding/allowed-memory.ts';
import type { SeenUse, UseSpan } from '../../core/finding/seen-use.ts';
import { accountsBelow } from '../../core/organization/organization.ts';
import { newDenyPolicy } from '../../core/policy/deny-statement.ts';
import { prove } from '../../core/proof/certificate.ts';
import { review } from '../../core/review/review.ts';
import { type Children, policiesOf, reportOf, treeOf } from '../support/organization-builder.ts';
import { day, now, reviewOf, target } from '../support/small-world.ts';

interface Case {
  readonly name: string;
  readonly org: Children;
  /** Since how many days SCPs let accounts use Lex. */
  readonly let?: Readonly<Record<string, number>>;
  /** The entity whose first account uses Lex once a year. */
  readonly season?: string;
  /** What the certificate of a deny of Lex at A says. */
  readonly proof: readonly [verdict: string, ...says: string[]];
  /** Where a review of A drafts that deny, and why it leaves something out. */
  readonly draft: readonly string[];
}

const file = join(import.meta.dirname, '../cases/proof/observation-period.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly Case[];

/** The spans of an account that used Lex 665 and 300 days ago. */
const eachYear = (accountId: string, alone: boolean): readonly UseSpan[] => {
  const today = Math.floor(now / day);
  const spanOf = (ago: number, quietUntil: number) => ({
    ...{ first: today - ago, last: today - ago, quietUntil: today - quietUntil, accountId, alone },
  });
  return [spanOf(665, 310), spanOf(300, 1)];
};

test.each(cases)('the observation period, in the proof and in the draft: $name', (given) => {
  const tree = treeOf(given.org);
  const allowedBefore: AllowedMemory = new Map(
    Object.entries(given.let ?? {}).map(([id, days]) => [
      id,
      { services: new Set<string>(), since: new Map([['lex', now - days * day]]) },
    ]),
  );
  const seenUse: SeenUse = new Map(
    given.season === undefined
      ? []
      : [['lex', new Map([[given.season, eachYear(accountsBelow(tree, given.season)[0]?.id ?? '', true)]])]],
  );
  const { facts, request } = reviewOf(tree, {
    ...{ policies: policiesOf(tree), allowedBefore, seenUse, request: { scopeId: 'A' } },
    reports: [reportOf(tree, 'A', { lex: 'never' })],
    movesKnownSince: now - 300 * day,
  });
  const text = newDenyPolicy({ services: ['lex'], exemptPrincipals: [], maximumCharacters: 10_240 });
  if (!text.ok) throw new Error('unreachable');
  const edit = {
    ...{ policyId: null, policyName: 'DenyUnusedServices', services: ['lex'], before: null },
    ...{ targets: [target(tree, 'A')], after: text.value.text },
  };
  const { checks, ok } = prove({ ...facts, ...request, edit, cutOff: now - 180 * day });
  const [verdict, ...says] = given.proof;
  const check = checks.find(({ name }) => name === 'observation-period');
  expect([check?.verdict, ok]).toEqual([verdict, verdict !== 'failed']);
  for (const words of says) expect(check?.detail).toContain(words);

  const { changes, findings, refusals } = review(facts, request);
  expect([
    ...findings.flatMap(({ reason, status }) => (status === 'held' ? `held ${reason}` : [])),
    ...changes.flatMap(({ targets }) => targets.map(({ id }) => id)),
    ...new Set(refusals.map(({ code }) => code)),
  ]).toEqual(given.draft);
});

test('a part that took no part the last time, as the report of an entity above shows, is free of a season', () => {
  const tree = treeOf({ A: { B: { b: 'account', x: 'account' }, C: { c: 'account', d: 'account' } } });
  const drafted = (row: string) => {
    const { facts, request } = reviewOf(tree, {
      ...{ policies: policiesOf(tree), reports: [reportOf(tree, 'A', { lex: row })] },
      ...{ seenUse: new Map([['lex', new Map([['A', eachYear('x', false)]])]]), request: { scopeId: 'A' } },
    });
    const { changes, refusals } = review(facts, request);
    return [...changes.flatMap(({ targets }) => targets.map(({ id }) => id)), ...refusals];
  };
  expect(drafted('300 days by x, 1 accounts')).toEqual(['C']);
  expect(drafted('300 days by x, 2 accounts')).toEqual([]);
});
