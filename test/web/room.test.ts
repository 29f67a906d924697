import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EventBody } from '../../core/change/life/events.ts';
import { appendEvents, type StoredChange } from '../../core/change/life/stored-change.ts';
import { bodiesUntil } from '../change/lives.ts';
import { system } from '../change/samples.ts';
import { type Item, keepItems, readItems } from '../flow/table-items.ts';
import { largeContent } from './sample-changes.ts';
import { approvalOf, keys, openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** A reason as long as one may be, which no compression makes short. */
function longReason(seed: number): string {
  let state = seed + 1;
  return Array.from({ length: 2_000 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return String.fromCodePoint(0x4e00 + ((state >> 8) % 20_000));
  }).join('');
}

const nextMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);

/** A change with so many long notes and then exemptions for as long as they are taken, and the table with it. */
interface Filled {
  readonly stored: StoredChange;
  readonly items: readonly Item[];
}

async function fill(notes: number): Promise<Filled> {
  const before = (await exemptions()).length;
  const { id: _, digest: __, ...fields } = largeContent(200, 30);
  const noted = (index: number): EventBody => ({
    type: 'noted',
    code: 'LONG',
    detail: longReason(500 + index),
  });
  const history = Array.from({ length: notes }, (_none, index) => noted(index));
  let stored = await site.put({ ...fields, requiredApprovals: 1 }, history);
  for (let round = 0; round < 90; round += 1) {
    const services = [stored.record.content.services[0] ?? ''];
    const exempt = { decision: 'exempt', services, until: nextMonth, reason: longReason(round) };
    const { status, text } = await ask(stored, 'decisions', exempt);
    if (status !== 200) {
      expect(JSON.parse(text).refusals).toMatchObject([
        { code: 'WRONG_FIELD', detail: expect.stringContaining('reject it, or exempt the services') },
      ]);
      // Many of them fitted, and the refused one left nothing behind.
      expect(stored.record.revision).toBeGreaterThan(notes < 40 ? 10 : 1);
      expect(await exemptions()).toHaveLength(before + stored.record.revision - 1);
      return { stored, items: await readItems(site.sandbox, 'site') };
    }
    stored = await site.load(stored.record.id);
  }
  throw new Error('ninety exemptions were taken');
}

const filled = new Map<number, Promise<Filled>>();

/** Fills once, and puts back the table for each ending. */
async function filledWith(notes: number): Promise<StoredChange> {
  const filling = filled.get(notes) ?? fill(notes);
  filled.set(notes, filling);
  const { items, stored } = await filling;
  await keepItems(site.sandbox, items, undefined, 'site');
  return stored;
}

function ask(stored: StoredChange, action: string, fields: object, key: string = keys.ana) {
  const body = { ...approvalOf(stored), ...fields };
  return site.iam('POST', `/iam/changes/${stored.record.id}/${action}`, key, body);
}

const endings: Readonly<Record<string, (stored: StoredChange) => Promise<number>>> = {
  rejecting: async (stored) =>
    (await ask(stored, 'decisions', { decision: 'reject', reason: longReason(100) }, keys.ben)).status,
  snoozing: async (stored) =>
    (await ask(stored, 'decisions', { decision: 'snooze', reason: longReason(100), until: nextMonth }))
      .status,
  'approving and cancelling': async (stored) => {
    expect((await ask(stored, 'decisions', {})).status).toBe(200);
    return (await ask(stored, 'cancel', { reason: longReason(101) }, keys.ben)).status;
  },
  'approving, applying and rolling back': async (stored) => {
    expect((await ask(stored, 'decisions', {})).status).toBe(200);
    const approved = await site.load(stored.record.id);
    const bodies = bodiesUntil('applied').filter(({ type }) => !/^appro/.test(type));
    const events = bodies.map((body) => ({
      ...(body.type === 'applied' ? { ...body, rollBackUntil: Date.now() + 86_400_000 } : body),
      ...{ at: Date.now(), actor: system, revision: approved.record.revision },
    }));
    await site.stores.changes.save(appendEvents(approved, events), approved.version);
    return (await ask(stored, 'roll-back', { reason: longReason(102) }, keys.ben)).status;
  },
};

// To begin with nothing takes longest, so one does with LONG=1, and none does else.
const fewest = process.env.LONG ? 0 : 25;
test.each(
  Object.entries(endings).map(([name, end], index) => [name, index === 0 ? fewest : 40, end] as const),
)(
  'exemptions with long reasons leave room for %s, or are refused (after %d long notes)',
  async (_, notes, end) => {
    expect(await end(await filledWith(notes))).toBe(200);
  },
);

function exemptions() {
  return site.stores.exemptions.listActive('o-exampleorg1', Date.now());
}
