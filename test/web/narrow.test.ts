import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import { evidenceOf } from './sample-changes.ts';
import { approvalOf, type Fields, keys, openSite, type Site } from './site.ts';

describe('narrowing on the page', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite({ requireProven: ['regions'] });
  });
  afterAll(() => site.close());

  const send = async (change: StoredChange, approverId: string, fields: Fields) => {
    const { id } = change.record;
    const token = await site.link(id, approverId);
    const answer = await site.post(`/changes/${id}/decisions`, { token, ...fields });
    const { record } = await site.load(id);
    return { ...answer, state: record.state, record };
  };
  const whole = (change: StoredChange, fields: Fields): Fields => ({ ...approvalOf(change), ...fields });

  test('narrow to the lapsed only: a new revision that nobody has approved', async () => {
    const change = await site.put({
      requiredApprovals: 2,
      evidence: [evidenceOf('dms', null), evidenceOf('lex', 213)],
    });
    const { id } = change.record;
    const approval = whole(change, { accept: ['regions'] });
    expect((await send(change, 'ben', approval)).state).toMatchObject({ approvals: [{ approverId: 'ben' }] });
    const shown = await site.get(`/changes/${id}?token=${await site.link(id, 'ana')}`);
    expect(shown.text.match(/type="radio" name="decision" value="narrow:/g)).toHaveLength(2);
    expect(shown.text).toContain('<strong>The lapsed only</strong>: deny 1 service, leave 1 alone for now');
    expect(shown.text.match(/<form/g)).toHaveLength(1);

    const every = await site.iam('POST', `/iam/changes/${id}/decisions`, keys.ana, {
      ...approval,
      ...{ decision: 'narrow', keep: ['lapsed', 'dms'] },
    });
    expect({ status: every.status, refusals: JSON.parse(every.text).refusals }).toMatchObject({
      status: 422,
      refusals: [{ code: 'WRONG_FIELD', field: 'keep' }],
    });

    // What was ticked for another decision before does not count.
    const fields = whole(change, { decision: 'narrow:lapsed', services: ['lex'], groups: ['lapsed'] });
    const { record, status } = await send(change, 'ana', fields);
    expect(status).toBe(303);
    expect(record).toMatchObject({
      revision: 2,
      content: { services: ['lex'], requiredApprovals: 2 },
      state: { status: 'proposed', approvals: [] },
    });
    const [step] = record.content.steps;
    expect(step?.after).toContain('lex:*');
    expect((await send(change, 'ben', approval)).status).toBe(409);
    const { exemptions } = JSON.parse((await site.iam('GET', '/iam/exemptions', keys.ben)).text);
    expect(exemptions).toContainEqual(
      expect.objectContaining({
        ...{ changeId: id, service: 'dms', owner: 'ana', reason: 'not now, narrowed to the lapsed only' },
      }),
    );
    const newer = await site.get(`/changes/${id}?token=${await site.link(id, 'ben')}`);
    expect(newer.text).toContain('Ana Diaz exempted dms until');
    // One group alone is nothing to narrow.
    expect(newer.text).not.toContain('Or narrow the proposal');
  });

  test('a give-back is not narrowed', async () => {
    const evidence = [evidenceOf('dms', null), evidenceOf('lex', 213)];
    const change = await site.put({ intent: 'give-back', evidence });
    const token = await site.link(change.record.id, 'ana');
    const shown = await site.get(`/changes/${change.record.id}?token=${token}`);
    expect(shown.text).not.toContain('Or narrow the proposal');
    const { record, status, text } = await send(change, 'ana', whole(change, { decision: 'narrow:lapsed' }));
    expect({ status, revision: record.revision }).toEqual({ status: 422, revision: 1 });
    expect(text).toContain('reject the give-back');
  });
});
