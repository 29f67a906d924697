import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createDynamoDbClient } from '../../adapters/aws/clients.ts';
import { identityStepsOf } from '../../core/change/content/identity-content.ts';
import type { ChangeRecord } from '../../core/change/life/life.ts';
import { putItems } from '../support/raw-items.ts';
import { sampleAccount, sampleAccountId, sampleReview } from '../support/sample-account.ts';
import { sampleItems } from '../support/stored-samples.ts';
import { unknownEvents } from './event-schemas.ts';
import { type IamStory, openIamStory } from './iam-story.ts';
import { benUser } from './ports.ts';

let own: IamStory;
let untouched: unknown;
afterEach(() => own.close());

/** Opens the account with what was stored then, a minute after it, and answers the changes in the order of their last event. */
async function openWith(name: string): Promise<readonly string[]> {
  const items = sampleItems(`v2/iam-${name}.json`);
  own = await openIamStory({ scenario: sampleAccount, accountId: sampleAccountId });
  untouched = await own.access();
  const last = Math.max(...items.map(({ updatedAt }) => Number(updatedAt ?? 0)));
  own.advance((last - Date.parse(sampleAccount.now ?? '')) / 1000 + 60);
  await putItems(DynamoDBDocumentClient.from(createDynamoDbClient()), 'story', items);
  return items.flatMap(({ changeId, sk }) => (sk === 'CHANGE' ? [String(changeId)] : []));
}

/** Writes the first steps of a change, or all of them, as they were written when the sample was made. */
async function stand(id: string, steps?: number): Promise<void> {
  const { record } = await own.load(id);
  for (const step of identityStepsOf(record.content).slice(0, steps)) {
    const opened = await own.ports.sessions.openToWrite(sampleAccountId, { id, step });
    if (opened.status !== 'open') throw new Error(opened.message);
    await opened.writer.write(step, { keep: async () => undefined, mayWrite: async () => undefined });
  }
}

const recordOf = async (id: string): Promise<ChangeRecord> => (await own.load(id)).record;

async function rollBackAll(ids: readonly string[]): Promise<void> {
  for (const id of [...ids].reverse()) expect((await own.rollBack(id)).refusals).toEqual([]);
  for (const id of ids) {
    await own.apply();
    expect([(await recordOf(id)).state.status, await own.reason(id)]).toEqual(['rolled-back', null]);
  }
  expect(await own.access()).toEqual(untouched);
  expect(own.eventsOf('IAM Change Rolled Back')).toHaveLength(ids.length);
  expect(unknownEvents(own.sandbox.events())).toEqual([]);
}

async function applyAll(ids: readonly string[]): Promise<void> {
  await own.apply();
  for (const id of ids)
    expect([(await recordOf(id)).state.status, await own.reason(id)]).toEqual(['applied', null]);
  expect(await own.access()).not.toEqual(untouched);
}

describe('a change of kind iam that version 2 stored', () => {
  test('proposed, people told: it is decided, applied and rolled back', async () => {
    const ids = await openWith('proposed');
    for (const id of ids) expect((await own.approveFully(id)).record.state.status).toBe('approved');
    await applyAll(ids);
    await rollBackAll(ids);
  });

  test('approved: it is applied', async () => {
    await applyAll(await openWith('approved'));
  });

  test('applied: it is rolled back', async () => {
    const ids = await openWith('applied');
    for (const id of ids) await stand(id);
    await rollBackAll(ids);
  });

  test('half written: it goes on where it was left', async () => {
    const ids = await openWith('applying');
    await stand(ids[0] ?? '', 2);
    await applyAll(ids);
    await rollBackAll(ids);
  });

  test('interrupted: it is resumed by a person, applied and rolled back', async () => {
    const ids = await openWith('interrupted');
    const [id = ''] = ids;
    await stand(id, 1);
    const resumed = { purpose: 'resume', reason: 'the attachment was never written' } as const;
    expect((await own.ask(id, { principalArn: benUser }, resumed)).refusals).toEqual([]);
    await applyAll(ids);
    await rollBackAll(ids);
  });

  test('being rolled back: it ends', async () => {
    const ids = await openWith('rolling-back');
    await stand(ids[0] ?? '');
    await own.apply();
    expect((await recordOf(ids[0] ?? '')).state.status).toBe('rolled-back');
    expect(await own.access()).toEqual(untouched);
  });

  test('rolled back: the next review does not propose it again', async () => {
    const [id] = await openWith('rolled-back');
    expect((await own.reviewIdentities(sampleReview)).changed).not.toContain(id);
  });
});

test('a review of identities that version 2 stored: its event is sent, and the next review tells nothing of it again', async () => {
  await openWith('review-and-outbox');
  const { found, run } = await own.reviewIdentities(sampleReview);
  expect(run.result.findings.length).toBeGreaterThan(0);
  expect(found).toEqual([]);
  expect(own.eventsOf('Unused Access Found')).toHaveLength(1);
  expect(unknownEvents(own.sandbox.events())).toEqual([]);
});
