import type { AccountLine, AccountList, AccountListStore } from '../account-list-ports.ts';
import { ifMissing, putIf, reviewKey, ttlOf, updateIf } from './store-access.ts';
import { bodyOf, bodyUnder, putBodies } from './store-bodies.ts';
import { formatAttribute, upToDate } from './store-format.ts';
import { type Item, queryAll } from './store-items.ts';
import type { Table } from './store-table.ts';

/** Keeps lists in the table beside their reviews: `REVIEW#id` / `ACCOUNTS#n`, compressed, and `LINE#account` for each account that is done. */
export function createAccountListStore(table: Table): AccountListStore {
  return {
    keep: (list, expiresAt) =>
      putBodies(table, [bodyOf('account list', reviewKey(list.reviewId), 'ACCOUNTS', list, expiresAt)]),
    // Null too where its writing was cut off: then no account was begun.
    load: async (reviewId) =>
      (await bodyUnder(table, 'account list', reviewKey(reviewId), 'ACCOUNTS')) as AccountList | null,
    keepLine: (reviewId, line, expiresAt) => {
      const key = { pk: reviewKey(reviewId), sk: lineKey(line.account.accountId) };
      return putIf(
        table,
        { ...key, line, ...formatAttribute('account line'), ...ttlOf(expiresAt) },
        ifMissing,
      );
    },
    lines: async (reviewId, firstId, lastId) => {
      const items = await queryAll(table, {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':pk': reviewKey(reviewId),
          ':first': lineKey(firstId),
          ':last': lineKey(lastId),
        },
        ConsistentRead: true,
      });
      const lines = items.map(lineOf);
      return new Map(lines.map((line) => [line.account.accountId, line]));
    },
    countDone: async (reviewId, done, at) => {
      await updateIf(
        table,
        { pk: reviewKey(reviewId), sk: 'PROGRESS' },
        {
          UpdateExpression:
            'SET progress.seenAt = :at, progress.reportsDone = progress.reportsDone + :done, progress.reportsOpen = progress.reportsOpen - :done',
          ConditionExpression: 'attribute_exists(progress)',
          ExpressionAttributeValues: { ':at': at, ':done': done },
        },
      );
    },
  };
}

function lineKey(accountId: string): string {
  return `LINE#${accountId}`;
}

function lineOf(item: Item): AccountLine {
  return (upToDate('account line', item, item) as Item).line as AccountLine;
}
