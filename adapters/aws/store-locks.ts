import { randomBytes } from 'node:crypto';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { isoTime } from '../../core/base/iso-time.ts';
import type { FreezeTurn, LockAnswer, LockStore } from '../lock-ports.ts';
import { isConditionFailed } from './store-changes.ts';
import { formatAttribute, type StoredKind, upToDate } from './store-format.ts';
import { type Item, itemsUnder } from './store-items.ts';
import type { Table } from './store-table.ts';

const lockKey = { pk: 'LOCK#scp-writes', sk: 'LOCK' } as const;
const turnPrefix = 'TURN#';
const freezeKey = { pk: 'SWITCH#freeze', sk: 'SWITCH' } as const;

/** Keeps the lock that serializes SCP writes and the kill switch, one item each. */
export function createLockStore(table: Table): LockStore {
  const holder = async () => {
    const item = await readItem(table, 'lock', lockKey);
    return item ? { owner: String(item.owner), expiresAt: Number(item.expiresAt) } : null;
  };
  return {
    holder,
    acquire: async (owner, now, leaseMilliseconds): Promise<LockAnswer> => {
      // Two rounds: whoever had the lock may give it back between the refused write and the look at it.
      for (let round = 0; ; round += 1) {
        if (await takeLock(table, owner, now, now + leaseMilliseconds)) return { held: true };
        const other = await holder();
        if (other) return { held: false, ...other };
        if (round === 1) return { held: false, owner: 'another run', expiresAt: now };
      }
    },
    release: async (owner) => {
      try {
        await table.client.send(
          new DeleteCommand({
            TableName: table.name,
            Key: lockKey,
            ConditionExpression: '#owner = :owner',
            ExpressionAttributeNames: { '#owner': 'owner' },
            ExpressionAttributeValues: { ':owner': owner },
          }),
        );
      } catch (error) {
        if (!isConditionFailed(error)) throw error;
      }
    },
    readFreeze: async () => {
      const item = await readItem(table, 'kill switch', freezeKey);
      if (!item) return { frozen: false, by: null, reason: null, at: null };
      // Anything but a clear "not frozen" stops the writes.
      return {
        frozen: item.frozen !== false,
        by: String(item.by),
        reason: String(item.reason),
        at: Number(item.at),
      };
    },
    writeFreeze: async (freeze) => {
      await table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...freezeKey, ...formatAttribute('kill switch'), ...freeze },
        }),
      );
    },
    recordTurn: async (freeze) => {
      // The instant leads, so that the order of the keys is that of time; the rest tells two turns of one millisecond apart.
      const sk = `${turnPrefix}${isoTime(freeze.at)}#${randomBytes(4).toString('hex')}`;
      const item = { pk: freezeKey.pk, sk, ...formatAttribute('freeze turn'), ...freeze };
      await table.client.send(new PutCommand({ TableName: table.name, Item: item }));
    },
    listTurns: async (since) => {
      const items = await itemsUnder(table, freezeKey.pk, turnPrefix);
      return items.map(turnOf).filter(({ at }) => at >= since);
    },
  };
}

function turnOf(item: Item): FreezeTurn {
  const { at, by, frozen, reason, sk } = upToDate('freeze turn', item, item) as Item;
  return {
    id: `freeze#${String(sk).slice(turnPrefix.length)}`,
    ...{ frozen: frozen !== false, by: String(by), reason: String(reason), at: Number(at) },
  };
}

async function takeLock(table: Table, owner: string, now: number, expiresAt: number): Promise<boolean> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...lockKey, ...formatAttribute('lock'), owner, expiresAt },
        // The owner may renew, which also makes a write that the SDK sent twice harmless.
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now OR #owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':now': now, ':owner': owner },
      }),
    );
    return true;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return false;
  }
}

async function readItem(
  table: Table,
  kind: StoredKind,
  key: { readonly pk: string; readonly sk: string },
): Promise<Item | undefined> {
  const { Item: item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }),
  );
  return item && (upToDate(kind, item, item) as Item);
}
