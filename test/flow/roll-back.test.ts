import { describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { at, beforeLastLook, freeze, withIdByHand } from './moments.ts';
import {
  baseText,
  development,
  developmentAndElsewhere,
  developmentPolicy,
  elsewhere,
} from './organization.ts';
import { benUser } from './ports.ts';
import type { Story, StoryOptions } from './story.ts';
import { newPolicies, storyOfTest } from './story-of-test.ts';

const open = storyOfTest();
/** What a report says of a change that waits for too long: an alarm counts it. */
const halfDone = { halfDoneSince: expect.stringMatching(/^\d{4}-/) };
/** A story whose one change is applied. */
const applied = async (options?: StoryOptions): Promise<{ readonly own: Story; readonly id: string }> => {
  const own = await open(options);
  const id = await own.approved();
  expect(await own.outcome(id)).toBe('applied');
  return { own, id };
};
const outcomesOf = async (own: Story, id: string): Promise<readonly string[]> => {
  const { state } = (await own.load(id)).record;
  const journal = state.status === 'rolled-back' ? state.undoJournal : [];
  return journal.flatMap((entry) => (entry.phase === 'done' ? [entry.outcome] : []));
};

describe('rolling back a change of an SCP', () => {
  test('an unchanged text is restored byte for byte', async () => {
    const { own, id } = await applied();
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(own.text()).toBe(baseText);
    expect(own.count('UpdatePolicy')).toBe(2);
    expect(await outcomesOf(own, id)).toEqual(['restored']);
    expect(own.eventsOf('SCP Change Rolled Back')).toHaveLength(1);
  });

  test('edited since: exactly ours is taken out, and it is said', async () => {
    const { own, id } = await applied();
    own.edit(own.text()?.replace('"Allowed"', '"AllowedByHand"') ?? '');
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(JSON.parse(own.text() ?? '')).toEqual(
      JSON.parse(baseText.replace('"Allowed"', '"AllowedByHand"')),
    );
    expect(own.text()).toContain('AllowedByHand');
    expect(await outcomesOf(own, id)).toEqual(['removed']);
    const [event] = own.eventsOf('SCP Change Rolled Back');
    expect(JSON.stringify(event?.detail)).toContain('edited since: only dms, lex is taken out');
  });

  test('edited right before the write: what is written is made from his text', async () => {
    const { own, id } = await applied();
    await own.rollBack(id);
    const edit = at('sending-journalled', () =>
      own.edit(own.text()?.replace('"Allowed"', '"AllowedByHand"') ?? ''),
    );
    expect(await own.outcome(id, edit)).toBe('rolled-back');
    expect(own.text()).toContain('AllowedByHand');
    expect(own.text()).not.toContain('DenyUnusedServices');
  });

  test('restored by hand already: nothing is written', async () => {
    const { own, id } = await applied();
    own.edit(baseText);
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(own.count('UpdatePolicy')).toBe(1);
    expect(await outcomesOf(own, id)).toEqual(['already-undone']);
  });

  test('a read right after the apply that shows the text from before it: it is read again, and undone', async () => {
    const { own, id } = await applied();
    await own.rollBack(id);
    const { clock, writer } = own.ports;
    const shownFrom = clock.now() + 7_000;
    const readPolicyText = async (policyId: string) =>
      clock.now() < shownFrom ? baseText : writer.readPolicyText(policyId);
    expect(await own.outcome(id, { writer: { ...writer, readPolicyText } })).toBe('rolled-back');
    expect(own.text()).toBe(baseText);
    expect(await outcomesOf(own, id)).toEqual(['restored']);
  });

  test('what another applied change of the same SCP also denies stays denied', async () => {
    const { own, id } = await applied();
    // Somebody takes lex out again by hand, in another wording; a second change denies it once more.
    const again = baseText.replace('"Allowed"', '"Again"');
    own.edit(again);
    const second = await own.approved();
    expect(second).not.toBe(id);
    expect(await own.outcome(second)).toBe('applied');
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(own.text()).toBe(editOf((await own.load(second)).record.content).after);
    expect(await outcomesOf(own, id)).toEqual(['kept']);
  });

  test('what the SCP denied before the change stays denied', async () => {
    const denied =
      '{ "Sid": "DenyUnusedServices", "Effect": "Deny", "Action": ["comprehend:*"], "Resource": "*" }';
    const text = baseText.replace('] }\n  ] }', `] },\n    ${denied}\n  ] }`);
    const policies = developmentAndElsewhere.policies?.map((policy) =>
      policy.id === developmentPolicy ? { ...policy, content: text } : policy,
    );
    const { own, id } = await applied({ scenario: { ...developmentAndElsewhere, policies } as Scenario });
    own.edit(withIdByHand(own.text()));
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(own.text()).toContain('comprehend:*');
    expect(own.text()).not.toContain('"lex:*","');
    expect(JSON.parse(own.text() ?? '')).toEqual(JSON.parse(withIdByHand(text)));
  });
});

describe('rolling back a new SCP', () => {
  const made = async (own: Story, id: string) => {
    const { policyName } = editOf((await own.load(id)).record.content);
    return [...own.sandbox.world.policies.values()].find(({ name }) => name === policyName);
  };

  test('it is detached and deleted', async () => {
    const { own, id } = await applied(newPolicies);
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(await made(own, id)).toBeUndefined();
    expect(await outcomesOf(own, id)).toEqual(['detached', 'deleted']);
  });

  test('said to be in use for a moment after it was detached: it is deleted all the same', async () => {
    const { own, id } = await applied(newPolicies);
    await own.rollBack(id);
    own.sandbox.faults.add('error:DeletePolicy:PolicyInUseException:1');
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(await made(own, id)).toBeUndefined();
    expect(await outcomesOf(own, id)).toEqual(['detached', 'deleted']);
  });

  test('attached elsewhere by somebody: detached from ours alone, and kept', async () => {
    const { own, id } = await applied(newPolicies);
    (await made(own, id))?.targets.add(elsewhere);
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect([...((await made(own, id))?.targets ?? [])]).toEqual([elsewhere]);
    expect(await outcomesOf(own, id)).toEqual(['detached', 'kept']);
  });

  test('edited by somebody: detached, and kept', async () => {
    const { own, id } = await applied(newPolicies);
    const policy = await made(own, id);
    own.edit(withIdByHand(policy?.content), policy?.id);
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect((await made(own, id))?.content).toContain('by-hand');
    expect((await made(own, id))?.targets.size).toBe(0);
    expect(await outcomesOf(own, id)).toEqual(['detached', 'kept']);
  });

  test('attached to our target by somebody before us: that is left', async () => {
    const own = await open(newPolicies);
    const id = await own.approved();
    const attach = at('done-journalled', () => {
      for (const policy of own.sandbox.world.policies.values())
        if (policy.name.startsWith('DenyUnused')) policy.targets.add(development);
    });
    expect(await own.outcome(id, attach)).toBe('applied');
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect([...((await made(own, id))?.targets ?? [])]).toEqual([development]);
    expect(await outcomesOf(own, id)).toEqual(['kept', 'kept']);
  });

  test('a lost answer of a detachment: done once', async () => {
    const { own, id } = await applied(newPolicies);
    await own.rollBack(id);
    own.sandbox.faults.add('lost-answer:DetachPolicy:1');
    expect(await own.outcome(id)).toBe('rolled-back');
    expect([own.count('DetachPolicy'), own.count('DeletePolicy')]).toEqual([1, 1]);
  });
});

describe('who may roll back, and when', () => {
  test('an approver in scope, with a reason', async () => {
    const { own, id } = await applied();
    const ask = async (asker: Parameters<Story['ask']>[1], reason?: string) =>
      (await own.ask(id, asker, { purpose: 'roll-back', ...(reason === undefined ? {} : { reason }) }))
        .refusals;
    const cleo = { token: await own.link(id, 'cleo', 'roll-back') };
    expect(await ask(cleo, 'because')).toMatchObject([{ code: 'OUT_OF_SCOPE' }]);
    expect(await ask({ principalArn: 'arn:aws:iam::111111111111:user/mallory' }, 'because')).toMatchObject([
      { code: 'OUT_OF_SCOPE' },
    ]);
    expect(await ask({ principalArn: benUser })).toMatchObject([{ code: 'MISSING_FIELD', field: 'reason' }]);
    expect(await own.outcome(id)).toBe('not due');
    const token = await own.link(id, 'ana', 'roll-back');
    expect(await ask({ token }, 'because')).toEqual([]);
    expect(await ask({ token }, 'because')).toMatchObject([{ code: 'ALREADY_DECIDED' }]);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect((await own.rollBack(id)).refusals).toMatchObject([{ code: 'ALREADY_DECIDED' }]);
    expect(own.count('UpdatePolicy')).toBe(2);
  });

  test('not after the roll-back time, nor before the apply', async () => {
    const own = await open({ configuration: { rollBackDays: 2 } });
    const id = await own.approved();
    expect((await own.rollBack(id)).refusals).toMatchObject([{ code: 'ALREADY_DECIDED' }]);
    await own.outcome(id);
    own.advance(2 * 86_400 + 60);
    expect((await own.rollBack(id)).refusals).toMatchObject([{ code: 'EXPIRED' }]);
    expect(await own.outcome(id)).toBe('not due');
  });

  test('frozen: it waits, also between the journal and the write', async () => {
    const { own, id } = await applied();
    await own.rollBack(id);
    expect(
      await own.outcome(
        id,
        beforeLastLook(own, () => freeze(own, true)),
      ),
    ).toContain('frozen');
    expect(await own.outcome(id)).toContain('frozen');
    expect(own.count('UpdatePolicy')).toBe(1);
    expect((await own.apply()).reports).not.toContainEqual(expect.objectContaining(halfDone));
    own.advance(16 * 60);
    expect((await own.apply()).reports).toContainEqual(expect.objectContaining({ id, ...halfDone }));
    await freeze(own, false);
    expect(await own.outcome(id)).toBe('rolled-back');
  });
});
