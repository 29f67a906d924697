import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAccountListStore } from '../../adapters/aws/store-account-lists.ts';
import { createBudgetStore } from '../../adapters/aws/store-budgets.ts';
import { createChangeStore } from '../../adapters/aws/store-changes.ts';
import { createCollectionStore } from '../../adapters/aws/store-collections.ts';
import { createEvidenceStore } from '../../adapters/aws/store-evidence.ts';
import { createExemptionStore } from '../../adapters/aws/store-exemptions.ts';
import { createFindingStore } from '../../adapters/aws/store-findings.ts';
import { formatAttribute } from '../../adapters/aws/store-format.ts';
import { createGrantStore } from '../../adapters/aws/store-grants.ts';
import { createLockStore } from '../../adapters/aws/store-locks.ts';
import { createOutboxStore } from '../../adapters/aws/store-outbox.ts';
import { createRequestStore } from '../../adapters/aws/store-requests.ts';
import { createReviewStore } from '../../adapters/aws/store-reviews.ts';
import { createRunStore } from '../../adapters/aws/store-runs.ts';
import { createSeasonStore } from '../../adapters/aws/store-seasons.ts';
import { unfinishedIndex } from '../../adapters/aws/store-table.ts';
import type { ChangeContent } from '../../core/change/content/change.ts';
import { digestMismatch } from '../../core/change/content/digest.ts';
import { type ChangeStatus, changeStatuses, openStatuses } from '../../core/change/life/state.ts';
import { changeMail } from '../../core/message/mails/change-mail.ts';
import { changeView } from '../../core/message/views/change-view.ts';
import { changePage } from '../../web/pages/change-page.ts';
import { start } from '../change/samples.ts';
import { peopleConfiguration } from '../message/sample-view.ts';
import { putItems, type RawItem } from '../support/raw-items.ts';
import { sampleBudget, sampleLine, sampleList, sampleMemory, samplePage } from '../support/sample-lives.ts';
import { storedReports } from '../support/stored-reports.ts';
import { readableItems, sampleFiles, sampleItems } from '../support/stored-samples.ts';
import { localTable } from './local-table.ts';

const organizationId = 'o-exampleorg1';
const longAgo = 0;

let local: Awaited<ReturnType<typeof localTable>>;
beforeAll(async () => {
  local = await localTable();
});
afterAll(() => local.close());

const idOf = ({ pk }: RawItem): string => String(pk).split('#')[1] ?? '';
const isOfIdentities = ({ scopeId }: RawItem): boolean => String(scopeId).startsWith('iam:');
const keyed = (items: readonly RawItem[], sk: string): readonly RawItem[] =>
  items.filter((item) => item.sk === sk);

test('a sample is kept of every format of a change, that of today too', () => {
  const changes = sampleFiles.flatMap((file) => keyed(readableItems(file), 'CHANGE'));
  const formats = new Set(changes.map(({ format = 1 }) => format));
  const today = formatAttribute('change').format;
  expect([...formats].sort()).toEqual(Array.from({ length: today }, (_, index) => index + 1));
});

