import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import { starterNamed } from '../change/samples.ts';
import { approvalOf, type Fields, happened, openSite, type Site } from './site.ts';

const inThirtyDays = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);

describe('deciding on the page', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite({ requireProven: ['regions'] });
  });
  afterAll(() => site.close());

  const send = async (change: StoredChange, approverId: string, fields: Fields, action = 'decisions') => {
    const purpose = action === 'decisions' ? 'decide' : (action as 'cancel' | 'roll-back');
    const token = await site.link(change.record.id, approverId, purpose);
    const answer = await site.post(`/changes/${change.record.id}/${action}`, { token, ...fields });
    const { record } = await site.load(change.record.id);
    return { ...answer, token, state: record.state, record };
  };
  const whole = (change: StoredChange, fields: Fields): Fields => ({ ...approvalOf(change), ...fields });

  test('an undecided change has one form, with no choice made and everything that is needed', async () => {
    const change = await site.put();
    const token = await site.link(change.record.id, 'ana');
    const { text } = await site.get(`/changes/${change.record.id}?token=${token}`);
    expect(text.match(/<form/g)).toHaveLength(1);
    expect(text).toContain(`<form method="post" action="/changes/${change.record.id}/decisions">`);
    expect(text).toContain(`name="token" value="${token}"`);
    expect(text).toContain(`name="digest" value="${change.record.content.digest}"`);
    expect(text.match(/type="radio" name="decision"/g)).toHaveLength(6);
    expect(text.match(/type="checkbox" name="services"/g)).toHaveLength(2);
    expect(text.match(/type="checkbox" name="accept"/g)).toHaveLength(1);
    expect(text).not.toMatch(/ checked>/);
    expect(text.match(/<h1/g)).toHaveLength(1);
    // A phone's keyboard would mend the confirmation again and again.
    expect(text).toMatch(
      /name="confirm"[^>]* autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false"/,
    );
    expect(text).not.toMatch(/<script|javascript:|\son\w+=/i);
  });

  test('approve, with what is not proven accepted by name', async () => {
    const change = await site.put();
    const { state, status } = await send(change, 'ana', whole(change, { accept: ['regions'] }));
    expect(status).toBe(303);
    expect(state).toMatchObject({
      status: 'approved',
      approvals: [{ approverId: 'ana', accepted: ['regions'] }],
    });
  });

  test('the confirmation as a phone types it', async () => {
    const change = await site.put({ confirm: "Retail / Anna's - EU" });
    const as = (confirm: string) => send(change, 'ana', whole(change, { accept: ['regions'], confirm }));
    expect((await as('Retail / Anna’s EU')).status).toBe(422);
    expect((await as('retail / anna’s — EU ')).status).toBe(303);
  });

  test('reject, snooze and exempt', async () => {
    const rejected = await site.put();
    const reject = whole(rejected, { decision: 'reject', reason: 'Lex is needed in May' });
    expect((await send(rejected, 'ana', reject)).state).toMatchObject({
      status: 'rejected',
      reason: 'Lex is needed in May',
    });
    const snoozed = await site.put();
    const snooze = whole(snoozed, { decision: 'snooze', reason: 'after the freeze', until: inThirtyDays });
    expect((await send(snoozed, 'ana', snooze)).state).toMatchObject({ status: 'snoozed' });
    const exempted = await site.put();
    const exempt = whole(exempted, {
      decision: 'exempt',
      reason: 'a pilot',
      until: inThirtyDays,
      services: ['lex'],
    });
    const { record } = await send(exempted, 'ana', exempt);
    expect(record).toMatchObject({
      revision: 2,
      content: { services: ['dms'] },
      state: { status: 'proposed' },
    });
    const token = await site.link(record.id, 'ben');
    expect((await site.get(`/changes/${record.id}?token=${token}`)).text).toContain(
      'Ana Diaz exempted lex until',
    );
  });

  const wrong: readonly (readonly [string, Fields, string])[] = [
    ['nothing', { decision: '', digest: '', confirm: '' }, 'digest'],
    ['no choice', { decision: '' }, 'decision'],
    ['narrowing to nothing', { decision: 'narrow' }, 'keep'],
    ['an unknown choice', { decision: 'apply' }, 'decision'],
    ['no confirmation', { confirm: '', accept: ['regions'] }, 'confirm'],
    ['another name', { confirm: 'Develop', accept: ['regions'] }, 'confirm'],
    ['what is not proven not accepted', {}, 'accept'],
    ['a rejection without a reason', { decision: 'reject' }, 'reason'],
    ['a reason of blanks', { decision: 'reject', reason: ' \n\t ' }, 'reason'],
    ['a reason that is too long', { decision: 'reject', reason: 'x'.repeat(10_001) }, 'reason'],
    ['a snooze without end', { decision: 'snooze', reason: 'later' }, 'until'],
    ['a snooze into the past', { decision: 'snooze', reason: 'later', until: '2020-01-01' }, 'until'],
    ['a day that is none', { decision: 'snooze', reason: 'later', until: '2099-02-31' }, 'until'],
    ['an exemption of nothing', { decision: 'exempt', reason: 'a pilot', until: inThirtyDays }, 'services'],
    [
      'of a service that is not there',
      { decision: 'exempt', reason: 'a pilot', until: inThirtyDays, services: ['s3'] },
      'services',
    ],
  ];
  test.each(wrong)(
    '%s: 422 with the field named, what was entered kept, nothing spent',
    async (_, fields, field) => {
      const change = await site.put();
      const token = await site.link(change.record.id, 'ana');
      const before = await site.rows();
      const sent = await site.post(`/changes/${change.record.id}/decisions`, {
        token,
        ...whole(change, fields),
      });
      expect(sent.status).toBe(422);
      expect(sent.text).toContain('Nothing was recorded');
      if (field !== 'digest') {
        expect(sent.text).toContain(`href="#field-${field}"`);
        expect(sent.text).toContain(`aria-describedby="error-${field}"`);
        expect(sent.text).toContain(`id="error-${field}"`);
      }
      if (fields.reason === 'later') expect(sent.text).toMatch(/<textarea[^>]*>\nlater<\/textarea>/);
      if (fields.decision === 'snooze') expect(sent.text).toContain('value="snooze" checked');
      expect(await site.rows()).toBe(before);
      expect(
        (
          await site.post(`/changes/${change.record.id}/decisions`, {
            token,
            ...whole(change, { accept: ['regions'] }),
          })
        ).status,
      ).toBe(303);
    },
  );

  test('whose scopes do not cover every target decides nothing, and is told before', async () => {
    const change = await site.put();
    const sent = await send(change, 'cleo', whole(change, { accept: ['regions'] }));
    expect(sent.status).toBe(403);
    expect(sent.state.status).toBe('proposed');
    expect(sent.text).toContain('Your scopes do not cover every target');
    const applied = await site.put({}, happened('applied'));
    expect((await send(applied, 'cleo', { reason: 'no' }, 'roll-back')).status).toBe(403);
    const approved = await site.put({}, happened('approved'));
    expect((await send(approved, 'cleo', {}, 'cancel')).status).toBe(403);
  });

  test('two people where two are needed: one person counts once over all channels', async () => {
    const change = await site.put({ requiredApprovals: 2 });
    const fields = whole(change, { accept: ['regions'] });
    expect((await send(change, 'ana', fields)).status).toBe(303);
    const bySlack = await site.link(change.record.id, 'ana', 'decide', { channel: 'slack' });
    const shown = await site.get(`/changes/${change.record.id}?token=${bySlack}`);
    expect(shown.text).toContain('You approved this revision already');
    const again = await site.post(`/changes/${change.record.id}/decisions`, { token: bySlack, ...fields });
    expect(again.status).toBe(409);
    const byKeys = await site.iam('POST', `/iam/changes/${change.record.id}/decisions`, 'AKIAANA', fields);
    expect(byKeys.status).toBe(409);
    expect((await send(change, 'ben', fields)).state.status).toBe('approved');
  });

  test('who started the review does not approve alone', async () => {
    const change = await site.put({}, [], starterNamed('ana'));
    const fields = whole(change, { accept: ['regions'] });
    const token = await site.link(change.record.id, 'ana');
    expect((await site.get(`/changes/${change.record.id}?token=${token}`)).text).toContain(
      'You started the review behind this change, or lifted an exemption that led to it: you may approve, but not alone.',
    );
    expect((await send(change, 'ana', fields)).state.status).toBe('proposed');
    expect((await send(change, 'ben', fields)).state.status).toBe('approved');
  });

  test('where nobody knows who started the review two people must approve, and the page says why', async () => {
    const change = await site.put({}, [], starterNamed('unknown'));
    const token = await site.link(change.record.id, 'ben');
    const { text } = await site.get(`/changes/${change.record.id}?token=${token}`);
    expect(text).toContain(
      'Who started the review is not known, or several did, so nobody may approve alone: 2 people must.',
    );
    expect(text).toContain('in a review of which AWS does not say who started it');
    expect(text).toContain('0 of 2 people have approved so far');
    const fields = whole(change, { accept: ['regions'] });
    expect((await send(change, 'ana', fields)).state.status).toBe('proposed');
    expect((await send(change, 'ben', fields)).state.status).toBe('approved');
  });

  test('a freeze is told where it holds something up, with who, why and the way out', async () => {
    const approved = await site.put({}, happened('approved'));
    const { id } = approved.record;
    const address = `/changes/${id}?token=${await site.link(id, 'ben', 'cancel')}`;
    const by = 'arn:aws:iam::111111111111:user/ana';
    const turn = (frozen: boolean) =>
      site.stores.locks.writeFreeze({ frozen, by, reason: 'an <incident>', at: Date.now() });
    expect((await site.get(address)).text).not.toContain('Writes are frozen');
    await turn(true);
    expect((await site.get(address)).text).toMatch(
      /Writes are frozen since .* by arn:aws:iam::111111111111:user\/ana \(an &lt;incident&gt;\): nothing is written until/,
    );
    const open = await site.put();
    const question = `/changes/${open.record.id}?token=${await site.link(open.record.id, 'ben')}`;
    expect((await site.get(question)).text).not.toContain('Writes are frozen');
    const list = JSON.parse((await site.iam('GET', '/iam/changes', 'AKIAANA')).text);
    expect(list.frozen).toContain('an <incident>');
    await turn(false);
    expect((await site.get(address)).text).not.toContain('Writes are frozen');
  });

  test('cancel while it cools, roll back once it is applied', async () => {
    const approved = await site.put({}, happened('approved'));
    const token = await site.link(approved.record.id, 'ben', 'cancel');
    const { text } = await site.get(`/changes/${approved.record.id}?token=${token}`);
    expect(text).toContain(`<form method="post" action="/changes/${approved.record.id}/cancel">`);
    expect((await send(approved, 'ben', {}, 'cancel')).state).toMatchObject({
      status: 'cancelled',
      approverId: 'ben',
    });

    const applied = await site.put({}, happened('applied'));
    const refused = await send(applied, 'ana', { reason: '' }, 'roll-back');
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(`<form method="post" action="/changes/${applied.record.id}/roll-back">`);
    const { state } = await send(applied, 'ana', { reason: 'a team needs Lex' }, 'roll-back');
    expect(state).toMatchObject({
      status: 'rolling-back',
      request: { approverId: 'ana', reason: 'a team needs Lex' },
    });
  });

  test.each([
    'approved',
    'apply-started',
    'applied',
    'interrupted',
    'refused-and-failed',
    'roll-back-requested',
  ])('nothing is decided once it is %s: the page is read-only', async (last) => {
    const change = await site.put({}, happened(last));
    const sent = await send(change, 'ana', whole(change, { accept: ['regions'] }));
    expect(sent.status).toBe(409);
    expect(sent.text).not.toContain('<form');
    expect(sent.text).toContain('already');
  });
});
