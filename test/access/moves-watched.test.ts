import { expect, test } from '@jest/globals';
import { movesWatched, placesBeforeLooks, unknownPlace } from '../../core/finding/moves.ts';
import table from '../cases/detect/moves-watched.json' with { type: 'json' };
import { type Children, treeOf } from '../support/organization-builder.ts';
import { day, now } from '../support/small-world.ts';

interface Case {
  readonly name: string;
  /** Days ago, as everything here. */
  readonly looks: readonly number[];
  readonly since: number | null;
  readonly unseen: readonly [from: number, to: number] | null;
}

test.each(table.cases as unknown as readonly Case[])('$name', ({ looks, since, unseen }) => {
  const at = (daysAgo: number): number => now - daysAgo * day;
  expect(movesWatched(looks.map(at), now)).toEqual({
    movesKnownSince: since === null ? null : at(since),
    movesUnseen: unseen === null ? null : { from: at(unseen[0]), to: at(unseen[1]) },
  });
});

interface Newcomers {
  readonly name: string;
  readonly organization: Children;
  /** Accounts that an earlier look shows. */
  readonly seen: readonly string[];
  /** Former parents, by account. */
  readonly moves: Readonly<Record<string, string>>;
}

test.each(table.newcomers as unknown as readonly Newcomers[])(
  'accounts that nobody saw come in: $name',
  ({ moves, organization, seen }) => {
    const found = placesBeforeLooks(treeOf(organization), new Set(seen), now - 180 * day);
    const places = [...found].map(([id, [place]]) => [id, place === unknownPlace ? 'elsewhere' : place]);
    expect(Object.fromEntries(places)).toEqual(moves);
  },
);
