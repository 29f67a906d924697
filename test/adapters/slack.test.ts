import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { openView, postAsBot, postToWebhook, replaceAsBot, updateView } from '../../adapters/slack.ts';
import { closeBoxes, nestedUnits, openBox } from './box.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
  await closeBoxes();
});

const message = { text: 'hello', blocks: [], unfurl_links: false, unfurl_media: false };
const openSlack = async () => {
  const sandbox = await openBox({ scenario: nestedUnits });
  const bot = { token: 'xoxb-secret', apiUrl: `${sandbox.endpoint}/slack/api` };
  return { sandbox, bot, webhook: `${sandbox.endpoint}/slack/webhook/secret-hook` };
};

/** A server that answers as told. */
const openServer = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-hook` };
};

test('a webhook gets the message', async () => {
  const { sandbox, webhook } = await openSlack();
  await postToWebhook(webhook, message);
  expect(sandbox.messages()).toMatchObject([{ channel: 'slack', to: 'secret-hook', text: 'hello' }]);
});

test('the bot opens a direct message, posts, and puts another message in its place', async () => {
  const { sandbox, bot } = await openSlack();
  const reference = await postAsBot(bot, 'U0ANA', message);
  await replaceAsBot(bot, reference, { ...message, text: 'decided' });
  expect(sandbox.messages()).toMatchObject([
    { to: 'U0ANA', text: 'hello' },
    { to: 'U0ANA', text: 'decided', update: true },
  ]);
  expect(sandbox.messages()[0]?.ts).toBe(sandbox.messages()[1]?.ts);
});

test('a channel is posted to as it is', async () => {
  const { sandbox, bot } = await openSlack();
  expect(await postAsBot(bot, 'C0DEV', message)).toMatch(/^C0DEV \d+\.\d+$/);
  expect(sandbox.messages()).toMatchObject([{ to: 'C0DEV' }]);
});

test('a modal that was closed meanwhile stays closed; one that cannot be opened is an error', async () => {
  const { bot } = await openSlack();
  const view = { type: 'modal', title: { type: 'plain_text', text: 'x' }, blocks: [] };
  await expect(updateView(bot, 'V0GONE', view)).resolves.toBeUndefined();
  await expect(openView(bot, 'not-a-trigger', view)).rejects.toThrow(
    'Slack refused views.open: invalid_arguments',
  );
});

test('a message that cannot be found is an error that says so', async () => {
  const { bot } = await openSlack();
  await expect(replaceAsBot(bot, 'D0ANA 1.1', message)).rejects.toThrow(
    'Slack refused chat.update: message_not_found',
  );
  await expect(postAsBot(bot, 'U!', message)).resolves.toMatch(/^U! /);
});

test('where Slack asks to wait a little, the message comes after one more try', async () => {
  const { sandbox, webhook } = await openSlack();
  sandbox.slack.failNext(429);
  await postToWebhook(webhook, message);
  expect(sandbox.messages()).toHaveLength(1);
  sandbox.slack.failNext(429, 2);
  await expect(postToWebhook(webhook, message)).rejects.toThrow("Slack's webhook answered 429");
});

test('a long wait is left to the next run', async () => {
  let requests = 0;
  const server = await openServer((_, response) => {
    requests += 1;
    response.writeHead(429, { 'retry-after': '120' }).end();
  });
  await expect(postToWebhook(server.url, message)).rejects.toThrow('429');
  expect(requests).toBe(1);
});

test('no error tells where the webhook is, what the token is or what a proxy wrote', async () => {
  const { sandbox, bot, webhook } = await openSlack();
  sandbox.slack.failNext(500, 2);
  const redirecting = await openServer((_, response) => response.writeHead(307, { location: webhook }).end());
  const talking = await openServer((_, response) => response.writeHead(403).end(`<html>${webhook}`));
  const errors: unknown[] = [];
  const failing = [
    () => postToWebhook(webhook, message),
    () => postAsBot(bot, 'U0ANA', message),
    () => postToWebhook('not a url at all/secret-hook', message),
    () => postToWebhook('http://127.0.0.1:1/secret-hook', message),
    () => postToWebhook(redirecting.url, message),
    () => postToWebhook(talking.url, message),
    () => postAsBot({ ...bot, token: ' ' }, 'C0DEV', message),
  ];
  for (const fails of failing) await fails().catch((error: unknown) => errors.push(error));
  expect(errors).toHaveLength(failing.length);
  for (const error of errors) expect(String(error)).not.toMatch(/secret|127\.0\.0\.1|html/);
  expect(sandbox.messages()).toEqual([]);
});
