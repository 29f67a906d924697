import { expect, test } from '@jest/globals';
import type { Scenario } from '../../sandbox/scenario.ts';
import { development, developmentAndElsewhere } from './organization.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();

/** The organization of the stories, whose account dev-1 uses Lex 213 days before it begins, a year later, and never again. */
function onceAYear(): Scenario {
  const scenario = structuredClone(developmentAndElsewhere) as Scenario;
  const text = JSON.stringify(scenario).replace(
    '"lex":{"daysAgo":213}',
    '"lex":[{"daysAgo":213},{"daysAgo":-152}]',
  );
  expect(text).toContain('-152');
  return JSON.parse(text);
}

test('what is used once a year is held from its second time on, also when AWS has forgotten both, and no longer when it stays away', async () => {
  const { advance, ports, review } = await open({ scenario: onceAYear() });
  let today = 0;
  /** What a review on that day says of Lex, and which services its change denies. */
  const on = async (day: number) => {
    advance((day - today) * 86_400);
    today = day;
    const { publication, run } = await review();
    const lex = run.result.findings.find(({ serviceNamespace }) => serviceNamespace === 'lex');
    return {
      ...{ kind: lex?.kind ?? null, status: lex?.status ?? null, reason: lex?.reason ?? null },
      ...{ denied: run.decision.changes[0]?.services ?? [], changed: publication.changed },
    };
  };
  // It lapsed 213 days ago: nobody can know yet that it comes back.
  const first = await on(0);
  expect(first).toMatchObject({ kind: 'lapsed', status: 'open', denied: ['dms', 'lex'] });
  // It is back: what was proposed is taken out.
  expect(await on(154)).toMatchObject({ kind: null, denied: ['dms'], changed: first.changed });
  // Unused for more than the threshold once more, and now its year is known.
  const held = { status: 'held', reason: 'SEASONAL', denied: ['dms'] };
  expect(await on(345)).toMatchObject({ kind: 'lapsed', ...held });
  // AWS forgets what is older than 400 days: its reports say "never", and what was seen stands beside it.
  expect(await on(570)).toMatchObject({ kind: 'never-used', ...held });
  const seen = [...(await ports.stores.seasons.load('o-exampleorg1'))].find((each) => each.has('lex'));
  const spans = seen?.get('lex')?.get(development) ?? [];
  expect(spans.map(({ first, last }) => last - first)).toEqual([0, 0]);
  expect((spans[1]?.first ?? 0) - (spans[0]?.last ?? 0)).toBe(365);
  // A year and a quarter after its last use it has stayed away.
  expect(await on(620)).toMatchObject({ kind: 'never-used', status: 'open', reason: null });
}, 60_000);
