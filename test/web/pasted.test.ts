import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tokenOf } from '../../core/change/links/links.ts';
import { pastedId, pastedToken } from '../../core/change/links/pasted.ts';
import ids from '../cases/web/pasted-ids.json' with { type: 'json' };
import cases from '../cases/web/pasted-tokens.json' with { type: 'json' };
import { approvalOf, openSite, type Site } from './site.ts';

/** The full-width form of a letter. */
function wideLetter(letter: string): string {
  return String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0);
}

/** The text of a case for a token. */
function textFor(text: string, token: string): string {
  const changed = `${token.slice(0, 9)}${token[9] === 'q' ? 'r' : 'q'}${token.slice(10)}`;
  const parts: Readonly<Record<string, string>> = {
    ...{ token, changed, head: token.slice(0, 20), rest: token.slice(20), short: token.slice(0, 30) },
    ...{ lower: token.toLowerCase(), upper: token.toUpperCase() },
    ...{ dashes: token.replaceAll('--', '—').replaceAll('-', '–'), minus: token.replaceAll('-', '\u2212') },
    ...{ firm: token.replaceAll('-', '\u2011'), wide: token.replace(/[A-Z]/g, wideLetter) },
  };
  return text.replace(/\{(\w+)\}/g, (_, part: string) => parts[part] ?? '');
}

test.each(cases)('a token, $title', ({ text, found }) => {
  for (let seed = 0; seed < 64; seed += 1) {
    const token = tokenOf(
      Uint8Array.from({ length: 32 }, (_, index) => (seed * 37 + index * 101 + 64) % 256),
    );
    if (token.toLowerCase() === token || token.toUpperCase() === token) continue;
    expect(pastedToken(textFor(text, token)) === token).toBe(found);
  }
});

test.each(ids)('the id in $text', ({ id, kind, text }) => {
  expect(pastedId(text, kind as Parameters<typeof pastedId>[1])).toBe(id);
});

test('what is long is not looked at', () => {
  const started = performance.now();
  for (const text of ['<'.repeat(100_000), '&'.repeat(100_000), '%25'.repeat(40_000), '=\n'.repeat(50_000)])
    expect(pastedToken(text)).toBe(text);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('a text made for a slow search is read in one pass', () => {
  const text = `${'-'.repeat(400_000)}x`;
  expect(pastedToken(text)).toBe(text);
});

describe('on the wire', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  test('a mangled link opens its page and spends nothing; what is no whole token stays unknown', async () => {
    const change = await site.put();
    const { id } = change.record;
    const token = await site.link(id, 'ana');
    const before = await site.rows();
    for (const { title, text, found } of cases) {
      const mangled = textFor(text, token);
      const { status, text: page } = await site.get(`/changes/${id}?token=${encodeURIComponent(mangled)}`);
      expect({ title, status }).toEqual({ title, status: found ? 200 : 404 });
      if (found) expect(page).toContain(`name="token" value="${token}"`);
    }
    const addresses = [
      `/changes/${id}.?token=${token}`,
      `/changes/${id}%0D%0A?token=${token}`,
      `/changes/${id.slice(0, 8)}%0A${id.slice(8)}?token=${token}`,
      `/changes/${id}?utm=1&amp;token=${token}`,
      `/changes/${id}?token%3D${token}`,
      `/changes/${id}?token=${token.slice(0, 11)}+${token.slice(11)}`,
    ];
    for (const address of addresses)
      for (const method of ['GET', 'HEAD'])
        expect({ address, status: (await site.ask(method, address)).status }).toEqual({
          address,
          status: 200,
        });
    expect(await site.rows()).toBe(before);
  });

  test('a mangled token in the form, and a mangled id in its address, decide as the whole ones do', async () => {
    const change = await site.put();
    const { id } = change.record;
    const token = await site.link(id, 'ana');
    const cut = await site.post(`/changes/${id}/decisions`, approvalOf(change, `${token.slice(0, 42)}.`));
    expect(cut.status).toBe(404);
    const fields = approvalOf(change, ` ${token.slice(0, 9)}\r\n${token.slice(9)}>`);
    const sent = await site.post(`/changes/${id},/decisions`, fields);
    expect(sent.status).toBe(303);
    expect(sent.headers.get('location')).toBe(`/changes/${id}?token=${token}`);
  });
});
