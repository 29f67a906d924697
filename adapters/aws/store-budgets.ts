import { setTimeout as wait } from 'node:timers/promises';
import { putIf, readItem, stillAt } from './store-access.ts';
import { formatAttribute } from './store-format.ts';
import type { Table } from './store-table.ts';
import type { TokenCount } from './token-count.ts';

/** What is decided from a count as it stands (null: there is none yet): the count in its place, or null to leave it, and what to answer. */
export type BudgetDecision<Answer> = (count: TokenCount | null) => {
  readonly next: TokenCount | null;
  readonly answer: Answer;
};

/** Keeps how many calls of an operation all functions together have left. */
export interface BudgetStore {
  /** Decides from the count and writes it, unless somebody wrote it meanwhile: then it is decided anew; null where others come through each time. A crash leaves nothing behind. */
  change<Answer>(name: string, decide: BudgetDecision<Answer>): Promise<Answer | null>;
}

/** So often it is decided anew at most: each time somebody else came through. */
const mostRounds = 30;
/** Those who meet come back apart from each other, within so many milliseconds. */
const apart = 20;

/** Keeps budgets in the table, an item an operation: `BUDGET#name` / `BUDGET`. */
export function createBudgetStore(table: Table): BudgetStore {
  return {
    change: async (name, decide) => {
      const key = { pk: `BUDGET#${name}`, sk: 'BUDGET' };
      for (let round = 0; round < mostRounds; round += 1) {
        if (round > 0) await wait(Math.random() * apart);
        const item = await readItem(table, 'budget', key);
        const { answer, next } = decide((item?.count as TokenCount | undefined) ?? null);
        if (next === null) return answer;
        const version = (item?.version as number | undefined) ?? 0;
        const changed = { ...key, ...formatAttribute('budget'), count: next, version: version + 1 };
        if (await putIf(table, changed, stillAt(version))) return answer;
      }
      return null;
    },
  };
}
