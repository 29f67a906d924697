import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import { approvalOf, type Fields, happened, openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const count = process.env.LONG ? 2_305 : 110;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** One request that must do nothing. */
interface Forged {
  readonly action: string;
  readonly change: StoredChange;
  readonly fields: Fields;
}

test(
  `${count} forged, cut, swapped and replayed requests do nothing`,
  async () => {
    const open = await site.put();
    const other = await site.put();
    const approved = await site.put({}, happened('approved'));
    const applied = await site.put({}, happened('applied'));
    const decided = await site.put();
    const [own, foreign] = [await site.link(open.record.id, 'ana'), await site.link(other.record.id, 'ana')];
    const spent = await site.link(decided.record.id, 'ana');
    const cancel = await site.link(approved.record.id, 'ana', 'cancel');
    const rollBack = await site.link(applied.record.id, 'ana', 'roll-back');
    const whole = (change: StoredChange, token: string): Fields => ({
      ...approvalOf(change, token),
      ...{ accept: ['regions'], reason: 'because' },
    });
    await site.post(`/changes/${decided.record.id}/decisions`, whole(decided, spent));
    const before = await site.rows();

    const changed = (text: string, at: number, letters: string): string => {
      const from = letters.indexOf(text[at] ?? '');
      return (
        text.slice(0, at) +
        (letters[(from + 1 + (at % (letters.length - 1))) % letters.length] ?? '') +
        text.slice(at + 1)
      );
    };
    const kinds: readonly ((at: number) => Forged)[] = [
      (at) => ({ action: 'decisions', change: open, fields: whole(open, changed(own, at, alphabet)) }),
      (at) => ({ action: 'decisions', change: open, fields: whole(open, own.slice(0, at)) }),
      (at) => ({
        action: 'decisions',
        change: open,
        fields: whole(open, own.slice(at + 1) + own.slice(0, at)),
      }),
      (at) => ({
        action: 'decisions',
        change: open,
        fields: whole(open, own.slice(0, at) + foreign.slice(at)),
      }),
      () => ({ action: 'decisions', change: open, fields: whole(open, foreign) }),
      (at) => ({ action: at % 2 ? 'cancel' : 'roll-back', change: open, fields: whole(open, own) }),
      (at) => ({
        action: at % 2 ? 'decisions' : 'roll-back',
        change: approved,
        fields: whole(approved, cancel),
      }),
      (at) => ({
        action: at % 2 ? 'decisions' : 'cancel',
        change: applied,
        fields: whole(applied, rollBack),
      }),
      () => ({ action: 'decisions', change: decided, fields: whole(decided, spent) }),
      (at) => {
        const digest = changed(open.record.content.digest, at, '0123456789abcdef');
        return { action: 'decisions', change: open, fields: { ...whole(open, own), digest } };
      },
      () => ({ action: 'decisions', change: open, fields: { ...whole(other, own) } }),
    ];
    for (let index = 0; index < count; index += 1) {
      const kind = kinds[index % kinds.length];
      const forged = kind?.((index * 7) % 42);
      if (!forged) throw new Error('unreachable');
      const { status } = await site.post(
        `/changes/${forged.change.record.id}/${forged.action}`,
        forged.fields,
      );
      expect({ index, status: status === 404 || status === 409 }).toEqual({ index, status: true });
    }
    expect(await site.rows()).toBe(before);
  },
  count * 1_000,
);
