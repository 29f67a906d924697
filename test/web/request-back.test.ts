import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { oar } from '../cli/run-oar.ts';
import { approvalOf, happened, type keys, openSite, type Site, signature } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());
beforeEach(() => {
  process.env.PAGE_URL = site.gateway.url;
});

const ask = (who: keyof typeof keys, id: string, ...more: readonly string[]) =>
  oar(who, 'request-back', id, ...more);
const idIn = (text: string): string => /chg-[0-9a-f]{12}/.exec(text)?.[0] ?? '';

test('a developer asks a service back: the approvers read who and why, and decide', async () => {
  const { id } = (await site.put({}, happened('applied'))).record;
  const wanted = ['--service', 'lex', '--reason', 'payroll stopped'];
  const asked = await ask('dev', id, ...wanted);
  expect(asked).toMatchObject({ code: 0, output: expect.stringContaining('asks back lex: proposed until') });
  const given = idIn(asked.output);
  expect(given).not.toBe(id);
  // Asked again it is the same, whoever asks.
  expect((await ask('dev', id, ...wanted)).output).toBe(asked.output);
  const { record } = await site.load(given);
  const arn = 'arn:aws:iam::222222222222:user/dev';
  expect(record.history).toMatchObject([
    { type: 'proposed', asker: { name: arn, verified: true, reason: 'payroll stopped' } },
  ]);
  expect(record).toMatchObject({
    content: { intent: 'give-back', services: ['lex'] },
    starter: { type: 'principal', arn, approverId: null },
  });
  const page = (await site.get(`/changes/${given}?token=${await site.link(given, 'ana')}`)).text;
  expect(page.replace(/\s+/g, ' ')).toContain(
    `Asked by <strong><bdi>${arn}</bdi></strong>, known by AWS credentials. Reason: payroll stopped`,
  );
  // The developer's credentials may be any approver's: one alone does not suffice.
  const approval = approvalOf(await site.load(given));
  for (const [key, status] of [
    ['AKIAANA', 'proposed'],
    ['AKIABEN', 'approved'],
  ] as const) {
    const approved = await site.iam('POST', `/iam/changes/${given}/decisions`, key, approval);
    expect([approved.status, (await site.load(given)).record.state.status]).toEqual([200, status]);
  }
  expect((await ask('dev', id, ...wanted)).errors).toContain('gives it back already and is approved');

  // For himself alone it is another request.
  const own = await ask('dev', id, ...wanted, '--principals', arn);
  expect(own.output).toContain('asks back lex: proposed until');
  expect(idIn(own.output)).not.toBe(given);
});

test('nobody asks who has nothing to do with it, and nobody asks in the name of another', async () => {
  const { id } = (await site.put({}, happened('applied'))).record;
  const rows = await site.rows();
  const wanted = ['--service', 'dms', '--reason', 'x'];
  const nowhere = (await ask('stranger', 'chg-000000000000', ...wanted)).errors;
  // Neither the account nor whether there is such a change shows.
  expect((await ask('stranger', id, ...wanted)).errors).toBe(nowhere);
  expect(nowhere).toContain(
    'there is no such change, or arn:aws:iam::999999999999:user/stranger is in no account',
  );
  expect((await ask('ana', id, ...wanted)).errors).toContain('(403)');
  expect((await ask('dev', id, '--service', 's3', '--reason', 'x')).errors).toContain(
    '--services: Choose only',
  );

  const proof = { authorization: signature('AKIADEV'), date: '20260303T090000Z' };
  const body = { services: ['dms'], principals: [], reason: 'x' };
  for (const [sent, status] of [
    [{ ...body, identity: proof }, 403],
    [body, 422],
    [{ ...body, identity: { ...proof, token: 1 } }, 422],
    [{ ...body, identity: { arn: 'arn:aws:iam::222222222222:user/dev' } }, 422],
    [{ ...body, services: 'dms', identity: proof }, 422],
    [{ ...body, days: 7, identity: proof }, 422],
  ] as const) {
    const answer = await site.ask('POST', `/changes/${id}/request-back`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(sent),
    });
    expect([sent, answer.status]).toEqual([sent, status]);
  }
  expect(await site.rows()).toBe(rows);
});

