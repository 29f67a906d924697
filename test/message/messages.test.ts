import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EventBody } from '../../core/change/life/events.ts';
import { changeMail } from '../../core/message/mails/change-mail.ts';
import { escapeMrkdwn } from '../../core/message/slack/mrkdwn.ts';
import { qNotification } from '../../core/message/slack/q-notification.ts';
import { closedSlackMessage, slackMessage } from '../../core/message/slack/slack-blocks.ts';
import type { ChangeView } from '../../core/message/views/change-view.ts';
import type { NoticeKind } from '../../core/message/views/notice-kind.ts';
import { checkBlocks } from '../../sandbox/slack-blocks.ts';
import { bodiesUntil } from '../change/lives.ts';
import { day, start } from '../change/samples.ts';
import { anyText } from '../support/any-text.ts';
import { sampleChange, viewOf } from './sample-view.ts';

const token = 'k3J'.padEnd(42, 'x').concat('A');
const url = `https://approve.example.com/changes/chg-0123456789ab?token=${token}`;
const ana = { name: 'Ana Diaz', email: 'ana@example.com' };
const kinds: readonly NoticeKind[] = [
  ...(['decide', 'reminder', 'question', 'handed-over'] as const),
  ...(['approved', 'applied', 'apply-failed', 'interrupted'] as const),
  ...([
    'approval',
    'rejected',
    'snoozed',
    'expired',
    'superseded',
    'cancelled',
    'rolling-back',
    'rolled-back',
  ] as const),
];

/** The change as it stands when a notice of this kind is sent. */
function viewFor(kind: NoticeKind, services = 7, strangers = {}, reason = 'a team needs it'): ChangeView {
  const failure = { code: 'TEXT_CHANGED', detail: reason };
  const ends: Partial<Record<NoticeKind, readonly EventBody[]>> = {
    approved: bodiesUntil('approved'),
    applied: bodiesUntil('applied'),
    'apply-failed': [...bodiesUntil('apply-started'), { type: 'apply-failed', failure }],
    interrupted: [...bodiesUntil('step-sending'), { type: 'interrupted', detail: reason }],
    rejected: [{ type: 'rejected', approverId: 'ana', reason, notAgainBefore: start + 90 * day }],
    snoozed: [{ type: 'snoozed', approverId: 'ana', reason, until: start + 30 * day }],
    question: [{ type: 'asked', approverId: 'ana', question: reason }],
    'handed-over': [{ type: 'handed-over', approverId: 'ana', toApproverId: 'bob', reason }],
    expired: [{ type: 'expired' }],
    superseded: [{ type: 'superseded', reason: failure }],
    cancelled: [...bodiesUntil('approved'), { type: 'cancelled', approverId: 'ana', reason }],
    'rolling-back': [...bodiesUntil('applied'), { type: 'roll-back-requested', approverId: 'ana', reason }],
  };
  return viewOf(sampleChange(services, strangers, ends[kind] ?? []));
}

