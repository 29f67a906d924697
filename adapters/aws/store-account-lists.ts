import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { AccountLine, AccountList, AccountListStore } from '../account-list-ports.ts';
import { isConditionFailed } from './store-changes.ts';
import { formatAttribute, upToDate, whole } from './store-format.ts';
import { chunkItems, type Item, itemsUnder, packed, putAll, queryAll } from './store-items.ts';
import type { Table } from './store-table.ts';

/** Keeps lists in the table beside their reviews: `REVIEW#id` / `ACCOUNTS#n`, compressed, and `LINE#account` for each account that is done. */
export function createAccountListStore(table: Table): AccountListStore {
  return {
    keep: (list, expiresAt) =>
      putAll(
        table,
        chunkItems(keyOf(list.reviewId), 'ACCOUNTS', packed(list), {
          ...formatAttribute('account list'),
          ...ttlOf(expiresAt),
        }),
      ),
    load: async (reviewId) => {
      const items = await itemsUnder(table, keyOf(reviewId), 'ACCOUNTS#');
      // An earlier, longer list may have had more pieces.
      const own = items.filter(({ chunks }) => chunks === items[0]?.chunks);
      // Null too where its writing was cut off: then no account was begun.
      return own.length === 0 ? null : (whole('account list', own) as AccountList | null);
    },
    keepLine: async (reviewId, line, expiresAt) => {
      try {
        await table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: {
              ...{ pk: keyOf(reviewId), sk: lineKey(line.account.accountId), line },
              ...{ ...formatAttribute('account line'), ...ttlOf(expiresAt) },
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        return true;
      } catch (error) {
        if (!isConditionFailed(error)) throw error;
        return false;
      }
    },
    lines: async (reviewId, firstId, lastId) => {
      const items = await queryAll(table, {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ...{ ':pk': keyOf(reviewId), ':first': lineKey(firstId), ':last': lineKey(lastId) },
        },
        ConsistentRead: true,
      });
      const lines = items.map(lineOf);
      return new Map(lines.map((line) => [line.account.accountId, line]));
    },
    countDone: async (reviewId, done, at) => {
      try {
        await table.client.send(
          new UpdateCommand({
            ...{ TableName: table.name, Key: { pk: keyOf(reviewId), sk: 'PROGRESS' } },
            UpdateExpression:
              'SET progress.seenAt = :at, progress.reportsDone = progress.reportsDone + :done, progress.reportsOpen = progress.reportsOpen - :done',
            ConditionExpression: 'attribute_exists(progress)',
            ExpressionAttributeValues: { ':at': at, ':done': done },
          }),
        );
      } catch (error) {
        if (!isConditionFailed(error)) throw error;
      }
    },
  };
}

function keyOf(reviewId: string): string {
  return `REVIEW#${reviewId}`;
}

function lineKey(accountId: string): string {
  return `LINE#${accountId}`;
}

function lineOf(item: Item): AccountLine {
  return (upToDate('account line', item, item) as Item).line as AccountLine;
}

// DynamoDB's expiry attribute counts seconds.
function ttlOf(expiresAt: number): Item {
  return { ttl: Math.ceil(expiresAt / 1000) };
}