test('by the link of a message anybody asks under a name that nobody checks, and can do nothing else', async () => {
  const change = await site.put({ policyId: 'p-bylink0' }, happened('applied'));
  const { id } = change.record;
  const token = await site.link(id, '#development', 'request-back', { channel: 'slack' });
  const decider = await site.link(id, 'ana', 'roll-back');
  const page = (await site.get(`/changes/${id}?token=${token}`)).text;
  expect(page).toContain('<h1>Ask for services back</h1>');
  // Who decides, what was seen and what the SCP says is none of his business.
  for (const words of ['Ana Diaz', 'dev-1', 'lex:*', 'Digest', 'Roll back'])
    expect([words, page.includes(words)]).toEqual([words, false]);

  const rows = await site.rows();
  const fields = { token, services: ['lex'], name: 'Mia <Lund>', reason: 'payroll stopped' };
  const post = (path: string, changed: Readonly<Record<string, string | readonly string[]>>) =>
    site.post(`/changes/${id}/${path}`, { ...fields, ...changed });
  expect((await post('roll-back', {})).status).toBe(404);
  expect((await post('decisions', { decision: 'approve' })).status).toBe(404);
  expect((await post('request-back', { token: decider })).status).toBe(404);
  expect((await post('request-back', { token: 'x' })).status).toBe(404);
  const refused = await post('request-back', { name: ' ', services: ['s3'] });
  expect([refused.status, refused.text.includes('Choose only services that this change denies')]).toEqual([
    422,
    true,
  ]);
  expect(refused.text).toContain('Say who you are');
  expect(refused.text).toContain('payroll stopped');
  expect(await site.rows()).toBe(rows);

  const sent = await post('request-back', {});
  expect(sent.status).toBe(303);
  const place = sent.headers.get('location') ?? '';
  expect((await post('request-back', {})).headers.get('location')).toBe(place);
  const [, given = ''] = /asked=(chg-[0-9a-f]{12})/.exec(place) ?? [];
  expect((await site.get(place)).text).toContain('waiting for a decision');
  const { record } = await site.load(given);
  expect(record).toMatchObject({ starter: { type: 'unknown' }, content: { services: ['lex'] } });
  const seen = (await site.get(`/changes/${given}?token=${await site.link(given, 'ana')}`)).text;
  expect(seen.replace(/\s+/g, ' ')).toContain(
    'Asked by <strong><bdi>Mia &lt;Lund&gt;</bdi></strong>, a name that somebody typed: <em>not verified</em>',
  );
  // Nobody knows who asked, so one alone does not approve it.
  const approval = approvalOf(await site.load(given));
  await site.iam('POST', `/iam/changes/${given}/decisions`, 'AKIAANA', approval);
  expect((await site.load(given)).record.state.status).toBe('proposed');
  await site.iam('POST', `/iam/changes/${given}/decisions`, 'AKIABEN', approval);
  expect((await site.load(given)).record.state.status).toBe('approved');

  // What was told of a change does not come by the link of another one, and the link ends.
  expect((await site.get(`/changes/${id}?token=${token}&asked=${id}`)).text).not.toContain(
    'Your request is change',
  );
  const over = await site.link(id, '#development', 'request-back', {
    channel: 'slack',
    expiresAt: Date.now() - 1,
  });
  expect((await post('request-back', { token: over })).status).toBe(410);
  expect((await post('request-back', {})).text).toContain('a newer message took the place of this link');
});

test('a name that somebody typed does not swallow the same request by somebody who is known', async () => {
  const { id } = (await site.put({ policyId: 'p-typed00' }, happened('applied'))).record;
  const token = await site.link(id, '#development', 'request-back', { channel: 'slack' });
  const fields = { token, services: ['lex'], name: 'Mia', reason: 'payroll stopped' };
  const typed = async (): Promise<string> =>
    (await site.post(`/changes/${id}/request-back`, fields)).headers.get('location') ?? '';
  const place = await typed();
  const given = idIn(place.split('asked=')[1] ?? '');
  await site.iam('POST', `/iam/changes/${given}/decisions`, 'AKIAANA', approvalOf(await site.load(given)));
  const asked = await ask('dev', id, '--service', 'lex', '--reason', 'invoices wait');
  expect(idIn(asked.output)).toBe(given);
  const { record } = await site.load(given);
  const arn = 'arn:aws:iam::222222222222:user/dev';
  expect(record).toMatchObject({
    ...{ revision: 2, starter: { type: 'principal', arn }, state: { status: 'proposed', approvals: [] } },
  });
  expect(record.history.slice(-2)).toMatchObject([
    { type: 'superseded', reason: { code: 'ASKER_KNOWN' } },
    { type: 'proposed', asker: { name: arn, verified: true, reason: 'invoices wait' } },
  ]);
  // Whoever types a name again, or asks as known as he is, is answered with what waits.
  expect(await typed()).toBe(place);
  expect((await ask('dev', id, '--service', 'lex', '--reason', 'again')).output).toBe(asked.output);
  expect((await site.load(given)).record).toEqual(record);
});

