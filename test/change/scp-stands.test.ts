import { describe, expect, test } from '@jest/globals';
import { counted } from '../../core/base/counted.ts';
import { editOf } from '../../core/change/content/edit.ts';
import { standsIn } from '../../core/kinds/scp/ours/fold-writes.ts';
import type { Stands } from '../../core/kinds/scp/ours/stands.ts';
import { exemptLess, exemptMore, removeDeny } from '../../core/policy/deny-statement.ts';
import cases from '../cases/change/scp-stands.json' with { type: 'json' };
import { withIdByHand } from '../flow/moments.ts';
import { beforeText, day } from './samples.ts';
import { driftOf } from './scp-drift.ts';
import {
  askForRollBack,
  begin,
  copyOf,
  deny,
  editByHand,
  endExemption,
  failRollBack,
  giveBack,
  isDenied,
  policyId,
  rollBack,
  rollBackOneStep,
  type Sequence,
  tellDrift,
  writtenBy,
} from './scp-sequence.ts';

interface Row {
  readonly name: string;
  /** An SCP of somebody's that denies nothing, where absent. */
  readonly start?: 'no SCP';
  readonly do: readonly string[];
  /** Which changes still deny a service. */
  readonly denied: Readonly<Record<string, string>>;
  readonly free?: readonly string[];
  readonly wroteLast: string;
  /** What the roll back of a change would do now. */
  readonly rollBack?: Readonly<Record<string, string>>;
  /** What would come of a roll back that is under way. */
  readonly goesOn?: Readonly<Record<string, string>>;
  /** What the next review would tell of a change; of the others nothing. */
  readonly drift?: Readonly<Record<string, string>>;
}

const roleOf = (name: string): string => `arn:aws:iam::222222222222:role/${name}`;
const size = { maximumCharacters: 5_120 };
const list = (services: string): readonly string[] => services.split(', ');

function text({ live }: Sequence): string {
  return live?.text ?? '';
}

