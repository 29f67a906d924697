import { expect, test } from '@jest/globals';
import { code, escapeMrkdwn } from '../../core/message/slack/mrkdwn.ts';
import { asciiSubject, harmless, wrap } from '../../core/message/words/plain-text.ts';

// A mail or chat program makes a link of each of these.
test.each([
  ['https://evil.example.com/x', 'https: //evil .example .com/x'],
  ['write to mailto:ana@evil.example', 'write to mailto :ana @evil .example'],
  ['www.evil.example', 'www .evil .example'],
  ['see evil.example', 'see evil .example'],
  ['version 1.2.3, item 4.5', 'version 1.2.3, item 4.5'],
  ['The end. Next', 'The end. Next'],
])('%s is written as %s', (text, written) => {
  expect(harmless(text)).toBe(written);
});

// Names of people and our own words are no address: they stay as they can be copied.
test.each([
  'arn:aws:iam::222222222222:user/alice.smith',
  'arn:aws:sts::222222222222:assumed-role/Admin/ana@example.com',
  'user alice.smith, role app_v1.release-x',
  'sources.regions is off; memberRoles.read, highRisk.services, slack.signingSecret',
  'app (lambda.amazonaws.com, edgelambda.lambda.amazonaws.com, s3.amazonaws.com, ec2.amazonaws.com.cn)',
  'no evil.comrade',
])('%s stays', (text) => {
  expect(harmless(text)).toBe(text);
  expect(asciiSubject(text)).toBe(text);
  expect(wrap(text, '', '').join(' ')).toBe(text);
});

test.each([
  ['bucket.s3.amazonaws.com', 'bucket.s3.amazonaws .com'],
  ['ec2-198-51-100-7.compute-1.amazonaws.com', 'ec2-198-51-100-7.compute-1.amazonaws .com'],
  ['lambda.amazonaws.com.evil.net', 'lambda.amazonaws .com.evil .net'],
  ['memberRoles.read.evil.app', 'memberRoles .read.evil .app'],
  ['evil.com_x evil.COM2', 'evil .com_x evil .COM2'],
  ['evil.中国 evil.xn--fiqs8s', 'evil .中国 evil .xn--fiqs8s'],
  ['हिन्दी.com goog\u0142e\u0323.com/login', 'हिन्दी .com goog\u0142e\u0323 .com/login'],
  ['i\u2764\ufe0f.ws, \u{1f355}.evil.to', 'i\u2764\ufe0f .ws, \u{1f355}.evil .to'],
  ['arn:aws:iam::222222222222:user/x, evil.com', 'arn:aws:iam::222222222222:user/x, evil .com'],
  ['arn:aws:iam::222222222222:user/(evil.com)/x.io', 'arn:aws:iam::222222222222:user/(evil .com)/x .io'],
  ['arn:aws:iam::222222222222:user/https://evil.com', 'arn:aws:iam::222222222222:user/https: //evil .com'],
])('no link to somebody: %s', (text, written) => {
  expect(harmless(text)).toBe(written);
});

test('a cut makes no host name', () => {
  expect(harmless(`${'a'.repeat(10)}.community`, 17)).toBe('aaaaaaaaaa .co...');
  const name = `${'a'.repeat(56)}.communist`;
  expect(wrap(name, '', '').join('\n')).not.toMatch(/a\.com$/m);
  expect(escapeMrkdwn(`<<<${'a'.repeat(10)}.communist`, 27)).toBe('&lt;&lt;&lt;aaaaaaaaaa…');
});

test('a code span holds what can be copied, and nothing in it ends it', () => {
  expect(code('arn:aws:iam::222222222222:user/alice.smith@example.com').mrkdwn).toBe(
    '`arn:aws:iam::222222222222:user/alice.smith@example.com`',
  );
  expect(code('a`b <!here> & "c"').mrkdwn).toBe('`a\u02cbb &lt;!here&gt; &amp; "c"`');
});
