import { describe, expect, test } from '@jest/globals';
import type { ChangeEvent, EventBody } from '../../core/change/life/events.ts';
import { outboxEntry } from '../../core/change/life/outbox.ts';
import { meaningOf } from '../../core/policy/meaning.ts';
import { approvalOf, bodiesUntil, lived } from '../change/lives.ts';
import { afterText, beforeText, content, day, proposal, start, starterNamed } from '../change/samples.ts';
import { peopleConfiguration, sampleChange, viewOf } from './sample-view.ts';

describe('the view of a change', () => {
  test('says what, where, why, by when and what happens if nobody answers', () => {
    const view = viewOf(sampleChange(7));
    expect(view).toMatchObject({
      headline: 'Deny 7 unused services in Development (2 accounts)',
      status: 'proposed',
      statusSentence: 'Nothing changes until somebody approves. Decide by 2026-03-06 09:00 UTC.',
      ifNobodyAnswers: 'If nobody answers, it expires unapplied.',
      trackingDays: 400,
      thresholdDays: 180,
      decideBy: start + 3 * day,
      applyNotBefore: null,
      approvals: { given: [], required: 1, missing: 1, why: null },
      told: {
        edits: [{ meaning: { summary: '+7 services denied, nothing removed, 1 other statement unchanged' } }],
      },
    });
    expect(view.ifApproved).toContain('4 hours later');
    expect(view.cutOff).toBe(view.asOf - 180 * day);
    expect(view.digest.startsWith(view.shortDigest)).toBe(true);
    expect(view.shortDigest).toHaveLength(12);
    expect(view.lapsed.map(({ serviceNamespace }) => serviceNamespace)).toEqual(
      [0, 2, 4, 6].map((index) => `service-00${index}`),
    );
    expect(view.neverUsed).toHaveLength(3);
    expect(view.youngAccounts.map(({ id }) => id)).toEqual(['333333333333']);
  });

  test('not-proven checks are shown, those to be accepted by name apart', () => {
    const view = viewOf(sampleChange(1), peopleConfiguration({ requireProven: ['regions', 'quotas'] }));
    expect(view.checks.filter(({ verdict }) => verdict === 'not-proven')).toHaveLength(1);
    expect(view.mustAccept).toEqual(['regions']);
    expect(viewOf(sampleChange(1)).mustAccept).toEqual([]);
  });

  test('the mode observe holds up every write, and nothing promises one', () => {
    const observed = peopleConfiguration({ mode: 'observe' });
    expect(viewOf(sampleChange(1), observed).ifApproved).toContain(
      'waits until the configuration says approve',
    );
    for (const status of ['approved', 'apply-started', 'roll-back-requested'] as const) {
      const { statusSentence } = viewOf(sampleChange(1, {}, bodiesUntil(status)), observed);
      expect(statusSentence).toContain('The mode is observe: nothing is written');
    }
  });

  test('who asks for a service back does not suffice, and is said to have asked', () => {
    const asked = { ...content(), intent: 'give-back' } as const;
    const { approvals } = viewOf(lived(proposal(asked, starterNamed('bob')), [approvalOf('bob')]));
    expect(approvals.why).toBe('Bob Okafor asked for it and may not be the only one who approves.');
  });

  test('who started the review does not suffice', () => {
    const view = viewOf(lived(proposal(content(), starterNamed('bob')), [approvalOf('bob')]));
    const why =
      'Bob Okafor started the review, or lifted an exemption that led to it, and may not be the only one who approves.';
    expect(view.approvals).toEqual({ given: ['Bob Okafor'], required: 2, missing: 1, why });
    expect(view.statusSentence).toContain('until one more person approves');
    expect(view.statusSentence).toContain(why);
    const other = viewOf(lived(proposal(content(), starterNamed('bob')), [approvalOf('ana')]));
    const twice = [
      approvalOf('bob'),
      approvalOf('ana'),
      { type: 'approved', applyNotBefore: start } as const,
    ];
    const done = lived(proposal(content(), starterNamed('bob')), twice);
    const ended = lived(proposal(content(), starterNamed('bob')), [
      ...twice,
      { type: 'superseded', reason: { code: 'TEXT_CHANGED', detail: 'edited' } },
    ]);
    for (const record of [done, ended])
      expect(viewOf(record).approvals).toMatchObject({
        given: ['Bob Okafor', 'Ana Diaz'],
        required: 2,
        missing: 0,
        why: null,
      });
    expect(other.approvals).toMatchObject({ required: 1 });
    const two = viewOf(lived(proposal(content({ requiredApprovals: 2 }), starterNamed('bob')), []));
    expect(two.approvals).toMatchObject({ required: 2, missing: 2, why: null });
  });

  test('credentials that are tied to nobody may be any approver’s: it is said, and too few are said to be', () => {
    const record = lived(proposal(content({ intent: 'give-back' }), starterNamed('nobody')), []);
    const tied = "The credentials that asked for it are tied to no approver and may be one's";
    expect(viewOf(record).approvals).toMatchObject({
      ...{ required: 2, missing: 2, why: `${tied}: 2 people must approve.` },
    });
    const [ana, ...others] = peopleConfiguration().approvers;
    const alone = viewOf(record, peopleConfiguration({ approvers: [ana] }));
    expect(alone.statusSentence).toContain('Only 1 approver has scopes that cover every target, and 2 must');
    const session = (name: string): string => `arn:aws:sts::111111111111:assumed-role/Sso/${name}`;
    const known = peopleConfiguration({
      approvers: [{ ...ana, principals: [session('ana')] }, ...others],
      identityCenterRoles: ['Sso'],
    });
    const john = { type: 'principal', arn: session('john'), approverId: null } as const;
    expect(
      viewOf(lived(proposal(content({ intent: 'give-back' }), john), []), known).approvals,
    ).toMatchObject({
      required: 1,
      missing: 1,
      why: `${tied}: 2 people must approve, or one of those whom IAM Identity Center tells apart from them (Ana Diaz).`,
    });
  });

  test('where nobody knows who started the review, two people must approve, and too few are said to be', () => {
    const record = lived(proposal(content(), starterNamed('unknown')), []);
    const why =
      'Who started the review is not known, or several did, so nobody may approve alone: 2 people must.';
    expect(viewOf(record)).toMatchObject({
      approvals: { given: [], required: 2, missing: 2, why },
      statusSentence: expect.stringMatching(/^Nothing changes until 2 people approve\. .* 2 people must\.$/),
    });
    const [ana] = peopleConfiguration().approvers;
    const alone = viewOf(record, peopleConfiguration({ approvers: [ana] }));
    expect(alone.statusSentence).toContain(
      'Only 1 approver has scopes that cover every target, and 2 must approve',
    );
    expect(outboxEntry(record, record.history[0] as ChangeEvent)?.detail.data).toMatchObject({
      requiredApprovals: 2,
    });
  });

  test.each([
    [null, 'proposed revision 1'],
    ['stale', 'proposed revision 1, in a review that began because an approved change was stale'],
    ['bob', 'proposed revision 1, in a review that Bob Okafor (arn:aws:iam::111111111111:user/bob) started'],
    ['nobody', 'proposed revision 1, in a review that arn:aws:iam::111111111111:user/eve started'],
    ['unknown', 'proposed revision 1, in a review of which AWS does not say who started it'],
  ])('the history says that %s started it', (who, words) => {
    expect(viewOf(lived(proposal(content(), starterNamed(who)), [])).history[0]?.what).toBe(words);
  });

  test.each([
    ['approval-recorded', 'waiting for a decision', /Approved so far by Bob Okafor/],
    ['approved', 'approved', /^Approved by Bob Okafor on .*applied after 2026-03-03 13:00 UTC.*cancel/],
    ['applied', 'applied', /applied on 2026-03-03 09:00 UTC\. It can be rolled back until 2026-06-01/],
    ['roll-back-requested', 'being rolled back', /^Bob Okafor asked on .* a team needs it/],
    ['interrupted', 'interrupted', /Nothing goes on by itself/],
    [
      'refused-and-failed',
      'apply failed',
      /try again \(ConcurrentModificationException\)\. Nothing was changed/,
    ],
  ])('after %s', (last, label, sentence) => {
    const proposed = proposal(content({ requiredApprovals: last === 'approval-recorded' ? 2 : 1 }));
    const view = viewOf(lived(proposed, bodiesUntil(last)));
    expect(view.statusLabel).toBe(label);
    expect(view.statusSentence).toMatch(sentence);
  });

  test.each<[string, EventBody, RegExp]>([
    [
      'rejected',
      { type: 'rejected', approverId: 'ana', reason: 'we need it', notAgainBefore: start + 90 * day },
      /^Rejected by Ana Diaz .* we need it\. Nothing was changed; not proposed again before 2026-06-01/,
    ],
    [
      'snoozed',
      { type: 'snoozed', approverId: 'ana', reason: 'later', until: start + 30 * day },
      /until 2026-04-02/,
    ],
    ['expired', { type: 'expired' }, /expired unapplied/],
    [
      'superseded',
      { type: 'superseded', reason: { code: 'TEXT_CHANGED', detail: 'somebody edited the SCP' } },
      /somebody edited the SCP\. Nothing was changed/,
    ],
  ])('after it was %s', (label, body, sentence) => {
    const view = viewOf(lived(proposal(), [body]));
    expect(view.statusLabel).toBe(label);
    expect(view.statusSentence).toMatch(sentence);
    expect(view.decideBy).toBeNull();
  });

  test('what could not be sent is shown until it is', () => {
    const failed: EventBody = {
      type: 'notify-failed',
      approverId: 'ana',
      channel: 'slack',
      purpose: 'decide:1',
      failure: { code: 'NOT_SENT', detail: 'Slack answered 500' },
    };
    const told: EventBody = { type: 'notified', approverId: 'ana', channel: 'slack', purpose: 'decide:1' };
    expect(viewOf(lived(proposal(), [failed])).notReached).toEqual(['Ana Diaz by slack: Slack answered 500']);
    expect(viewOf(lived(proposal(), [failed, told])).notReached).toEqual([]);
  });

  test('the history tells what people did, not how machines went about it', () => {
    const claim: EventBody = {
      type: 'notifying',
      claims: [{ approverId: 'ana', channel: 'email', purpose: 'decide:1' }],
    };
    const { history } = viewOf(lived(proposal(), [claim, ...bodiesUntil('applied')]));
    expect(history.map(({ what }) => what)).toEqual([
      'proposed revision 1',
      'approved',
      'approval complete; applied not before 2026-03-03 13:00 UTC',
      'proved again and began to apply',
      'applied',
    ]);
  });
});