/** What happens, as a table says it: a pattern and what it does with what the pattern names. */
const deeds: readonly (readonly [RegExp, (sequence: Sequence, ...named: readonly string[]) => void])[] = [
  [/^(\w) denies (\w+(?:, \w+)*)$/, (sequence, id = '', services = '') => deny(sequence, id, list(services))],
  [
    /^(\w) denies (\w+(?:, \w+)*) and is interrupted (before|after) its write$/,
    (sequence, id = '', services = '', when = '') =>
      deny(sequence, id, list(services), when === 'after' ? 'written' : 'not written'),
  ],
  [
    /^(\w) gives back (\w+(?:, \w+)*) of (\w)$/,
    (sequence, id = '', services = '', of = '') => {
      expect(giveBack(sequence, id, { of, services: list(services) })).toBeNull();
    },
  ],
  [
    /^(\w) exempts (\w+) from (\w+) of (\w)(?: for (\d+) days?)?$/,
    (sequence, id = '', who = '', service = '', of = '', days?: string) => {
      const ends = days === undefined ? {} : { days: Number(days) };
      const asked = { of, services: [service], principals: [roleOf(who)], ...ends };
      expect(giveBack(sequence, id, asked)).toBeNull();
    },
  ],
  [
    /^(\w) ends the exemption of (\w+) from (\w+) of (\w)$/,
    (sequence, id = '', who = '', service = '', of = '') =>
      endExemption(sequence, id, { of, services: [service], principal: roleOf(who) }),
  ],
  [
    /^(\w) is rolled back$/,
    (sequence, id = '') => {
      rollBack(sequence, id);
    },
  ],
  [
    /^by hand: (\w+(?:, \w+)*) (?:is|are) no longer denied$/,
    (sequence, services = '') => {
      const edited = removeDeny(text(sequence), { services: list(services) });
      if (edited.ok) editByHand(sequence, edited.value.text);
    },
  ],
  [/^the roll back of (\w) is asked for$/, (sequence, id = '') => askForRollBack(sequence, id)],
  [
    /^a review tells$/,
    (sequence) => {
      for (const [id, detail] of Object.entries(driftOf(sequence))) tellDrift(sequence, id, detail);
    },
  ],
  [
    /^the roll back of (\w) takes a step$/,
    (sequence, id = '') => expect(rollBackOneStep(sequence, id)).not.toBeNull(),
  ],
  [
    /^AWS refuses the next write of the roll back of (\w)$/,
    (sequence, id = '') => expect(rollBackOneStep(sequence, id, true)).toBe('refused'),
  ],
  [/^the roll back of (\w) fails$/, (sequence, id = '') => failRollBack(sequence, id)],
  [
    /^by hand: the text that (\w) left is put back$/,
    (sequence, id = '') => {
      const record = sequence.records.get(id);
      if (record) editByHand(sequence, editOf(record.content).after);
    },
  ],
  [
    /^by hand: (\w+) is no longer free of (\w+)$/,
    (sequence, who = '', service = '') => {
      const principalsOf = new Map([[service, [roleOf(who)]]]);
      const edited = exemptLess(text(sequence), { principalsOf, ...size });
      if (edited.ok) editByHand(sequence, edited.value.text);
    },
  ],
  [
    /^by hand: the text from before (\w) is put back$/,
    (sequence, id = '') => {
      const record = sequence.records.get(id);
      if (record) editByHand(sequence, editOf(record.content).before ?? '');
    },
  ],
  [
    /^by hand: a statement of somebody's denies (\w+)(?::(\w+))?$/,
    (sequence, service = '', action = '*') => {
      const { Statement, ...rest } = JSON.parse(text(sequence));
      const added = { Sid: 'ByHand', Effect: 'Deny', Action: `${service}:${action}`, Resource: '*' };
      editByHand(sequence, JSON.stringify({ ...rest, Statement: [...Statement, added] }));
    },
  ],
  [
    /^by hand: (\w+) is free of (\w+)$/,
    (sequence, who = '', service = '') => {
      const edited = exemptMore(text(sequence), { services: [service], principals: [roleOf(who)], ...size });
      if (edited.ok) editByHand(sequence, edited.value.text);
    },
  ],
  [
    /^by hand: (\w+) is allowed$/,
    (sequence, service = '') =>
      editByHand(sequence, text(sequence).replace('"s3:*"', `"s3:*","${service}:*"`)),
  ],
  [
    /^by hand: what is denied is denied in one Region alone$/,
    (sequence) =>
      editDenies(sequence, () => ({ Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } } })),
  ],
  [
    /^by hand: of what is denied (\w+:\w+) alone is$/,
    (sequence, action = '') => editDenies(sequence, () => ({ Action: [action] })),
  ],
  [
    /^by hand: the one action of what is denied is no list$/,
    (sequence) => editDenies(sequence, ({ Action }) => ({ Action: Action[0] })),
  ],
  [/^by hand: it has an Id$/, (sequence) => editByHand(sequence, withIdByHand(text(sequence)))],
  [
    /^by hand: it is attached to (\S+)$/,
    (sequence, id = '') => {
      if (sequence.live) sequence.live = { ...sequence.live, targetIds: [...sequence.live.targetIds, id] };
    },
  ],
  [
    /^by hand: nothing but what is denied is left$/,
    (sequence) => {
      const { Statement, ...rest } = JSON.parse(text(sequence));
      const left = Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Deny');
      editByHand(sequence, JSON.stringify({ ...rest, Statement: left }));
    },
  ],
];

/** Somebody edits what denies. */
function editDenies(
  sequence: Sequence,
  edit: (statement: { readonly Action: readonly string[] }) => object,
): void {
  const { Statement, ...rest } = JSON.parse(text(sequence));
  const edited = Statement.map((each: { readonly Effect: string; readonly Action: readonly string[] }) =>
    each.Effect === 'Deny' ? { ...each, ...edit(each) } : each,
  );
  editByHand(sequence, JSON.stringify({ ...rest, Statement: edited }));
}

