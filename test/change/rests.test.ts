import { expect, test } from '@jest/globals';
import { restsOf, suppressionFrom, suppressionsFrom } from '../../core/change/deciding/suppression.ts';
import type { EventBody } from '../../core/change/life/events.ts';
import type { ChangeRecord } from '../../core/change/life/life.ts';
import { draftGiveBack } from '../../core/kinds/scp/proposing/give-back.ts';
import table from '../cases/change/rests.json' with { type: 'json' };
import { bodiesUntil, lived } from './lives.ts';
import { day, proposal, start } from './samples.ts';

interface Case {
  readonly name: string;
  readonly life: keyof typeof lives;
  readonly rejection: number;
  readonly threshold: number;
  readonly rests: number | null;
}

const asked: readonly EventBody[] = bodiesUntil('roll-back-requested').slice(-1);
const undone: readonly EventBody[] = [
  { type: 'roll-back-step-sending', step: 0 },
  { type: 'roll-back-step-done', step: 0, outcome: 'restored', detail: 'it is as before' },
  { type: 'rolled-back' },
];

const proposedAgain = (revision: number): EventBody => {
  const { content, expiresAt, starter, targetPaths } = proposal();
  return { ...{ type: 'proposed', targetPaths, expiresAt, starter }, content: { ...content, revision } };
};
const sent = (kind: string): EventBody => {
  return { type: 'notified', approverId: 'bob', channel: 'email', purpose: `${kind}:1` };
};
const failure = { code: 'NotFound', detail: 'there is no such topic' };
const notSent: EventBody = { type: 'notify-failed', approverId: 'bob', channel: 'email', failure };
/** So many expiries, each told, with proposals between them that were sent or not; `word` is said while the last but one was open. */
function expiries(times: number, word?: EventBody, asked = sent('decide')): readonly EventBody[] {
  return Array.from({ length: times }, (_, index) => [
    ...(index === 0 ? [] : [sent('expired'), proposedAgain(index + 1)]),
    asked,
    ...(word !== undefined && index === times - 2 ? [word] : []),
    { type: 'expired' } as const,
  ]).flat();
}
const expired = (times: number, word?: EventBody): ChangeRecord => lived(proposal(), expiries(times, word));

const lives = {
  applied: () => lived(proposal(), bodiesUntil('applied')),
  cancelled: () =>
    lived(proposal(), [
      ...bodiesUntil('applied').slice(0, 2),
      { type: 'cancelled', approverId: 'bob', reason: 'we need it' },
    ]),
  'rolled-back': () => lived(proposal(), [...bodiesUntil('roll-back-requested'), ...undone]),
  'wrote-nothing': () =>
    lived(proposal(), [
      ...bodiesUntil('interrupted'),
      ...asked,
      { type: 'roll-back-step-sending', step: 0 },
      { type: 'roll-back-step-done', step: 0, outcome: 'already-undone', detail: 'it was never written' },
      { type: 'rolled-back' },
    ]),
  'given-back': () => {
    const deny = lives.applied();
    const drafted = draftGiveBack(deny, [deny], {
      ...{ services: ['lex'], principals: [], maximumCharacters: 5_120, reason: 'a team needs it' },
      ...{ requiredApprovals: 1, now: start },
    });
    if (!drafted.ok) throw new Error(drafted.reasons[0].detail);
    return lived(proposal(drafted.value), bodiesUntil('applied'));
  },
  'expired-twice': () => expired(2),
  'expired-three-times': () => expired(3),
  'expired-five-times': () => expired(5),
  'expired-and-asked-about': () => expired(3, { type: 'asked', approverId: 'bob', question: 'what is Lex?' }),
  'never-sent': () => lived(proposal(), expiries(5, undefined, notSent)),
  'proposed-again': () => lived(proposal(), [...expiries(3), proposedAgain(4)]),
} satisfies Readonly<Record<string, () => ChangeRecord>>;

test.each(table.cases as readonly Case[])('$name', ({ life, rejection, rests, threshold }) => {
  const given = restsOf({ rejectionDays: rejection, thresholdDays: threshold });
  const until = suppressionFrom(lives[life](), given)?.until;
  expect(until === undefined ? null : (until - start) / day).toBe(rests);
});

test('why it rests says since when it was in force', () => {
  const given = restsOf({ rejectionDays: 90, thresholdDays: 180 });
  const [from] = new Date(start).toISOString().split('T');
  expect(suppressionFrom(lives['rolled-back'](), given)?.why).toBe(
    `rolled back by bob (a team needs it); in force from ${from} until ${from}, when nobody could use it`,
  );
});

const rejected: EventBody = {
  ...{ type: 'rejected', approverId: 'bob', reason: 'a team needs it', notAgainBefore: start + 90 * day },
};
const withServices = (revision: number, services: readonly string[]): EventBody => {
  const again = proposedAgain(revision);
  if (again.type !== 'proposed') throw new Error('unreachable');
  return { ...again, content: { ...again.content, services } };
};
const first = proposal().content.services;
test.each<[string, readonly EventBody[], readonly (readonly string[])[]]>([
  ['a rejection, when another service is proposed', [rejected, withServices(2, ['sqs'])], [first]],
  ['a roll back too', [...bodiesUntil('roll-back-requested'), ...undone, withServices(2, ['sqs'])], [first]],
  ['both, when that one is rejected too', [rejected, withServices(2, ['sqs']), rejected], [['sqs'], first]],
  ['nothing of what is proposed again', [rejected, proposedAgain(2)], []],
  [
    'what was not answered three times, and not what was asked once beside it',
    [
      ...expiries(2),
      sent('expired'),
      withServices(3, [...first, 'sqs']),
      sent('decide'),
      { type: 'expired' },
    ],
    [first],
  ],
])('of earlier revisions rests %s', (_, bodies, rested) => {
  const rests = restsOf({ rejectionDays: 90, thresholdDays: 180 });
  const found = suppressionsFrom(lived(proposal(), bodies), rests);
  expect(found.map(({ services }) => services)).toEqual(rested);
});