describe('the meaning of an edit', () => {
  test.each([
    [
      'a new statement',
      beforeText,
      afterText,
      '+2 services denied, nothing removed, 1 other statement unchanged',
    ],
    ['a new SCP', null, afterText, '+2 services denied, nothing removed, statement without a Sid added'],
    ['nothing', afterText, afterText, '+0 services denied, nothing removed, 2 other statements unchanged'],
    ['a removal', afterText, beforeText, '+0 services denied, 1 removed, 1 other statement unchanged'],
    [
      'one more in our statement',
      afterText,
      afterText.replace('"lex:*"],"Resource":"*"}]}', '"lex:*","mq:*"],"Resource":"*"}]}'),
      '+1 service denied, nothing removed, 1 other statement unchanged',
    ],
    [
      'more that is allowed is never called denied',
      beforeText,
      beforeText.replace('"s3:*"', '"s3:*","ec2:*"'),
      '+0 services denied, nothing removed, statement without a Sid changed',
    ],
  ])('%s', (_, before, after, summary) => {
    expect(meaningOf(before, after).summary).toBe(summary);
  });

  const denying = (Sid: string, Action: readonly string[], Condition?: object) => ({
    ...{ Sid, Effect: 'Deny', Action, Resource: '*' },
    ...(Condition && { Condition }),
  });
  const but = (...names: readonly string[]) => ({
    ArnNotLike: { 'aws:PrincipalArn': names.map((name) => `arn:aws:iam::222222222222:role/${name}`) },
  });
  const ours = 'DenyUnusedServices';
  test.each([
    [
      'parted in two of one scope',
      [denying(ours, ['lex:*', 'mq:*'], but('a', 'b'))],
      [denying(ours, ['lex:*'], but('b', 'a')), denying(`${ours}2`, ['mq:*'], but('a', 'b'))],
      '+0 services denied, nothing removed',
    ],
    [
      'a statement of somebody else parted in two of one scope',
      [denying('Theirs', ['lex:*', 'mq:*'])],
      [denying('Theirs', ['lex:*']), denying('Other', ['mq:*'])],
      '+0 services denied, nothing removed',
    ],
    [
      'somebody more exempt within our statement',
      [denying(ours, ['lex:*', 'mq:*'], but('a'))],
      [denying(ours, ['lex:*', 'mq:*'], but('a', 'b'))],
      '2 services denied to others than before, nothing removed',
    ],
    [
      'a statement that is gone and whose service another one denies to everybody',
      [denying(ours, ['lex:*'], but('a'))],
      [denying(`${ours}2`, ['lex:*', 'mq:*'])],
      '+1 service denied, 1 service denied to others than before, nothing removed',
    ],
    [
      'a statement that is gone with one of its services',
      [denying(ours, ['lex:*', 'mq:*'])],
      [denying(`${ours}2`, ['lex:*'])],
      `+0 services denied, 1 removed`,
    ],
    [
      'somebody more exempt within a statement of somebody else',
      [denying('Theirs', ['lex:*'], but('a'))],
      [denying('Theirs', ['lex:*'], but('a', 'b'))],
      '+0 services denied, nothing removed, statement Theirs changed',
    ],
  ])('to whom: %s', (_, before, after, summary) => {
    const textOf = (Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
    expect(meaningOf(textOf(before), textOf(after)).summary).toBe(summary);
  });

  test('what stays denied, but to others, is neither denied newly nor taken away', () => {
    const ours = (Sid: string, Action: readonly string[], Condition?: object) => ({
      ...{ Sid, Effect: 'Deny', Action, Resource: '*' },
      ...(Condition && { Condition }),
    });
    const exempt = { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::222222222222:role/bots'] } };
    const textOf = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
    const before = textOf(ours('DenyUnusedServices', ['dms:*', 'lex:*', 'mq:*']));
    const after = textOf(
      ours('DenyUnusedServices', ['dms:*']),
      ours('DenyUnusedServices2', ['lex:*'], exempt),
    );
    expect(meaningOf(before, after)).toMatchObject({
      summary: '1 service denied to others than before, 1 removed',
      ...{ added: [], toOthers: ['lex:*'], removed: ['mq:*'] },
    });
  });
});
