import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { approvalOf, keys, openSite, type Site } from './site.ts';

describe('notes on the page and by signed request', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  test('a question spends nothing; a hand-over ends every link of who hands over; others go on', async () => {
    const change = await site.put({ requiredApprovals: 2 });
    const { id, content } = change.record;
    const [mail = '', slack = '', bens = ''] = await site.links(change, [
      ['ana', 'email'],
      ['ana', 'slack'],
      ['ben', 'email'],
    ]);
    const path = `/changes/${id}`;
    const shown = await site.get(`${path}?token=${mail}`);
    expect(shown.text.match(/<form/g)).toHaveLength(1);
    expect(shown.text).toContain('<option value="ben">Ben Okafor</option>');
    // Not to herself, nor to Cleo, whose scope lies elsewhere.
    expect(shown.text.match(/<option value="[a-z]+"/g)).toHaveLength(1);

    const hidden = { token: mail, digest: content.digest };
    const question = '<b>Who</b> runs the bots?';
    expect((await site.post(`${path}/decisions`, { ...hidden, decision: 'ask' })).status).toBe(422);
    const asked = await site.post(`${path}/decisions`, { ...hidden, decision: 'ask', reason: question });
    expect(asked.status).toBe(303);
    const again = await site.get(`${path}?token=${mail}`);
    expect(again.text).toContain('asked: &lt;b&gt;Who&lt;/b&gt; runs the bots?');
    expect(again.text.match(/<form/g)).toHaveLength(1);

    const toCleo = { ...hidden, decision: 'hand-over', to: 'cleo', reason: 'not mine' };
    expect((await site.post(`${path}/decisions`, toCleo)).status).toBe(422);
    const handed = await site.post(`${path}/decisions`, { ...toCleo, to: 'ben', reason: 'Ben owns Lex' });
    expect(handed.status).toBe(303);
    const spent = await site.get(`${path}?token=${mail}`);
    expect(spent.text).not.toContain('<form');
    expect(spent.text).toContain('handed it over to Ben Okafor: Ben owns Lex');
    // Her other link ended with it.
    const other = await site.post(`${path}/decisions`, { ...approvalOf(change), token: slack });
    expect(other.status).toBe(410);
    const { record } = await site.load(id);
    expect(record.state).toMatchObject({ status: 'proposed', approvals: [] });
    expect(record.history.map(({ type }) => type)).toEqual(['proposed', 'asked', 'handed-over']);
    expect((await site.post(`${path}/decisions`, { ...approvalOf(change), token: bens })).status).toBe(303);
  });

  test('by signed request, a sixth note within a day is refused', async () => {
    const change = await site.put();
    const path = `/iam/changes/${change.record.id}/decisions`;
    const { digest } = change.record.content;
    const ask = () => site.iam('POST', path, keys.ana, { decision: 'ask', digest, reason: 'why?' });
    for (let count = 0; count < 5; count += 1) expect((await ask()).status).toBe(200);
    const sixth = await ask();
    expect(sixth.status).toBe(429);
    expect(JSON.parse(sixth.text).refusals).toMatchObject([{ code: 'TOO_MANY' }]);
    const to = { decision: 'hand-over', digest, to: 'ana', reason: 'not mine' };
    expect((await site.iam('POST', path, keys.ben, to)).status).toBe(200);
    expect((await site.iam('POST', path, keys.cleo, to)).status).toBe(403);
  });
});
