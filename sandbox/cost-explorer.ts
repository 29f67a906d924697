import type { Callers } from './callers.ts';
import type { IamAccounts } from './iam/accounts.ts';
import { authorize } from './iam/authorize.ts';
import { type JsonBody, JsonError, jsonInput, jsonService } from './json-protocol.ts';
import type { ScenarioCost } from './scenario.ts';
import type { SandboxService } from './service.ts';

/** What each account pays, by its id. */
export type Costs = Map<string, readonly ScenarioCost[]>;

const target = 'AWSInsightsIndexService.';
/** Groups a page here: AWS gives thousands. */
const pageGroups = 5;

interface Line extends ScenarioCost {
  readonly account: string;
}

type Reader = (line: Line) => string;

const readers: Readonly<Record<string, Reader>> = {
  LINKED_ACCOUNT: ({ account }) => account,
  SERVICE: ({ service }) => service,
  USAGE_TYPE: ({ service, usageType }) => usageType ?? `Usage:${service.replaceAll(/\W/g, '')}`,
  RECORD_TYPE: ({ record }) => record ?? 'Usage',
};

const refuse = (message: string): never => {
  throw new JsonError('ValidationException', message);
};

const readerOf = (key: unknown): Reader => readers[String(key)] ?? refuse(`Unknown dimension ${String(key)}`);

/** Whether a line passes an expression of Cost Explorer: And, Or, Not and Dimensions. */
const passes = (line: Line, expression: JsonBody | undefined): boolean => {
  if (expression === undefined) return true;
  if (Object.keys(expression).length !== 1) return refuse('Expression should have exactly one root member.');
  const { And, Or, Not, Dimensions } = expression as Readonly<Record<string, unknown>>;
  if (Array.isArray(And)) return And.every((each) => passes(line, each as JsonBody));
  if (Array.isArray(Or)) return Or.some((each) => passes(line, each as JsonBody));
  if (Not !== undefined) return !passes(line, Not as JsonBody);
  const { Key, Values } = (Dimensions ?? {}) as {
    readonly Key?: unknown;
    readonly Values?: readonly string[];
  };
  return (Values ?? []).includes(readerOf(Key)(line));
};

/** The months that a period touches, each with its own start and end. */
const monthsOf = (from: string, to: string): readonly (readonly [string, string])[] => {
  const months: [string, string][] = [];
  for (let start = from; start < to; ) {
    const [year = 0, month = 0] = start.split('-').map(Number);
    const next = new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
    const end = next < to ? next : to;
    months.push([start, end]);
    start = end;
  }
  return months;
};

const costAndUsage = (costs: Costs, input: JsonBody): JsonBody => {
  const { Filter, Granularity, GroupBy, Metrics, NextPageToken, TimePeriod } = input;
  const { Start = '', End = '' } = (TimePeriod ?? {}) as { readonly Start?: string; readonly End?: string };
  if (!/^\d{4}-\d{2}-\d{2}$/.test(Start) || !(Start < End))
    refuse('Start date (and hour) should be before end date');
  if (Granularity !== 'MONTHLY') refuse('This sandbox knows the granularity MONTHLY alone');
  const keys = (Array.isArray(GroupBy) ? GroupBy : []).map(({ Key }: { readonly Key?: unknown }) =>
    readerOf(Key),
  );
  if (keys.length > 2) refuse('Group by is limited to two groups');
  const metrics = (Array.isArray(Metrics) ? Metrics : []).map(String);
  if (metrics.some((name) => name !== 'UnblendedCost' && name !== 'UsageQuantity')) refuse('Unknown metric');
  const lines = [...costs].flatMap(([account, some]) => some.map((line): Line => ({ ...line, account })));
  const months = monthsOf(Start, End);
  const groups = months.flatMap(([from, to]) => {
    const sums = new Map<string, { amount: number; quantity: number; keys: readonly string[] }>();
    for (const line of lines.filter((each) => passes(each, Filter as JsonBody | undefined))) {
      const named = keys.map((read) => read(line));
      const sum = sums.get(named.join('\n')) ?? { amount: 0, quantity: 0, keys: named };
      sums.set(named.join('\n'), sum);
      sum.amount += line.amount / months.length;
      sum.quantity += (line.quantity ?? 0) / months.length;
    }
    return [...sums.values()].map((sum) => ({ from, to, ...sum }));
  });
  const start = Number(NextPageToken ?? 0);
  const page = groups.slice(start, start + pageGroups);
  return {
    ResultsByTime: months.map(([from, to]) => ({
      TimePeriod: { Start: from, End: to },
      Total: {},
      Groups: page
        .filter((group) => group.from === from)
        .map(({ amount, keys: Keys, quantity }) => ({
          Keys,
          Metrics: {
            UnblendedCost: { Amount: String(amount), Unit: 'USD' },
            UsageQuantity: { Amount: String(quantity), Unit: 'N/A' },
          },
        })),
      Estimated: to === End,
    })),
    ...(start + pageGroups < groups.length ? { NextPageToken: String(start + pageGroups) } : {}),
  };
};

/** Cost Explorer's GetCostAndUsage (JSON 1.1) for the management account; a period's cost is spread evenly over its months. */
export const createCostExplorer = (callers: Callers, accounts: IamAccounts, costs: Costs): SandboxService =>
  jsonService({
    service: 'ce',
    prefix: target,
    throttleCode: 'LimitExceededException',
    answer: (request, name) => {
      const caller = callers.callerOf(request.accessKeyId ?? '');
      authorize(caller, accounts.of(caller.accountId), `ce:${name}`, '*');
      if (name !== 'GetCostAndUsage')
        throw new JsonError('UnknownOperationException', `No operation ${name}`);
      return costAndUsage(costs, jsonInput(request));
    },
  });
