import { expect, test } from '@jest/globals';
import { harmless } from '../../core/message/plain-text.ts';

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
