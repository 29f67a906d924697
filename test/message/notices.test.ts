import { describe, expect, test } from '@jest/globals';
import type { EventBody } from '../../core/change/life/events.ts';
import { replay } from '../../core/change/life/life.ts';
import { dueNotices } from '../../core/message/telling/notices.ts';
import { remindersDue } from '../../core/message/telling/reminders.ts';
import { sharedAddresses } from '../../core/message/views/recipients.ts';
import cases from '../cases/message/notices.json' with { type: 'json' };
import { approvalOf, lived } from '../change/lives.ts';
import { content, day, hour, proposal, start, system } from '../change/samples.ts';
import { peopleConfiguration } from './sample-view.ts';

const failure = { code: 'NOT_SENT', detail: 'no answer' };

const { accountIds, affectedAccounts, confirm, confirmEntityId, targets } = content();
const attached = { accountIds, affectedAccounts, confirm, confirmEntityId, targets, targetPaths: {} };

const attachedAlsoTo = (id: string) => ({
  ...attached,
  targets: [...targets, { id, name: id, type: 'ou' as const }],
  targetPaths: { [id]: `o-exampleorg1/r-ex01/${id}` },
});

/** The event that a line of the table stands for. */
function claimIn(claim: string) {
  const [approverId = '', channel = '', purpose = ''] = claim.split('/');
  return [{ approverId, channel: channel as 'email' | 'slack', purpose }];
}

function bodyOf(line: string): EventBody {
  const [word = '', ...rest] = line.split(' ');
  const [approverId = '', channel = ''] = (rest[0] ?? '').split('/');
  const told = { approverId, channel: channel as 'email' | 'slack', purpose: rest[1] ?? '' };
  const bodies: Readonly<Record<string, EventBody>> = {
    approval: approvalOf(rest[0] ?? ''),
    approved: { type: 'approved', applyNotBefore: start + 4 * hour },
    'apply-started': { type: 'apply-started' },
    'step-sending': { type: 'step-sending', step: 0 },
    'step-done': { type: 'step-done', step: 0, policyId: null },
    applied: { type: 'applied', rollBackUntil: start + (rest[0] === 'short' ? hour / 2 : 90 * day) },
    drift: { type: 'drift-detected', detail: 'its text no longer denies lex' },
    elsewhere: {
      ...{ type: 'drift-detected', detail: 'it is also attached to Sales' },
      ...{ attached: rest[0] === undefined ? attached : attachedAlsoTo(rest[0]) },
    },
    'drift-ended': { type: 'noted', code: 'DRIFT_ENDED', detail: 'as it was applied again' },
    attempt: {
      ...{ type: 'denied-access-observed', serviceNamespace: 'lex', accountId: '222222222222' },
      ...{ accountName: 'dev-1', attemptedAt: start, region: null },
    },
    came: {
      ...{ type: 'came-under-denial', accountId: '999999999999', accountName: 'new', how: 'moved', used: [] },
      ...{ unknown: ['lex'], accountPath: `o-exampleorg1/r-ex01/${rest[0]}/999999999999` },
    },
    'apply-failed': { type: 'apply-failed', failure },
    interrupted: { type: 'interrupted', detail: 'the write does not show' },
    rejected: { type: 'rejected', approverId: 'ana', reason: 'we need it', notAgainBefore: start + 90 * day },
    expired: { type: 'expired' },
    superseded: { type: 'superseded', reason: failure },
    asked: { type: 'asked', approverId: rest[0] ?? '', question: 'why?' },
    'handed-over': {
      ...{ type: 'handed-over', approverId: rest[0] ?? '', toApproverId: rest[1] ?? '' },
      reason: 'not mine',
    },
    reminded: { type: 'reminder-sent', approverIds: rest },
    told: { type: 'notified', ...told, ...(rest[2] === undefined ? {} : { reference: `${rest[2]} 1.1` }) },
    failed: { type: 'notify-failed', ...told, failure },
    sending: { type: 'notifying', claims: rest.flatMap(claimIn) },
  };
  const body = bodies[word];
  if (!body) throw new Error(`no event for "${line}"`);
  return body;
}

const two = content({ requiredApprovals: 2 });

