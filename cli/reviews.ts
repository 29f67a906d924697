import { readEnvironment, wireStores } from '../adapters/wire.ts';
import { BadArguments } from './arguments.ts';
import type { Command } from './command.ts';

const help = `Show a stored review whole, also one whose result was too long for the function's answer.

  oar reviews show ID    the result as JSON

The table is named by TABLE_NAME.
`;

/** `oar reviews show`: a stored review as JSON. */
export const reviewsCommand: Command = {
  summary: 'show a stored review',
  help,
  run: async ([verb, id, ...others], terminal) => {
    if (verb !== 'show') throw new BadArguments(`${verb ?? 'reviews'}: only "oar reviews show ID" is known`);
    if (id === undefined)
      throw new BadArguments('ID: which review? It is the reviewId of the result and of every event');
    if (others.length > 0) throw new BadArguments(`${others[0]}: not expected here`);
    const stored = await wireStores(readEnvironment()).reviews.loadReview(id);
    if (!stored) throw new BadArguments(`${id}: no review of this id is kept`);
    terminal.write(`${JSON.stringify(stored.result, null, 2)}\n`);
    return 0;
  },
};
