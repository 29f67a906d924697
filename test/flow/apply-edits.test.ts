import { describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import { at, beforeCall, byHand, withIdByHand } from './moments.ts';
import { baseText, developmentPolicy, elsewhere } from './organization.ts';
import { newPolicies, storyOfTest } from './story-of-test.ts';

const open = storyOfTest();
describe('somebody edits the SCP at the worst moment', () => {
  test('after the journal, before the last look: his text stays', async () => {
    const own = await open();
    const id = await own.approved();
    expect(
      await own.outcome(
        id,
        at('sending-journalled', () => own.edit(byHand)),
      ),
    ).toBe('superseded');
    expect((await own.reason(id))?.code).toBe('TEXT_CHANGED');
    expect(own.text()).toBe(byHand);
    expect(own.count('UpdatePolicy')).toBe(0);
  });

  test('attached elsewhere after the journal: not written', async () => {
    const own = await open();
    const id = await own.approved();
    const attach = at(
      'sending-journalled',
      () => void own.sandbox.world.policies.get(developmentPolicy)?.targets.add(elsewhere),
    );
    expect(await own.outcome(id, attach)).toBe('superseded');
    expect((await own.reason(id))?.code).toBe('TARGETS_CHANGED');
    expect(own.count('UpdatePolicy')).toBe(0);
  });

  test('during a retry: his text stays', async () => {
    const own = await open();
    const id = await own.approved();
    own.sandbox.faults.add('concurrent-modification:UpdatePolicy:1');
    beforeCall(own, 'UpdatePolicy', () => own.edit(byHand));
    expect(await own.outcome(id)).toBe('superseded');
    expect(own.text()).toBe(byHand);
    expect(own.count('UpdatePolicy')).toBe(1);
  });

  test.each(['lost-answer:UpdatePolicy:1', 'slow:UpdatePolicy:1ms:1'])(
    'after a write (%s), before it is read back: his text stays and the change says so',
    async (fault) => {
      const own = await open();
      const id = await own.approved();
      own.sandbox.faults.add(fault);
      const written = (): boolean => own.count('UpdatePolicy') === 1;
      beforeCall(own, 'DescribePolicy', () => own.edit(byHand), written);
      expect(await own.outcome(id)).toBe('apply-failed');
      expect((await own.reason(id))?.code).toBe('TEXT_CHANGED');
      expect(own.text()).toBe(byHand);
      expect(own.count('UpdatePolicy')).toBe(1);
      expect(own.eventsOf('SCP Change Applied')).toHaveLength(0);
    },
  );

  // Within the minute a write that was lost and one that somebody took back at once look the same, as after a crash.
  test.each([
    ['a minute', 61, 'interrupted', 1],
    ['a moment', 0, 'applied', 2],
  ] as const)('restored by hand %s after an answer was lost', async (_, seconds, status, writes) => {
    const own = await open();
    const id = await own.approved();
    own.sandbox.faults.add('lost-answer:UpdatePolicy:1');
    const restore = (): void => {
      own.edit(baseText);
      own.advance(seconds);
    };
    beforeCall(own, 'DescribePolicy', restore, () => own.count('UpdatePolicy') === 1);
    expect(await own.outcome(id)).toBe(status);
    expect(own.text() === baseText).toBe(status === 'interrupted');
    expect(own.count('UpdatePolicy')).toBe(writes);
  });

  test('a new SCP edited before it is attached is not attached', async () => {
    const own = await open(newPolicies);
    const id = await own.approved();
    const { policyName } = editOf((await own.load(id)).record.content);
    const made = () => [...own.sandbox.world.policies.values()].find(({ name }) => name === policyName);
    const edit = at('done-journalled', () => own.edit(withIdByHand(made()?.content), made()?.id));
    expect(await own.outcome(id, edit)).toBe('apply-failed');
    expect(own.count('AttachPolicy')).toBe(0);
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(made()?.content).toContain('by-hand');
  });

  test('a new SCP of ours that shows late, after a crash and a restart, is not made twice', async () => {
    const own = await open(newPolicies);
    const id = await own.approved();
    const crash = at('sending-journalled', () => {
      throw new Error('crash');
    });
    await expect(own.apply(crash)).rejects.toThrow('crash');
    const { policyName: name, after: content } = editOf((await own.load(id)).record.content);
    const late = at('sending-journalled', () => {
      const policy = { id: 'p-late000000', name, description: '', content, version: 1, awsManaged: false };
      own.sandbox.world.policies.set(policy.id, { ...policy, targets: new Set() });
    });
    expect(await own.outcome(id, late)).toBe('applied');
    expect([own.count('CreatePolicy'), own.count('AttachPolicy')]).toEqual([0, 1]);
  });
});
