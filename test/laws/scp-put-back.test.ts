import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ChangeRecord } from '../../core/change/life/life.ts';
import { standsIn } from '../../core/kinds/scp/ours/fold-writes.ts';
import { driftOf } from '../change/scp-drift.ts';
import {
  begin,
  deny,
  editByHand,
  giveBack,
  isDenied,
  policyId,
  rollBack,
  type Sequence,
  writtenBy,
} from '../change/scp-sequence.ts';

const services = ['lex', 'dms', 'glue', 'mq'] as const;
const bot = 'arn:aws:iam::222222222222:role/Bot';
const anybody = 'arn:aws:iam::222222222222:role/Other';
const text =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["lex:*","dms:*","glue:*","mq:*","s3:*"],"Resource":"*"}]}';

/** What happens: changes deny, give back to everybody or to one role, and are rolled back; people put back a text that stood before. */
const step = fc.record({
  do: fc.constantFrom('deny', 'deny', 'deny', 'give back', 'give back', 'exempt', 'roll back', 'put back'),
  services: fc.subarray([...services], { minLength: 1, maxLength: 3 }),
  pick: fc.nat(20),
});

function picked<Of>(from: readonly Of[], pick: number): Of | undefined {
  return from[pick % Math.max(1, from.length)];
}

function denying(sequence: Sequence): readonly ChangeRecord[] {
  return writtenBy(sequence).filter(
    ({ content, state }) => state.status === 'applied' && content.intent === undefined,
  );
}

/** Takes one step; answers what it was, if it was possible. */
function take(sequence: Sequence, each: typeof step extends fc.Arbitrary<infer Of> ? Of : never, id: string) {
  const of = picked(denying(sequence), each.pick);
  switch (each.do) {
    case 'deny': {
      const open = each.services.filter((service) => !isDenied(sequence, service, anybody));
      if (open.length > 0) deny(sequence, id, open);
      return open.length > 0 ? 'deny' : null;
    }
    case 'roll back':
      return of ? undo(sequence, of) : null;
    case 'give back':
    case 'exempt': {
      if (!of) return null;
      const principals = each.do === 'exempt' ? [bot] : [];
      const asked = { of: of.id, services: of.content.services.slice(0, 1), principals };
      return giveBack(sequence, id, asked) === null ? each.do : null;
    }
    default:
      return null;
  }
}

/** Rolled back, a change leaves nothing denied that no other one denies, and takes nothing from others. */
function undo(sequence: Sequence, { content, id }: ChangeRecord): string {
  const deniedByOthers = standsIn(writtenBy(sequence), policyId).claims.filter(
    ({ changeId, service }) => changeId !== id && isDenied(sequence, service, anybody),
  );
  const outcomes = rollBack(sequence, id).join();
  expect(outcomes).not.toContain('stopped');
  for (const { changeId, service } of deniedByOthers)
    expect([changeId, service, isDenied(sequence, service, anybody)]).toEqual([changeId, service, true]);
  for (const service of content.services)
    if (isDenied(sequence, service, anybody))
      expect([id, service, deniedByOthers.map((claim) => claim.service)]).toEqual([
        ...[id, service, expect.arrayContaining([service])],
      ]);
  return 'roll back';
}

/** Whatever is denied that was given back, and whoever is denied that was exempted, a review tells of a change that stands. */
function tells(sequence: Sequence): readonly string[] {
  const { claims, exemptions, takenBy } = standsIn(writtenBy(sequence), policyId);
  const told = driftOf(sequence);
  const of = denying(sequence);
  const isTaken = (changeId: string, service: string) =>
    isDenied(sequence, service, anybody) &&
    [...takenBy.values()].some((each) => each.of === changeId && each.service === service) &&
    !claims.some((each) => each.service === service);
  const again = of.flatMap(({ content, id }) =>
    content.services.filter((service) => isTaken(id, service)).map((service) => [id, service] as const),
  );
  const whom = of.flatMap(({ content, id }) =>
    [...exemptions.values()]
      .filter(
        ({ principal, service }) =>
          content.services.includes(service) &&
          claims.some((each) => each.service === service && each.changeId === id) &&
          isDenied(sequence, service, principal),
      )
      .map(({ principal }) => [id, `again to ${principal}`, told[id] ?? ''] as const),
  );
  for (const [id, service] of again)
    expect([id, told[id]]).toEqual([id, expect.stringMatching(`denies [^;]*\\b${service}\\b[^;]* again, `)]);
  for (const [id, said, detail] of whom) expect([id, detail]).toEqual([id, expect.stringContaining(said)]);
  return [...(again.length > 0 ? ['told again'] : []), ...(whom.length > 0 ? ['told to whom'] : [])];
}

test('whoever puts back an earlier text, a roll back takes out what its change denied, and a review tells who is denied again', () => {
  const seen = new Map<string, number>();
  const saw = (did: string) => seen.set(did, (seen.get(did) ?? 0) + 1);
  fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 12 }), (steps) => {
      const sequence = begin(text);
      const texts = new Set([text]);
      for (const [index, each] of steps.entries()) {
        const earlier = picked([...texts], each.pick);
        if (each.do === 'put back' && earlier !== undefined && earlier !== sequence.live?.text) {
          editByHand(sequence, earlier);
          saw('put back');
        } else saw(take(sequence, each, `change-${index}`) ?? 'nothing');
        texts.add(sequence.live?.text ?? text);
        for (const did of tells(sequence)) saw(did);
      }
      for (const record of denying(sequence)) undo(sequence, record);
    }),
    { numRuns: process.env.LONG ? 5_000 : 150 },
  );
  for (const did of ['deny', 'give back', 'exempt', 'roll back', 'put back', 'told again', 'told to whom'])
    expect([did, (seen.get(did) ?? 0) > 10]).toEqual([did, true]);
});