describe('who is told what', () => {
  test.each(cases)('$name', ({ happened, minutes = 0, due }) => {
    let revision = 1;
    const record = replay([
      proposal(two),
      ...happened.map((line) => {
        const head = { at: start, actor: system };
        if (line !== 'revised') return { ...head, revision, ...bodyOf(line) };
        revision += 1;
        const revised = { type: 'revised' as const, content: { ...two, revision }, detail: 'exempted: dms' };
        const { expiresAt, targetPaths } = proposal(two);
        return { ...head, revision, ...revised, expiresAt, targetPaths };
      }),
    ]);
    const notices = dueNotices(record, peopleConfiguration(), start + minutes * 60_000);
    expect(
      notices
        .map(
          ({ link, purpose, recipient }) =>
            `${recipient.id}/${recipient.channel} ${purpose} ${link?.purpose ?? '-'}`,
        )
        .sort(),
    ).toEqual([...due].sort());
    // Without a page the same people hear the same, with the command of the same purpose; whoever reads along may know it too.
    const without = dueNotices(record, peopleConfiguration({ page: 'none' }), start + minutes * 60_000);
    expect(without.map(({ purpose, recipient }) => [recipient.id, purpose])).toEqual(
      notices.map(({ purpose, recipient }) => [recipient.id, purpose]),
    );
    for (const [index, { command, link, recipient }] of without.entries()) {
      expect(link).toBeNull();
      const purpose = notices[index]?.link?.purpose ?? null;
      // There is no form to ask back by: an approver has a command of his own, which the message names.
      if (recipient.approver !== null) expect(command).toBe(purpose === 'request-back' ? null : purpose);
    }
  });

  test('no way to a person, no notice: the topic for all is no way to a person', () => {
    const configuration = peopleConfiguration({ email: { topics: {} }, slack: null });
    expect(dueNotices(replay([proposal(two)]), configuration, start)).toEqual([]);
  });

  const applied = ['approval ana', 'approved', 'apply-started', 'step-sending', 'step-done', 'applied'];
  const lastly = (line: string, at: number) =>
    replay([
      proposal(content({ requiredApprovals: 1 })),
      ...[...applied.map((each) => ({ at: start, ...bodyOf(each) })), { at, ...bodyOf(line) }].map(
        (each) => ({
          ...{ actor: system, revision: 1 },
          ...each,
        }),
      ),
    ]);

  test.each([
    ['drift', null],
    ['attempt', 'request-back'],
    ['came ou-ex01-development', 'request-back'],
  ])('no link to roll back after the time for it; what is denied may be asked back: %s', (line, purpose) => {
    const at = start + 91 * day;
    const due = dueNotices(lastly(line, at), peopleConfiguration(), at);
    const ofPeople = due.filter(({ recipient }) => recipient.approver !== null);
    expect(ofPeople.map(({ recipient }) => recipient.id)).toContain('ana');
    for (const { link } of ofPeople) expect(link?.purpose ?? null).toBe(purpose);
  });

  test('whoever answers for a place alone hears that it came under a deny, and may ask for it back', () => {
    const [ana, bob] = peopleConfiguration().approvers;
    if (!ana || !bob) throw new Error('two approvers');
    const configuration = peopleConfiguration({ approvers: [ana, { ...bob, scopes: ['ou-ex01-prod'] }] });
    const told = (line: string) =>
      dueNotices(lastly(line, start), configuration, start).flatMap(
        ({ kind, link, recipient: { approver, channel } }) =>
          approver && channel === 'email' && (kind === 'came-under' || kind === 'drift')
            ? [`${approver.id} ${link?.purpose}`]
            : [],
      );
    expect(told('came ou-ex01-prod')).toEqual(['ana roll-back', 'bob request-back']);
    expect(told('came ou-ex01-development')).toEqual(['ana roll-back']);
    expect(told('elsewhere ou-ex01-prod')).toEqual(['ana roll-back', 'bob request-back']);
    expect(told('elsewhere ou-ex01-sales')).toEqual(['ana roll-back']);
    expect(told('drift')).toEqual(['ana roll-back']);
  });

  test('a link to cancel outlives the cooling: a freeze may keep the change waiting for weeks', () => {
    const record = lived(proposal(content()), [approvalOf('ana'), bodyOf('approved')]);
    const links = dueNotices(record, peopleConfiguration(), start).flatMap(({ link }) => link ?? []);
    expect(links.length).toBeGreaterThan(0);
    for (const { expiresAt, purpose } of links)
      expect({ purpose, expiresAt }).toEqual({ purpose: 'cancel', expiresAt: start + 4 * hour + 90 * day });
  });

  test('a link ends when what it is for ends', () => {
    const [asked] = dueNotices(replay([proposal(two)]), peopleConfiguration(), start);
    expect(asked?.link?.expiresAt).toBe(start + 3 * day);
  });
});

