import { isDeepStrictEqual } from 'node:util';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoDbClient } from '../../adapters/aws/clients.ts';
import type { Story } from './story.ts';

const keyOf = ({ pk, sk }: Record<string, unknown>): string => `${pk} ${sk}`;

/** Remembers the table, the SCPs, the IAM of accounts and the time; `restore` brings them back, as often as wanted. */
export interface Snapshot {
  restore(): Promise<void>;
}

/** Takes a snapshot of a story's world, so that several endings can be played from one crash. */
export async function takeSnapshot({ ports, sandbox, setClock }: Story): Promise<Snapshot> {
  const { world } = sandbox;
  const identities = Object.keys(world.scenario.identities ?? {}).map((accountId) => {
    const { written } = sandbox.iamAccounts.of(accountId);
    return { written, kept: structuredClone(written) };
  });
  const client = DynamoDBDocumentClient.from(createDynamoDbClient());
  const scan = async (): Promise<Record<string, unknown>[]> =>
    (await client.send(new ScanCommand({ TableName: 'story', ConsistentRead: true }))).Items ?? [];
  const kept = new Map((await scan()).map((item) => [keyOf(item), item]));
  const policies = [...world.policies.values()].map((policy) => ({
    ...policy,
    targets: new Set(policy.targets),
  }));
  const at = ports.clock.now();
  return {
    restore: async () => {
      const now = new Map((await scan()).map((item) => [keyOf(item), item]));
      for (const [key, { pk, sk }] of now) {
        // Evidence is named by its hash and stays: a store writes what it has seen once only.
        if (!kept.has(key) && !String(sk).startsWith('EVIDENCE#'))
          await client.send(new DeleteCommand({ TableName: 'story', Key: { pk, sk } }));
      }
      for (const [key, item] of kept) {
        if (!isDeepStrictEqual(now.get(key), item))
          await client.send(new PutCommand({ TableName: 'story', Item: item }));
      }
      world.policies.clear();
      for (const policy of policies)
        world.policies.set(policy.id, { ...policy, targets: new Set(policy.targets) });
      for (const { kept, written } of identities) Object.assign(written, structuredClone(kept));
      setClock(at);
    },
  };
}