test('of all that is applied only what writes the same is read, and nothing where there is no room', async () => {
  const others = Array.from({ length: 8 }, (_, index) => `p-other00${index}`);
  for (const policyId of others) await site.put({ policyId }, happened('applied'));
  const { id } = (await site.put({ policyId: 'p-noroom0' }, happened('applied'))).record;
  const token = await site.link(id, '#development', 'request-back', { channel: 'slack' });
  const post = async (...services: readonly string[]): Promise<readonly [number, number]> => {
    const queries = (): number =>
      site.sandbox.calls().filter(({ operation }) => operation === 'Query').length;
    const before = queries();
    const fields = { token, services, name: 'Mia', reason: 'x' };
    const { status } = await site.post(`/changes/${id}/request-back`, fields);
    return [status, queries() - before];
  };
  for (const services of [['lex'], ['dms'], ['dms', 'lex']]) {
    const [status, queries] = await post(...services);
    expect(status).toBe(303);
    expect(queries).toBeLessThan(others.length);
  }
  // The change twice, and those three that may have made room, one of them once more as the answer.
  expect(await post('dms')).toEqual([303, 6]);
});

test('while writes are frozen nobody asks', async () => {
  const { id } = (await site.put({}, happened('applied'))).record;
  const turn = { by: 'ops', reason: 'release', at: Date.now() };
  await site.stores.locks.writeFreeze({ ...turn, frozen: true });
  const refusal = (await ask('dev', id, '--service', 'dms', '--reason', 'x')).errors;
  await site.stores.locks.writeFreeze({ ...turn, frozen: false });
  expect(refusal).toContain('writes are frozen');
});

test('of many requests at once as many are taken as there is room for', async () => {
  const one = { of: 'chg-000000000001', asker: 'arn:aws:iam::222222222222:user/many' };
  const at = Date.now();
  const entries = Array.from({ length: 12 }, (_, index) => ({
    ...one,
    id: `chg-00000000020${index.toString(16)}`,
    ...{ at, until: at + 3_600_000 },
  }));
  const answers = await Promise.all(
    entries.map((entry) => site.stores.askedBack.enter(entry, async () => false)),
  );
  expect(answers.filter((refusal) => refusal === null)).toHaveLength(3);
  // What was answered leaves its place, but not its part of the day.
  const again = { ...one, at, until: at + 3_600_000 };
  const answered = async (): Promise<boolean> => true;
  const enter = (id: string) => site.stores.askedBack.enter({ ...again, id }, answered);
  expect([await enter('chg-000000000301'), await enter('chg-000000000302')]).toEqual([null, null]);
  expect(await enter('chg-000000000303')).toMatchObject({
    code: 'TOO_MANY',
    detail: expect.stringContaining('5 requests within a day by you: ask again after'),
  });
});

test('for himself for some days it is an exemption with its end', async () => {
  const own = await openSite();
  process.env.PAGE_URL = own.gateway.url;
  const { id } = (await own.put({}, happened('applied'))).record;
  const arn = 'arn:aws:iam::222222222222:user/dev';
  const asked = await ask('dev', id, '--service', 'lex', '--reason', 'x', '--principals', arn, '--days', '7');
  const [exemption] = (await own.load(idIn(asked.output))).record.content.exemptions ?? [];
  expect(exemption).toMatchObject({ principals: [arn], endsAt: expect.any(Number) });
  // What was rejected for some days rests for these; for others it is another question, of which each person has few a day.
  await own.iam('POST', `/iam/changes/${idIn(asked.output)}/decisions`, 'AKIAANA', {
    ...approvalOf(await own.load(idIn(asked.output))),
    ...{ decision: 'reject', reason: 'for so long it is not needed' },
  });
  const forDays = (days: string) =>
    ask('dev', id, '--service', 'lex', '--reason', 'x', '--principals', arn, '--days', days);
  expect((await forDays('7')).errors).toContain('asked before and rejected');
  expect((await forDays('2')).output).toContain('proposed until');
  await own.close();
});
