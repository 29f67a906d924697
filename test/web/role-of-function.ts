import { AsyncLocalStorage } from 'node:async_hooks';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tableDefinition } from '../../adapters/aws/store-table.ts';
import type { Configuration } from '../../core/base/configuration.ts';
import grants from '../../deploy/grants.cjs';

type Grant = ReturnType<typeof grants.functionGrants>[number];
type Input = Readonly<Record<string, unknown>>;

/** A call to the table as IAM sees it: the action, the index or null, and the partition keys that it names. */
interface TableCall {
  readonly action: string;
  readonly index: string | null;
  readonly leadingKeys: readonly string[];
}

const roleOfRequest = new AsyncLocalStorage<readonly Grant[]>();

// Calls are looked at where they leave: those of the tests themselves have no role.
const send = DynamoDBDocumentClient.prototype.send as (...parts: unknown[]) => unknown;
DynamoDBDocumentClient.prototype.send = function refusing(this: unknown, ...parts: unknown[]): unknown {
  const role = roleOfRequest.getStore();
  const call = callOf(parts[0] as { readonly input: Input });
  if (role === undefined || isAllowed(role, call)) return send.apply(this, parts);
  const message = `the role of the function does not allow ${JSON.stringify(call)}`;
  return Promise.reject(Object.assign(new Error(message), { name: 'AccessDeniedException' }));
} as typeof DynamoDBDocumentClient.prototype.send;

/** A handler with the permissions on the table that the deployed function has, and no others. */
export function asFunction<Event, Result>(
  name: 'approvals' | 'slack',
  configuration: Configuration,
  handler: (event: Event) => Promise<Result>,
): (event: Event) => Promise<Result> {
  const role = grants.functionGrants(configuration).filter(({ functionName }) => functionName === name);
  return (event) => roleOfRequest.run(role, () => handler(event));
}

function isAllowed(role: readonly Grant[], call: TableCall): boolean {
  const matching = role.filter((grant) => matches(grant, call));
  return (
    matching.some(({ effect }) => effect === 'Allow') && matching.every(({ effect }) => effect === 'Allow')
  );
}

function matches(
  { actions, condition = {}, resources }: Grant,
  { action, index, leadingKeys }: TableCall,
): boolean {
  const wanted = index === null ? '"Table"' : `/index/${index}"`;
  const isNamed = resources.some((resource) => JSON.stringify(resource).includes(wanted));
  const holds = Object.entries(condition).every(([operator, keys]) => {
    const patterns = [keys['dynamodb:LeadingKeys'] ?? []].flat().map(String);
    const fits = (key: string): boolean =>
      patterns.some(
        (pattern) => key === pattern || (pattern.endsWith('*') && key.startsWith(pattern.slice(0, -1))),
      );
    return operator.startsWith('ForAnyValue') ? leadingKeys.some(fits) : leadingKeys.every(fits);
  });
  return actions.includes(action) && isNamed && holds;
}

function callOf(command: { readonly input: Input }): TableCall {
  const { input } = command;
  const name = command.constructor.name
    .replace(/Command$/, '')
    .replace(/^(?:Get|Put|Update|Delete)$/, '$&Item');
  const action = `dynamodb:${name.replace(/^BatchWrite$/, '$&Item')}`;
  const { IndexName: index = null, RequestItems: batch } = input as {
    readonly IndexName?: string;
    readonly RequestItems?: Readonly<Record<string, readonly unknown[]>>;
  };
  const keyed =
    batch === undefined
      ? [input]
      : Object.values(batch)
          .flat()
          .flatMap((one) => Object.values(one as Input));
  const leadingKeys = keyed.map((one) => {
    const { Item: item, Key: key = item } = one as { readonly Item?: Input; readonly Key?: Input };
    return key === undefined ? partitionOf(input, index) : String(key.pk);
  });
  return { action, index, leadingKeys };
}

/** The partition key that a query names. */
function partitionOf(input: Input, index: string | null): string {
  const { GlobalSecondaryIndexes: indexes = [], KeySchema: own = [] } = tableDefinition('');
  const schema = index === null ? own : indexes.find(({ IndexName }) => IndexName === index)?.KeySchema;
  const name = schema?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
  const placeholder =
    new RegExp(`\\b${name} = (:\\w+)`).exec(String(input.KeyConditionExpression))?.[1] ?? '';
  return String((input.ExpressionAttributeValues as Input | undefined)?.[placeholder]);
}
