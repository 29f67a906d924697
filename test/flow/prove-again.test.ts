import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ChangeEvent } from '../../core/change/life/events.ts';
import { beginChange } from '../../core/change/life/stored-change.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { moveAccount } from '../../sandbox/tree.ts';
import { content, proposal } from '../change/samples.ts';
import { beforeCall } from './moments.ts';
import { baseText, development, developmentAndElsewhere, elsewhere } from './organization.ts';
import { storyConfiguration } from './ports.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { openStory, type Story } from './story.ts';

const nested = 'ou-ex01-innermost';
const mover = '444444444444';
const innermostUnit = { ou: nested, name: 'Innermost', children: [] };
const moverAccount = { account: mover, name: 'mover', joined: '2023-01-05', usage: { s3: { daysAgo: 3 } } };
const added: Readonly<Record<string, object>> = { [development]: innermostUnit, [elsewhere]: moverAccount };

/** The small organization with an OU inside Development, and an account that will come to Development between two reviews. */
const scenario = {
  ...{ ...developmentAndElsewhere, moveAttribution: 'at-use' },
  root: {
    ...developmentAndElsewhere.root,
    children: developmentAndElsewhere.root.children?.map((unit) =>
      'ou' in unit ? { ...unit, children: [...(unit.children ?? []), added[unit.ou]] } : unit,
    ),
  },
  policies: developmentAndElsewhere.policies?.map((policy) =>
    policy.awsManaged ? { ...policy, targets: [...(policy.targets ?? []), nested, mover] } : policy,
  ),
} as unknown as Scenario;

let story: Story;
let id: string;
let start: Snapshot;
beforeAll(async () => {
  story = await openStory({ scenario });
  await story.review(elsewhere);
  moveAccount(story.sandbox.world, mover, development);
  story.advance(60);
  id = await story.approved();
  start = await takeSnapshot(story);
});
afterAll(() => story.close());
afterEach(() => start.restore());

const voided = async (changes: Parameters<Story['outcome']>[1] = {}) => {
  expect(await story.outcome(id, changes)).toBe('superseded');
  expect(story.text()).toBe(baseText);
  return story.reason(id);
};
const exemption = (entity: string) => ({
  ...{ entity, service: 'lex', reason: 'comes back', owner: 'ben' },
  until: new Date(story.ports.clock.now() + 30 * 86_400_000).toISOString(),
});

describe('an exemption made while the approval cools', () => {
  const kept = (entity: string) => ({
    ...exemption(entity),
    ...{ id: 'exm-000000000001', organizationId: 'o-exampleorg1', changeId: 'chg-000000000001' },
  });
  /** Puts exemptions, and the change whose history holds the decision that made them. */
  const decide = async (...exemptions: readonly ReturnType<typeof kept>[]): Promise<void> => {
    const { exemptions: store, changes } = story.ports.stores;
    await store.put(exemptions);
    const proposed = proposal(content({ id: 'chg-000000000001', policyId: 'p-another000' }));
    const exempted: ChangeEvent = {
      ...{ at: proposed.at, actor: { type: 'approver', id: 'ben' }, revision: 1, until: proposed.at },
      ...{ type: 'services-exempted', approverId: 'ben', services: ['lex'], reason: 'comes back' },
      exemptionIds: exemptions.map((exemption) => exemption.id),
    };
    await changes.create(beginChange([proposed, exempted]));
  };

  test.each([
    ['of the target', development],
    ['of an account below it', '222222222223'],
    ['of the whole organization', 'r-ex01'],
  ])('%s voids it', async (_, entity) => {
    await decide(kept(entity));
    expect(await voided()).toEqual({
      code: 'PROOF_FAILED',
      detail: expect.stringMatching(/^exemptions-respected: .*lex/),
    });
  });

  test('in the configuration voids it', async () => {
    const configuration = storyConfiguration({ exemptions: [exemption(development)] });
    expect((await voided({ configuration }))?.detail).toMatch(/^exemptions-respected: .*lex/);
  });

  test('elsewhere, or taken back, does not', async () => {
    await decide(kept(elsewhere), { ...kept(development), id: 'exm-2' });
    await story.ports.stores.exemptions.remove(['exm-2']);
    expect(await story.outcome(id)).toBe('applied');
  });
});

describe('an account that earlier reviews saw elsewhere', () => {
  const asked = (): readonly string[] =>
    story.sandbox
      .calls()
      .filter(({ operation }) => operation === 'GenerateOrganizationsAccessReport')
      .map(({ input }) => String(input.EntityPath).split('/').at(-1) ?? '');

  test('is asked itself, and the approval stands if its own report shows nothing', async () => {
    story.sandbox.clearCalls();
    expect(await story.outcome(id)).toBe('applied');
    expect(asked()).toEqual([development, mover]);
  });

  test('voids the approval by what its own report alone shows', async () => {
    const account = story.sandbox.world.accounts.get(mover);
    const uses = account?.uses ?? [];
    // Data that came late: where the account was when it used the service, nobody asks any more.
    const at = story.sandbox.world.now() - 86_400_000;
    Object.assign(account ?? {}, {
      uses: [...uses, { namespace: 'lex', at, again: null, region: 'us-east-1', place: elsewhere }],
    });
    expect(await voided()).toMatchObject({ code: 'PROOF_FAILED', detail: expect.stringContaining('lex') });
    Object.assign(account ?? {}, { uses });
  });

  test('voids the approval if its own report fails', async () => {
    story.sandbox.faults.add(`failed-job:${mover}:ORGANIZATIONS_REPORT_ACCESS_DENIED`);
    expect(await voided()).toEqual({
      code: 'PROOF_FAILED',
      detail: expect.stringMatching(new RegExp(`^no-moved-accounts: ${mover} moved within the threshold`)),
    });
    story.sandbox.faults.clear();
  });
});

describe('while the reports run', () => {
  test('an account that moves from one place below the target to another voids the approval', async () => {
    beforeCall(story, 'GenerateOrganizationsAccessReport', () =>
      moveAccount(story.sandbox.world, '222222222223', nested),
    );
    expect(await voided()).toEqual({
      code: 'PROOF_FAILED',
      detail: 'no-moved-accounts: 222222222223 moved or joined while the reports ran',
    });
    moveAccount(story.sandbox.world, '222222222223', development);
  });

  test('an account that moves elsewhere does not', async () => {
    moveAccount(story.sandbox.world, '333333333333', 'r-ex01');
    beforeCall(story, 'GenerateOrganizationsAccessReport', () =>
      moveAccount(story.sandbox.world, '333333333333', elsewhere),
    );
    expect(await story.outcome(id)).toBe('applied');
  });
});
