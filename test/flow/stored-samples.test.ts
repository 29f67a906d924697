import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { createDynamoDbClient } from '../../adapters/aws/clients.ts';
import { putItems } from '../support/raw-items.ts';
import { readableItems, sampleItems } from '../support/stored-samples.ts';
import { unknownEvents } from './event-schemas.ts';
import { baseText, developmentAndElsewhere } from './organization.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();

/** A story whose table holds what an earlier version stored, a minute after the last event of it. */
async function openWith(file: string): Promise<{ readonly own: Story; readonly id: string }> {
  const items = sampleItems(file);
  const change = items.find(({ sk }) => sk === 'CHANGE');
  if (!change) throw new Error(`${file} holds no change`);
  const now = '2026-03-03T09:00:00Z';
  const own = await open({ scenario: { ...developmentAndElsewhere, now } });
  own.advance(((change.updatedAt as number) - Date.parse(now)) / 1000 + 60);
  await putItems(DynamoDBDocumentClient.from(createDynamoDbClient()), 'story', items);
  return { own, id: String(change.changeId) };
}

/** The text that the change of a sample writes, as the sample itself says it: version 1 had it beside the steps. */
function writtenText(file: string): string {
  const change = readableItems(file).find(({ sk }) => sk === 'CHANGE');
  if (!change) throw new Error(`${file} holds no change`);
  type Stored = { readonly after?: string; readonly steps: readonly { readonly after: string }[] };
  const { contents } = (change.body as { $json: { contents: Record<string, Stored> } }).$json;
  const [content] = Object.values(contents);
  return content?.after ?? content?.steps[0]?.after ?? '';
}

/** Rolls back what is applied and looks at what was said of it. */
async function rollBack(own: Story, id: string): Promise<void> {
  expect((await own.rollBack(id)).refusals).toEqual([]);
  expect(await own.outcome(id)).toBe('rolled-back');
  expect(own.text()).toBe(baseText);
  expect(unknownEvents(own.sandbox.events())).toEqual([]);
  expect(own.eventsOf('SCP Change Rolled Back')).toHaveLength(1);
}

describe.each(['v1', 'v1/earlier'])('a change that %s stored', (folder) => {
  test('proposed: it is decided, applied and rolled back', async () => {
    const { id, own } = await openWith(`${folder}/proposed.json`);
    expect((await own.approve(id)).refusals).toEqual([]);
    expect([await own.outcome(id), await own.reason(id)]).toEqual(['applied', null]);
    expect(own.text()).toBe(writtenText(`${folder}/proposed.json`));
    await rollBack(own, id);
  });

  test('proposed, people told: it is decided', async () => {
    const { id, own } = await openWith(`${folder}/proposed-and-reminded.json`);
    expect((await own.approve(id)).refusals).toEqual([]);
  });

  test('approved: it is applied and rolled back', async () => {
    const { id, own } = await openWith(`${folder}/approved.json`);
    expect([await own.outcome(id), await own.reason(id)]).toEqual(['applied', null]);
    await rollBack(own, id);
  });

  test('applied: it is rolled back', async () => {
    const { id, own } = await openWith(`${folder}/applied.json`);
    own.edit(writtenText(`${folder}/applied.json`));
    await rollBack(own, id);
  });

  test('half written: it goes on and is rolled back', async () => {
    const { id, own } = await openWith(`${folder}/applying.json`);
    own.edit(writtenText(`${folder}/applying.json`));
    expect(await own.outcome(id)).toBe('applied');
    await rollBack(own, id);
  });

  test('being rolled back: it ends', async () => {
    const { id, own } = await openWith(`${folder}/rolling-back.json`);
    own.edit(writtenText(`${folder}/rolling-back.json`));
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(own.text()).toBe(baseText);
  });
});

test('an approval of version 2, whose contents have no digest of the whole, is applied and rolled back', async () => {
  const { id, own } = await openWith('v2/approved.json');
  expect([await own.outcome(id), await own.reason(id)]).toEqual(['applied', null]);
  expect(own.text()).toBe(writtenText('v2/approved.json'));
  await rollBack(own, id);
});
