import {
  type CostExplorerClient,
  type Dimension,
  type Expression,
  GetCostAndUsageCommand,
  type GetCostAndUsageCommandInput,
  type Group,
  type MetricValue,
} from '@aws-sdk/client-cost-explorer';
import { isoDay } from '../../core/base/iso-time.ts';
import { namesToSplit } from '../../core/finding/cost-names.ts';
import type { SpendRow } from '../../core/finding/spend.ts';
import type { Spending } from '../source-ports.ts';
import { readSome } from './pages.ts';
import { shortAnswer } from './refusal.ts';

const operation = 'GetCostAndUsage';

/**
 * What counts as usage: on demand, under a reservation and under a Savings Plan. What a reservation covers costs nothing and has
 * no record of on-demand usage (Cost Explorer, charge types; Cost and Usage Report, `lineItem/LineItemType`).
 */
const usageRecords = ['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage'] as const;

/** Reads spend through GetCostAndUsage (Cost Explorer API reference). Credits net a cost to zero, so only records of usage count; two keys at most group an answer, so names that stand for much are split by a second request. */
export function createSpending(client: CostExplorerClient): Spending {
  return {
    spendOf: async (accountIds, from, to) => {
      const ask = (key: 'SERVICE' | 'USAGE_TYPE', more: readonly Expression[]) =>
        readGroups(client, {
          TimePeriod: { Start: from, End: to },
          Granularity: 'MONTHLY',
          Metrics: ['UnblendedCost', 'UsageQuantity'],
          GroupBy: ['LINKED_ACCOUNT', key].map((Key) => ({ Type: 'DIMENSION' as const, Key })),
          Filter: {
            And: [isOneOf('LINKED_ACCOUNT', accountIds), isOneOf('RECORD_TYPE', usageRecords), ...more],
          },
        });
      const whole = rowsOf(await ask('SERVICE', []), (costName) => ({ costName }));
      const split: SpendRow[] = [];
      for (const costName of namesToSplit) {
        if (!whole.some((row) => row.costName === costName)) continue;
        const groups = await ask('USAGE_TYPE', [isOneOf('SERVICE', [costName])]);
        split.push(...rowsOf(groups, (usageType) => ({ costName, usageType })));
      }
      // What the second request does not show must not be lost.
      const isSplit = new Set(split.map(({ accountId, costName }) => `${accountId} ${costName}`));
      return [
        ...whole.filter(({ accountId, costName }) => !isSplit.has(`${accountId} ${costName}`)),
        ...split,
      ];
    },
  };
}

function isOneOf(Key: Dimension, Values: readonly string[]): Expression {
  return { Dimensions: { Key, Values: [...Values], MatchOptions: ['EQUALS'] } };
}

async function readGroups(
  client: CostExplorerClient,
  asked: Omit<GetCostAndUsageCommandInput, 'NextPageToken'>,
): Promise<readonly Group[]> {
  const months = await readSome(operation, async (NextPageToken) => {
    const page = await client.send(
      new GetCostAndUsageCommand({ ...asked, ...(NextPageToken && { NextPageToken }) }),
    );
    return { items: page.ResultsByTime, nextToken: page.NextPageToken };
  });
  const { Start = '', End = '' } = asked.TimePeriod ?? {};
  const told = new Set(months.map(({ TimePeriod }) => TimePeriod?.Start));
  const missing = monthsOf(Start, End).filter((start) => !told.has(start));
  if (missing.length > 0)
    throw shortAnswer(operation, `nothing is said of the time from ${missing[0] ?? ''}`);
  return months.flatMap(({ Groups }) => {
    if (Groups === undefined) throw shortAnswer(operation, 'a month has no groups');
    return Groups;
  });
}

/** The first days of the parts of a period, one for each month that it touches: Cost Explorer answers a row for each. */
function monthsOf(from: string, to: string): readonly string[] {
  const starts: string[] = [];
  for (let start = from; start < to; ) {
    starts.push(start);
    const [year = 0, month = 0] = start.split('-').map(Number);
    start = isoDay(Date.UTC(year, month, 1));
  }
  return starts;
}

/** The amount of a metric that was asked for; 0 only where AWS says so. */
function amountOf(metric: MetricValue | undefined): number {
  const amount = metric?.Amount ? Number(metric.Amount) : Number.NaN;
  if (!Number.isFinite(amount)) throw shortAnswer(operation, 'a row has no amount');
  return amount;
}

/** One row for each account and name, over all months. */
function rowsOf(
  groups: readonly Group[],
  named: (key: string) => Pick<SpendRow, 'costName' | 'usageType'>,
): readonly SpendRow[] {
  const rows = new Map<string, SpendRow>();
  for (const { Keys: [accountId, key] = [], Metrics: { UnblendedCost, UsageQuantity } = {} } of groups) {
    if (accountId === undefined || key === undefined) throw shortAnswer(operation, 'a row has no keys');
    const before = rows.get(`${accountId} ${key}`);
    rows.set(`${accountId} ${key}`, {
      accountId,
      ...named(key),
      currency: UnblendedCost?.Unit ?? 'USD',
      amount: (before?.amount ?? 0) + amountOf(UnblendedCost),
      quantity: (before?.quantity ?? 0) + amountOf(UsageQuantity),
    });
  }
  return [...rows.values()];
}
