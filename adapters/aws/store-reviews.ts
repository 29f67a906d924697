import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { AccountPlace } from '../../core/finding/moves.ts';
import type { ReviewStore, ReviewSummary } from '../store-ports.ts';
import { getItem, putItem, reviewKey } from './store-access.ts';
import { bodyOf, bodyUnder, changeBodies, putBodies } from './store-bodies.ts';
import { formatAttribute, upToDate } from './store-format.ts';
import { type Item, packed, queryAll, unpacked } from './store-items.ts';
import { kindIndex, statusIndex, type Table } from './store-table.ts';
import { type PlainReport, plainReport, reportOf } from './stored-report.ts';

/** Headers that are looked through at a time for the newest review of a kind. */
const headersAtOnce = 20;

/** Keeps reviews in the table: `REVIEW#id` / `REVIEW` is what lists show, beside it `RESULT#n`, `REPORT#entity#n` and `TREE#n`, all compressed. */
export function createReviewStore(table: Table): ReviewStore {
  return {
    saveReview: async (summary, result) => {
      const key = reviewKey(summary.id);
      await changeBodies(table, key, ['RESULT#'], () => [() => bodyOf('result', key, 'RESULT', result)]);
      await putItem(table, headerItem(summary));
    },
    loadReview: async (id) => {
      const key = { pk: reviewKey(id), sk: 'REVIEW' };
      const header = await getItem(table, key);
      if (!header) return null;
      const result = await bodyUnder(table, 'result', key.pk, 'RESULT');
      return result === null ? null : { summary: summaryOf(header), result };
    },
    latestReview: async (organizationId, scopeId) => {
      let start: Record<string, unknown> | undefined;
      do {
        const page = await table.client.send(
          new QueryCommand({
            ...reviewsOf(organizationId),
            TableName: table.name,
            FilterExpression: 'scopeId = :scopeId',
            ExpressionAttributeValues: { ':statusKey': statusKeyOf(organizationId), ':scopeId': scopeId },
            ...(start && { ExclusiveStartKey: start }),
          }),
        );
        const [newest] = page.Items ?? [];
        if (newest) return summaryOf(newest);
        start = page.LastEvaluatedKey;
      } while (start);
      return null;
    },
    newestReview: async (kind) => {
      let start: Record<string, unknown> | undefined;
      do {
        const page = await table.client.send(
          new QueryCommand({
            TableName: table.name,
            IndexName: kindIndex,
            KeyConditionExpression: 'sk = :sk',
            ExpressionAttributeValues: { ':sk': 'REVIEW' },
            ScanIndexForward: false,
            Limit: headersAtOnce,
            ...(start && { ExclusiveStartKey: start }),
          }),
        );
        for (const { pk } of page.Items ?? []) {
          const header = await getItem(table, { pk: String(pk), sk: 'REVIEW' });
          const summary = header && summaryOf(header);
          // The summary of many accounts is neither: each account has a review of its own.
          if (summary?.scopeId.startsWith('accounts:')) continue;
          if (summary && summary.scopeId.startsWith('iam:') === (kind === 'identities')) return summary;
        }
        start = page.LastEvaluatedKey;
      } while (start);
      return null;
    },
    reviewsOlderThan: (organizationId, before) => headers(table, organizationId, '<', before),
    reviewsSince: (organizationId, since) => headers(table, organizationId, '>=', since),
    saveReports: (reviewId, reports, expiresAt) =>
      putBodies(
        table,
        reports.map((report) => {
          const name = reportName(report.entityId);
          return bodyOf('report', reviewKey(reviewId), name, plainReport(report), expiresAt);
        }),
      ),
    loadReport: async (reviewId, entityId) => {
      const found = await bodyUnder(table, 'report', reviewKey(reviewId), reportName(entityId));
      const plain = found as PlainReport | null;
      return plain && reportOf(plain);
    },
    saveTree: (reviewId, places, expiresAt) =>
      putBodies(table, [bodyOf('tree', reviewKey(reviewId), 'TREE', places, expiresAt)]),
    loadTree: async (reviewId) =>
      (await bodyUnder(table, 'tree', reviewKey(reviewId), 'TREE')) as readonly AccountPlace[] | null,
  };
}

function reportName(entityId: string): string {
  return `REPORT#${entityId}`;
}

function statusKeyOf(organizationId: string): string {
  return `REVIEW#${organizationId}`;
}

function headerItem(summary: ReviewSummary): Item {
  const { id, namespaces, ...plain } = summary;
  return {
    ...plain,
    ...formatAttribute('review'),
    pk: reviewKey(id),
    sk: 'REVIEW',
    statusKey: statusKeyOf(summary.organizationId),
    updatedAt: summary.asOf,
    reviewId: id,
    body: packed(namespaces),
  };
}

function summaryOf(stored: Item): ReviewSummary {
  const item = upToDate('review', stored, stored) as Item;
  return {
    id: item.reviewId as string,
    organizationId: item.organizationId as string,
    scopeId: item.scopeId as string,
    asOf: item.asOf as number,
    thresholdDays: item.thresholdDays as number,
    status: item.status as ReviewSummary['status'],
    namespaces: unpacked(item.body) as readonly string[],
  };
}

function reviewsOf(organizationId: string) {
  return {
    IndexName: statusIndex,
    KeyConditionExpression: 'statusKey = :statusKey',
    ExpressionAttributeValues: { ':statusKey': statusKeyOf(organizationId) },
    ScanIndexForward: false,
  };
}

async function headers(
  table: Table,
  organizationId: string,
  comparison: '<' | '>=',
  at: number,
): Promise<readonly ReviewSummary[]> {
  const items = await queryAll(table, {
    ...reviewsOf(organizationId),
    KeyConditionExpression: `statusKey = :statusKey AND updatedAt ${comparison} :at`,
    ExpressionAttributeValues: { ':statusKey': statusKeyOf(organizationId), ':at': at },
  });
  return items.map(summaryOf);
}
