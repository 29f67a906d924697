import { describe, expect, test } from '@jest/globals';
import { digested } from '../../core/change/content/digest.ts';
import { proposalEvent, supersededEvent } from '../../core/change/deciding/proposal.ts';
import { type ChangeRecord, hasEnded, replay } from '../../core/change/life/life.ts';
import { watchingOf } from '../../core/kinds/watching.ts';
import { notProvenOf } from '../../core/proof/subject.ts';
import { treeOf } from '../support/small-world.ts';
import { bodiesOfCreation, bodiesUntil, lived } from './lives.ts';
import { content, day, hour, newPolicyContent, proposal, start, starterNamed, system } from './samples.ts';

const context = (policyIds: readonly string[], startedBy: string | null = null) => ({
  ...{ tree: treeOf({ Dev: { 'dev-1': { id: '222222222222' } } }), actor: system, now: start + 9 * day },
  ...{
    linkHours: 72,
    starter: starterNamed(startedBy),
    undoneWords: (record: ChangeRecord) =>
      watchingOf(record.content).undoneWords(
        record,
        {
          ...{ review: 'organization', readSince: start + 8 * day },
          policies: policyIds.map((id) => ({
            ...{ id, name: id, awsManaged: false },
            ...{ text: null, targets: [], tags: null },
          })),
        },
        [],
      ),
  },
});
/** A target that the tree knows. */
const target = { id: 'ou-test-dev00000', type: 'ou', name: 'Dev' } as const;

describe('a change that is drafted again', () => {
  const created = newPolicyContent({ targets: [target] });
  const applied = lived(proposal(created), [...bodiesOfCreation('p-made00000')]);

  test('is not asked again while the SCP that it made exists', () => {
    expect(proposalEvent(created, applied, context(['p-made00000']))).toBeNull();
  });

  test('is asked again once that SCP is gone, and says so', () => {
    expect(proposalEvent(created, applied, context([]))).toMatchObject({
      ...{ type: 'proposed', revision: 2 },
      detail: expect.stringContaining('somebody has undone it'),
    });
  });

  test('says how the revision before ended', () => {
    const edit = content({ targets: [target] });
    const record = lived(proposal(edit), [{ type: 'expired' }]);
    expect(proposalEvent(edit, record, context([]))).toMatchObject({
      detail: 'proposed again: revision 1 was not answered in time',
    });
    const stale = lived(proposal(edit), [
      { type: 'superseded', reason: { code: 'USED_SINCE', detail: 'lex was used' } },
    ]);
    expect(proposalEvent(edit, stale, context([]))).toMatchObject({
      detail: 'proposed again: revision 1 was no longer valid (lex was used)',
    });
  });
});

test.each<[first: string | null, second: string | null, revised: string | null, again: string | null]>([
  [null, null, null, null],
  ['ana', null, 'ana', null],
  ['ana', 'nobody', 'ana', 'nobody'],
  ['ana', 'stale', 'ana', 'ana'],
  ['ana', 'ana', 'ana', 'ana'],
  ['ana', 'ben', 'unknown', 'ben'],
  ['ana', 'unknown', 'unknown', 'unknown'],
  [null, 'unknown', 'unknown', 'unknown'],
  [null, 'stale', null, null],
  ['nobody', 'stale', 'nobody', 'nobody'],
  ['unknown', null, 'unknown', null],
  ['unknown', 'ana', 'unknown', 'ana'],
  ['unknown', 'nobody', 'unknown', 'nobody'],
  ['unknown', 'stale', 'unknown', 'unknown'],
])(
  'proposed by a review of %s; %s revises it: of %s; proposes it again: of %s',
  (first, second, revised, again) => {
    const edit = content({ targets: [target] });
    const open = replay([proposal(edit, starterNamed(first))]);
    const fewer = content({ targets: [target], services: ['dms'] });
    const starter = starterNamed(second);
    const event = proposalEvent(fewer, open, { ...context([]), starter });
    if (event?.type !== 'revised') throw new Error(`${event?.type} is no revision`);
    expect(replay([...open.history, event]).starter).toMatchObject(starterNamed(revised));
    const ended = lived(proposal(edit, starterNamed(first)), [{ type: 'expired' }]);
    const next = proposalEvent(edit, ended, { ...context([]), starter });
    if (next?.type !== 'proposed') throw new Error(`${next?.type} is no proposal`);
    expect(replay([...ended.history, next]).starter).toEqual(starterNamed(again));
  },
);

test('a review whose clock is behind still proposes, revises and ends: the history never runs backwards', () => {
  const edit = content({ targets: [target] });
  const open = replay([proposal(edit)]);
  const behind = { ...context([]), now: start - 5_000 };
  const revised = proposalEvent(content({ targets: [target], services: ['dms'] }), open, behind);
  expect(revised).toMatchObject({ type: 'revised', at: start, expiresAt: start + 72 * hour });
  const ended = lived(proposal(edit), [{ type: 'expired' }]);
  expect(proposalEvent(edit, ended, behind)).toMatchObject({ type: 'proposed', at: start });
  expect(supersededEvent(open, 'BASE_CHANGED', 'edited', behind)).toMatchObject({ at: start });
});

test('a failed apply whose write may still show has not ended', () => {
  const bodies = bodiesUntil('step-sending');
  const failure = { code: 'TEXT_CHANGED', detail: 'edited' };
  const open = lived(proposal(), [...bodies, { type: 'apply-failed', failure }]);
  expect(hasEnded(open)).toBe(false);
  const refused = lived(proposal(), [
    ...bodies,
    { type: 'step-refused', step: 0, failure },
    { type: 'apply-failed', failure },
  ]);
  expect(hasEnded(refused)).toBe(true);
});

test('an account that came with a past of its own makes a new revision; one that was created does not', () => {
  const edit = content({ targets: [target], accountIds: ['222222222222'] });
  const wider = content({ targets: [target], accountIds: ['222222222222', '333333333333'] });
  const asked = (newcomer: object) => {
    const tree = treeOf({
      Dev: { 'dev-1': { id: '222222222222' }, new: { id: '333333333333', ...newcomer } },
    });
    return proposalEvent(wider, replay([proposal(edit)]), { ...context([]), tree })?.type ?? null;
  };
  expect(asked({ joinedAt: start })).toBeNull();
  expect(asked({ joinedAt: start, invited: true })).toBe('revised');
  expect(asked({ joinedAt: start - 900 * day })).toBe('revised');
});

test('what a source is not read of is proposed anew where these are other accounts than are shown, since an approval would be void', () => {
  const edit = content({ targets: [target] });
  const of = (...accountIds: readonly string[]) => {
    const check = { name: 'regions', ...notProvenOf(accountIds, ['A', 'B', 'C', 'D'], 'unread') };
    return { ...edit, certificate: { ok: true, checks: [check] } };
  };
  const asked = (now: ReturnType<typeof of>) =>
    proposalEvent(now, replay([proposal(digested(of('A', 'B')))]), context([]));
  expect([asked(of('A', 'B')), asked(of('B'))]).toEqual([null, null]);
  for (const now of [of('A', 'C'), of('A', 'B', 'C'), of('A', 'B', 'C', 'D')])
    expect(asked(now)).toMatchObject({
      type: 'revised',
      detail: 'not proven of other accounts than were shown: regions',
    });
});
