import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createEvidenceStore } from '../../adapters/aws/store-evidence.ts';
import { noMemory } from '../../core/review/evidence.ts';
import { putItems, readable, scanItems } from '../support/raw-items.ts';
import { sampleMemory } from '../support/sample-lives.ts';
import { sampleItems } from '../support/stored-samples.ts';
import { localTable } from './local-table.ts';

let local: Awaited<ReturnType<typeof localTable>>;
beforeAll(async () => {
  local = await localTable();
});
afterAll(() => local.close());

const itemsOf = async (organizationId: string) =>
  (await scanItems(local.table.client, local.table.name)).filter(({ pk }) => pk === `SEEN#${organizationId}`);

test('what a version left that kept nothing of what SCPs keep accounts out of is read as before', async () => {
  await putItems(local.table.client, local.table.name, sampleItems('v2/asked-and-accounts.json'));
  const loaded = await createEvidenceStore(local.table).load('o-exampleorg1');
  expect(loaded).toEqual({ ...sampleMemory, allowed: new Map() });
});

test('what SCPs keep accounts out of is kept without an end, each list of services once', async () => {
  const evidence = createEvidenceStore(local.table);
  expect(await evidence.load('o-exampleorg2')).toEqual(noMemory);
  await evidence.change('o-exampleorg2', () => sampleMemory);
  expect(await evidence.load('o-exampleorg2')).toEqual(sampleMemory);
  const items = await itemsOf('o-exampleorg2');
  expect(items.some(({ ttl }) => ttl !== undefined)).toBe(false);
  const [allowed = {}] = items.filter(({ sk }) => String(sk).startsWith('ALLOWED#'));
  expect(readable(allowed).body).toMatchObject({
    $json: {
      keptOut: [['lex', 's3'], ['s3']],
      accounts: [
        ['222222222222', 0],
        ['333333333333', 1],
        ['444444444444', 0],
      ],
    },
  });
});

test('what a crash of an earlier version left by half is not known, and the rest is read', async () => {
  const evidence = createEvidenceStore(local.table);
  await evidence.change('o-half000000', () => sampleMemory);
  const items = await itemsOf('o-half000000');
  const half = items.filter(({ sk }) => String(sk).startsWith('ALLOWED#'));
  await putItems(
    local.table.client,
    local.table.name,
    half.map((item) => ({ ...item, chunks: 2 })),
  );
  expect(await evidence.load('o-half000000')).toEqual({ ...sampleMemory, allowed: new Map() });
});
