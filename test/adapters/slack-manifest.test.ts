import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import manifest from '../../docs/slack-manifest.json' with { type: 'json' };

/** The scope of a bot that each method needs (Slack's reference of Web API methods), or null. */
const scopes: Readonly<Record<string, string | null>> = {
  'auth.test': null,
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  // A direct message alone is opened.
  'conversations.open': 'im:write',
  'views.open': null,
  'views.update': null,
};

test('the manifest asks for the scopes of the methods that are called, and for no other', () => {
  const source = readFileSync('adapters/slack.ts', 'utf8');
  const called = [...source.matchAll(/callApi\(bot, '([a-zA-Z.]+)'/g)].map(([, method = '']) => method);
  expect([...new Set(called)].sort()).toEqual(Object.keys(scopes));
  const needed = new Set(called.flatMap((method) => scopes[method] ?? []));
  expect(manifest.oauth_config.scopes.bot).toEqual([...needed].sort());
});

test('the manifest calls the route that the template has', () => {
  const [, path] = /path: (\/slack\/\S+)/.exec(readFileSync('deploy/slack.yml', 'utf8')) ?? [];
  const { is_enabled, request_url } = manifest.settings.interactivity;
  expect(is_enabled).toBe(true);
  expect(new URL(request_url).pathname).toBe(path?.replace(/\s*}$/, ''));
});
