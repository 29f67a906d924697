import { expect, test } from '@jest/globals';
import type { Result } from '../../core/base/result.ts';
import { exemptMore, removeDeny } from '../../core/policy/deny-statement.ts';
import { beforeText } from './samples.ts';
import { driftOf } from './scp-drift.ts';
import { begin, deny, editByHand, giveBack, tellDrift } from './scp-sequence.ts';

const bots = 'arn:aws:iam::222222222222:role/Bots';
const others = 'arn:aws:iam::222222222222:role/Others';
const size = { maximumCharacters: 5_120 };
/** An edit by hand that must be possible. */
const edited = (
  edit: Result<{ readonly text: string }, { readonly code: string; readonly detail: string }>,
): string => {
  if (!edit.ok) throw new Error(edit.reasons[0].detail);
  return edit.value.text;
};
const isFreed = (text: string): string =>
  edited(exemptMore(text, { services: ['lex'], principals: [bots], ...size }));
const isTakenOut = (text: string): string => edited(removeDeny(text, { services: ['lex'] }));
const isNarrowed = (text: string): string => text.replace('["dms:*","lex:*"]', '["dms:*","lex:Create*"]');

// Each was proposed from what our own write had left, approved, and found right before the write to be nothing.
test.each<[string, (text: string) => string, readonly string[], string | null]>([
  ['frees whoever it is for', isFreed, [bots], `${bots} may use lex already`],
  ['frees somebody else', isFreed, [others], null],
  ['frees somebody, and everybody asks', isFreed, [], null],
  ['takes the service out', isTakenOut, [], 'the SCP denies lex no longer'],
  ['takes the service out, and one asks', isTakenOut, [bots], 'the SCP denies lex no longer'],
  [
    'narrows our statement',
    isNarrowed,
    [],
    'the statement of ours that denies lex: it is no longer ours to change',
  ],
  [
    'narrows it, and one asks',
    isNarrowed,
    [bots],
    'the statement of ours that denies lex: it is no longer ours to change',
  ],
])('asked back after an edit by hand that %s', (_, edit, principals, refused) => {
  const sequence = begin(beforeText);
  deny(sequence, 'a', ['dms', 'lex']);
  editByHand(sequence, edit(sequence.live?.text ?? ''));
  for (const [id, detail] of Object.entries(driftOf(sequence))) tellDrift(sequence, id, detail);
  const asked = giveBack(sequence, 'g', { of: 'a', services: ['lex'], principals });
  if (refused === null) expect(asked).toBeNull();
  else expect(asked).toContain(refused);
});

// What was begun and not written, or what nobody knows of, left no text.
test('asked back after an edit by hand, while another write of ours was begun since', () => {
  const sequence = begin(beforeText);
  deny(sequence, 'a', ['dms', 'lex']);
  editByHand(sequence, isFreed(sequence.live?.text ?? ''));
  for (const [id, detail] of Object.entries(driftOf(sequence))) tellDrift(sequence, id, detail);
  deny(sequence, 'b', ['s3'], 'not written');
  expect(giveBack(sequence, 'g', { of: 'a', services: ['lex'], principals: [others] })).toBeNull();
});