describe('the channels of a place', () => {
  const to = (slack: object): readonly (readonly [string, unknown])[] =>
    sharedAddresses(replay([proposal(two)]), peopleConfiguration({ slack })).map(({ address, id }) => [
      id,
      address,
    ]);
  const webhookUrl = 'https://localhost/all';

  test.each([
    [
      'by the id of the target',
      { 'ou-ex01-development': 'C0DEV' },
      [['#ou-ex01-development', { by: 'bot', to: 'C0DEV' }]],
    ],
    [
      'by the name',
      { Development: 'https://localhost/dev' },
      [['#Development', { by: 'webhook', place: 'https://localhost/dev' }]],
    ],
    [
      'by the name in other letters',
      { developMENT: 'C0DEV' },
      [['#developMENT', { by: 'bot', to: 'C0DEV' }]],
    ],
    [
      'an id counts letter by letter',
      { 'OU-ex01-development': 'C0DEV' },
      [['#all', { by: 'webhook', place: webhookUrl }]],
    ],
    ['by an entity above', { 'r-ex01': 'C0ROOT' }, [['#r-ex01', { by: 'bot', to: 'C0ROOT' }]]],
    [
      'another place falls back to all',
      { 'ou-ex01-elsewhere': 'C0ELSE' },
      [['#all', { by: 'webhook', place: webhookUrl }]],
    ],
    [
      'the webhook of a person is no channel of a place',
      { ana: 'https://localhost/ana' },
      [['#all', { by: 'webhook', place: webhookUrl }]],
    ],
  ])('%s', (_, channels, expected) => {
    expect(to({ webhookUrl, channels })).toEqual(expected);
  });

  test('an OU that is called like a person gets none of his messages', () => {
    const named = replay([proposal(content({ confirm: 'ana' }))]);
    const slack = { webhookUrl, channels: { ana: 'https://localhost/ana' } };
    const shared = sharedAddresses(named, peopleConfiguration({ slack }));
    expect(shared.map(({ id }) => id)).toEqual(['#all']);
  });

  test('Amazon Q gets it beside', () => {
    const amazonQTopicArn = 'arn:aws:sns:us-east-1:111111111111:chat';
    expect(to({ amazonQTopicArn })).toEqual([['#amazon-q', { by: 'amazon-q', topicArn: amazonQTopicArn }]]);
  });
});

describe('reminders', () => {
  const configuration = peopleConfiguration();
  const remindedAfter = (hours: number, bodies: readonly EventBody[], at = start): readonly string[] =>
    remindersDue(lived(proposal(two), bodies, at), configuration, start + hours * hour);
  const reminded: EventBody = { type: 'reminder-sent', approverIds: ['ana', 'bob'] };

  test('after half of the time, to those who may decide', () => {
    expect(remindedAfter(35.9, [])).toEqual([]);
    expect(remindedAfter(36, [])).toEqual(['ana', 'bob']);
  });
  test('not to who answered, nor after the end', () => {
    expect(remindedAfter(36, [approvalOf('bob')])).toEqual(['ana']);
    expect(remindedAfter(72, [])).toEqual([]);
  });
  test('the second late, a late first one does not bring it along, and never a third', () => {
    expect(remindedAfter(61, [reminded], start + 36 * hour)).toEqual([]);
    expect(remindedAfter(61.2, [reminded], start + 36 * hour)).toEqual(['ana', 'bob']);
    expect(remindedAfter(65, [reminded], start + 62 * hour)).toEqual([]);
    expect(remindedAfter(71, [reminded, reminded])).toEqual([]);
  });
});
