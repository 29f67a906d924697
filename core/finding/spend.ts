import { rememberedFor } from '../base/remembered.ts';
import { namespacesOfCost, whatToLookFor } from './cost-names.ts';

/** What one account paid and used under one cost name in the period, credits, fees and taxes left out (Cost Explorer, record types of usage). */
export interface SpendRow {
  readonly accountId: string;
  /** As Cost Explorer's dimension SERVICE has it: `AWS Database Migration Service`. */
  readonly costName: string;
  /** Where the name was split: `EUC1-NatGateway-Hours`. */
  readonly usageType?: string;
  readonly amount: number;
  /** `USD`. */
  readonly currency: string;
  /** Units of all kinds together: only whether it is above zero tells something. */
  readonly quantity: number;
}

/** What Cost Explorer answered about accounts: days are `YYYY-MM-DD`, the last one left out. */
export interface Spend {
  readonly from: string;
  readonly to: string;
  /** The accounts that were asked about. */
  readonly accountIds: ReadonlySet<string>;
  readonly rows: readonly SpendRow[];
  /** Why something could not be read; what was read before it counts. */
  readonly failure?: string;
}

/** What an account spent, by namespace, and under names that are in no table. */
interface AccountSpend {
  readonly byNamespace: ReadonlyMap<string, SpendRow>;
  readonly unknown: readonly string[];
}

/** What an account spent on a service, or what counts as such: a cost or a usage above zero, the largest cost first. Null: nothing. */
export function spentOn(spend: Spend, accountId: string, namespace: string): SpendRow | null {
  return spendOf(spend).get(accountId)?.byNamespace.get(namespace) ?? null;
}

/** Names under which an account spent something and that are in no table: it may be of any service. Sorted. */
export function unknownSpend(spend: Spend, accountId: string): readonly string[] {
  return spendOf(spend).get(accountId)?.unknown ?? [];
}

const spendOf = rememberedFor((spend: Spend): ReadonlyMap<string, AccountSpend> => {
  const accounts = new Map<string, { byNamespace: Map<string, SpendRow>; unknown: string[] }>();
  for (const row of spend.rows) {
    if (row.amount <= 0 && row.quantity <= 0) continue;
    const account = accounts.get(row.accountId) ?? { byNamespace: new Map(), unknown: [] as string[] };
    accounts.set(row.accountId, account);
    const namespaces = namespacesOfCost(row.costName, row.usageType);
    if (namespaces === null && !account.unknown.includes(row.costName)) account.unknown.push(row.costName);
    for (const namespace of namespaces ?? []) {
      const other = account.byNamespace.get(namespace);
      if (other === undefined || other.amount < row.amount) account.byNamespace.set(namespace, row);
    }
  }
  for (const { unknown } of accounts.values()) unknown.sort();
  return accounts;
});

/** Spend in words: `$12.50 for AWS Database Migration Service from 2026-09-29 to 2026-11-28: look for replication instances`. */
export function spendWords({ from, to }: Spend, row: SpendRow, namespace: string): string {
  const money =
    row.currency === 'USD' ? `$${row.amount.toFixed(2)}` : `${row.amount.toFixed(2)} ${row.currency}`;
  const paid = row.amount > 0 ? `${row.amount < 0.01 ? 'less than a cent' : money}` : 'usage without cost';
  const name = row.usageType === undefined ? row.costName : `${row.costName} (${row.usageType})`;
  return `${paid} for ${name} from ${from} to ${to}: look for ${whatToLookFor(namespace)}`;
}
