import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EventBody } from '../../core/change/life/events.ts';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import { changeAnswer } from '../../web/change-answer.ts';
import { approvalOf, happened, openSite, type Site } from './site.ts';

const rounds = Number(process.env.GET_ROUNDS ?? 6);

describe('links', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  const pathOf = ({ record }: StoredChange, token: string): string => `/changes/${record.id}?token=${token}`;

  test('GET and HEAD of every address that is ever sent change no row', async () => {
    const proposed = await site.put();
    const approved = await site.put({}, happened('approved'));
    const applied = await site.put({}, happened('applied'));
    const addresses = [
      pathOf(proposed, await site.link(proposed.record.id, 'ana')),
      pathOf(approved, await site.link(approved.record.id, 'ana', 'cancel')),
      pathOf(applied, await site.link(applied.record.id, 'ana', 'roll-back')),
      pathOf(proposed, await site.link(proposed.record.id, 'ben', 'decide', { expiresAt: Date.now() - 1 })),
    ];
    const before = await site.rows();
    for (let round = 0; round < rounds; round += 1) {
      const method = round % 2 === 0 ? 'GET' : 'HEAD';
      const answers = await Promise.all(addresses.map((address) => site.ask(method, address)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(answers.every(({ text }) => (text === '') === (method === 'HEAD'))).toBe(true);
    }
    // What a scanner makes of addresses that it finds on a page or guesses.
    for (const { record } of [proposed, approved, applied])
      for (const action of ['decisions', 'cancel', 'roll-back', 'approve'])
        for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])
          expect([404, 405]).toContain(
            (await site.ask(method, `/changes/${record.id}/${action}?decision=approve`)).status,
          );
    expect(await site.rows()).toBe(before);
  });

  test('a token acts once; used, it shows the whole page without a form, until its own end', async () => {
    const change = await site.put();
    const expiresAt = Date.now() + 3_600_000;
    const token = await site.link(change.record.id, 'ana', 'decide', { expiresAt });
    const path = `/changes/${change.record.id}`;
    const first = await site.post(`${path}/decisions`, approvalOf(change, token));
    expect(first.status).toBe(303);
    expect(first.headers.get('location')).toBe(`${path}?token=${token}`);
    const before = await site.rows();
    const again = await site.post(`${path}/decisions`, approvalOf(change, token));
    expect(again.status).toBe(409);
    expect(await site.rows()).toBe(before);

    const { status, text } = await site.get(`${path}?token=${token}`);
    expect(status).toBe(200);
    expect(text).toContain('Approved by Ana Diaz');
    expect(text).toContain('What you sent was recorded on');
    expect(text).toContain('222222222222');
    expect(text).not.toContain('<form');
    expect(text).not.toContain('You act as');
    const stored = await site.load(change.record.id);
    const clock = { now: () => expiresAt, wait: async () => undefined };
    const after = changeAnswer({ configuration: site.configuration, clock }, stored, token);
    expect(after).toContain('This link expired on');
    expect(after).toContain('Approved by Ana Diaz');
    expect(after).not.toContain('222222222222');
    expect(after).not.toContain(change.record.content.digest.slice(0, 12));
  });

  test('who approved and waits for a second approval gets no second form', async () => {
    const change = await site.put({ requiredApprovals: 2 });
    const token = await site.link(change.record.id, 'ana');
    const path = `/changes/${change.record.id}`;
    expect((await site.post(`${path}/decisions`, approvalOf(change, token))).status).toBe(303);
    const { text } = await site.get(`${path}?token=${token}`);
    expect(text).toContain('What you sent was recorded on');
    expect(text).not.toContain('<form');
  });

  test('a link that is over does not show what was seen since it was applied', async () => {
    const since: readonly EventBody[] = [
      { type: 'drift-detected', detail: 'dev-secret is attached as well' },
      {
        ...{ type: 'denied-access-observed', serviceNamespace: 'lex', accountId: '222222222222' },
        ...{ accountName: 'dev-secret', attemptedAt: 1, region: null },
      },
    ];
    const change = await site.put({}, [...happened('applied'), ...since]);
    const { id } = change.record;
    const alive = await site.get(`/changes/${id}?token=${await site.link(id, 'ana', 'roll-back')}`);
    expect(alive.text).toContain('dev-secret');
    const over = await site.link(id, 'ana', 'roll-back', { channel: 'slack', expiresAt: Date.now() - 1 });
    const { text } = await site.get(`/changes/${id}?token=${over}`);
    expect(text).toContain('applied on');
    expect(text).not.toContain('dev-secret');
  });

  test('nor why it could not be applied', async () => {
    const failure = { code: 'PROOF_FAILED', detail: 'dev-secret used lex' };
    const change = await site.put({}, [{ type: 'superseded', reason: failure }]);
    const { id } = change.record;
    const over = await site.link(id, 'ana', 'decide', { expiresAt: Date.now() - 1 });
    const { text } = await site.get(`/changes/${id}?token=${over}`);
    expect(text).toContain('No longer valid since');
    expect(text).not.toContain('dev-secret');
  });

  test('forged, cut, swapped and misused tokens do nothing', async () => {
    const change = await site.put();
    const other = await site.put();
    const applied = await site.put({}, happened('applied'));
    const token = await site.link(change.record.id, 'ana');
    const foreign = await site.link(other.record.id, 'ana');
    const rollBack = await site.link(applied.record.id, 'ana', 'roll-back');
    const before = await site.rows();
    const flipped = `${token[0] === 'A' ? 'B' : 'A'}${token.slice(1)}`;
    // The last character holds four bits of token: its other spellings must not be the same token.
    const respelled = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
      .map((last) => token.slice(0, -1) + last)
      .filter((text) => text !== token);
    const forged = [
      '',
      flipped,
      token.slice(0, -1),
      `${token}A`,
      token.toUpperCase(),
      foreign,
      '__proto__',
      'constructor',
      '%00',
      "' OR 1=1 --",
      'x'.repeat(4_000),
      ...respelled,
    ];
    for (const text of forged) {
      const seen = await site.get(`/changes/${change.record.id}?token=${encodeURIComponent(text)}`);
      expect({ text, status: seen.status }).toEqual({ text, status: 404 });
      expect(seen.text).not.toContain('NewServiceTest');
      const sent = await site.post(`/changes/${change.record.id}/decisions`, approvalOf(change, text));
      expect({ text, status: sent.status }).toEqual({ text, status: 404 });
    }
    const wrongPurpose = [
      [change, token, 'cancel'],
      [change, token, 'roll-back'],
      [applied, rollBack, 'decisions'],
      [applied, rollBack, 'cancel'],
    ] as const;
    for (const [stored, own, action] of wrongPurpose) {
      const fields = { ...approvalOf(stored, own), reason: 'because' };
      expect((await site.post(`/changes/${stored.record.id}/${action}`, fields)).status).toBe(404);
    }
    expect(await site.rows()).toBe(before);
  });

  test('an expired link, one that a newer message replaced and one of an older revision say so and act no more', async () => {
    const change = await site.put();
    const { id } = change.record;
    const old = await site.link(id, 'ana', 'decide', { expiresAt: Date.now() - 1 });
    const replaced = await site.link(id, 'ben');
    await site.link(id, 'ben');
    const cases = [
      [old, 410, 'expired'],
      [replaced, 410, 'newer message'],
    ] as const;
    for (const [token, status, words] of cases) {
      const shown = await site.get(`/changes/${id}?token=${token}`);
      expect(shown.status).toBe(200);
      expect(shown.text).toContain(words);
      expect(shown.text).not.toContain('<form');
      const sent = await site.post(`/changes/${id}/decisions`, approvalOf(change, token));
      expect(sent.status).toBe(status);
      expect(sent.text).toContain('Nothing was recorded');
    }

    const stale = await site.link(id, 'ana');
    const exempting = await site.link(id, 'ana', 'decide', { channel: 'slack' });
    const exempted = await site.post(`/changes/${id}/decisions`, {
      ...approvalOf(change, exempting),
      decision: 'exempt',
      services: ['lex'],
      reason: 'a pilot starts',
      until: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10),
    });
    expect(exempted.status).toBe(303);
    const shown = await site.get(`/changes/${id}?token=${stale}`);
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('This link was for revision 1. Revision 2 took the place of revision 1');
    expect(shown.text).not.toContain('<form');
    const before = await site.rows();
    expect((await site.post(`/changes/${id}/decisions`, approvalOf(change, stale))).status).toBe(409);
    expect(await site.rows()).toBe(before);
  });

  test('a digest other than that of what is shown is refused, and the page shows what is there now', async () => {
    const change = await site.put();
    const token = await site.link(change.record.id, 'ana');
    const before = await site.rows();
    const sent = await site.post(`/changes/${change.record.id}/decisions`, {
      ...approvalOf(change, token),
      digest: change.record.content.digest.replace(/^./, (first) => (first === '0' ? '1' : '0')),
    });
    expect(sent.status).toBe(409);
    expect(sent.text).toContain(`value="${change.record.content.digest}"`);
    expect(await site.rows()).toBe(before);
  });
});
