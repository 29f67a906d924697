import { randomBytes } from 'node:crypto';
import { isoTime } from '../../core/base/iso-time.ts';
import type { FreezeTurn, LockAnswer, LockName, LockStore } from '../lock-ports.ts';
import { type Key, putIf, putItem, readItem, removeItem } from './store-access.ts';
import { formatAttribute, upToDate } from './store-format.ts';
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
      await removeItem(table, lockKey(name), {
        ConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':owner': owner },
      });
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
    writeFreeze: (freeze) => putItem(table, { ...freezeKey, ...formatAttribute('kill switch'), ...freeze }),
    recordTurn: async (freeze) => {
      // The instant leads, so that the order of the keys is that of time; the rest tells two turns of one millisecond apart.
      const sk = `${turnPrefix}${isoTime(freeze.at)}#${randomBytes(4).toString('hex')}`;
      await putItem(table, { pk: freezeKey.pk, sk, ...formatAttribute('freeze turn'), ...freeze });
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
    frozen: frozen !== false,
    by: String(by),
    reason: String(reason),
    at: Number(at),
  };
}

function lockKey(name: LockName): Key {
  return { pk: `LOCK#${name}`, sk: 'LOCK' };
}

function takeLock(
  table: Table,
  key: Key,
  owner: string,
  { now, until }: { readonly now: number; readonly until: number },
): Promise<boolean> {
  const item = { ...key, ...formatAttribute('lock'), owner, expiresAt: until };
  return putIf(table, item, {
    // The owner may renew, which also makes a write that the SDK sent twice harmless.
    ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now OR #owner = :owner',
    ExpressionAttributeNames: { '#owner': 'owner' },
    ExpressionAttributeValues: { ':now': now, ':owner': owner },
  });
}
