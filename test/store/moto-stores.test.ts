import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createChangeStore } from '../../adapters/aws/store-changes.ts';
import { createExemptionStore } from '../../adapters/aws/store-exemptions.ts';
import { createFindingStore } from '../../adapters/aws/store-findings.ts';
import { createLockStore } from '../../adapters/aws/store-locks.ts';
import { createOutboxStore } from '../../adapters/aws/store-outbox.ts';
import { createRequestStore } from '../../adapters/aws/store-requests.ts';
import { createReviewStore } from '../../adapters/aws/store-reviews.ts';
import { createTableForLocalUse, openTable, type Table } from '../../adapters/aws/store-table.ts';
import { beginChange, markSent, unsentEvents } from '../../core/change/life/stored-change.ts';
import { type Moto, motoIsInstalled, startMoto } from '../adapters/moto.ts';
import { content, proposal, start } from '../change/samples.ts';
import { storedReports } from '../support/stored-reports.ts';

/** DynamoDB as somebody else reads AWS's rules: the embedded server lets through what AWS refuses. */
function judge(): void {
  let moto: Moto;
  let table: Table;
  beforeAll(async () => {
    moto = await startMoto();
    const client = new DynamoDBClient({
      ...{ endpoint: moto.endpoint, region: 'us-east-1' },
      credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' },
    });
    await createTableForLocalUse(client, 'reviewer');
    table = openTable(client, 'reviewer');
  });
  afterAll(() => moto.stop());

  test('changes with long evidence', async () => {
    const store = createChangeStore(table);
    const accountIds = Array.from({ length: 3_000 }, (_, index) => String(100_000_000_000 + index));
    const change = beginChange([proposal(content({ accountIds }))]);
    expect(await store.create(change)).toBe('created');
    expect(await store.create(change)).toBe('exists');
    const stored = await store.load(change.record.id);
    expect(stored?.record).toEqual(change.record);
    expect(await store.load('chg-000000000000')).toBeNull();
    expect((await store.listUnsent()).map(({ id }) => id)).toEqual([change.record.id]);
    if (!stored) throw new Error('unreachable');
    const sent = markSent(
      stored,
      unsentEvents(stored).map(({ eventId }) => eventId),
    );
    expect(await store.save(sent, stored.version)).toBe('saved');
    expect(await store.save(sent, stored.version)).toBe('conflict');
    expect(await store.listUnsent()).toEqual([]);
    expect(await store.listByStatus(['proposed', 'approved'])).toMatchObject([{ status: 'proposed' }]);
  });

  test('reviews, their reports and trees', async () => {
    const store = createReviewStore(table);
    const summary = {
      ...{ id: 'rev-1', organizationId: 'o-exampleorg1', scopeId: 'r-ex01', asOf: start, thresholdDays: 180 },
      ...{ status: 'completed' as const, namespaces: ['lex'] },
    };
    const result = { text: randomUUID().repeat(30_000) };
    const report = {
      status: 'completed',
      entityId: 'r-ex01',
      jobId: 'job',
      completedAt: start,
      rows: new Map(),
    };
    await store.saveReports('rev-1', [report as never], start);
    await store.saveTree('rev-1', [['222222222222', 'r-ex01']], start);
    await store.saveReview(summary, result);
    expect(await store.loadReview('rev-1')).toEqual({ summary, result });
    expect(await storedReports(table, 'rev-1')).toHaveLength(1);
    expect(await store.loadTree('rev-1')).toEqual([['222222222222', 'r-ex01']]);
    expect(await store.latestReview('o-exampleorg1', 'r-ex01')).toEqual(summary);
    expect(await store.latestReview('o-exampleorg1', 'r-none')).toBeNull();
    expect(await store.reviewsSince('o-exampleorg1', start)).toEqual([summary]);
    expect(await store.reviewsOlderThan('o-exampleorg1', start)).toEqual([]);
  });

  test('findings and exemptions', async () => {
    const findings = createFindingStore(table);
    const stored = {
      ...{ organizationId: 'o-exampleorg1', reviewId: 'rev-1', firstSeenAt: start, lastSeenAt: start },
      finding: { id: 'fnd-000000000001', serviceNamespace: 'lex' },
    };
    await findings.put([stored as never]);
    expect(await findings.listOpen('o-exampleorg1')).toHaveLength(1);
    const ended = { reason: 'denied', successors: [], at: start } as const;
    await findings.resolve('o-exampleorg1', [
      { id: 'fnd-000000000001', ...ended },
      { id: 'fnd-000000000002', ...ended },
    ]);
    expect(await findings.listOpen('o-exampleorg1')).toEqual([]);
    const exemptions = createExemptionStore(table);
    const exemption = {
      ...{
        id: 'exm-1',
        organizationId: 'o-exampleorg1',
        changeId: 'chg-1',
        entity: 'r-ex01',
        service: 'lex',
      },
      ...{ reason: 'tests', owner: 'ana', until: new Date(start + 1_000).toISOString() },
    };
    await exemptions.put([exemption]);
    expect(await exemptions.listActive('o-exampleorg1', start)).toEqual([exemption]);
    expect(await exemptions.listActive('o-exampleorg1', start + 1_000)).toEqual([]);
    await exemptions.remove(['exm-1']);
    expect(await exemptions.listActive('o-exampleorg1', start)).toEqual([]);
  });

  test('the lock, the switch, what waits to be sent and what was asked for', async () => {
    const locks = createLockStore(table);
    expect(await locks.acquire('one', start, 1_000)).toEqual({ held: true });
    expect(await locks.acquire('two', start, 1_000)).toMatchObject({ held: false, owner: 'one' });
    await locks.release('two');
    await locks.release('one');
    expect(await locks.acquire('two', start, 1_000)).toEqual({ held: true });
    await locks.writeFreeze({ frozen: true, by: 'ana', reason: 'an incident', at: start });
    expect(await locks.readFreeze()).toMatchObject({ frozen: true, by: 'ana' });

    const outbox = createOutboxStore(table);
    await outbox.putEvents([{ eventId: 'evt-1', sequence: 1, detailType: 'x', detail: {} }], start);
    await outbox.putMessage({ id: 'rev-1', subject: 's', text: 't' }, start);
    expect([(await outbox.listEvents()).length, (await outbox.listMessages()).length]).toEqual([1, 1]);
    await outbox.removeEvents(['evt-1']);
    await outbox.removeMessage('rev-1');
    expect([(await outbox.listEvents()).length, (await outbox.listMessages()).length]).toEqual([0, 0]);

    const requests = createRequestStore(table);
    const request = { id: 'req-00000000000000000001', requestedBy: 'arn', requestedAt: start, event: {} };
    const bound = { asker: 'ana', most: 2, mostOfOne: 2, since: start - 1 };
    expect(await requests.put(request, start, bound)).toBe('created');
    expect(await requests.put(request, start, bound)).toBe('exists');
    const others = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        requests.put({ ...request, id: `req-${String(index).padStart(20, 'a')}` }, start, bound),
      ),
    );
    expect(others.filter((answer) => answer === 'created')).toHaveLength(1);
    expect(others.filter((answer) => typeof answer === 'object')).toHaveLength(29);
    const by = { reviewId: 'rev-1', at: start };
    expect(await requests.claim(request.id, { invocationId: 'one', ...by })).toEqual(request);
    expect(await requests.claim(request.id, { invocationId: 'two', ...by })).toBeNull();
    await requests.close(request.id, { failed: 'gone' });
    expect(await requests.put({ ...request, id: 'req-00000000000000000002' }, start, bound)).toBe('created');
    expect((await requests.load(request.id))?.outcome).toEqual({ failed: 'gone' });
  });
}

if (motoIsInstalled()) describe('stores against moto', judge);
else test('stores against moto', () => console.log('skipped: moto_server is not on the PATH'));
