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

const bot = 'arn:aws:iam::222222222222:role/apps/bot';

test('a principal that was denied is exempt for some days by a form of the same page, and no other one', async () => {
  const change = await site.put({}, [
    ...happened('applied'),
    {
      ...{ type: 'denied-access-observed', serviceNamespace: 'lex', accountId: '222222222222' },
      ...{ accountName: 'dev-1', attemptedAt: Date.now(), region: null },
      ...{ principal: bot, action: 'lex:GetBot', count: 1, firstAt: Date.now() },
    },
  ]);
  const { id } = change.record;
  const token = await site.link(id, 'ben', 'roll-back');
  const { text } = await site.get(`/changes/${id}?token=${token}`);
  expect(text).toContain('Or exempt one principal for some days');
  expect(text).toContain(`value="${bot}"`);
  expect(text.match(/name="days"/g)).toHaveLength(1);

  const fields = { token, principals: bot, days: '7', 'exempt-reason': 'the bot is needed' };
  const post = (changed: Readonly<Record<string, string | readonly string[]>>) =>
    site.post(`/changes/${id}/give-back`, { ...fields, ...changed });
  const refused = async (changed: Readonly<Record<string, string | readonly string[]>>) => {
    const answer = await post(changed);
    expect(answer.text).toMatch(/<details open><summary>Or exempt/);
    return [answer.status, /<a href="#field-([a-z-]+)">/.exec(answer.text)?.[1]];
  };
  expect(await refused({ 'exempt-reason': ' ' })).toEqual([422, 'exempt-reason']);
  for (const days of ['', '0', '91', '1.5', '-1'])
    expect([days, ...(await refused({ days }))]).toEqual([days, 422, 'days']);
  for (const principals of ['arn:aws:iam::222222222222:role/other', 'arn:aws:iam::222222222222:role/*'])
    expect(await refused({ principals })).toEqual([422, 'principals']);

  const sent = await post({});
  expect(sent.status).toBe(303);
  const [, given = ''] = /asked=(chg-[0-9a-f]{12})/.exec(sent.headers.get('location') ?? '') ?? [];
  const { content, starter } = (await site.load(given)).record;
  expect(content).toMatchObject({
    ...{ intent: 'give-back', services: ['lex'] },
    exemptions: [{ principals: [bot], services: ['lex'], of: id }],
  });
  expect(starter).toMatchObject({ type: 'principal', approverId: 'ben' });
  const until = new Date(content.exemptions?.[0]?.endsAt ?? 0).toISOString();
  const answer = await site.iam('GET', `/iam/changes/${given}`, 'AKIAANA');
  const { change: shown } = JSON.parse(answer.text);
  expect(shown.exemptions).toEqual([{ principals: [bot], services: ['lex'], endsAt: until, of: id }]);
  expect(shown.headline).toContain(`to 1 principal until ${until.slice(0, 16).replace('T', ' ')} UTC`);
});
