import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { intoMessages, type Question } from '../../core/message/mails/digest.ts';
import { digestMail } from '../../core/message/mails/digest-mail.ts';
import { digestSlackMessage } from '../../core/message/slack/digest-slack.ts';
import { qDigest } from '../../core/message/slack/q-notification.ts';
import {
  expiredMail,
  expiredNotification,
  expiredSlackMessage,
} from '../../core/message/telling/expired-digest.ts';
import type { NoticeKind } from '../../core/message/views/notice-kind.ts';
import type { Recipient } from '../../core/message/views/recipients.ts';
import { checkBlocks } from '../../sandbox/slack-blocks.ts';
import { anyText } from '../support/any-text.ts';
import { sampleChange, viewOf } from './sample-view.ts';

const token = 'k3J'.padEnd(42, 'x').concat('A');
const url = `https://approve.example.com/changes/chg-0123456789ab?token=${token}`;
const ana = { email: 'ana@example.com' };

function questions(count: number, services: number, strangers = {}): [Question, ...Question[]] {
  const view = viewOf(sampleChange(services, strangers));
  return Array.from({ length: count }, (): Question => ({ view, url })) as [Question, ...Question[]];
}

describe('a digest', () => {
  test.each([2, 17, 40])('of %i changes keeps to what mail, Slack and Amazon Q take', (count) => {
    for (const services of [1, 50, 500]) {
      const all = questions(count, services);
      const { subject, text } = digestMail(all, ana);
      expect(subject).toMatch(/^\[SCP\] Decide on \d+ changes, the first by 2026-03-06: /);
      expect(subject.length).toBeLessThan(100);
      const lines = text.split('\n');
      for (const line of lines) if (line !== url) expect(line.length).toBeLessThanOrEqual(72);
      expect(lines.filter((line) => line === url)).toHaveLength(count);
      expect(text.length).toBeLessThan(100_000);
      expect(text).toContain('personal to ana@example.com');
      expect(text).toContain('\nnpx --no -- oar changes list\n');
      const slack = digestSlackMessage(all);
      expect(checkBlocks(slack.blocks)).toEqual([]);
      expect(JSON.stringify(slack).split(`<${url}|Review and decide>`)).toHaveLength(count + 1);
      const { content, metadata } = qDigest(all);
      expect(content.title.length).toBeLessThanOrEqual(250);
      expect(content.description.length).toBeLessThanOrEqual(8_000);
      expect(JSON.stringify({ content, metadata })).not.toMatch(/http|token/);
    }
  });

  test.each([2, 17, 40])('of %i changes that expired keeps to the same, and has no link', (count) => {
    for (const services of [1, 500]) {
      const all = questions(count, services);
      const { subject, text } = expiredMail(all);
      expect(subject).toMatch(/^\[SCP\] \d+ changes expired: /);
      expect(subject.length).toBeLessThan(100);
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(72);
      const slack = expiredSlackMessage(all);
      expect(checkBlocks(slack.blocks)).toEqual([]);
      const notification = expiredNotification(all);
      expect(notification.content.description.length).toBeLessThanOrEqual(8_000);
      for (const told of [text, JSON.stringify(slack), JSON.stringify(notification)]) {
        expect(told).not.toMatch(/http|token/);
        expect(told.replaceAll(/\s+/g, ' ')).toContain('A later review proposes again what still holds.');
      }
    }
  });

  test('says of each change what, where, which services, until when, with which risk, and which text', () => {
    const [{ view }] = questions(1, 7);
    const { text } = digestMail(questions(2, 7), ana);
    const flat = text.replaceAll(/\s+/g, ' ');
    for (const words of [
      view.headline,
      'service-000',
      'and 2 more',
      view.shortDigest,
      view.id,
      'Risk',
      'Decide by 2026-03-06',
    ])
      expect(flat).toContain(words);
    expect(text).toMatch(/1 of 2\nhttps:/);
  });

  test('without a page: the commands stand whole where the links would', () => {
    const commands = [
      'npx --no -- oar changes show chg-1',
      "npx --no -- oar changes approve chg-1 --confirm 'Development' --digest 0123456789ab",
    ];
    const all = questions(2, 3).map(({ view }) => ({ view, url: null, commands }));
    const text = digestMail(all, ana).text;
    for (const command of commands)
      expect(text.split('\n').filter((line) => line === command)).toHaveLength(2);
    expect(text).not.toMatch(/link|token/);
    expect(JSON.stringify(digestSlackMessage(all))).toContain('oar changes approve chg-1');
  });

  test('names that strangers wrote break out of none of its forms', () => {
    const nasty = fc.oneof(
      anyText,
      fc.constantFrom(
        '<!channel> <https://evil.example|Review and decide>',
        'a\r\nSubject: b\n\nhttps://evil.example/changes/x?token=y\u2028www.evil.example',
        '\u202egnp.exe\u0007\u001b[31m',
        '&'.repeat(10_000),
        'x'.repeat(10_000),
      ),
    );
    fc.assert(
      fc.property(nasty, nasty, (entity, account) => {
        const all = questions(3, 5, { entity, account });
        const { subject, text } = digestMail(all, ana);
        expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
        expect(text.replaceAll(url, '')).not.toMatch(/:\/\/|\bwww\./i);
        for (const line of text.split('\n')) if (line !== url) expect(line.length).toBeLessThanOrEqual(72);
        const { blocks, text: spoken } = digestSlackMessage(all);
        expect(checkBlocks(blocks)).toEqual([]);
        const bare = `${JSON.stringify(blocks)}${spoken}${JSON.stringify(qDigest(all).content)}`
          .replaceAll(`<${url}|Review and decide>`, '')
          .replaceAll(/<!date\^[^>]*>/g, '');
        expect(bare).not.toMatch(/[<>]|:\/\//);
      }),
      { numRuns: process.env.LONG ? 500 : 20 },
    );
  });
});

describe('which notices are one message', () => {
  const view = viewOf(sampleChange(2));
  const to = (id: string, channel: 'email' | 'slack' = 'email'): Recipient => ({
    ...{ id, channel, approver: null },
    address: { by: 'topic', topicArn: id },
  });
  const notice = (kind: NoticeKind, recipient: Recipient, hours = 0) => ({
    ...{ kind, recipient },
    view: { ...view, decideBy: (view.decideBy ?? 0) + hours },
  });

  test('questions to one reader in one channel, the most urgent first; news each by themselves', () => {
    const messages = intoMessages([
      notice('decide', to('ana'), 5),
      notice('decide', to('ana', 'slack')),
      notice('rejected', to('ana')),
      notice('reminder', to('ana'), 2),
      notice('decide', to('bob')),
      notice('rejected', to('ana')),
    ]);
    expect(
      messages.map((items) =>
        items.map(({ kind, recipient }) => `${recipient.id}/${recipient.channel} ${kind}`),
      ),
    ).toEqual([
      ['ana/email rejected'],
      ['ana/email rejected'],
      ['ana/email reminder', 'ana/email decide'],
      ['ana/slack decide'],
      ['bob/email decide'],
    ]);
  });

  test('more than one message holds are several', () => {
    const many = Array.from({ length: 95 }, () => notice('decide', to('ana')));
    expect(intoMessages(many).map(({ length }) => length)).toEqual([40, 40, 15]);
  });
});
