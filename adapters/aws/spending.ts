import { namesToSplit } from '../../core/finding/cost-names.ts';
import type { SpendRow } from '../../core/finding/spend.ts';
import type { Spending } from '../source-ports.ts';
import { readAll } from './pages.ts';
import { createSignedClient, type SignedClient } from './signed-client.ts';

interface Amount {
  readonly Amount?: string;
  readonly Unit?: string;
}

interface Group {
  readonly Keys?: readonly string[];
  readonly Metrics?: Readonly<Record<string, Amount>>;
}

interface CostPage {
  readonly ResultsByTime?: readonly { readonly Groups?: readonly Group[] }[];
  readonly NextPageToken?: string;
}

type Dimension = 'LINKED_ACCOUNT' | 'RECORD_TYPE' | 'SERVICE' | 'USAGE_TYPE';

const operation = 'GetCostAndUsage';

/** Cost Explorer (JSON 1.1) at an endpoint, or, where that is null, at AWS's own. */
export function createCostClient(endpoint: string | null): SignedClient {
  return createSignedClient({
    ...{ clientName: 'CostExplorerClient', signingName: 'ce', endpoint },
    contentType: 'application/x-amz-json-1.1',
    // Cost Explorer API reference, GetCostAndUsage: "You made too many calls in a short period of time."
    throttles: ['LimitExceededException'],
  });
}

/** Reads spend through GetCostAndUsage (Cost Explorer API reference). Credits net a cost to zero, so only records of usage count; two keys at most group an answer, so names that stand for much are split by a second request. */
export function createSpending(client: SignedClient): Spending {
  return {
    spendOf: async (accountIds, from, to) => {
      const ask = (key: Dimension, more: readonly object[]) =>
        readGroups(client, {
          TimePeriod: { Start: from, End: to },
          Granularity: 'MONTHLY',
          Metrics: ['UnblendedCost', 'UsageQuantity'],
          GroupBy: ['LINKED_ACCOUNT', key].map((Key) => ({ Type: 'DIMENSION', Key })),
          Filter: {
            And: [isOneOf('LINKED_ACCOUNT', accountIds), isOneOf('RECORD_TYPE', ['Usage']), ...more],
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

function isOneOf(Key: Dimension, Values: readonly string[]): object {
  return { Dimensions: { Key, Values, MatchOptions: ['EQUALS'] } };
}

async function readGroups(client: SignedClient, body: object): Promise<readonly Group[]> {
  const months = await readAll(operation, async (token) => {
    const page = (await client.send({
      ...{ operation, path: '/', target: 'AWSInsightsIndexService.GetCostAndUsage' },
      body: { ...body, ...(token === undefined ? {} : { NextPageToken: token }) },
    })) as CostPage;
    return { items: page.ResultsByTime, nextToken: page.NextPageToken };
  });
  return months.flatMap(({ Groups = [] }) => Groups);
}

/** One row for each account and name, over all months. */
function rowsOf(
  groups: readonly Group[],
  named: (key: string) => Pick<SpendRow, 'costName' | 'usageType'>,
): readonly SpendRow[] {
  const rows = new Map<string, SpendRow>();
  for (const {
    Keys: [accountId = '', key = ''] = [],
    Metrics: { UnblendedCost, UsageQuantity } = {},
  } of groups) {
    const before = rows.get(`${accountId} ${key}`);
    rows.set(`${accountId} ${key}`, {
      ...{ accountId, ...named(key), currency: UnblendedCost?.Unit ?? 'USD' },
      amount: (before?.amount ?? 0) + Number(UnblendedCost?.Amount ?? 0),
      quantity: (before?.quantity ?? 0) + Number(UsageQuantity?.Amount ?? 0),
    });
  }
  return [...rows.values()];
}
