// Writes samples of every kind of stored item, as this version of the code stores them, into a folder of its own:
//   node --import tsx test/support/write-stored-samples.ts test/cases/storage/v2
// Run it before the format of anything stored changes. The samples are then kept for ever: test/store/stored-samples.test.ts loads them all.
import { mkdirSync, writeFileSync } from 'node:fs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDynamoDbClient } from '../../adapters/aws/clients.ts';
import { createBudgetStore } from '../../adapters/aws/store-budgets.ts';
import { openTable } from '../../adapters/aws/store-table.ts';
import { openIamStory } from '../flow/iam-story.ts';
import { developmentAndElsewhere } from '../flow/organization.ts';
import { openStory, type Story, type StoryOptions } from '../flow/story.ts';
import { type RawItem, readable, scanItems } from './raw-items.ts';
import { sampleAccount, sampleAccountId } from './sample-account.ts';
import { playAccount } from './sample-account-story.ts';
import { sampleBudget, storeLives, storeMemory, storeOthers, storePage, storeRuns } from './sample-lives.ts';
import { playEdit, playExemption, playNewPolicy } from './sample-stories.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('name the folder for the samples');
mkdirSync(folder, { recursive: true });

/** The samples of the stories lie in the past, so that a test can play them on at the same time of day. */
const scenario = { ...developmentAndElsewhere, now: '2026-03-03T09:00:00Z' };

/** Writes what is stored under these partition keys, or everything. */
async function keep(name: string, belongs: (item: RawItem) => boolean = () => true): Promise<void> {
  const client = DynamoDBDocumentClient.from(createDynamoDbClient());
  const items = (await scanItems(client, 'story')).filter(belongs).map(readable);
  if (items.length === 0) throw new Error(`${name}: nothing is stored`);
  writeFileSync(`${folder}/${name}.json`, `${JSON.stringify({ items }, null, 2)}\n`);
}

async function told<Told extends Story>(
  opened: Promise<Told>,
  play: (story: Told, keepNow: typeof keep) => Promise<void>,
): Promise<void> {
  const story = await opened;
  try {
    await play(story, keep);
  } finally {
    await story.close();
  }
}

const open = (options: StoryOptions = {}): Promise<Story> => openStory({ scenario, ...options });

await told(open(), playEdit);
await told(open({ configuration: { editablePolicies: ['Nothing'] } }), playNewPolicy);
await told(open(), playExemption);
await told(open(), async ({ ports }, keepNow) => {
  await storeLives(ports.stores);
  await keepNow('lives');
});
await told(open(), async ({ ports }, keepNow) => {
  await storeOthers(ports.stores);
  await keepNow('freeze-lock-requests');
});
await told(open(), async ({ ports }, keepNow) => {
  await storeRuns(ports.stores);
  await keepNow('runs');
});
await told(open(), async ({ configuration, ports }, keepNow) => {
  await storePage(ports.stores, configuration);
  await keepNow('reading');
});
await told(open(), async ({ ports }, keepNow) => {
  await storeMemory(ports.stores);
  const budgets = createBudgetStore(openTable(createDynamoDbClient(), 'story'));
  await budgets.change(sampleBudget.name, () => ({ next: sampleBudget.count, answer: null }));
  await keepNow('asked-and-accounts', ({ sk }) => !String(sk).startsWith('ALLOWED#'));
  await keepNow('allowed', ({ sk }) => String(sk).startsWith('ALLOWED#'));
});
await told(openIamStory({ scenario: sampleAccount, accountId: sampleAccountId }), playAccount);