function play({ do: all, start }: Row): Sequence {
  const sequence = begin(start === 'no SCP' ? null : beforeText);
  for (const said of all) {
    const before = JSON.stringify([sequence.live, [...sequence.records]]);
    const found = deeds.flatMap(([pattern, deed]) => {
      const named = pattern.exec(said);
      return named ? [() => deed(sequence, ...named.slice(1))] : [];
    });
    expect([said, found.length]).toEqual([said, 1]);
    found[0]?.();
    expect(JSON.stringify([sequence.live, [...sequence.records]])).not.toBe(before);
  }
  return sequence;
}

function deniedIn(stands: Stands): Readonly<Record<string, string>> {
  const by = new Map<string, string[]>();
  for (const { changeId, service } of stands.claims) by.set(service, [...(by.get(service) ?? []), changeId]);
  return Object.fromEntries([...by].map(([service, ids]) => [service, ids.join(', ')]));
}

function freeIn({ exemptions }: Stands): readonly string[] {
  return [...exemptions.values()].map(({ endsAt, givenAt, principal, service }) => {
    const name = principal.slice(principal.indexOf('/') + 1);
    const time =
      endsAt === null ? 'without an end' : `for ${counted(Math.round((endsAt - givenAt) / day), 'day')}`;
    return `${name} from ${service} ${time}`;
  });
}

/** What the roll back of a change does from here on, and what stands then. */
function afterRollBack(from: Sequence, id: string): string {
  const sequence = copyOf(from);
  const outcomes = rollBack(sequence, id).join(', ');
  const { live } = sequence;
  if (live === null) return `${outcomes}; the SCP is gone`;
  if (live.targetIds.length === 0) return `${outcomes}; the SCP is attached nowhere`;
  const elsewhere = live.targetIds.includes('ou-ex01-development')
    ? ''
    : `; attached to ${live.targetIds.join(', ')}`;
  const details = (sequence.records.get(id)?.history ?? []).map((event) =>
    'detail' in event ? event.detail : '',
  );
  const [, left] = /denies ([a-z, ]+): take it out by hand$/m.exec(details.join('\n')) ?? [];
  const byHand = left === undefined ? '' : `; to be taken out by hand: ${left}`;
  const denied = ['dms', 'lex', 'mq'].filter((service) => isDenied(sequence, service, roleOf('Other')));
  const free = freeIn(standsIn(writtenBy(sequence), policyId));
  return `${outcomes}${elsewhere}; denied then: ${denied.join(', ') || 'nothing'}${byHand}${free.length === 0 || outcomes !== 'restored' ? '' : `; free then: ${free.join(', ')}`}`;
}

describe('what stands in an SCP, what a roll back of each change would leave, and what a review tells', () => {
  test.each((cases as unknown as readonly Row[]).map((row) => [row.name, row] as const))('%s', (_, row) => {
    const sequence = play(row);
    const stands = standsIn(writtenBy(sequence), policyId);
    const leaves = (of: Readonly<Record<string, string>> = {}) =>
      Object.fromEntries(Object.keys(of).map((id) => [id, afterRollBack(sequence, id)]));
    expect({
      denied: deniedIn(stands),
      free: freeIn(stands),
      wroteLast: stands.last?.changeId,
      rollBack: leaves(row.rollBack),
      goesOn: leaves(row.goesOn),
    }).toEqual({
      denied: row.denied,
      free: row.free ?? [],
      wroteLast: row.wroteLast,
      rollBack: row.rollBack ?? {},
      goesOn: row.goesOn ?? {},
    });
    const told = Object.entries(row.drift ?? {}).map(([id, words]) => [id, expect.stringContaining(words)]);
    expect(driftOf(sequence)).toEqual(Object.fromEntries(told));
  });

  const byUsAlone = (cases as unknown as readonly Row[]).filter(
    ({ do: all }) => !all.join().includes('by hand'),
  );
  test.each(byUsAlone.map((row) => [row.name, row] as const))(
    'by histories that do not say what roll backs left, as earlier versions wrote them: %s',
    (_, row) => {
      const written = writtenBy(play(row));
      const older = written.map(({ history, ...record }) => ({
        ...record,
        history: history.map((event) => {
          if (event.type !== 'roll-back-step-done') return event;
          const { text: _text, ...kept } = event;
          return kept;
        }),
      }));
      expect(standsIn(older, policyId)).toEqual(standsIn(written, policyId));
    },
  );
});
