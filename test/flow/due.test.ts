import { afterEach, describe, expect, test } from '@jest/globals';
import type { ApplyPorts } from '../../flow/apply-ports.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { developmentPolicy, smallOrganization } from './organization.ts';
import { openStory, type Story } from './story.ts';

const policies = smallOrganization.policies?.map((policy) =>
  policy.id === 'p-elsewhere0'
    ? { ...policy, content: JSON.stringify(policy.content).replace('"sts:*"', '"sts:*","comprehend:*"') }
    : policy,
);
const twoChanges = { ...smallOrganization, policies } as Scenario;

let own: Story;
afterEach(() => own.close());

/** One change that is to be rolled back and one that is to be applied. */
const bothDue = async (): Promise<{ readonly first: string; readonly second: string }> => {
  own = await openStory({ scenario: twoChanges });
  const { run } = await own.review('r-ex01');
  const { changes } = run.decision;
  const first = changes.find(({ policyId }) => policyId === developmentPolicy)?.id ?? '';
  const second = changes.find(({ policyId }) => policyId !== developmentPolicy)?.id ?? '';
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
  test('roll backs come before what is to be applied', async () => {
    const { first, second } = await bothDue();
    const { reports } = await own.apply();
    expect(reports).toEqual([
      { id: first, status: 'rolled-back' },
      { id: second, status: 'applied' },
    ]);
    const written = own.sandbox.calls().filter(({ operation }) => operation === 'UpdatePolicy');
    expect(written.map(({ input }) => input.PolicyId)).toEqual([developmentPolicy, 'p-elsewhere0']);
  });

  test('a change that cannot be read is told, and keeps no other from being carried out', async () => {
    const { first, second } = await bothDue();
    await expect(own.apply(damaged(first))).rejects.toThrow('its evidence is damaged');
    expect((await own.load(second)).record.state.status).toBe('applied');
    expect(await own.outcome(first, damaged(second))).toBe('rolled-back');
  });
});
