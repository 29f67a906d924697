import { expect, test } from '@jest/globals';
import { changeMail } from '../../core/message/mails/change-mail.ts';
import { blockedWords, judgesWords } from '../../core/message/words/risk-words.ts';
import { nobodyAsked } from '../../core/proof/verdict.ts';
import { checksSection } from '../../web/pages/change-checks.ts';
import { bodiesUntil, lived } from '../change/lives.ts';
import { content, proposal } from '../change/samples.ts';
import { viewOf } from './sample-view.ts';

const checks = (...given: readonly (readonly [name: string, verdict: string, detail?: string])[]) => ({
  checks: given.map(([name, verdict, detail = 'as it was found']) => ({ name, verdict, detail })),
});

test.each([
  ['no source is on', checks(['syntax', 'ok']), "Judged by AWS's access reports; no check is open."],
  [
    'a source that cannot be read is no judge',
    checks(['regions', 'not-proven'], ['second-judge', 'ok']),
    "Judged by AWS's access reports and AWS's policy simulator; not proven: regions.",
  ],
  [
    'a source that nobody had to ask is no judge',
    checks(['regions', 'ok', nobodyAsked], ['no-running-resources', 'ok']),
    "Judged by AWS's access reports and what accounts pay; no check is open.",
  ],
  [
    'all sources spoke',
    checks(
      ['regions', 'ok'],
      ['no-running-resources', 'ok'],
      ['second-judge', 'ok'],
      ['replay', 'ok'],
      ['no-moved-accounts', 'not-proven'],
    ),
    "Judged by AWS's access reports, AWS's policy simulator, the Regions that accounts may use, what accounts pay and the calls in the organization's trail; not proven: whether accounts moved.",
  ],
])('%s', (_, certificate, words) => {
  expect(judgesWords(certificate)).toBe(words);
});

const detail = 'no record of https://evil.example (222222222222)';
const viewWith = (verdict: 'ok' | 'not-proven') => {
  const certificate = { ok: true, checks: [{ name: 'replay', verdict, detail }] };
  return viewOf(lived(proposal(content({ certificate })), bodiesUntil('proposed')));
};

test('what a change would have blocked: known, not known, not asked', () => {
  expect(blockedWords(viewWith('ok'))).toBe(detail);
  expect(blockedWords(viewWith('not-proven'))).toBe(`nobody knows: ${detail}`);
  expect(blockedWords({ checks: [] })).toBeNull();
});

test('a page says once why nobody knows what a change would have blocked, where doubts stand out', async () => {
  const page = String(await checksSection(viewWith('not-proven')));
  expect(page).toContain(
    '<div class="notice"><h3>What would this have blocked?</h3><p>Nobody knows: no record of',
  );
  expect(page.split('<details')[0]?.match(/no record of/g)).toHaveLength(1);
  expect(String(await checksSection(viewWith('ok')))).toContain(
    '<div><h3>What would this have blocked?</h3>',
  );
});

test('a mail says it too, and no address in it works', () => {
  const to = { name: 'Ana', email: 'ana@example.com' };
  const { text } = changeMail({ kind: 'decide', view: viewWith('not-proven'), to, url: null });
  const flat = text.replace(/\s+/g, ' ');
  expect(flat).toContain('What would this have blocked? Nobody knows: no record of https: //evil .example');
});
