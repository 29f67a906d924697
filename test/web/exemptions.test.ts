import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keys, openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** Exempts lex of a change of its own, and answers the exemption's id. */
const exempted = async (): Promise<string> => {
  const { content, id } = (await site.put()).record;
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString();
  const fields = { decision: 'exempt', digest: content.digest, confirm: content.confirm, services: ['lex'] };
  await site.iam('POST', `/iam/changes/${id}/decisions`, keys.ana, { ...fields, reason: 'tests', until });
  const { exemptions } = JSON.parse((await site.iam('GET', '/iam/exemptions', keys.nobody)).text);
  return exemptions.find((one: { readonly changeId: string }) => one.changeId === id)?.id ?? '';
};

test('exemptions are listed for any authorized caller and lifted by an approver in scope, once', async () => {
  const id = await exempted();
  const path = `/iam/exemptions/${id}/lift`;
  expect((await site.get('/iam/exemptions')).status).toBe(403);
  const before = await site.rows();
  for (const [key, body, status] of [
    [keys.nobody, { reason: 'x' }, 403],
    [keys.cleo, { reason: 'x' }, 403],
    [keys.ben, {}, 422],
    [keys.ben, { reason: 5 }, 422],
    [keys.ben, [], 400],
  ] as const)
    expect((await site.iam('POST', path, key, body)).status).toBe(status);
  expect(
    (await site.iam('POST', '/iam/exemptions/exm-000000000000/lift', keys.ben, { reason: 'x' })).status,
  ).toBe(404);
  expect(
    (await site.iam('POST', '/iam/exemptions/LOCK%23scp-writes/lift', keys.ben, { reason: 'x' })).status,
  ).toBe(404);
  expect((await site.iam('GET', path, keys.ben)).status).toBe(405);
  expect((await site.iam('POST', '/iam/exemptions', keys.ben, {})).status).toBe(405);
  expect(await site.rows()).toBe(before);

  const lifted = await site.iam('POST', path, keys.ben, {
    reason: 'over',
    principalArn: 'x',
    approverId: 'ana',
  });
  expect({ status: lifted.status, body: JSON.parse(lifted.text) }).toMatchObject({
    status: 200,
    body: { lifted: id },
  });
  const after = await site.rows();
  expect((await site.iam('POST', path, keys.ana, { reason: 'over' })).status).toBe(200);
  expect(await site.rows()).toBe(after);
  const { exemptions } = JSON.parse((await site.iam('GET', '/iam/exemptions', keys.nobody)).text);
  expect(exemptions.some((one: { readonly id: string }) => one.id === id)).toBe(false);
  const { changeId } = JSON.parse(lifted.text);
  expect((await site.load(changeId)).record.history.at(-1)).toMatchObject({
    ...{ type: 'exemption-lifted', approverId: 'ben', reason: 'over' },
    actor: { type: 'principal', id: 'arn:aws:iam::111111111111:user/ben' },
  });
});
