import { expect, test } from '@jest/globals';
import { movesWatched } from '../../core/finding/moves.ts';
import table from '../cases/detect/moves-watched.json' with { type: 'json' };
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
