import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { standsIn } from '../../core/kinds/scp/ours/fold-writes.ts';
import { meansTheSame } from '../../core/policy/same-meaning.ts';
import {
  begin,
  deny,
  editByHand,
  endExemption,
  giveBack,
  isDenied,
  policyId,
  rollBack,
  type Sequence,
  writtenBy,
} from '../change/scp-sequence.ts';

const services = ['lex', 'dms', 'glue', 'mq'] as const;
const bots = ['arn:aws:iam::222222222222:role/Bot', 'arn:aws:iam::333333333333:user/ann'] as const;
const anybody = 'arn:aws:iam::222222222222:role/Other';
const texts = [
  null,
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["lex:*","dms:*","glue:*","mq:*","s3:*"],"Resource":"*"}]}',
  JSON.stringify(
    {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Sid: 'Audit', Effect: 'Deny', Action: 'cloudtrail:StopLogging', Resource: '*' },
      ],
    },
    null,
    2,
  ),
] as const;

type Step =
  | {
      readonly do: 'deny';
      readonly services: readonly string[];
      readonly fault: 'none' | 'written' | 'not written';
    }
  | {
      readonly do: 'give back';
      readonly pick: number;
      readonly bot: number | null;
      readonly days: number | null;
    }
  | { readonly do: 'end'; readonly pick: number }
  | { readonly do: 'roll back'; readonly pick: number }
  | { readonly do: 'edit by hand' };

const some = fc.constantFrom(...services);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('deny' as const),
      services: fc.uniqueArray(some, { minLength: 1, maxLength: 3 }),
      fault: fc.constantFrom('none', 'none', 'none', 'none', 'written', 'not written'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('give back' as const),
      pick: fc.nat(20),
      bot: fc.constantFrom(null, 0, 1),
      days: fc.constantFrom(null, 1, 7),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), pick: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('roll back' as const), pick: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'edit by hand' as const }) },
);

/** What is to hold, kept beside the product: which change denies each service, and who is exempt from it. */
interface Model {
  readonly deniedBy: Map<string, string>;
  readonly free: Set<string>;
  /** Whom each end of an exemption took out. */
  readonly ended: Map<string, string>;
  readonly doubtful: Set<string>;
  /** Sids of statements that somebody added by hand. */
  readonly byHand: string[];
}

const freeKey = (service: string, principal: string): string => `${service} ${principal}`;

function released(model: Model, service: string): void {
  model.deniedBy.delete(service);
  for (const key of model.free) if (key.startsWith(`${service} `)) model.free.delete(key);
}

const undoable = ['applied', 'interrupted'];

function take(sequence: Sequence, model: Model, each: Step, index: number): string {
  switch (each.do) {
    case 'deny': {
      // A review proposes what is not denied, and nothing while a change of the SCP is interrupted.
      const open = each.services.filter((service) => !model.deniedBy.has(service));
      if (open.length === 0 || model.doubtful.size > 0) return 'nothing';
      if (sequence.live === null && each.fault !== 'none') return 'nothing';
      // What somebody edited stays without a target once the change that made it is rolled back.
      if (sequence.live?.targetIds.length === 0) return 'nothing';
      // What was rolled back is proposed as a further revision.
      const again = writtenBy(sequence).find(
        ({ content, state }) =>
          state.status === 'rolled-back' && content.intent === undefined && sequence.live !== null,
      );
      const id = index % 2 === 0 && again ? again.id : `deny-${index}`;
      deny(sequence, id, open, each.fault);
      if (each.fault !== 'none') model.doubtful.add(id);
      if (each.fault !== 'not written') for (const service of open) model.deniedBy.set(service, id);
      return `deny ${each.fault}`;
    }
    case 'give back': {
      const [service, of] = picked([...model.deniedBy], each.pick) ?? [];
      if (service === undefined || of === undefined || model.doubtful.size > 0) return 'nothing';
      const bot = each.bot === null ? null : (bots[each.bot] ?? null);
      const refused = giveBack(sequence, `give-${index}`, {
        ...{ of, services: [service], principals: bot === null ? [] : [bot] },
        ...(bot === null || each.days === null ? {} : { days: each.days }),
      });
      if (refused === 'TEXT_CHANGED') {
        expect(model.byHand.length).toBeGreaterThan(0);
        return 'nothing';
      }
      if (bot === null) {
        const isEmptied = refused?.includes('has no statement left') === true;
        if (refused !== null) expect(isEmptied && model.deniedBy.size === 1).toBe(true);
        else released(model, service);
        return isEmptied ? 'nothing' : 'give back';
      }
      const key = freeKey(service, bot);
      if (refused !== null) expect(model.free.has(key)).toBe(true);
      model.free.add(key);
      return 'exempt';
    }
    case 'end': {
      const key = picked([...model.free], each.pick);
      const [service = '', principal = ''] = key?.split(' ') ?? [];
      const of = model.deniedBy.get(service);
      if (of === undefined || key === undefined || model.doubtful.size > 0) return 'nothing';
      endExemption(sequence, `end-${index}`, { of, services: [service], principal });
      model.free.delete(key);
      model.ended.set(`end-${index}`, key);
      return 'end';
    }
    case 'roll back': {
      const able = writtenBy(sequence).filter(
        ({ content, state }) => undoable.includes(state.status) && content.intent !== 'give-back',
      );
      const record = picked(able, each.pick);
      return record === undefined ? 'nothing' : undo(sequence, model, record.id);
    }
    case 'edit by hand': {
      if (sequence.live === null) return 'nothing';
      const sid = `ByHand${index}`;
      const added = { Sid: sid, Effect: 'Deny', Action: 'cloudtrail:DeleteTrail', Resource: '*' };
      const text = sequence.live.text.replace(/\]\s*\}\s*$/, `,${JSON.stringify(added)}]}`);
      editByHand(sequence, text);
      model.byHand.push(sid);
      return 'edit by hand';
    }
  }
}

