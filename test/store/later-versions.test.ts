import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createChangeStore } from '../../adapters/aws/store-changes.ts';
import { createCollectionStore } from '../../adapters/aws/store-collections.ts';
import { createEvidenceStore } from '../../adapters/aws/store-evidence.ts';
import { createExemptionStore } from '../../adapters/aws/store-exemptions.ts';
import { createFindingStore } from '../../adapters/aws/store-findings.ts';
import { createGrantStore } from '../../adapters/aws/store-grants.ts';
import { createLockStore } from '../../adapters/aws/store-locks.ts';
import { createOutboxStore } from '../../adapters/aws/store-outbox.ts';
import { createRequestStore } from '../../adapters/aws/store-requests.ts';
import { createReviewStore } from '../../adapters/aws/store-reviews.ts';
import { createRunStore } from '../../adapters/aws/store-runs.ts';
import { createSeasonStore } from '../../adapters/aws/store-seasons.ts';
import { putItems, type RawItem } from '../support/raw-items.ts';
import { storedReports } from '../support/stored-reports.ts';
import { sampleItems } from '../support/stored-samples.ts';
import { localTable } from './local-table.ts';

let local: Awaited<ReturnType<typeof localTable>>;
beforeAll(async () => {
  local = await localTable();
});
afterAll(() => local.close());

const idOf = ({ pk }: RawItem): string => String(pk).split('#')[1] ?? '';
const organizationId = 'o-exampleorg1';
const request = { id: `req-${'9'.repeat(20)}`, requestedBy: 'ben', requestedAt: 1, event: {} };
const bound = { asker: 'ben', most: 5, mostOfOne: 5, since: 0 };

describe('an item in a format of a later version is refused, with its name and the way out', () => {
  const reads: readonly (readonly [string, string, (id: string) => Promise<unknown>, string?])[] = [
    ['proposed', 'CHANGE', (id) => createChangeStore(local.table).load(id)],
    ['lives', 'EVIDENCE#', (id) => createChangeStore(local.table).load(id)],
    ['review-and-outbox', 'REVIEW', () => createReviewStore(local.table).reviewsSince(organizationId, 0)],
    ['review-and-outbox', 'RESULT#', (id) => createReviewStore(local.table).loadReview(id)],
    ['review-and-outbox', 'REPORT#', (id) => storedReports(local.table, id)],
    ['review-and-outbox', 'TREE#', (id) => createReviewStore(local.table).loadTree(id)],
    [
      'iam-review-and-outbox',
      'SEEN#',
      (id) =>
        createGrantStore(local.table).latestBefore(
          { organizationId: id, accountId: '222222222222' },
          Date.parse('2027-01-01T00:00:00Z'),
        ),
      'v2',
    ],
    ['allowed', 'ALLOWED#', (id) => createEvidenceStore(local.table).load(id), 'v2'],
    ['asked-and-accounts', 'ASKED#', (id) => createEvidenceStore(local.table).load(id), 'v2'],
    ['review-and-outbox', 'USE#', async (id) => [...(await createSeasonStore(local.table).load(id))], 'v2'],
    ['review-and-outbox', 'FINDING', () => createFindingStore(local.table).listOpen(organizationId)],
    ['review-and-outbox', 'ANSWER#', (id) => createCollectionStore(local.table).load(id), 'v2'],
    ['exempted', 'EXEMPTION', (id) => createExemptionStore(local.table).load(id)],
    ['exempted', 'EXEMPTION', () => createExemptionStore(local.table).listActive(organizationId, 0)],
    ['freeze-lock-requests', 'SWITCH', () => createLockStore(local.table).readFreeze()],
    ['freeze-lock-requests', 'LOCK', () => createLockStore(local.table).acquire('apply-other', 0, 1)],
    ['freeze-lock-requests', 'REQUEST', (id) => createRequestStore(local.table).load(id)],
    ['runs', 'LEASE', (key) => createRunStore(local.table).holder(key), 'v2'],
    ['runs', 'RUN#', (key) => createRunStore(local.table).lastRun(key, '{}'), 'v2'],
    ['runs', 'PROGRESS', (id) => createRunStore(local.table).progress(id), 'v2'],
    ['runs', 'OPEN', () => createRequestStore(local.table).put(request, 1, bound), 'v2'],
    ['review-and-outbox', 'OUTBOX', () => createOutboxStore(local.table).listEvents()],
    ['review-and-outbox', 'OUTBOX', () => createOutboxStore(local.table).listMessages()],
  ];

  test.each(reads)('%s: %s', async (file, sk, read, version = 'v1') => {
    const items = sampleItems(`${version}/${file}.json`);
    const later = items.filter((item) => String(item.sk).startsWith(sk));
    expect(later.length).toBeGreaterThan(0);
    await putItems(local.table.client, local.table.name, items);
    await putItems(
      local.table.client,
      local.table.name,
      later.map((item) => ({ ...item, format: 99 })),
    );
    const asked = read(idOf(later[0] ?? {}));
    await expect(asked).rejects.toThrow('is stored in format 99, and this version knows formats up to');
    await expect(asked).rejects.toThrow('deploy the version that wrote it, or a later one');
    await expect(asked).rejects.toThrow(String(later[0]?.pk).split('#')[0]);
  });
});

describe('the notes of the notifier of version 1', () => {
  test('are claims today', async () => {
    const items = sampleItems('v1/proposed-and-reminded.json');
    await putItems(local.table.client, local.table.name, items);
    const change = items.find(({ sk }) => sk === 'CHANGE') ?? {};
    const stored = await createChangeStore(local.table).load(idOf(change));
    const claiming = stored?.record.history.filter(({ type }) => type === 'notifying');
    expect(claiming?.[0]).toMatchObject({
      claims: expect.arrayContaining([{ approverId: 'ana', channel: 'email', purpose: 'decide:1' }]),
    });
    expect(stored?.record.history.some((event) => event.type === 'noted')).toBe(false);
  });
});
