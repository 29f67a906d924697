import { afterEach, expect, test } from '@jest/globals';
import { recordRequest } from '../../flow/decide.ts';
import { sweep } from '../../flow/sweep.ts';
import { openStage, type Stage, tokenIn } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

test('a question reaches whoever else may decide, and those who run the reviews, once', async () => {
  stage = await openStage({ slack: null });
  const id = await stage.propose();
  await sweep(stage.ports);
  const token = tokenIn(stage.arrived().find(({ to }) => to === 'ana@example.com')) ?? '';
  const { configuration, topic } = stage.ports;
  const { digest } = (await stage.load(id)).record.content;
  const question = 'Who runs the bots? See https://evil.example.com';
  const asked = { purpose: 'decide', decision: 'ask', digest, reason: question } as const;
  expect(await recordRequest(stage.ports, id, { token }, asked, configuration)).toMatchObject({
    refusals: [],
  });

  // While the topic does not take it, the event waits with it.
  const broken = { ...topic, publish: () => Promise.reject(new Error('no')) };
  const { sending } = await sweep({ ...stage.ports, topic: broken });
  expect(sending.failed).toMatchObject([{ what: expect.stringContaining('message of') }]);
  const told = stage.arrived().map(({ to }) => to);
  expect(told).toEqual(['bob@example.com']);
  await sweep(stage.ports);
  const [mail, ...more] = stage.arrived();
  expect([mail?.to, more]).toEqual(['team@example.com', []]);
  expect(mail?.subject).toMatch(/^\[SCP\] Question: Deny 2 unused services in Development/);
  expect(mail?.text).toContain('ana asks: Who runs the bots?');
  // What another person wrote is no link.
  expect(mail?.text).not.toContain('https://evil');
  expect(mail?.text).toContain(`oar changes show ${id}`);
  await sweep(stage.ports);
  expect(stage.arrived()).toEqual([]);
});