describe.each(sampleFiles)('what was stored once: %s', (file) => {
  let items: readonly RawItem[];
  beforeAll(async () => {
    items = sampleItems(file);
    await putItems(local.table.client, local.table.name, items);
  });

  test('every change loads whole, is listed and shown, and can be written again', async () => {
    const store = createChangeStore(local.table);
    const listed = await store.listByStatus(changeStatuses);
    const open = (await store.listByStatus(openStatuses)).map(({ id }) => id);
    const unsent = (await store.listUnsent()).map(({ id }) => id);
    for (const item of keyed(readableItems(file), 'CHANGE')) {
      const stored = await store.load(idOf(item));
      if (!stored) throw new Error(`${item.pk} is not there`);
      const { history } = (item.body as { $json: { history: readonly object[] } }).$json;
      const { record } = stored;
      for (const event of record.history)
        if ('content' in event) expect(digestMismatch(event.content)).toBeNull();
      expect(record.state.status).toBe(item.status);
      expect(record.revision).toBe(item.revision);
      expect(record.history).toHaveLength(history.length);
      expect(record.content.accountIds).toHaveLength(item.accounts as number);
      expect(stored.links).toEqual(item.links);
      expect(stored.outbox).toHaveLength(item.unsent as number);
      expect(listed.map(({ id }) => id)).toContain(record.id);
      expect(open.includes(record.id)).toBe(openStatuses.includes(item.status as ChangeStatus));
      expect(unsent.includes(record.id)).toBe(item.unsent !== 0);
      const view = changeView(record, { now: 0, configuration: peopleConfiguration() });
      expect(view.history.length).toBeGreaterThan(0);
      const shown = {
        view,
        reader: { name: 'Ana Diaz', hint: null },
        others: [],
        form: null,
        whyOver: null,
        sent: null,
        asked: null,
      };
      const page = changePage({ ...shown, refusals: [], entered: new URLSearchParams() });
      const to = { name: 'Ana Diaz', email: 'ana@example.com' };
      const { text } = changeMail({ kind: 'decide', view, to, url: null });
      for (const told of [page, text]) {
        expect(told).toContain(view.shortDigest);
        expect(told).not.toMatch(/undefined|NaN|\[object/);
      }
      expect(await store.save(stored, stored.version)).toBe('saved');
      expect(await store.load(record.id)).toEqual({ ...stored, version: stored.version + 1 });
    }
    const { Items: indexed = [] } = await local.table.client.send(
      new ScanCommand({ TableName: local.table.name, IndexName: unfinishedIndex }),
    );
    const waits = ({ status, unsent }: RawItem): boolean =>
      unsent !== 0 || openStatuses.includes(status as ChangeStatus);
    // What is over left the index with its first write by this version.
    expect(indexed.filter((item) => !waits(item))).toEqual([]);
    expect(indexed.map(({ changeId }) => changeId)).toEqual(
      expect.arrayContaining(keyed(readableItems(file), 'CHANGE').filter(waits).map(idOf)),
    );
  });

  test('every review, finding, exemption, event and message loads', async () => {
    const reviews = createReviewStore(local.table);
    for (const item of keyed(items, 'REVIEW').filter((each) => !isOfIdentities(each))) {
      const id = idOf(item);
      expect((await reviews.loadReview(id))?.result).toMatchObject({ reviewId: id });
      expect(await reviews.reviewsSince(organizationId, longAgo)).toContainEqual(
        expect.objectContaining({ id, namespaces: expect.arrayContaining(['lex', 's3']) }),
      );
      const [report] = await storedReports(local.table, id);
      const parentId = expect.stringMatching(/^(r|ou)-/);
      expect(report?.rows.get('lex')).toMatchObject({ lastAccessedBy: { id: '222222222222', parentId } });
      expect(await reviews.loadTree(id)).toContainEqual(['222222222222', 'ou-ex01-development']);
    }
    for (const item of keyed(items, 'REVIEW').filter(isOfIdentities)) {
      const id = idOf(item);
      const { scopeId } = item as { readonly scopeId: string };
      const stored = await reviews.loadReview(id);
      expect(stored?.result).toMatchObject({ kind: 'identities', reviewId: id, findings: expect.any(Array) });
      expect(await reviews.latestReview(organizationId, scopeId)).toEqual(stored?.summary);
      // It says nothing of where accounts lie, nor which services an organization uses.
      expect(stored?.summary.namespaces).toEqual([]);
      expect([await storedReports(local.table, id), await reviews.loadTree(id)]).toEqual([[], null]);
    }
    for (const item of items.filter(({ sk }) => String(sk).startsWith('SEEN#'))) {
      const [, organization = '', accountId = ''] = String(item.pk).split('#');
      const account = { organizationId: organization, accountId };
      const readAt = Number(String(item.sk).split('#')[1]);
      const seen = await createGrantStore(local.table).latestBefore(account, readAt + 1);
      expect(seen).toMatchObject({ readAt, grants: { 'user/li/member/developers': 'member' } });
    }
    for (const item of items.filter(({ sk }) => String(sk).startsWith('USE#'))) {
      const seen = await createSeasonStore(local.table).load(idOf(item));
      expect(
        [...seen].flatMap((each) => [...each]).map(([service, entities]) => [service, [...entities.keys()]]),
      ).toEqual([['lex', ['ou-ex01-development']]]);
    }
    const collections = createCollectionStore(local.table);
    for (const item of items.filter(({ sk }) => String(sk).startsWith('ANSWER#'))) {
      const collection = await collections.load(idOf(item));
      expect(collection).toMatchObject({ event: { reviewId: idOf(item) }, round: 0 });
      expect(collection?.answers.get('report:ou-ex01-development')).toHaveProperty('report.rows');
      expect([...(collection?.answers.keys() ?? [])]).toEqual(
        expect.arrayContaining(['tree:0', 'parents:0', String(item.sk).split('#')[1]]),
      );
    }
    for (const item of items.filter(({ sk }) => String(sk).startsWith('PAGE#'))) {
      const review = { reviewId: idOf(item), asOf: 0, configuration: peopleConfiguration() };
      const pages = await collections.pages(review, 0, { since: 0, now: Date.now });
      expect(pages.begunAt).not.toBeNull();
      expect(pages.get(samplePage.question)).toEqual(samplePage.answer);
    }
    const findings = await createFindingStore(local.table).listOpen(organizationId);
    expect(findings.map(({ finding }) => finding.id)).toEqual(
      expect.arrayContaining(keyed(items, 'FINDING').map(idOf)),
    );
    for (const { finding } of findings)
      expect(finding.lastAccessedBy?.id).toBe(finding.lastAccessedBy?.path.split('/').at(-1));
    if (keyed(items, 'FINDING').length > 0)
      expect(findings.some(({ finding }) => finding.lastAccessedBy?.parentId === 'ou-ex01-development')).toBe(
        true,
      );
    const exemptions = createExemptionStore(local.table);
    for (const item of keyed(items, 'EXEMPTION')) {
      expect(await exemptions.load(idOf(item))).toEqual(item.exemption);
      expect(await exemptions.listActive(organizationId, longAgo)).toContainEqual(item.exemption);
    }
    const outbox = createOutboxStore(local.table);
    const waiting = [...(await outbox.listEvents()), ...(await outbox.listMessages())];
    expect(waiting.map((entry) => ('eventId' in entry ? entry.eventId : entry.id))).toEqual(
      expect.arrayContaining(keyed(items, 'OUTBOX').map(idOf)),
    );
  });

  test('the lock, the kill switch and every request load', async () => {
    const locks = createLockStore(local.table);
    for (const { owner } of keyed(items, 'LOCK'))
      expect(await locks.acquire('apply-other', longAgo, 1)).toMatchObject({ held: false, owner });
    for (const { by, frozen } of keyed(items, 'SWITCH'))
      expect(await locks.readFreeze()).toMatchObject({ by, frozen });
    for (const { at, by, frozen, sk } of items.filter((item) => String(item.sk).startsWith('TURN#')))
      expect(await locks.listTurns(Number(at))).toContainEqual(
        expect.objectContaining({ id: `freeze#${String(sk).slice('TURN#'.length)}`, at, by, frozen }),
      );
    const requests = createRequestStore(local.table);
    for (const item of keyed(items, 'REQUEST')) {
      const { reviewId, outcome = null, waitsFor = null } = item;
      const stored = await requests.load(idOf(item));
      expect(stored).toMatchObject({ request: item.request, outcome, waitsFor });
      expect(stored?.started?.reviewId).toBe(reviewId);
    }
  });

  test('every lease, last run and progress of a review loads', async () => {
    const runs = createRunStore(local.table);
    for (const item of keyed(items, 'LEASE')) expect(await runs.holder(idOf(item))).toEqual(item.lease);
    for (const item of items.filter(({ sk }) => String(sk).startsWith('RUN#')))
      expect(await runs.lastRun(idOf(item), '{}')).toEqual(item.run);
    for (const item of keyed(items, 'PROGRESS'))
      expect(await runs.progress(idOf(item))).toEqual(item.progress);
  });
});

test('what reviews leave for the next one, the accounts of one of many, and a budget of calls load as they were stored', async () => {
  const items = readableItems('v2/asked-and-accounts.json');
  expect(items.map(({ pk, sk }) => `${pk} ${sk}`).sort()).toEqual([
    'BUDGET#OrganizationsClient ListAccounts BUDGET',
    'REVIEW#rev-many ACCOUNTS#0000',
    'REVIEW#rev-many LINE#222222222222',
    'SEEN#o-exampleorg1 ASKED#0000',
  ]);
  await putItems(local.table.client, local.table.name, sampleItems('v2/asked-and-accounts.json'));
  await putItems(local.table.client, local.table.name, sampleItems('v2/allowed.json'));
  expect(await createEvidenceStore(local.table).load(organizationId)).toEqual(sampleMemory);
  const lists = createAccountListStore(local.table);
  expect(await lists.load('rev-many')).toEqual(sampleList);
  expect(await lists.lines('rev-many', '222222222222', '333333333333')).toEqual(
    new Map([['222222222222', sampleLine]]),
  );
  const left = createBudgetStore(local.table);
  expect(await left.change(sampleBudget.name, (count) => ({ next: null, answer: count }))).toEqual(
    sampleBudget.count,
  );
  // What is done is written once.
  expect(await lists.keepLine('rev-many', sampleLine, start)).toBe(false);
});

test('the samples of version 1 hold every kind of item, state, event and starter of that time', () => {
  const items = sampleFiles.filter((file) => file.startsWith('v1/')).flatMap(readableItems);
  const kinds = new Set(items.map(({ sk }) => String(sk).split('#')[0]));
  expect([...kinds].sort()).toEqual(
    [
      ...['CHANGE', 'EVIDENCE', 'EXEMPTION', 'FINDING', 'LOCK', 'OPEN', 'OUTBOX'],
      ...['REPORT', 'REQUEST', 'RESULT', 'REVIEW', 'SWITCH', 'TREE'],
    ].sort(),
  );
  expect(items.filter(({ format }) => format !== undefined)).toEqual([]);
  expect(new Set(items.flatMap(({ sk, status }) => (sk === 'CHANGE' ? [status] : [])))).toEqual(
    new Set(changeStatuses),
  );
  const text = JSON.stringify(items);
  for (const type of eventsOfVersion1) expect(text).toContain(`"type":"${type}"`);
  for (const starter of ['schedule', 'stale', 'unknown'])
    expect(text).toContain(`"starter":{"type":"${starter}"}`);
  expect(text).toContain('"others":[');
  expect(text).toContain('"code":"NOTIFYING"');
});

const eventsOfVersion1 = [
  ...['proposed', 'revised', 'notified', 'notify-failed', 'reminder-sent', 'noted', 'approval-recorded'],
  ...['approved', 'rejected', 'snoozed', 'services-exempted', 'exemption-lifted', 'expired', 'superseded'],
  ...['cancelled', 'apply-started', 'step-sending', 'step-done', 'step-refused', 'applied', 'apply-failed'],
  ...['interrupted', 'resumed', 'roll-back-requested', 'roll-back-step-sending', 'roll-back-step-done'],
  ...['roll-back-step-refused', 'roll-back-failed', 'rolled-back', 'drift-detected'],
  'denied-access-observed',
] as const;

test('the samples of changes of kind iam hold every kind of step, and the states that matter', () => {
  const items = sampleFiles.filter((file) => file.startsWith('v2/iam-')).flatMap(readableItems);
  const changes = keyed(items, 'CHANGE');
  expect([...new Set(changes.map(({ status }) => status))].sort()).toEqual(
    ['applied', 'applying', 'approved', 'interrupted', 'proposed', 'rolled-back', 'rolling-back'].sort(),
  );
  for (const { status, links } of changes)
    if (status === 'proposed') expect(Object.keys(links as object)).not.toEqual([]);
  const proposed = readableItems('v2/iam-proposed.json');
  const steps = proposed.flatMap(({ body }) => {
    const { contents } = (body as { $json: { contents: Record<string, Pick<ChangeContent, 'steps'>> } })
      .$json;
    return Object.values(contents).flatMap((content) => content.steps);
  });
  const words = steps.map(({ resource, before, after }) => {
    const does = before === null ? 'made' : after === null ? 'taken away' : 'rewritten';
    return `${resource.type} ${does}`;
  });
  expect([...new Set(words)].sort()).toEqual(
    [
      ...['managed-policy made', 'managed-policy rewritten', 'managed-policy taken away'],
      ...['inline-policy made', 'inline-policy rewritten', 'membership taken away'],
      ...['policy-attachment made', 'policy-attachment taken away'],
    ].sort(),
  );
  expect(JSON.stringify(items)).toContain('"detailType":"Unused Access Found"');
});
