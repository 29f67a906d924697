import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { appendEvents } from '../../core/change/life/stored-change.ts';
import { notify } from '../../flow/notify.ts';
import { bodiesUntil } from '../change/lives.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

test('without a page every message that asks or offers something carries the command, and no link exists', async () => {
  const ports = { ...stage.ports, configuration: { ...stage.ports.configuration, page: 'none' as const } };
  const id = await stage.propose();
  const { digest } = (await stage.load(id)).record.content;
  const line = (verb: string, more = '') =>
    `npx --no -- oar changes ${verb} ${id}${more} --url https://approve.example.com`;
  const approve = line('approve', ` --digest ${digest.slice(0, 12)} --confirm 'Development'`);
  const told = async (expected: string): Promise<void> => {
    await notify(ports, id);
    // What takes the place of an earlier message offers nothing any more.
    const arrived = stage.arrived().filter(({ text }) => !text.includes('The newest message about it holds'));
    expect(new Set(arrived.map(({ channel }) => channel))).toEqual(new Set(['email', 'slack']));
    for (const { text, to } of arrived) {
      // Cleo may not decide here: she hears of it and has nothing to type.
      expect([to, text.includes(expected)]).toEqual([to, to !== 'cleo@example.com']);
      expect(text).not.toMatch(/token=|personal link|on the page/);
    }
    expect((await stage.load(id)).links).toEqual({});
  };
  await told(approve);
  for (const [last, expected] of [
    ['approved', line('cancel')],
    ['applied', line('roll-back', " --reason '…'")],
  ] as const) {
    const stored = await stage.load(id);
    const known = stored.record.history.length;
    const begun = stored.record.history.filter(
      ({ type }) => type !== 'proposed' && !type.startsWith('notif'),
    );
    expect(known).toBeGreaterThan(0);
    const bodies = bodiesUntil(last).slice(begun.length);
    const at = ports.clock.now();
    const next = appendEvents(
      stored,
      bodies.map((body) => ({ ...body, at, actor: { type: 'system', id: 'test' } as const, revision: 1 })),
    );
    expect(await ports.stores.changes.save(next, stored.version)).toBe('saved');
    await told(expected);
  }
});
