import type { Clock } from '../adapters/ports.ts';
import type { Stores } from '../adapters/store-ports.ts';
import type { DecisionLine } from '../core/message/events/decision-line.ts';
import { decisionLines, freezeLine, unreadableLine } from '../core/message/events/decision-log.ts';

/** What reading the decisions needs. */
export interface DecisionLogPorts {
  readonly stores: Pick<Stores, 'changes' | 'locks'>;
  readonly clock: Clock;
}

/** Some lines, and where the next page begins; null: that was all. */
export interface DecisionPage {
  readonly lines: readonly DecisionLine[];
  readonly next: string | null;
}

/** A page ends after so many changes, characters or milliseconds: API Gateway waits 30 s, and Lambda answers 6 MB. */
const most = { changes: 25, characters: 1_500_000, milliseconds: 8_000 } as const;

/**
 * What was decided and written since an instant (epoch ms), change by change, and at last the turns of the kill switch.
 * A change to which something happens meanwhile comes once more on a later page: its lines have the same ids.
 */
export async function readDecisions(
  { clock, stores }: DecisionLogPorts,
  since: number,
  after: PageEnd | null,
): Promise<DecisionPage> {
  const recent = await stores.changes.listRecent(Math.max(since, after?.at ?? since));
  const waiting = recent.filter(
    ({ id, updatedAt }) =>
      after === null || updatedAt > after.at || (updatedAt === after.at && id > after.id),
  );
  const startedAt = clock.now();
  const lines: DecisionLine[] = [];
  let [characters, read] = [0, 0];
  for (const { id, updatedAt } of waiting) {
    const isFull =
      read === most.changes || characters > most.characters || clock.now() - startedAt > most.milliseconds;
    if (read > 0 && isFull) break;
    const found = await linesOf(stores, id, updatedAt, since);
    lines.push(...found);
    characters += JSON.stringify(found).length;
    read += 1;
  }
  const last = waiting[read - 1];
  if (last && read < waiting.length) return { lines, next: `${last.updatedAt}.${last.id}` };
  const turns = await stores.locks.listTurns(since);
  return { lines: [...lines, ...turns.map(freezeLine)], next: null };
}

/** Where a page goes on: behind this change. `at` in epoch ms. */
export interface PageEnd {
  readonly at: number;
  readonly id: string;
}

/** The place that a page named as its end, or null for any other text. */
export function pageEndOf(text: string): PageEnd | null {
  const [, at, id] = /^(\d{1,16})\.(chg-[0-9a-f]{12})$/.exec(text) ?? [];
  return at === undefined || id === undefined ? null : { at: Number(at), id };
}

/** One change that cannot be read is told as such: the others are exported all the same. */
async function linesOf(
  { changes }: DecisionLogPorts['stores'],
  id: string,
  updatedAt: number,
  since: number,
): Promise<readonly DecisionLine[]> {
  try {
    const stored = await changes.load(id);
    return stored === null ? [] : decisionLines(stored.record, since);
  } catch (error) {
    return [unreadableLine(id, updatedAt, error instanceof Error ? error.message : String(error))];
  }
}
