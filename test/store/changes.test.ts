import {
  GetCommand,
  PutCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createChangeStore } from '../../adapters/aws/store-changes.ts';
import type { Item } from '../../adapters/aws/store-items.ts';
import type { ChangeStore } from '../../adapters/store-ports.ts';
import { sha256 } from '../../core/base/sha256.ts';
import type { IdentityEvidence, IdentityPart } from '../../core/change/content/identity-part.ts';
import { changeStatuses, openStatuses } from '../../core/change/life/state.ts';
import { appendEvents, beginChange, markSent, unsentEvents } from '../../core/change/life/stored-change.ts';
import { bodiesUntil } from '../change/lives.ts';
import { content, proposal, start, system } from '../change/samples.ts';
import { localTable } from './local-table.ts';

/** Enough for several pieces of evidence; as many as an organization has with LONG=1. */
const many = process.env.LONG ? 50_000 : 8_000;

let local: Awaited<ReturnType<typeof localTable>>;
let store: ChangeStore;
beforeAll(async () => {
  local = await localTable();
  store = createChangeStore(local.table);
});
afterAll(() => local.close());

let number = 0;
function freshContent(replaced: Parameters<typeof content>[0] = {}) {
  number += 1;
  return content({ id: `chg-${String(number).padStart(12, '0')}`, ...replaced });
}

function manyAccounts(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    String(((index + 1) * 7_919_317_313) % 1e12).padStart(12, '0'),
  );
}

