import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { evidenceOf } from './sample-changes.ts';
import { openSite, type Site } from './site.ts';

const evil =
  '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>&<!channel>*_~`\u0007\u202Egnp.exe\u200B';

describe('names, tags, reasons and details', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite({ requireProven: ['regions'] });
  });
  afterAll(() => site.close());

  test('nothing that was written elsewhere becomes markup, wherever it is shown', async () => {
    const long = `${evil}${'x'.repeat(10_000)}`;
    const change = await site.put(
      {
        policyName: evil,
        confirm: evil,
        targets: [{ id: 'ou-ex01-development', type: 'ou', name: evil }],
        affectedAccounts: [
          { id: '222222222222', name: evil, place: `Root / ${evil}`, young: true },
          { id: '333333333333', name: long, place: evil, young: false },
        ],
        evidence: [
          {
            ...evidenceOf('dms', 241),
            serviceName: evil,
            lastAccessedAccount: { id: '222222222222', name: evil },
            lastAccessedRegion: evil,
          },
          { ...evidenceOf('lex', null), serviceName: evil, entityName: evil },
        ],
        certificate: {
          ok: true,
          checks: [
            { name: 'regions', verdict: 'not-proven', detail: long },
            { name: 'replay', verdict: 'ok', detail: long },
          ],
        },
        choice: [evil],
        reviewId: evil,
      },
      [{ type: 'notify-failed', approverId: 'ana', channel: 'email', failure: { code: 'X', detail: evil } }],
    );
    const { id } = change.record;
    const token = await site.link(id, 'ana');
    const shown = await site.get(`/changes/${id}?token=${token}`);
    const refused = await site.post(`/changes/${id}/decisions`, {
      ...{ token, digest: change.record.content.digest, decision: evil, confirm: evil.slice(1), until: evil },
      ...{ reason: `</textarea>${evil}`, services: [evil], accept: [evil] },
    });
    const rejected = await site.post(`/changes/${id}/decisions`, {
      ...{ token, digest: change.record.content.digest, decision: 'reject', confirm: evil, reason: evil },
    });
    const after = await site.get(`/changes/${id}?token=${token}`);
    expect([shown.status, refused.status, rejected.status, after.status]).toEqual([200, 422, 303, 200]);
    for (const { text } of [shown, refused, after]) {
      expect(text).not.toMatch(/<script|<img|<!channel/i);
      expect(text.match(/<h1/g)).toHaveLength(1);
    }
    // Fields keep what the person entered, byte for byte; everywhere else it is written out.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a bell must not ring.
    for (const { text } of [shown, after]) expect(text).not.toMatch(/[\u0007\u202E\u200B]/);
    expect(shown.text).toContain('What would this have blocked?</h3><p>&lt;script&gt;');
    expect(shown.text).toContain('⟨U+202E⟩');
    expect(shown.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(shown.text.length).toBeLessThan(80_000);
    expect(after.text).toContain('&lt;script&gt;');
  });
});
