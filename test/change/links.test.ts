import { describe, expect, test } from '@jest/globals';
import {
  checkLink,
  findLink,
  type Link,
  mint,
  revoke,
  spend,
  tokenOf,
} from '../../core/change/links/links.ts';
import { hour, start } from './samples.ts';

const link: Link = {
  approverId: 'ana',
  revision: 2,
  purpose: 'decide',
  channel: 'email',
  expiresAt: start + 72 * hour,
};
const bytes = (seed: number): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, index) => (index * 7 + seed) % 256);
const minted = mint({}, link, bytes(1), start);

function codeOf(
  token: string,
  purpose: Link['purpose'] = 'decide',
  revision = 2,
  now = start,
  links = minted.links,
) {
  const checked = checkLink(links, token, purpose, revision, now);
  return checked.ok ? 'ok' : checked.reasons[0].code;
}

describe('a link', () => {
  const asked = mint({}, { ...link, notice: 'decide:1' }, bytes(1), start);
  test.each<[string, Partial<Link>, string]>([
    ['the same notice, sent again', { notice: 'decide:1' }, 'EXPIRED'],
    ['a reminder', { notice: 'reminder:9' }, 'ok'],
    ['the news of somebody else’s approval', { notice: 'approval:4' }, 'ok'],
    ['the same notice by another channel', { notice: 'decide:1', channel: 'slack' }, 'ok'],
    ['the same notice to somebody else', { notice: 'decide:1', approverId: 'bob' }, 'ok'],
  ])('to decide by, after %s: it is %s %s', (_, next, expected) => {
    const { links, token } = mint(asked.links, { ...link, ...next }, bytes(2), start);
    expect(codeOf(asked.token, 'decide', 2, start, links)).toBe(expected);
    expect(codeOf(token, 'decide', 2, start, links)).toBe('ok');
  });

  test('to roll back by gives way to that of any newer message', () => {
    const undo = { ...link, purpose: 'roll-back' } as const;
    const first = mint({}, { ...undo, notice: 'applied:7' }, bytes(1), start);
    const { links } = mint(first.links, { ...undo, notice: 'drift:9' }, bytes(2), start);
    expect(codeOf(first.token, 'roll-back', 2, start, links)).toBe('EXPIRED');
  });

  test('is found by its token, of which only the hash is kept', () => {
    expect(minted.token).toHaveLength(43);
    expect(findLink(minted.links, minted.token)?.link).toEqual(link);
    expect(JSON.stringify(minted.links)).not.toContain(minted.token);
    expect(Object.keys(minted.links)[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  test('needs 32 bytes', () => {
    expect(() => tokenOf(new Uint8Array(16))).toThrow('32 bytes');
  });

  test.each([
    ['empty', ''],
    ['truncated', minted.token.slice(0, -1)],
    ['longer', `${minted.token}A`],
    ['with white space', `${minted.token}\n`],
    ['padded', `${minted.token}=`],
    ['one character changed', `${minted.token[0] === 'A' ? 'B' : 'A'}${minted.token.slice(1)}`],
    ['the hash itself', Object.keys(minted.links)[0] ?? ''],
    ['a property of every object', '__proto__'],
    ['another token', tokenOf(bytes(2))],
  ])('%s matches nothing', (_, token) => {
    expect(findLink(minted.links, token)).toBeNull();
    expect(codeOf(token)).toBe('UNKNOWN_TOKEN');
  });

  test('whose last character decodes to the same bytes is another text and matches nothing', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(minted.token.at(-1) ?? '');
    for (const bits of [1, 2, 3]) {
      const twin = `${minted.token.slice(0, -1)}${alphabet[last + bits]}`;
      expect(Buffer.from(twin, 'base64url')).toEqual(Buffer.from(minted.token, 'base64url'));
      expect(findLink(minted.links, twin)).toBeNull();
    }
  });

  test('acts for its purpose and revision until its end', () => {
    expect(codeOf(minted.token)).toBe('ok');
    expect(codeOf(minted.token, 'cancel')).toBe('UNKNOWN_TOKEN');
    expect(codeOf(minted.token, 'roll-back')).toBe('UNKNOWN_TOKEN');
    expect(codeOf(minted.token, 'decide', 3)).toBe('OTHER_DIGEST');
    expect(codeOf(minted.token, 'decide', 2, link.expiresAt - 1)).toBe('ok');
    expect(codeOf(minted.token, 'decide', 2, link.expiresAt)).toBe('EXPIRED');
  });

  test('acts once', () => {
    const found = findLink(minted.links, minted.token);
    const spent = spend(minted.links, found?.hash ?? '', start + 1);
    expect(codeOf(minted.token, 'decide', 2, start + 1, spent)).toBe('ALREADY_DECIDED');
    expect(findLink(spent, minted.token)?.link.usedAt).toBe(start + 1);
    expect(() => spend(spent, found?.hash ?? '', start + 2)).toThrow();
  });

  test('minted again revokes the old one of that person and channel, and no other', () => {
    const bob = mint(minted.links, { ...link, approverId: 'bob' }, bytes(2), start);
    const slack = mint(bob.links, { ...link, channel: 'slack' }, bytes(3), start);
    const again = mint(slack.links, link, bytes(4), start + 1);
    expect(codeOf(minted.token, 'decide', 2, start + 1, again.links)).toBe('EXPIRED');
    for (const token of [bob.token, slack.token, again.token])
      expect(codeOf(token, 'decide', 2, start + 1, again.links)).toBe('ok');
  });

  test('that was spent stays spent when its successor revokes it', () => {
    const spent = spend(minted.links, findLink(minted.links, minted.token)?.hash ?? '', start);
    expect(revoke(spent, link, start + 1)).toEqual(spent);
  });
});

test('however often a message fails, the links of a change stay few; what acts or was used is kept', () => {
  const spent = spend(minted.links, Object.keys(minted.links)[0] ?? '', start);
  let links = mint(spent, { ...link, approverId: 'ben' }, bytes(2), start).links;
  for (let round = 0; round < 500; round += 1) {
    const fresh = Uint8Array.from({ length: 32 }, (_, index) => (round >> (index % 8)) % 256);
    fresh[31] = round % 256;
    fresh[30] = round >> 8;
    links = mint(links, link, fresh, start + round).links;
  }
  const kept = Object.values(links);
  expect(kept.length).toBeLessThanOrEqual(204);
  expect(kept.filter(({ usedAt }) => usedAt !== undefined)).toHaveLength(1);
  expect(kept.filter(({ approverId, revokedAt }) => approverId === 'ben' && !revokedAt)).toHaveLength(1);
  expect(
    kept.filter(({ approverId, revokedAt, usedAt }) => approverId === 'ana' && !revokedAt && !usedAt),
  ).toHaveLength(1);
});