describe('a change in the table', () => {
  test('comes back as it was written, with its history, links and unsent events', async () => {
    const begun = beginChange([proposal(freshContent())]);
    const links = {
      ['a'.repeat(64)]: { approverId: 'ana', revision: 1, purpose: 'decide', channel: 'email', expiresAt: 5 },
    } as const;
    expect(await store.create({ ...begun, links })).toBe('created');
    expect(await store.load(begun.record.id)).toEqual({ ...begun, links, version: 1 });
  });

  test('is created once', async () => {
    const begun = beginChange([proposal(freshContent())]);
    expect(await store.create(begun)).toBe('created');
    expect(await store.create(begun)).toBe('exists');
  });

  test('that nobody stored is null, and cannot be saved', async () => {
    expect(await store.load('chg-unknown')).toBeNull();
    await expect(store.save(beginChange([proposal(freshContent())]), 0)).rejects.toThrow('create it first');
  });

  test('of twenty concurrent writers with one version exactly one is saved, and it is what is read', async () => {
    for (let round = 0; round < 5; round += 1) {
      const begun = beginChange([proposal(freshContent())]);
      await store.create(begun);
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, async (_, writer) => {
          const noted = {
            at: start,
            actor: system,
            revision: 1,
            type: 'noted',
            code: `W${writer}`,
            detail: '',
          } as const;
          return { writer, outcome: await store.save(appendEvents(begun, [noted]), 1) };
        }),
      );
      const saved = outcomes.filter(({ outcome }) => outcome === 'saved');
      expect(saved).toHaveLength(1);
      const loaded = await store.load(begun.record.id);
      expect(loaded?.version).toBe(2);
      expect(loaded?.record.history).toHaveLength(2);
      expect(loaded?.record.history[1]).toMatchObject({ code: `W${saved[0]?.writer}` });
    }
  });

  test('of twenty identical concurrent writes exactly one is saved', async () => {
    const begun = beginChange([proposal(freshContent())]);
    await store.create(begun);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => store.save(begun, 1)));
    expect(outcomes.filter((outcome) => outcome === 'saved')).toHaveLength(1);
  });

  test(`with ${many} accounts leaves every item far below 400 KB and comes back whole`, async () => {
    const accountIds = manyAccounts(many);
    const affectedAccounts = accountIds.map((id, index) => ({
      id,
      name: `workload-${id}`,
      place: `Root / Business unit ${index % 40} / Team ${index % 2000}`,
      young: index % 7 === 0,
    }));
    const certificate = {
      ok: true,
      checks: ['regions', 'replay', 'running-resources'].map(
        (name) => ({ name, verdict: 'not-proven', unprovenIds: accountIds, detail: 'unread' }) as const,
      ),
    };
    let change = beginChange([proposal(freshContent({ accountIds, affectedAccounts, certificate }))]);
    expect(store.roomIn(change)).toBeGreaterThan(340_000);
    expect(await store.create(change)).toBe('created');
    const second = content({ ...change.record.content, revision: 2, accountIds: accountIds.slice(1) });
    change = appendEvents(change, [{ ...proposal(second), type: 'revised', detail: 'an account left' }]);
    expect(await store.save(change, 1)).toBe('saved');
    expect(await createChangeStore(local.table).load(change.record.id)).toEqual({ ...change, version: 2 });
    const { Items = [] } = await local.table.client.send(new ScanCommand({ TableName: local.table.name }));
    for (const item of Items) {
      const body = item.body instanceof Uint8Array ? item.body.length : 0;
      expect(body + JSON.stringify({ ...item, body: '' }).length).toBeLessThan(360_000);
    }
  });

  test('whose SCP is attached to far more leaves the item nearly empty and comes back whole', async () => {
    const accountIds = manyAccounts(many);
    const affectedAccounts = accountIds.map((id) => ({
      id,
      name: `workload-${id}`,
      place: id,
      young: false,
    }));
    const root = { id: 'r-ex01', name: 'Root', type: 'root' } as const;
    const confirmed = { confirm: 'Root', confirmEntityId: root.id, targetPaths: { [root.id]: root.id } };
    const attached = { targets: [root], ...confirmed, accountIds, affectedAccounts };
    // Somebody edits it day by day.
    const texts = Array.from({ length: 40 }, (_, day) =>
      Array.from({ length: 80 }, (_, line) => sha256(`${day} ${line}`)).join(),
    );
    const begun = beginChange([proposal(freshContent())]);
    const { id } = begun.record;
    const change = appendEvents(
      begun,
      [
        ...bodiesUntil('applied'),
        ...texts.map((text) => {
          const detail = `attached elsewhere ${text.slice(0, 12)}`;
          return { type: 'drift-detected', detail, text, attached } as const;
        }),
        { type: 'drift-detected', detail: 'attached nowhere', attached: null } as const,
        { type: 'drift-detected', detail: 'edited', text: '{}' } as const,
      ].map((body) => ({ ...body, at: start, actor: system, revision: 1 })),
    );
    expect(store.roomIn(change)).toBeGreaterThan(340_000);
    expect(await store.create(change)).toBe('created');
    expect(await createChangeStore(local.table).load(id)).toEqual({ ...change, version: 1 });
  });

  test("with thousands of findings of an account's IAM leaves the item nearly empty and comes back whole", async () => {
    const findings = Array.from({ length: 4000 }, (_, index) => sha256(`finding ${index}`).slice(0, 12));
    const evidence = findings.map((findingId, index) => ({
      ...{ findingId, kind: 'never-used', subjectArn: `arn:aws:iam::111111111111:user/u${index % 20}` },
      ...{ serviceNamespace: `service-${index % 200}`, serviceName: `Service ${index % 200}`, actions: [] },
      ...{ lastAccessedAt: null, daysUnused: null, lastAccessedBy: null, lastAccessedRegion: null },
      ...{ report: { jobId: findingId, completedAt: start }, why: ['nobody uses it'] },
    })) as readonly IdentityEvidence[];
    const effects = findings.map((id) => ({ arns: [id], loses: [id], narrowed: [], keeps: [] }));
    const identity: IdentityPart = {
      ...{ accountId: '111111111111', title: 'Narrow Building', level: 'service', actions: [] },
      ...{ principals: [], reportedArns: [], notes: [], deleted: [], comesBack: {}, evidence, effects },
    };
    const change = beginChange([proposal(freshContent({ identity, findingIds: findings }))]);
    expect(store.roomIn(change)).toBeGreaterThan(340_000);
    expect(await store.create(change)).toBe('created');
    expect(await createChangeStore(local.table).load(change.record.id)).toEqual({ ...change, version: 1 });
  });

  test('with a piece of evidence missing is refused, never read as a change with fewer accounts', async () => {
    const change = beginChange([proposal(freshContent({ accountIds: manyAccounts(3000) }))]);
    await store.create(change);
    const { Items = [] } = await local.table.client.send(new ScanCommand({ TableName: local.table.name }));
    const piece = Items.find(
      ({ pk, sk }) => pk === `CHANGE#${change.record.id}` && sk.startsWith('EVIDENCE#'),
    );
    await local.table.client.send(
      new PutCommand({ TableName: local.table.name, Item: { ...piece, chunks: 2 } }),
    );
    await expect(store.load(change.record.id)).rejects.toThrow(
      `of change ${change.record.id} is missing or damaged`,
    );
  });

  test('has exactly the attributes that lists, conditions and the index need', async () => {
    const change = beginChange([proposal(freshContent())]);
    await store.create(change);
    const { Item } = await local.table.client.send(
      new GetCommand({
        TableName: local.table.name,
        Key: { pk: `CHANGE#${change.record.id}`, sk: 'CHANGE' },
      }),
    );
    expect(Object.keys(Item ?? {}).sort()).toEqual([
      'accounts',
      'body',
      'changeId',
      'confirm',
      'format',
      'links',
      'namespaces',
      'organizationId',
      'pk',
      'policyId',
      'policyName',
      'revision',
      'services',
      'sk',
      'starter',
      'status',
      'statusKey',
      'unsent',
      'updatedAt',
      'version',
      'writeIds',
    ]);
  });
});

