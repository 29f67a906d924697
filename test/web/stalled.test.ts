import { readFileSync } from 'node:fs';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { createDynamoDbClient } from '../../adapters/aws/clients.ts';
import { answerMilliseconds, createHandler } from '../../handlers/approvals.ts';
import { parseFault } from '../../sandbox/faults.ts';
import { happened, openSite } from './site.ts';

test('where the table stalls, the page says so before API Gateway gives up, and the next one works', async () => {
  const site = await openSite();
  const { id } = (await site.put({}, happened('approved'))).record;
  const ana = 'arn:aws:iam::111111111111:user/ana';
  const token = await site.link(id, 'ana', 'cancel');
  // Of the same stores and the same table; only how long it waits differs, since how fast this machine is must not matter.
  const [impatient, patient] = [createHandler(site.configuration, 100), createHandler(site.configuration)];
  const get = (rawPath: string, ask = impatient) =>
    ask({
      ...{ version: '2.0', rawPath, rawQueryString: `token=${token}`, headers: {} },
      requestContext: { domainName: 'x', http: { method: 'GET' }, authorizer: { iam: { userArn: ana } } },
    } as never);
  site.sandbox.faults.add(parseFault('slow:Query:1500ms:2'));
  expect(await get(`/changes/${id}`)).toMatchObject({
    statusCode: 503,
    body: expect.stringContaining('Nothing is known to have been recorded'),
  });
  expect(await get(`/iam/changes/${id}`)).toMatchObject({
    statusCode: 503,
    headers: expect.objectContaining({ 'content-type': expect.stringContaining('json') }),
  });
  expect(await get(`/changes/${id}`, patient)).toMatchObject({ statusCode: 200 });
  // What was given up on ends by itself.
  await new Promise((resolve) => setTimeout(resolve, 1_600));
  await site.close();
});

test('a stalled call leaves room for another one, then for the page, before function and API Gateway give up', async () => {
  const site = await openSite();
  const client = createDynamoDbClient();
  try {
    // The SDK knows its settings from the first request on.
    await client.send(new ListTablesCommand({}));
    const handler = client.config.requestHandler as unknown as {
      httpHandlerConfigs(): { readonly connectionTimeout: number; readonly requestTimeout: number };
    };
    const { connectionTimeout, requestTimeout } = handler.httpHandlerConfigs();
    const seconds = Number(/^ {2}timeout: (\d+)$/m.exec(readFileSync('deploy/approvals.yml', 'utf8'))?.[1]);
    expect(await client.config.maxAttempts()).toBeGreaterThan(1);
    expect(2 * (connectionTimeout + requestTimeout)).toBeLessThan(answerMilliseconds);
    expect(answerMilliseconds).toBeLessThan(seconds * 1000);
    // Amazon API Gateway Developer Guide, "Quotas for HTTP APIs": the integration times out after 30 seconds.
    expect(seconds).toBeLessThan(30);
  } finally {
    client.destroy();
    await site.close();
  }
});
