import { isoTime } from '../core/base/configuration-fields.ts';
import type { DecisionLine } from '../core/message/events/decision-line.ts';
import type { IamAnswer } from '../core/message/events/iam-schemas.ts';
import { BadArguments } from './arguments.ts';
import type { Terminal } from './command.ts';
import { ask, type Site } from './site.ts';

/** Writes what was decided and written since a day or time, one JSON text a line, oldest first (docs/decision.schema.json). Throws `BadArguments`. */
export async function exportDecisions(
  site: Site,
  since: string | undefined,
  terminal: Terminal,
): Promise<number> {
  if (since !== undefined && !isoTime.safeParse(since).success)
    throw new BadArguments(`--since ${since}: must be an ISO date or time, such as 2027-01-31`);
  // What happens to a change meanwhile brings it once more: the id tells which lines are known.
  const lines = new Map<string, DecisionLine>();
  let after: string | null = null;
  do {
    const query = new URLSearchParams({
      ...(since === undefined ? {} : { since }),
      ...(after === null ? {} : { after }),
    });
    const page: IamAnswer<'decisions'> = await ask(site, 'GET', `/iam/decisions?${query}`);
    for (const line of page.lines) lines.set(line.id, line);
    after = page.next;
  } while (after !== null);
  const sorted = [...lines.values()].sort((one, other) =>
    one.at < other.at ? -1 : one.at > other.at ? 1 : 0,
  );
  for (const line of sorted) terminal.write(`${JSON.stringify(line)}\n`);
  const unread = sorted.filter(({ type }) => type === 'unreadable').length;
  if (unread > 0) terminal.note(`oar: ${unread} changes could not be read: their lines say why\n`);
  return unread > 0 ? 1 : 0;
}