describe('the list of changes', () => {
  test('by state moves with the change, whether or not its events were sent', async () => {
    const change = beginChange([proposal(freshContent())]);
    const { id } = change.record;
    await store.create(change);
    expect((await store.listByStatus(['proposed'])).map((summary) => summary.id)).toContain(id);
    expect((await store.listUnsent()).find((summary) => summary.id === id)).toMatchObject({
      unsent: 1,
      status: 'proposed',
    });

    const sent = markSent(
      change,
      unsentEvents(change).map(({ eventId }) => eventId),
    );
    await store.save(sent, 1);
    expect((await store.listUnsent()).map((summary) => summary.id)).not.toContain(id);
    expect((await store.listByStatus(['proposed'])).map((summary) => summary.id)).toContain(id);

    const expired = appendEvents(sent, [{ at: start + 1, actor: system, revision: 1, type: 'expired' }]);
    await store.save(expired, 2);
    expect((await store.listByStatus(['proposed'])).map((summary) => summary.id)).not.toContain(id);
    expect(
      (await store.listByStatus(['expired', 'rejected'])).find((summary) => summary.id === id),
    ).toMatchObject({
      policyName: 'NewServiceTest',
      accounts: 2,
      updatedAt: start + 1,
    });
  });

  test('costs few queries that read no histories, and of what waits none that reads what is over', async () => {
    const begun = beginChange([proposal(freshContent())]);
    await store.create(begun);
    const answers: Item[][] = [];
    const indexes = new Set<string | undefined>();
    const { middlewareStack } = local.table.client;
    middlewareStack.add(
      (next) => async (call) => {
        const answer = await next(call);
        answers.push([...((answer.output as QueryCommandOutput).Items ?? [])]);
        indexes.add((call.input as QueryCommandInput).IndexName);
        return answer;
      },
      { step: 'initialize', name: 'keepAnswers' },
    );
    const { organizationId } = begun.record.content;
    expect(await store.listByStatus(changeStatuses)).not.toEqual([]);
    expect(await store.listTraces(organizationId, start)).not.toEqual([]);
    expect(await store.listTraces('o-another', start)).toEqual([]);
    expect(await store.listTraces(organizationId, start + 10)).toEqual([]);
    expect(await store.listRecent(start + 10)).toEqual([]);
    const events = [{ at: start + 1, actor: system, revision: 1, type: 'expired' }] as const;
    const over = appendEvents(begun, events);
    await store.save(
      markSent(
        over,
        unsentEvents(over).map(({ eventId }) => eventId),
      ),
      1,
    );
    answers.length = 0;
    const { id } = begun.record;
    expect((await store.listByStatus(openStatuses)).map((summary) => summary.id)).not.toContain(id);
    expect(answers.flat().map(({ changeId }) => changeId)).not.toContain(id);
    expect((await store.listRecent(start + 1)).map((summary) => summary.id)).toContain(id);
    middlewareStack.remove('keepAnswers');
    // A query for each state, one for those with unsent events, and one for what is recent.
    expect(answers).toHaveLength(openStatuses.length + 2);
    for (const item of answers.flat()) expect(item).not.toHaveProperty('body');
    // The index that holds whole items would cost their size, whatever part of them is asked for.
    expect([...indexes].filter((name) => name !== undefined).sort()).toEqual(['byKind', 'unfinished']);
  });
});
