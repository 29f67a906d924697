import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { approvalOf, happened, openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test('by the link to roll back an approver proposes to give back some services alone, and others decide', async () => {
  const change = await site.put({}, happened('applied'));
  const { id } = change.record;
  const token = await site.link(id, 'ben', 'roll-back');
  const page = await site.get(`/changes/${id}?token=${token}`);
  expect(page.text).toContain('Or give back only these services');
  // Both forms hold a reason: none of them is the other one's.
  expect(page.text.match(/id="field-(reason|give-reason)"/g)).toHaveLength(2);

  const rows = await site.rows();
  const fields = { token, services: ['lex'], 'give-reason': 'a team needs it' };
  const post = (changed: Readonly<Record<string, string | readonly string[]>>, to = id) =>
    site.post(`/changes/${to}/give-back`, { ...fields, ...changed });
  const bare = await post({ 'give-reason': ' ' });
  expect([bare.status, bare.text.includes('<a href="#field-give-reason">Give a reason')]).toEqual([
    422,
    true,
  ]);
  expect(bare.text).toMatch(/<details open><summary>Or give back/);
  expect(bare.text).toMatch(/value="lex" checked/);
  expect((await post({ services: ['s3'] })).text).toContain('does not deny s3');
  expect((await post({ services: [] })).status).toBe(422);
  for (const purpose of ['decide', 'cancel', 'request-back'] as const)
    expect((await post({ token: await site.link(id, 'ben', purpose) })).status).toBe(404);
  const elsewhere = await post({ token: await site.link(id, 'cleo', 'roll-back') });
  expect([elsewhere.status, elsewhere.text.includes('scopes of cleo')]).toEqual([403, true]);
  expect(rows.includes('give-back')).toBe(false);
  expect((await site.rows()).includes('give-back')).toBe(false);

  const sent = await post({});
  expect(sent.status).toBe(303);
  const place = sent.headers.get('location') ?? '';
  const [, given = ''] = /asked=(chg-[0-9a-f]{12})/.exec(place) ?? [];
  // Sent again it is the same, and the link still rolls back.
  expect((await post({})).headers.get('location')).toBe(place);
  const after = (await site.get(place)).text;
  for (const words of ['Your request is change', 'waiting for a decision', 'Roll back now'])
    expect([words, after.includes(words)]).toEqual([words, true]);
  const { record } = await site.load(given);
  expect(record).toMatchObject({
    content: { intent: 'give-back', services: ['lex'] },
    starter: { type: 'principal', approverId: 'ben' },
  });
  // Who proposed it is never the only one, whatever he signs with.
  const approval = approvalOf(await site.load(given));
  await site.iam('POST', `/iam/changes/${given}/decisions`, 'AKIABEN', approval);
  expect((await site.load(given)).record.state.status).toBe('proposed');
  await site.iam('POST', `/iam/changes/${given}/decisions`, 'AKIAANA', approval);
  expect((await site.load(given)).record.state.status).toBe('approved');

  // Once it is rolled back, nothing of it is left to give back.
  await site.post(`/changes/${id}/roll-back`, { token, reason: 'all of it' });
  expect((await site.load(id)).record.state.status).toBe('rolling-back');
  expect((await post({ services: ['dms'] })).status).toBe(409);
  expect((await site.get(`/changes/${id}?token=${token}`)).text).not.toContain('Or give back');
});

test('where one service alone is denied, the page offers to roll it back', async () => {
  const change = await site.put({ services: ['lex'] }, happened('applied'));
  const token = await site.link(change.record.id, 'ben', 'roll-back');
  const { text } = await site.get(`/changes/${change.record.id}?token=${token}`);
  expect([text.includes('Roll back now'), text.includes('Or give back')]).toEqual([true, false]);
});
