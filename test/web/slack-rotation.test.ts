import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { answerSlack, type SlackAppPorts } from '../../web/slack-app.ts';

const now = Date.parse('2026-03-03T09:00:00Z');

/** A request that asks for nothing, signed with a secret, and what the function answers that has read these. */
async function answered(signedWith: string, kept: string, fresh: string): Promise<number> {
  const payload = JSON.stringify({ type: 'shortcut', user: { id: 'U0ANA' } });
  const body = `payload=${encodeURIComponent(payload)}`;
  const timestamp = String(now / 1_000);
  const digest = createHmac('sha256', signedWith).update(`v0:${timestamp}:${body}`).digest('hex');
  const ports = {
    clock: { now: () => now },
    configuration: { slack: {} },
    signingSecret: async (isDoubted: boolean) => (isDoubted ? fresh : kept),
    onRefused: () => undefined,
    onError: (error: unknown) => {
      throw error;
    },
  };
  const headers = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` };
  const request = new Request('http://127.0.0.1/slack', { method: 'POST', headers, body });
  return (await answerSlack(ports as unknown as SlackAppPorts, request)).status;
}

test.each([
  ['with the secret that is kept', 'old', 'old', 'old', 200],
  ['with one that took its place', 'new', 'old', 'new', 200],
  ['with the one that it took the place of, while that is kept', 'old', 'old', 'new', 200],
  ['with another one', 'forged', 'old', 'new', 401],
  ['with another one, and the kept one is fresh', 'forged', 'old', 'old', 401],
])('a request is signed %s', async (_, signedWith, kept, fresh, status) => {
  expect(await answered(signedWith, kept, fresh)).toBe(status);
});
