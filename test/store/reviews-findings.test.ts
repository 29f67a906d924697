import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createExemptionStore } from '../../adapters/aws/store-exemptions.ts';
import { createFindingStore } from '../../adapters/aws/store-findings.ts';
import { createReviewStore } from '../../adapters/aws/store-reviews.ts';
import type { ReviewSummary, StoredFinding } from '../../adapters/store-ports.ts';
import { type CompletedReport, namedAccount } from '../../core/finding/access-report.ts';
import { day, start } from '../change/samples.ts';
import { storedReports } from '../support/stored-reports.ts';
import { localTable } from './local-table.ts';

let local: Awaited<ReturnType<typeof localTable>>;
beforeAll(async () => {
  local = await localTable();
});
afterAll(() => local.close());

function summary(id: string, replaced: Partial<ReviewSummary> = {}): ReviewSummary {
  return {
    id,
    organizationId: 'o-exampleorg1',
    scopeId: 'r-ex01',
    asOf: start,
    thresholdDays: 180,
    status: 'completed',
    namespaces: ['lex', 's3'],
    ...replaced,
  };
}

function report(entityId: string, services: number): CompletedReport {
  const rows = Array.from({ length: services }, (_, index) => ({
    serviceNamespace: `service-${index}`,
    serviceName: `Service ${index}`,
    lastAccessedAt: index % 3 === 0 ? null : start - index * day,
    lastAccessedBy: namedAccount(`o-exampleorg1/r-ex01/${String(index).padStart(12, '0')}`),
    lastAccessedRegion: 'us-east-1',
    accountsEverUsed: index,
  }));
  return {
    status: 'completed',
    entityId,
    jobId: `job-${entityId}`,
    createdAt: start,
    completedAt: start + 1000,
    rows: new Map(rows.map((row) => [row.serviceNamespace, row])),
  };
}

