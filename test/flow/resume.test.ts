import { describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import { changeView } from '../../core/message/views/change-view.ts';
import { at, freeze } from './moments.ts';
import { baseText, developmentPolicy } from './organization.ts';
import { anaSession, benUser, people, storyConfiguration } from './ports.ts';
import type { Story, StoryOptions } from './story.ts';
import { newPolicies, storyOfTest } from './story-of-test.ts';

const open = storyOfTest();
const cleo = 'arn:aws:iam::111111111111:user/cleo';
const resume = (own: Story, id: string, principalArn = benUser, reason = 'it was not written') =>
  own.ask(id, { principalArn }, { purpose: 'resume', reason });
/** A change whose write is lost again and again, until a person has to decide. */
const interrupted = (own: Story, operation = 'UpdatePolicy'): Promise<string> =>
  own.played(`${operation} is lost`, async () => {
    const id = await own.approved();
    const fault = own.sandbox.faults.add(`error:${operation}:500:9`);
    for (let run = 0; run < 3 && (await own.load(id)).record.state.status !== 'interrupted'; run += 1)
      await own.outcome(id);
    own.sandbox.faults.remove(fault);
    expect((await own.load(id)).record.state).toMatchObject({ status: 'interrupted', during: 'apply' });
    return id;
  });

describe('a write whose outcome is open is settled while it may be', () => {
  test.each<[string, StoryOptions]>([
    ...['error:UpdatePolicy:500:1', 'error:UpdatePolicy:503:1', 'reset:UpdatePolicy:1'].map(
      (fault): [string, StoryOptions] => [fault, {}],
    ),
    ...['CreatePolicy', 'AttachPolicy'].flatMap((operation): [string, StoryOptions][] => [
      [`error:${operation}:500:1`, newPolicies],
      [`reset:${operation}:1`, newPolicies],
    ]),
  ])('one %s ends applied, within one run, however long it takes to prove again', async (fault, options) => {
    const own = await open(options);
    const id = await own.approved();
    own.sandbox.faults.add(fault);
    const [, operation = ''] = fault.split(':');
    const { clock, organization } = own.ports;
    const readTree: typeof organization.readTree = async () => {
      await clock.wait(40_000);
      return organization.readTree();
    };
    expect(await own.outcome(id, { organization: { ...organization, readTree } })).toBe('applied');
    expect(own.count(operation)).toBe(2);
    expect(own.eventsOf('SCP Change Applied')).toHaveLength(1);
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(own.text()).toBe(baseText);
    expect(own.sandbox.world.policies.size).toBe(3);
  });

  test('what goes on for more than a minute is for a person to decide, who is told how', async () => {
    const own = await open();
    const id = await interrupted(own);
    expect(own.text()).toBe(baseText);
    const { record } = await own.load(id);
    const { statusSentence } = changeView(record, {
      ...{ now: own.ports.clock.now(), configuration: own.configuration, freeze: null },
    });
    expect(statusSentence).toContain(`npx --no -- oar changes resume ${id} --reason`);
  });

  test('a roll back that had nothing to undo puts nothing off', async () => {
    const own = await open();
    const id = await interrupted(own);
    await own.rollBack(id, 'to tidy up');
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(own.count('UpdatePolicy')).toBeGreaterThan(0);
    expect(own.text()).toBe(baseText);
    expect(await own.propose()).toBe(id);
    expect((await own.load(id)).record).toMatchObject({ revision: 2, state: { status: 'proposed' } });
  });

  test('one that undid something does', async () => {
    const own = await open();
    const id = await own.approved();
    expect(await own.outcome(id)).toBe('applied');
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect((await own.review()).run.decision.changes).toEqual([]);
  });
});

describe('to resume', () => {
  test('an approver in scope says why, then it is due at once, proved anew and applied', async () => {
    const own = await open();
    const id = await interrupted(own);
    const before = await own.load(id);
    for (const [arn, reason, code] of [
      ['arn:aws:iam::111111111111:user/eve', 'x', 'OUT_OF_SCOPE'],
      [benUser, ' ', 'MISSING_FIELD'],
    ] as const)
      expect((await resume(own, id, arn, reason)).refusals).toMatchObject([{ code }]);
    const token = await own.link(id, 'ben', 'roll-back');
    const byLink = await own.ask(id, { token }, { purpose: 'resume', reason: 'x' });
    expect(byLink.refusals).toMatchObject([{ code: 'UNKNOWN_TOKEN' }]);
    expect((await own.load(id)).record).toEqual(before.record);

    const { change, refusals } = await resume(own, id);
    expect(refusals).toEqual([]);
    expect(change.record.state).toMatchObject({ status: 'approved', approvals: [{ approverId: 'ana' }] });
    expect((await resume(own, id)).refusals).toMatchObject([{ code: 'ALREADY_DECIDED' }]);
    const jobs = own.count('GenerateOrganizationsAccessReport');
    expect(await own.outcome(id)).toBe('applied');
    expect(own.count('GenerateOrganizationsAccessReport')).toBeGreaterThan(jobs);
    expect(own.eventsOf('SCP Change Resumed')).toMatchObject([
      { detail: { data: { phase: 'apply', approverId: 'ben', reason: 'it was not written' } } },
    ]);
  });

  test('is no way past the kill switch, the mode, a proof that fails or the rule of starters', async () => {
    const admin = 'arn:aws:iam::111111111111:user/admin';
    const dora = { id: 'dora', name: 'Dora Lind', email: 'dora@example.com', principals: [admin] };
    // The review runs with Dora's credentials.
    const own = await open({
      startedBy: { type: 'caller' },
      configuration: { approvers: [...people, dora] },
    });
    const id = await interrupted(own);
    await resume(own, id);
    await freeze(own, true);
    expect(await own.outcome(id)).toContain('frozen');
    await freeze(own, false);
    expect(await own.outcome(id, { configuration: storyConfiguration({ mode: 'observe' }) })).toContain(
      'observe',
    );
    const writes = own.count('UpdatePolicy');
    // Who approved alone is by the configuration of now who started it.
    const approvers = people.map((person) =>
      person.id === 'ana' ? { ...person, principals: [admin] } : person,
    );
    expect(await own.outcome(id, { configuration: storyConfiguration({ approvers }) })).toBe('superseded');
    expect((await own.reason(id))?.code).toBe('STARTER_ALONE');
    expect(own.count('UpdatePolicy')).toBe(writes);
  });

  test('where the text was edited meanwhile writes nothing', async () => {
    const own = await open();
    const id = await interrupted(own);
    await resume(own, id);
    own.edit(`${baseText} `);
    const writes = own.count('UpdatePolicy');
    expect(await own.outcome(id)).toBe('superseded');
    expect(own.count('UpdatePolicy')).toBe(writes);
  });

  test.each([
    ['UpdatePolicy', {}],
    ['CreatePolicy', newPolicies],
    ['AttachPolicy', newPolicies],
  ] as const)(
    '%s, where it shows after all it is found done and can be rolled back',
    async (operation, options) => {
      const own = await open(options);
      const id = await interrupted(own, operation);
      await resume(own, id);
      const content = editOf((await own.load(id)).record.content);
      const { policies } = own.sandbox.world;
      const made = [...policies.values()].find(({ name }) => name === content.policyName);
      if (operation === 'UpdatePolicy') own.edit(content.after);
      if (operation === 'AttachPolicy') made?.targets.add(content.targets[0]?.id ?? '');
      if (operation === 'CreatePolicy') {
        const late = {
          id: 'p-late000000',
          name: content.policyName,
          description: '',
          version: 1,
          awsManaged: false,
        };
        policies.set(late.id, { ...late, content: content.after, targets: new Set() });
      }
      const writes = own.count(operation);
      expect(await own.outcome(id)).toBe('applied');
      expect(own.count(operation)).toBe(writes);
      await own.rollBack(id);
      expect(await own.outcome(id)).toBe('rolled-back');
      expect(policies.size).toBe(3);
      expect(policies.get(developmentPolicy)?.content).toBe(baseText);
    },
  );

  test('with a new SCP that was made already goes on with its attachment, and cannot be cancelled', async () => {
    const own = await open(newPolicies);
    const id = await interrupted(own, 'AttachPolicy');
    await resume(own, id);
    const cancelled = await own.ask(id, { principalArn: anaSession }, { purpose: 'cancel' });
    expect(cancelled.refusals).toMatchObject([{ code: 'ALREADY_DECIDED' }]);
    expect(await own.outcome(id)).toBe('applied');
    expect(own.count('CreatePolicy')).toBe(1);
  });

  test('a roll back goes on as a roll back', async () => {
    const own = await open();
    const id = await own.approved();
    expect(await own.outcome(id)).toBe('applied');
    await own.rollBack(id, 'needed');
    const crash = at('sending-journalled', () => {
      throw new Error('crash');
    });
    await expect(own.apply(crash)).rejects.toThrow('crash');
    own.advance(61);
    expect(await own.outcome(id)).toBe('interrupted');
    expect((await resume(own, id, cleo)).refusals).toMatchObject([{ code: 'OUT_OF_SCOPE' }]);
    const { change } = await resume(own, id);
    expect(change.record.state).toMatchObject({
      status: 'rolling-back',
      request: { approverId: 'ben', reason: 'needed' },
    });
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(own.text()).toBe(baseText);
  });
});
