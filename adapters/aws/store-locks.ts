import { randomBytes } from 'node:crypto';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { isoTime } from '../../core/base/iso-time.ts';
import type { FreezeTurn, LockAnswer, LockName, LockStore } from '../lock-ports.ts';
import { isConditionFailed } from './store-changes.ts';
import { formatAttribute, type StoredKind, upToDate } from './store-format.ts';
import { type Item, itemsUnder } from './store-items.ts';
import type { Table } from './store-table.ts';

const usual: LockName = 'scp-writes';
const turnPrefix = 'TURN#';
const freezeKey = { pk: 'SWITCH#freeze', sk: 'SWITCH' } as const;

/** Keeps the locks and the kill switch, one item each. */
export function createLockStore(table: Table): LockStore {
  const holder = async (name = usual) => {
    const item = await readItem(table, 'lock', lockKey(name));
    return item ? { owner: String(item.owner), expiresAt: Number(item.expiresAt) } : null;
  };
  return {
    holder,
    acquire: async (owner, now, leaseMilliseconds, name = usual): Promise<LockAnswer> => {
      // Two rounds: whoever had the lock may give it back between the refused write and the look at it.
      for (let round = 0; ; round += 1) {
        if (await takeLock(table, lockKey(name), owner, { now, until: now + leaseMilliseconds }))
          return { held: true };
        const other = await holder(name);
        if (other) return { held: false, ...other };
        if (round === 1) return { held: false, owner: 'another run', expiresAt: now };
      }
    },
    release: async (owner, name = usual) => {
      try {
        await table.client.send(
          new DeleteCommand({
            TableName: table.name,
            Key: lockKey(name),
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

function lockKey(name: LockName): { readonly pk: string; readonly sk: string } {
  return { pk: `LOCK#${name}`, sk: 'LOCK' };
}

async function takeLock(
  table: Table,
  key: { readonly pk: string; readonly sk: string },
  owner: string,
  { now, until }: { readonly now: number; readonly until: number },
): Promise<boolean> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...key, ...formatAttribute('lock'), owner, expiresAt: until },
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
