import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { meansTheSame } from '../../core/policy/same-meaning.ts';
import {
  askForRollBack,
  begin,
  deny,
  giveBack,
  isDenied,
  rollBackOneStep,
  type Sequence,
  writtenBy,
} from '../change/scp-sequence.ts';

const services = ['lex', 'dms', 'mq'] as const;
const ids = ['A', 'B', 'C'] as const;
const anybody = 'arn:aws:iam::222222222222:role/Other';
const somebodys =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["lex:*","dms:*","mq:*","s3:*"],"Resource":"*"}]}';

/** Whose roll back takes the next step, and whether AWS refuses its write. */
const turn = fc.record({ of: fc.constantFrom(...ids), isRefused: fc.boolean() });

/** The turns of some people, then of each in an order until all are done. */
const course = fc.record({
  text: fc.constantFrom(null, somebodys),
  changes: fc.integer({ min: 2, max: 3 }),
  fault: fc.constantFrom('none', 'none', 'written', 'not written'),
  givesBack: fc.option(fc.nat(8)),
  turns: fc.array(turn, { maxLength: 14 }),
  last: fc.shuffledSubarray([...ids], { minLength: 3 }),
});

function takeTurn(sequence: Sequence, id: string, isRefused: boolean): string {
  const status = sequence.records.get(id)?.state.status;
  if (status === undefined || status === 'rolled-back') return 'nothing';
  if (status !== 'rolling-back') {
    askForRollBack(sequence, id);
    return 'asked';
  }
  return rollBackOneStep(sequence, id, isRefused) ?? 'rolled back';
}

test('changes of one SCP that are rolled back at the same time, with refusals and in any order, leave nothing of ours that denies', () => {
  const seen = new Map<string, number>();
  const saw = (did: string) => seen.set(did, (seen.get(did) ?? 0) + 1);
  fc.assert(
    fc.property(course, ({ changes, fault, givesBack, last, text, turns }) => {
      const sequence = begin(text);
      for (const [index, id] of ids.slice(0, changes).entries())
        deny(sequence, id, [services[index] ?? ''], index > 0 && index + 1 === changes ? fault : 'none');
      const outcomes = new Map<string, string[]>();
      const go = (id: string, isRefused: boolean): string => {
        const did = takeTurn(sequence, id, isRefused);
        expect(did).not.toContain('stopped');
        outcomes.set(id, [...(outcomes.get(id) ?? []), did]);
        saw(did);
        return did;
      };
      for (const [index, { isRefused, of }] of turns.entries()) {
        go(of, isRefused);
        if (index !== givesBack || sequence.records.get('B')?.state.status !== 'applied') continue;
        if (giveBack(sequence, 'G', { of: 'B', services: ['dms'] }) === null) saw('give back');
      }
      for (const id of last)
        for (;;) {
          const did = go(id, false);
          if (did === 'nothing') break;
        }
      for (const service of services)
        expect([service, isDenied(sequence, service, anybody), [...outcomes]]).toEqual([
          ...[service, false, [...outcomes]],
        ]);
      if (text === null) expect(sequence.live).toBeNull();
      else expect(meansTheSame(sequence.live?.text ?? '{}', text)).toBe(true);
      expect(writtenBy(sequence).map(({ state }) => state.status)).not.toContain('rolling-back');
      const kept = [...outcomes.values()].filter((did) => did.includes('kept') && did.includes('deleted'));
      if (kept.length > 0) saw('kept, then deleted');
    }),
    { numRuns: process.env.LONG ? 5_000 : 200 },
  );
  for (const did of ['refused', 'kept', 'deleted', 'removed', 'restored', 'give back', 'kept, then deleted'])
    expect([did, (seen.get(did) ?? 0) > 0]).toEqual([did, true]);
});
