import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { AllowedMemory } from '../../core/finding/allowed-memory.ts';
import type { Seasons } from '../../core/finding/season.ts';
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

test.each(cases)('the observation period, in the proof and in the draft: $name', (given) => {
  const tree = treeOf(given.org);
  const allowedBefore: AllowedMemory = new Map(
    Object.entries(given.let ?? {}).map(([id, days]) => [
      id,
      { services: new Set<string>(), since: new Map([['lex', now - days * day]]) },
    ]),
  );
  const today = Math.floor(now / day);
  const date = (daysAgo: number): string => new Date((today - daysAgo) * day).toISOString().slice(0, 10);
  const seasons: Seasons = new Map(
    given.season === undefined
      ? []
      : [
          [
            'lex',
            [
              {
                ...{
                  entityId: given.season,
                  accountIds: accountsBelow(tree, given.season).map(({ id }) => id),
                },
                ...{ alone: true, isShown: false, days: [date(665), date(300)], period: 365 },
                until: now + 60 * day,
              },
            ],
          ],
        ],
  );
  const { facts, request } = reviewOf(tree, {
    ...{ policies: policiesOf(tree), allowedBefore, seasons, request: { scopeId: 'A' } },
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
  const season = {
    ...{ entityId: 'A', accountIds: ['x'], alone: false, isShown: true, period: 365, until: now + 60 * day },
    days: ['2025-01-26', '2026-01-26'],
  };
  const drafted = (row: string) => {
    const { facts, request } = reviewOf(tree, {
      ...{ policies: policiesOf(tree), reports: [reportOf(tree, 'A', { lex: row })] },
      ...{ seasons: new Map([['lex', [season]]]), request: { scopeId: 'A' } },
    });
    const { changes, refusals } = review(facts, request);
    return [...changes.flatMap(({ targets }) => targets.map(({ id }) => id)), ...refusals];
  };
  expect(drafted('300 days by x, 1 accounts')).toEqual(['C']);
  expect(drafted('300 days by x, 2 accounts')).toEqual([]);
});