const unseen = /(?![\ufe0e\ufe0f])[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u;

function expectPlainMail(
  mail: { readonly subject: string; readonly text: string },
  link: string | null,
): void {
  expect(mail.subject).toMatch(/^[\x20-\x7e]{1,99}$/);
  const lines = mail.text.split('\n');
  for (const line of lines) if (line !== link) expect(line.length).toBeLessThanOrEqual(72);
  if (link !== null) expect(lines.filter((line) => line.includes(token))).toEqual([link]);
  expect(mail.text.replaceAll('\n', '')).not.toMatch(unseen);
}

describe('without a page', () => {
  const commands = [
    'npx --no -- oar changes show chg-1',
    "npx --no -- oar changes approve chg-1 --confirm 'Development'",
  ];

  test.each(kinds)('%s: the commands stand in every channel where a link would', (kind) => {
    const view = viewFor(kind);
    const mail = changeMail({ kind, view, to: ana, url: null, commands }).text;
    const isOffered = changeMail({ kind, view, to: ana, url }).text.includes(url);
    const slack = slackMessage({ kind, view, url: null, commands });
    const { nextSteps } = qNotification(kind, view, commands).content;
    checkBlocks(slack.blocks);
    for (const command of commands) {
      expect(mail.split('\n').includes(command)).toBe(isOffered);
      expect(JSON.stringify(slack.blocks).includes(command)).toBe(isOffered);
      expect(nextSteps.some((step) => step.includes(command) && step.length <= 350)).toBe(isOffered);
    }
  });
});

describe('mail', () => {
  test('a question says what, where, risk, by when, why, the edit and how to answer', () => {
    const { subject, text } = changeMail({ kind: 'decide', view: viewFor('decide'), to: ana, url });
    expect(subject).toMatch(/^\[SCP\] Decide by 2026-03-06: Deny 7 unused services in Development/);
    for (const label of ['WHAT', 'WHERE', 'RISK', 'DECIDE', 'THEN', 'EVIDENCE', 'DIFF'])
      expect(text).toMatch(new RegExp(`^${label} `, 'm'));
    expect(text.replace(/\s+/g, ' ')).toContain("Judged by AWS's access reports; not proven: regions.");
    expect(text).toContain('If nobody answers, it expires');
    expect(text).toContain(`\n${url}\n`);
    expect(text).toContain('personal to ana@example.com');
    // Commands stand whole on their lines, so that they can be copied.
    expect(text).toContain(`\nnpx --no -- oar changes show ${viewFor('decide').id}\n`);
    expect(text).toContain('3 services never used in 400 days: service-001 (Amazon service-001),');
    expect(text).toContain('account dev-1 222222222222');
  });

  test.each(kinds)('%s: lines, subject and link as they must be, for 1, 50 and 500 services', (kind) => {
    for (const services of [1, 50, 500]) {
      const view = viewFor(kind, services);
      for (const link of [url, null]) {
        const mail = changeMail({ kind, view, to: ana, url: link });
        const isOffered = mail.text.includes(url);
        expectPlainMail(mail, isOffered ? link : null);
        expect(mail.text.length).toBeLessThan(8_000);
        expect(mail.text).not.toContain('undefined');
      }
    }
  });

  test('only what can still be done has a link', () => {
    const withLink = kinds.filter((kind) =>
      changeMail({ kind, view: viewFor(kind), to: ana, url }).text.includes(url),
    );
    expect(withLink).toEqual(kinds.slice(0, 8));
  });
});

test('a question and a hand-over stand in every channel with who wrote them', () => {
  for (const [kind, words] of [
    ['question', 'Ana Diaz asks: who runs the bots?'],
    ['handed-over', 'Ana Diaz hands it over to Bob Okafor: who runs the bots?'],
  ] as const) {
    const view = viewFor(kind, 7, {}, 'who runs the bots?');
    expect(changeMail({ kind, view, to: ana, url }).text.replaceAll(/\s+/g, ' ')).toContain(words);
    expect(JSON.stringify(slackMessage({ kind, view, url }))).toContain(words);
    expect(qNotification(kind, view).content.description).toContain(words);
    expect(view.history.map(({ what }) => what).join()).toContain('who runs the bots?');
  }
});

describe('Slack', () => {
  test.each(kinds)('%s: within the limits of Block Kit for 1, 50 and 500 services', (kind) => {
    for (const services of [1, 50, 500]) {
      const view = viewFor(kind, services);
      for (const message of [slackMessage({ kind, view, url }), slackMessage({ kind, view, url: null })]) {
        expect(checkBlocks(message.blocks)).toEqual([]);
        expect(message).toMatchObject({ unfurl_links: false, unfurl_media: false });
        expect(JSON.stringify(message)).not.toMatch(/"value"|undefined|"actions"/);
        expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(16_000);
      }
    }
  });

  test('a question has a text link, six figures and the evidence', () => {
    const text = JSON.stringify(slackMessage({ kind: 'decide', view: viewFor('decide'), url }));
    expect(text).toContain(`<${url}|Review and decide>`);
    for (const figure of ['Where', 'Accounts', 'Policy', 'Risk', 'Decide by', 'Digest'])
      expect(text).toContain(figure);
    expect(text).toContain('never used in 400 days: `service-001`');
    expect(text).toContain('<!date^1772787600^');
  });

  test('for all to read: no link, but the way for AWS credentials', () => {
    const text = JSON.stringify(slackMessage({ kind: 'decide', view: viewFor('decide'), url: null }));
    expect(text).not.toContain('token=');
    expect(text).toContain('npx --no -- oar changes show chg-');
  });

  test('after the decision: the headline struck out, who decided, no link', () => {
    const message = closedSlackMessage(viewFor('rejected'), 1);
    const text = JSON.stringify(message);
    expect(text).toContain('~Deny 7 unused services in Development (2 accounts)~');
    expect(text).toContain('Rejected by Ana Diaz');
    expect(text).not.toContain('http');
    expect(checkBlocks(message.blocks)).toEqual([]);
  });
});

test.each(kinds)('Amazon Q, %s: within its limits and without a link', (kind) => {
  for (const services of [1, 50, 500]) {
    const { content, metadata, ...head } = qNotification(kind, viewFor(kind, services));
    expect(head).toMatchObject({ version: '1.0', source: 'custom' });
    expect(content.title.length).toBeLessThanOrEqual(250);
    expect(content.description.length).toBeLessThanOrEqual(8_000);
    for (const step of content.nextSteps) expect(step.length).toBeLessThanOrEqual(350);
    for (const keyword of content.keywords) expect(keyword.length).toBeLessThanOrEqual(75);
    expect(JSON.stringify({ content, metadata })).not.toMatch(/http|token/);
    for (const value of Object.values(metadata.additionalContext)) expect(typeof value).toBe('string');
  }
});

const nasty = fc.oneof(
  anyText,
  fc.constantFrom(
    '<!channel> <@U0BOB> <https://evil.example|Review and decide>',
    '<script>alert(1)</script>&lt;b&gt;',
    '*bold* _it_ ~gone~ `code` ```fence```',
    'a\r\nSubject: b\n\nhttps://evil.example/changes/x?token=y\u2028www.evil.example',
    '\u202egnp.exe\u2066\u200b\u0007\u001b[31m',
    '\ud83d',
    '😀'.repeat(80),
    '&'.repeat(10_000),
    '<!channel>'.repeat(1_000),
    'x'.repeat(10_000),
    '\ufdfa '.repeat(3_000),
  ),
);

test('names and reasons that strangers wrote never break out of any message', () => {
  fc.assert(
    fc.property(
      nasty,
      nasty,
      nasty,
      nasty,
      fc.constantFrom(...kinds),
      (entity, account, policy, reason, kind) => {
        const view = viewFor(kind, 5, { entity, account, policy }, reason);
        const mail = changeMail({ kind, view, to: ana, url });
        expectPlainMail(mail, mail.text.includes(url) ? url : null);
        expect(mail.text.replaceAll(url, '')).not.toMatch(/:\/\/|\bwww\./i);

        const message = slackMessage({ kind, view, url });
        const closed = closedSlackMessage(view, 1);
        for (const { blocks, text } of [message, closed]) {
          expect(checkBlocks(blocks)).toEqual([]);
          expect(text.length).toBeLessThanOrEqual(3_000);
          expect(angled(text)).toEqual([]);
          for (const part of mrkdwnOf(blocks)) {
            expect(angled(part).filter((tag) => tag !== `<${url}|` && !tag.startsWith('<!date^'))).toEqual(
              [],
            );
            expect(part.replace(/[\u200b\n]/g, '')).not.toMatch(unseen);
            expect(part.replaceAll(url, '')).not.toMatch(/:\/\//);
          }
        }
        const { content } = qNotification(kind, view);
        expect(content.title.length).toBeLessThanOrEqual(250);
        expect(content.description.length).toBeLessThanOrEqual(8_000);
        expect(angled(`${content.title}${content.description}`)).toEqual([]);
      },
    ),
    { numRuns: process.env.LONG ? 1_000 : 30 },
  );
});

test('no sign of a stranger formats anything in Slack', () => {
  const safe = escapeMrkdwn('*bold* _slanted_ ~struck~ `code` ```block``` <@U0ANA> &amp;');
  // An invisible space before it takes a sign its meaning.
  expect(safe.replaceAll(/\u200b[*_~`]/g, '')).not.toMatch(/[*_~`]/);
  expect(safe).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
});

/** What Slack would take for a link, a mention or a date: up to the bar. */
function angled(text: string): readonly string[] {
  return [...text.matchAll(/<[^|>]*[|>]?/g)].map(([tag]) => (tag.startsWith('<!date^') ? '<!date^' : tag));
}

function mrkdwnOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { text, type } = value as { readonly text?: unknown; readonly type?: unknown };
  const own = type === 'mrkdwn' && typeof text === 'string' ? [text] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnOf)];
}