function picked<Of>(from: readonly Of[], pick: number): Of | undefined {
  return from[pick % Math.max(1, from.length)];
}

function undo(sequence: Sequence, model: Model, id: string): string {
  const outcomes = rollBack(sequence, id);
  expect(outcomes.join()).not.toContain('stopped');
  model.doubtful.delete(id);
  const ended = model.ended.get(id);
  // The earlier text, with the exemption, is put back only where nothing was written over the end.
  if (ended !== undefined) {
    if (outcomes.includes('restored')) model.free.add(ended);
    return `undo end ${outcomes.join()}`;
  }
  for (const [service, by] of model.deniedBy) if (by === id) released(model, service);
  return `undo ${outcomes.join()}`;
}

/** The text as it would be without what somebody added to it by hand. */
function withoutByHand(text: string): string {
  const { Statement, ...rest } = JSON.parse(text) as {
    readonly Statement: readonly { readonly Sid?: string }[];
  };
  return JSON.stringify({ ...rest, Statement: Statement.filter(({ Sid }) => !Sid?.startsWith('ByHand')) });
}

test('after any writes of ours in any order a service is denied to whom a change denies it that stands, and to nobody else; all rolled back leave the text that was there, and what somebody added by hand', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(step, { minLength: 3, maxLength: 14 }), (text, steps) => {
      const sequence = begin(text);
      const model: Model = {
        deniedBy: new Map(),
        free: new Set(),
        ended: new Map(),
        doubtful: new Set(),
        byHand: [],
      };
      const holds = (): void => {
        const pairs = services.flatMap((service) =>
          [...bots, anybody].map((principal) => [service, principal] as const),
        );
        const isMeant = (service: string, principal: string): boolean =>
          model.deniedBy.has(service) && !model.free.has(freeKey(service, principal));
        // In one comparison: the framework makes an error with its stack for each, whether it holds or not.
        expect(pairs.map((pair) => [...pair, isDenied(sequence, ...pair)])).toEqual(
          pairs.map((pair) => [...pair, isMeant(...pair)]),
        );
        // An SCP that holds what somebody put into it is not deleted, and loses nothing of it.
        if (sequence.live === null) model.byHand.splice(0);
        for (const sid of model.byHand) expect(sequence.live?.text).toContain(`"${sid}"`);
        if (model.doubtful.size > 0) return;
        const stands = standsIn(writtenBy(sequence), policyId);
        const claims = stands.claims.map(({ changeId, service }) => [service, changeId] as const);
        expect(new Map(claims)).toEqual(model.deniedBy);
        // Of what nobody denies any more nobody is exempt, whatever a text says that is in force nowhere.
        const free = [...stands.exemptions].filter(([, { service }]) => model.deniedBy.has(service));
        expect(new Set(free.map(([key]) => key))).toEqual(model.free);
        if (stands.text !== undefined && model.byHand.length === 0)
          expect(stands.text).toBe(sequence.live?.text ?? null);
      };
      for (const [index, each] of steps.entries()) {
        const did = take(sequence, model, each, index);
        seen.set(did, (seen.get(did) ?? 0) + 1);
        holds();
      }
      for (const { content, id, state } of steps.length % 2 === 0
        ? writtenBy(sequence)
        : [...writtenBy(sequence)].reverse()) {
        if (content.intent !== undefined || !undoable.includes(state.status)) continue;
        undo(sequence, model, id);
        holds();
      }
      if (text !== null) expect(meansTheSame(withoutByHand(sequence.live?.text ?? '{}'), text)).toBe(true);
      else if (model.byHand.length === 0) expect(sequence.live).toBeNull();
    }),
    { numRuns: process.env.LONG ? 5_000 : 300 },
  );
  for (const did of [
    'edit by hand',
    'deny none',
    'deny written',
    'deny not written',
    'give back',
    'exempt',
    'end',
  ])
    expect([did, (seen.get(did) ?? 0) > 10]).toEqual([did, true]);
  for (const did of [
    'undo restored',
    'undo removed',
    'undo already-undone',
    'undo end restored',
    'undo end kept',
    'undo deleted',
  ])
    expect([did, (seen.get(did) ?? 0) > 0]).toEqual([did, true]);
});
