import { describe, expect, test } from '@jest/globals';
import { applyDue } from '../../flow/apply.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { moveAccount, recordUse } from '../../sandbox/tree.ts';
import { development, developmentAndElsewhere, developmentPolicy, elsewhere } from './organization.ts';
import { people, storyConfiguration } from './ports.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();
const use = (own: Story, accountId: string, daysAgo: number): void =>
  recordUse(own.sandbox.world, { accountId, service: 'lex', daysAgo });
const stale = async (own: Story, id: string): Promise<string | undefined> => {
  expect(await own.outcome(id)).toBe('superseded');
  expect(own.count('UpdatePolicy')).toBe(0);
  return (await own.reason(id))?.code;
};

describe('an account that is new since the approval', () => {
  test.each(['at-use', 'current'] as const)(
    'was created elsewhere, used a service there and moved in (use is attributed %s)',
    async (moveAttribution) => {
      const own = await open({ scenario: { ...developmentAndElsewhere, moveAttribution } as Scenario });
      const id = await own.approved();
      own.advance(60);
      own.join('444444444444', elsewhere);
      use(own, '444444444444', 0);
      own.advance(60);
      moveAccount(own.sandbox.world, '444444444444', development);
      expect(await stale(own, id)).toBe('PROOF_FAILED');
    },
  );

  test('is one of very many: the next review proposes anew', async () => {
    const own = await open();
    const id = await own.approved();
    own.advance(60);
    for (let index = 0; index < 26; index += 1) own.join(String(500_000_000_000 + index), development);
    expect(await stale(own, id)).toBe('BLAST_RADIUS_GREW');
  });
});

describe('who approved', () => {
  test('no longer counts once he is no approver any more', async () => {
    const own = await open();
    const id = await own.approved();
    const configuration = storyConfiguration({ approvers: people.filter((person) => person.id !== 'ana') });
    const { reports } = await applyDue({ ...own.ports, configuration });
    expect(reports).toEqual([{ id, status: 'superseded' }]);
    expect(await own.reason(id)).toMatchObject({
      code: 'APPROVER_OUT_OF_SCOPE',
      detail: expect.stringMatching(/^ana approved, but may not decide/),
    });
  });
});

test('targets that change between an open sending and the next are seen once, not tried again and again', async () => {
  const own = await open();
  const id = await own.approved();
  let isFirst = true;
  const crash = (point: string): void => {
    if (point !== 'sending-journalled' || !isFirst) return;
    isFirst = false;
    throw new Error('crash');
  };
  await expect(own.apply({ onPoint: crash })).rejects.toThrow('crash');
  const attach = (point: string): void => {
    if (point === 'sending-journalled')
      own.sandbox.world.policies.get(developmentPolicy)?.targets.add(elsewhere);
  };
  expect(await own.outcome(id, { onPoint: attach })).toBe('interrupted');
  expect((await own.reason(id))?.detail).toContain('attached to other targets');
  expect((await own.load(id)).record.history.length).toBeLessThan(12);
  expect(own.count('UpdatePolicy')).toBe(0);
});

describe('rows that cannot be compared with what was shown void nothing', () => {
  test('of an account that moved in before, whose own report tells of use long ago elsewhere', async () => {
    // Read anew, so that it may be changed.
    const scenario = JSON.parse(JSON.stringify({ ...developmentAndElsewhere, moveAttribution: 'at-use' }));
    scenario.root.children[1].children.push({
      ...{ account: '333333333334', name: 'mover', joined: '2023-01-05' },
      usage: { s3: { daysAgo: 1 }, dms: { daysAgo: 190 } },
    });
    scenario.policies[2].targets.push('333333333334');
    const own = await open({ scenario });
    await own.review();
    moveAccount(own.sandbox.world, '333333333334', development);
    own.advance(86_400);
    const { run } = await own.review();
    const [change] = run.decision.changes;
    if (!change) throw new Error('nothing was proposed');
    await own.approve(change.id);
    expect(await own.outcome(change.id)).toBe('applied');
  });
});
