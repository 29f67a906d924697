import { afterEach, describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import type { ApplyPorts } from '../../flow/apply-ports.ts';
import { parseFault } from '../../sandbox/faults.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { withIdByHand } from './moments.ts';
import { developmentAndElsewhere, developmentPolicy } from './organization.ts';
import { openStory, type Story } from './story.ts';

/** The small organization whose other SCP allows one more service that nobody uses. */
const withService = (action: string): Scenario => {
  const policies = developmentAndElsewhere.policies?.map((policy) =>
    policy.id === 'p-elsewhere0'
      ? { ...policy, content: JSON.stringify(policy.content).replace('"sts:*"', `"sts:*","${action}"`) }
      : policy,
  );
  return { ...developmentAndElsewhere, policies } as Scenario;
};

let own: Story;
afterEach(() => own.close());

/** One change of each of two SCPs. */
const proposed = async (): Promise<{ readonly first: string; readonly second: string }> => {
  const { changes } = (await own.review('r-ex01')).run.decision;
  return {
    first: changes.find((change) => editOf(change).policyId === developmentPolicy)?.id ?? '',
    second: changes.find((change) => editOf(change).policyId !== developmentPolicy)?.id ?? '',
  };
};

/** One change that is to be rolled back and one that is to be applied. */
const bothDue = async (): Promise<{ readonly first: string; readonly second: string }> => {
  own = await openStory({ scenario: withService('comprehend:*') });
  const { first, second } = await proposed();
  await own.approve(first);
  expect(await own.outcome(first)).toBe('applied');
  await own.approve(second);
  await own.rollBack(first);
  own.sandbox.clearCalls();
  return { first, second };
};

/** Stores in which one change is damaged. */
const damaged = (broken: string): Partial<ApplyPorts> => {
  const { stores } = own.ports;
  const load: typeof stores.changes.load = async (id) => {
    if (id === broken) throw new Error('its evidence is damaged');
    return stores.changes.load(id);
  };
  return { stores: { ...stores, changes: { ...stores.changes, load } } };
};

describe('what is due', () => {
  test('waits while another report keeps AWS busy: that says nothing of the change', async () => {
    own = await openStory();
    const id = await own.approved();
    const busy = parseFault('error:GenerateOrganizationsAccessReport:ReportGenerationLimitExceeded:500');
    own.sandbox.faults.add(busy);
    expect(await own.outcome(id)).toMatch(
      /^waits: .*another access report of the organization was still running/,
    );
    expect((await own.load(id)).record.state.status).toBe('approved');
    own.sandbox.faults.clear();
    expect(await own.outcome(id)).toBe('applied');
  });

  test('roll backs come before what is to be applied', async () => {
    const { first, second } = await bothDue();
    // Nothing is begun where the function would be stopped in the middle.
    expect(await own.apply({ endsAt: own.ports.clock.now() + 200_000 })).toMatchObject({
      reports: [],
      skipped: null,
    });
    expect(own.count('GenerateOrganizationsAccessReport')).toBe(0);
    const { reports } = await own.apply();
    expect(reports).toEqual([
      { id: first, status: 'rolled-back' },
      { id: second, status: 'applied' },
    ]);
    const written = own.sandbox.calls().filter(({ operation }) => operation === 'UpdatePolicy');
    expect(written.map(({ input }) => input.PolicyId)).toEqual([developmentPolicy, 'p-elsewhere0']);
  });

  test('what a change of another SCP denies too is still taken out of this one', async () => {
    own = await openStory({ scenario: withService('dms:*') });
    const { first, second } = await proposed();
    await own.approve(first);
    await own.approve(second);
    expect((await own.load(second)).record.content.services).toContain('dms');
    expect((await own.apply()).reports).toEqual(
      expect.arrayContaining([first, second].map((id) => ({ id, status: 'applied' }))),
    );
    own.edit(withIdByHand(own.text()));
    await own.rollBack(first);
    expect(await own.outcome(first)).toBe('rolled-back');
    expect(own.text()).not.toContain('DenyUnusedServices');
    expect(own.text('p-elsewhere0')).toContain('DenyUnusedServices');
    const { state } = (await own.load(first)).record;
    expect(state).toMatchObject({
      undoJournal: expect.arrayContaining([expect.objectContaining({ outcome: 'removed' })]),
    });
  });

  test('a change that cannot be read is told, and keeps no other from being carried out', async () => {
    const { first, second } = await bothDue();
    await expect(own.apply(damaged(first))).rejects.toThrow('its evidence is damaged');
    expect((await own.load(second)).record.state.status).toBe('applied');
    expect(await own.outcome(first, damaged(second))).toBe('rolled-back');
  });
});
