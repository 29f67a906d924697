import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDynamoDbClient } from '../../adapters/aws/clients.ts';
import { openTable } from '../../adapters/aws/store-table.ts';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import { asLaterVersion } from '../support/raw-items.ts';
import { approvalOf, keys, openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const made = async (later: Parameters<typeof asLaterVersion>[3]): Promise<StoredChange> => {
  const change = await site.put();
  await asLaterVersion(openTable(createDynamoDbClient(), 'site').client, 'site', change.record.id, later);
  return change;
};

describe('a change to which something happened that only a later version knows', () => {
  test('is listed and shown with it, and nobody can decide on it', async () => {
    const change = await made({ event: 'quarantined' });
    const { id } = change.record;
    const listed = await site.iam('GET', '/iam/changes', keys.ana);
    expect(JSON.parse(listed.text).changes).toContainEqual(expect.objectContaining({ id }));
    const shown = await site.iam('GET', `/iam/changes/${id}`, keys.ana);
    expect(shown.status).toBe(200);
    const view = JSON.parse(shown.text).change;
    expect(view.history.at(-1).what).toBe('something that this version does not know: quarantined');
    // Before anything that is said to come next.
    expect(view.statusSentence).toMatch(
      /^Nothing of this change can be decided or written now: .* does not know \(quarantined\): deploy the version that wrote them, or a later one\. What follows may be out of date\. /,
    );

    const before = await site.rows();
    for (const [action, body] of [
      ['decisions', approvalOf(change)],
      ['cancel', {}],
      ['roll-back', { reason: 'needed' }],
      ['resume', { reason: 'not written' }],
    ] as const) {
      const sent = await site.iam('POST', `/iam/changes/${id}/${action}`, keys.ana, body);
      expect({ status: sent.status, ...JSON.parse(sent.text) }).toMatchObject({
        status: 409,
        refusals: [
          {
            code: 'LATER_VERSION',
            detail: expect.stringContaining('events that this version does not know'),
          },
        ],
      });
    }
    expect(await site.rows()).toBe(before);
  });

  test('shows its page without a form', async () => {
    const change = await site.put();
    const token = await site.link(change.record.id, 'ana', 'decide');
    const path = `/changes/${change.record.id}?token=${token}`;
    expect((await site.ask('GET', path)).text).toContain('<form');
    const { client } = openTable(createDynamoDbClient(), 'site');
    await asLaterVersion(client, 'site', change.record.id, { event: 'quarantined' });
    const page = await site.ask('GET', path);
    expect(page.status).toBe(200);
    expect(page.text).toContain('something that this version does not know: quarantined');
    expect(page.text).not.toContain('<form');
  });
});

test('a change in the format of a later version is refused by name, and others are listed', async () => {
  const { id } = (await made({ format: 99 })).record;
  const other = (await site.put()).record.id;
  const shown = await site.iam('GET', `/iam/changes/${id}`, keys.ana);
  expect(shown.status).toBe(503);
  expect(JSON.parse(shown.text).message).toContain(`CHANGE#${id} (change) is stored in format 99`);
  const listed = JSON.parse((await site.iam('GET', '/iam/changes', keys.ana)).text).changes;
  expect(listed).toContainEqual(expect.objectContaining({ id: other }));
});
