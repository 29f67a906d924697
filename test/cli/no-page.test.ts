import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { changeView } from '../../core/message/views/change-view.ts';
import { commandsFor } from '../../core/message/views/oar-commands.ts';
import { sampleChange, viewOf } from '../message/sample-view.ts';
import { happened, openSite, type Site } from '../web/site.ts';
import { oar } from './run-oar.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite({ page: 'none' });
});
afterAll(() => site.close());

/** A line as a POSIX shell takes it apart, without the name of the program. */
function words(line: string): readonly string[] {
  const parts = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  expect(parts.slice(0, 4)).toEqual(['npx', '--no', '--', 'oar']);
  return parts.slice(4);
}

test.each([
  ['decide', [], 'approved'],
  ['cancel', happened('approved'), 'cancelled'],
  ['roll-back', happened('applied'), 'rolling-back'],
] as const)('the lines of a message do what they say: %s', async (purpose, events, status) => {
  const { record } = await site.put({}, events);
  const view = changeView(record, { now: Date.now(), configuration: site.configuration });
  const lines = commandsFor(purpose, view, site.gateway.url);
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(await oar('ana', ...words(line))).toMatchObject({ code: 0, errors: '' });
  expect((await site.load(record.id)).record.state.status).toBe(status);
});

test('a link of before leads nowhere, whatever its token', async () => {
  const { record } = await site.put();
  const token = await site.link(record.id, 'ana');
  const { status, text } = await site.get(`/changes/${record.id}?token=${token}`);
  expect({ status, text }).toEqual({ status: 404, text: expect.stringContaining('There is no page') });
  const { digest, confirm } = record.content;
  const form = { token, digest, confirm, decision: 'approve' };
  expect((await site.post(`/changes/${record.id}/decisions`, form)).status).toBe(404);
  expect((await site.load(record.id)).record.state.status).toBe('proposed');
});

describe('a name is only ever a name', () => {
  test.each([
    ['Development', "'Development'"],
    ['Retail / Prod (EU)', "'Retail / Prod (EU)'"],
    ['Zürich_1', "'Zürich_1'"],
    ["O'Hara", "'…'"],
    ['a$(id)', "'…'"],
    ['a`id`', "'…'"],
    ['a & calc', "'…'"],
    ['%PATH%', "'…'"],
    ['a\nb', "'…'"],
    ['www.evil.example', "'…'"],
    ['https://evil.example', "'…'"],
    ['ana@evil.example', "'…'"],
  ])('%j', (entity, shown) => {
    const view = viewOf(sampleChange(1, { entity }));
    const [, approve = ''] = commandsFor('decide', view, 'https://api.example.com');
    expect(approve).toContain(`--confirm ${shown} `);
    expect(approve.replace(shown, '')).not.toMatch(/['"`$&|;<>\n%]/);
  });
});