describe('reviews in the table', () => {
  test('come back whole, however long the result is', async () => {
    const reviews = createReviewStore(local.table);
    const noise = Array.from({ length: 60_000 }, (_, index) => ({
      id: ((index * 2_654_435_761) % 2 ** 32).toString(36),
      index,
    }));
    await reviews.saveReview(summary('rev-long'), { findings: noise });
    expect(await reviews.loadReview('rev-long')).toEqual({
      summary: summary('rev-long'),
      result: { findings: noise },
    });
    expect(await reviews.loadReview('rev-none')).toBeNull();
    const { Items = [] } = await local.table.client.send(new ScanCommand({ TableName: local.table.name }));
    expect(Items.filter(({ sk }) => sk.startsWith('RESULT#')).length).toBeGreaterThan(1);
    for (const { body } of Items) expect(body.length).toBeLessThanOrEqual(350_000);
    // As a crash of an earlier version may have left it: the review can be run again.
    const Key = { pk: 'REVIEW#rev-long', sk: 'RESULT#0000' };
    await local.table.client.send(new DeleteCommand({ TableName: local.table.name, Key }));
    expect(await reviews.loadReview('rev-long')).toBeNull();
    await reviews.saveReview(summary('rev-long'), { findings: [] });
    expect((await reviews.loadReview('rev-long'))?.result).toEqual({ findings: [] });
  });

  test('are listed by age and found by scope, those of other organizations never', async () => {
    const reviews = createReviewStore(local.table);
    const o = { organizationId: 'o-listed' };
    await reviews.saveReview(summary('rev-1', { ...o, asOf: start - 200 * day }), {});
    await reviews.saveReview(summary('rev-2', { ...o, asOf: start - 20 * day }), {});
    await reviews.saveReview(summary('rev-3', { ...o, asOf: start, scopeId: 'ou-1' }), {});
    await reviews.saveReview(summary('rev-4', { organizationId: 'o-other', asOf: start + day }), {});
    const cutOff = start - 180 * day;
    expect((await reviews.reviewsOlderThan('o-listed', cutOff)).map(({ id }) => id)).toEqual(['rev-1']);
    expect((await reviews.reviewsSince('o-listed', cutOff)).map(({ id }) => id)).toEqual(['rev-3', 'rev-2']);
    expect((await reviews.latestReview('o-listed', 'r-ex01'))?.id).toBe('rev-2');
    expect((await reviews.latestReview('o-listed', 'ou-1'))?.id).toBe('rev-3');
    expect(await reviews.latestReview('o-listed', 'ou-2')).toBeNull();
    const [oldest] = await reviews.reviewsOlderThan('o-listed', cutOff);
    expect(oldest?.namespaces).toEqual(['lex', 's3']);
  });

  test('keep their reports row for row, and their tree, with an end', async () => {
    const reviews = createReviewStore(local.table);
    const reports = ['r-ex01', ...Array.from({ length: 60 }, (_, index) => `ou-ex01-${index}`)].map((id) =>
      report(id, 40),
    );
    await reviews.saveReports('rev-reports', reports, start + 400 * day);
    const loaded = await storedReports(local.table, 'rev-reports');
    const byId = (one: CompletedReport, other: CompletedReport) => (one.entityId < other.entityId ? -1 : 1);
    expect([...loaded].sort(byId)).toEqual([...reports].sort(byId));

    const places = Array.from({ length: 50_000 }, (_, index) => {
      const accountId = String((index * 7_919_317) % 1e12).padStart(12, '0');
      return [accountId, `ou-${index % 2000}`] as const;
    });
    await reviews.saveTree('rev-reports', places, start + 400 * day);
    expect(await reviews.loadTree('rev-reports')).toEqual(places);
    expect(await reviews.loadTree('rev-none')).toBeNull();
    const { Items = [] } = await local.table.client.send(new ScanCommand({ TableName: local.table.name }));
    const evidence = Items.filter(({ pk, sk }) => pk === 'REVIEW#rev-reports' && /^(REPORT|TREE)#/.test(sk));
    expect(new Set(evidence.map(({ ttl }) => ttl))).toEqual(new Set([(start + 400 * day) / 1000]));
  });
});

function stored(id: string): StoredFinding {
  return {
    organizationId: 'o-exampleorg1',
    firstSeenAt: start,
    lastSeenAt: start,
    reviewId: 'rev-1',
    finding: {
      id,
      kind: 'lapsed',
      entityId: 'ou-ex01-development',
      entityPath: 'o-exampleorg1/r-ex01/ou-ex01-development',
      serviceNamespace: 'lex',
      serviceName: 'Amazon Lex',
      lastAccessedAt: start - 213 * day,
      daysUnused: 213,
      lastAccessedBy: null,
      lastAccessedRegion: null,
      accountsEverUsed: 1,
      accounts: 4,
      youngAccounts: [],
      status: 'open',
    },
  };
}

describe('findings in the table', () => {
  test('stay open until they are resolved, and open again when they are put again', async () => {
    const findings = createFindingStore(local.table);
    const open = async (): Promise<readonly string[]> =>
      (await findings.listOpen('o-exampleorg1')).map(({ finding }) => finding.id).sort();
    const ids = Array.from({ length: 60 }, (_, index) => `fnd-${String(index).padStart(12, '0')}`);
    await findings.put(ids.map(stored));
    expect(await open()).toEqual(ids);
    expect(await findings.listOpen('o-exampleorg1')).toContainEqual(stored(ids[0] ?? ''));
    expect(await findings.listOpen('o-other')).toEqual([]);

    const gone = ids
      .slice(0, 25)
      .map((id) => ({ id, reason: 'used-again', successors: [], at: start + 1 }) as const);
    await findings.resolve('o-exampleorg1', [
      ...gone,
      { id: 'fnd-unknown', reason: 'denied', successors: [], at: start },
    ]);
    expect(await open()).toEqual(ids.slice(25));
    await findings.put([stored(ids[0] ?? '')]);
    expect(await open()).toEqual([ids[0], ...ids.slice(25)]);
  });
});

describe('exemptions in the table', () => {
  test('hold until their end', async () => {
    const exemptions = createExemptionStore(local.table);
    const exemption = {
      id: 'exm-1',
      organizationId: 'o-exampleorg1',
      changeId: 'chg-1',
      entity: 'ou-ex01-development',
      service: 'lex',
      owner: 'ana',
      reason: 'tests',
      until: new Date(start + day).toISOString(),
    };
    await exemptions.put([exemption]);
    expect(await exemptions.listActive('o-exampleorg1', start)).toEqual([exemption]);
    expect(await exemptions.listActive('o-exampleorg1', start + day)).toEqual([]);
    expect(await exemptions.listActive('o-other', start)).toEqual([]);
    await exemptions.remove(['exm-1', 'exm-unknown']);
    expect(await exemptions.listActive('o-exampleorg1', start)).toEqual([]);
    await expect(exemptions.put([{ ...exemption, until: 'some day' }])).rejects.toThrow('no end date');
  });
});
