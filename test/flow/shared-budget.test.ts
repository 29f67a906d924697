import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { createDynamoDbClient } from '../../adapters/aws/clients.ts';
import { wireReview } from '../../adapters/wire.ts';
import { pointAt } from '../adapters/environment.ts';
import { scanItems } from '../support/raw-items.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();

test('deployed functions draw on one budget in the table; on one machine none is needed', async () => {
  const { sandbox } = await open();
  const budgets = async () => {
    const items = await scanItems(DynamoDBDocumentClient.from(createDynamoDbClient()), 'story');
    return items.filter(({ sk }) => sk === 'BUDGET').map(({ pk, version }) => [pk, version]);
  };
  await wireReview().organization.readTree();
  expect(await budgets()).toEqual([]);

  const restore = pointAt(sandbox.endpoint, {
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    TABLE_NAME: 'story',
  });
  try {
    // Two functions, each with what it needs of its own.
    for (const { organization } of [wireReview(), wireReview()]) await organization.readTree();
    const [first] = (await budgets()).filter(([pk]) => pk === 'BUDGET#OrganizationsClient ListAccounts');
    expect(first).toEqual(['BUDGET#OrganizationsClient ListAccounts', 2]);
    // A table that is not there stops nobody.
    process.env.TABLE_NAME = 'nowhere';
    expect((await wireReview().organization.readTree()).id).toBe('o-exampleorg1');
  } finally {
    restore();
  }
});
