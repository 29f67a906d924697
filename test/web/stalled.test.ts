import { expect, test } from '@jest/globals';
import { createHandler } from '../../handlers/approvals.ts';
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
