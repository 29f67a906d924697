import { afterEach, describe, expect, test } from '@jest/globals';
import { applyDue } from '../../flow/apply.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { moveAccount, recordUse } from '../../sandbox/tree.ts';
import { development, developmentPolicy, elsewhere, smallOrganization } from './organization.ts';
import { approvalOf, people, storyConfiguration } from './ports.ts';
import { openStory, type Story, type StoryOptions } from './story.ts';

let story: Story | undefined;
const open = async (options?: StoryOptions): Promise<Story> => {
  story = await openStory(options);
  return story;
};
afterEach(async () => {
  await story?.close();
  story = undefined;
});
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
      const own = await open({ scenario: { ...smallOrganization, moveAttribution } as Scenario });
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

describe('a later use than people were shown', () => {
  test.each([
    ['of the same account', '222222222222', 190],
    ['of another account, just before the cut-off', '222222222223', 181],
  ])('%s voids the approval', async (_, accountId, daysAgo) => {
    const own = await open();
    const id = await own.approved();
    own.advance(60);
    use(own, accountId, daysAgo);
    expect(await stale(own, id)).toBe('USED_SINCE');
  });
});

describe('who approved', () => {
  const dan = {
    ...{ id: 'dan', name: 'Dan', email: 'dan@example.com', scopes: [development] },
    principals: ['arn:aws:iam::111111111111:user/dan'],
  };

  test('no longer counts once a target has left his scopes', async () => {
    const own = await open({ configuration: { approvers: [...people, dan] } });
    const policies = own.sandbox.world.policies;
    policies.get(developmentPolicy)?.targets.clear();
    policies.get(developmentPolicy)?.targets.add('222222222222');
    const everything = policies.get('p-FullAWSAccess')?.targets;
    everything?.delete('222222222222');
    everything?.add(development).add(elsewhere);
    const { run } = await own.review('222222222222');
    const change = run.decision.changes.find(({ policyId }) => policyId === developmentPolicy);
    if (!change) throw new Error('nothing was proposed');
    moveAccount(own.sandbox.world, '222222222222', elsewhere);
    const decided = await own.ask(
      change.id,
      { principalArn: 'arn:aws:iam::111111111111:user/dan' },
      approvalOf(await own.load(change.id)),
    );
    expect(decided.refusals).toEqual([]);
    expect(await own.outcome(change.id)).toBe('superseded');
    // The move itself may void it first; either way nothing is written.
    expect(own.count('UpdatePolicy')).toBe(0);
  });

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

test('an account that came with a past of its own makes a new revision before anybody approves', async () => {
  const own = await open();
  const id = await own.propose();
  own.advance(3_600);
  own.join('444444444444', development);
  Object.assign(own.sandbox.world.accounts.get('444444444444') ?? {}, { invited: true });
  own.advance(60);
  await own.review();
  const { content, revision } = (await own.load(id)).record;
  expect({ revision, seen: content.accountIds.includes('444444444444') }).toEqual({
    revision: 2,
    seen: true,
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
    const scenario = JSON.parse(JSON.stringify({ ...smallOrganization, moveAttribution: 'at-use' }));
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

  test('of an entity above the targets, whose last use was elsewhere', async () => {
    const account = (id: string, usage = {}) => ({ account: id, name: id, joined: '2023-01-05', usage });
    const unit = (ou: string, name: string, child: object) => ({ ou, name, children: [child] });
    const statement = (Effect: string, Action: string[]) => ({
      ...{ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] },
    });
    const members = ['222222222222', '222222222223', '333333333333'];
    const own = await open({
      scenario: {
        organization: { id: 'o-exampleorg1', managementAccountId: '111111111111' },
        root: {
          id: 'r-ex01',
          children: [
            unit('ou-ex01-aaaaaaaa', 'A', account('222222222222')),
            unit('ou-ex01-bbbbbbbb', 'B', account('222222222223')),
            unit(
              'ou-ex01-cccccccc',
              'C',
              account('333333333333', { s3: { daysAgo: 1 }, lex: { daysAgo: 5 } }),
            ),
          ],
        },
        policies: [
          {
            ...{ id: 'p-sharedsvc0', name: 'Shared', content: statement('Allow', ['s3:*', 'lex:*']) },
            targets: ['ou-ex01-aaaaaaaa', 'ou-ex01-bbbbbbbb'],
          },
          {
            ...{ id: 'p-hidinglex0', name: 'Hiding', content: statement('Deny', ['lex:*']) },
            targets: ['ou-ex01-aaaaaaaa'],
          },
          {
            ...{
              id: 'p-FullAWSAccess',
              name: 'FullAWSAccess',
              awsManaged: true,
              content: statement('Allow', ['*']),
            },
            targets: ['r-ex01', 'ou-ex01-cccccccc', '111111111111', ...members],
          },
        ],
      } as Scenario,
    });
    const { run } = await own.review('r-ex01');
    const change = run.decision.changes.find(({ policyName }) => policyName === 'Shared');
    if (!change) throw new Error('nothing was proposed for Shared');
    await own.approve(change.id);
    expect(await own.outcome(change.id)).toBe('applied');
  });
});
