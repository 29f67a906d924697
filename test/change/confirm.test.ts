import { expect, test } from '@jest/globals';
import { parseDecision } from '../../core/change/decision-fields.ts';
import { content, start } from './samples.ts';

const isTaken = (expected: string, confirm: string): boolean =>
  'decision' in parseDecision({ decision: 'approve', confirm }, content({ confirm: expected }), [], start);

test.each([
  ['as it is', 'Development', 'Development'],
  ['with white space around it', 'Development', '  Development\n'],
  ['two spaces, of which a browser shows one', 'Dev  Ops', 'Dev Ops'],
  ['a space that does not break', 'Dev\u00a0Ops', 'Dev Ops'],
  ['letters composed another way', 'De\u0301veloppement', 'D\u00e9veloppement'],
  ['an invisible character, left out', 'Dev\u200bOps', 'DevOps'],
  ['an invisible character, typed as it is shown', 'Dev\u200bOps', 'Dev⟨U+200B⟩Ops'],
])('a name is confirmed %s', (_, expected, typed) => {
  expect(isTaken(expected, typed)).toBe(true);
});

test.each([
  ['another name', 'Development', 'Production'],
  ['a part of it', 'Development', 'Develop'],
  ['other letters', 'Development', 'development'],
  ['words run together', 'Dev Ops', 'DevOps'],
])('%s confirms nothing', (_, expected, typed) => {
  expect(isTaken(expected, typed)).toBe(false);
});
