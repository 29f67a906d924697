import { describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import { dueNotices } from '../../core/message/telling/notices.ts';
import type { ApplyPorts } from '../../flow/apply-ports.ts';
import { at, beforeCall, byHand } from './moments.ts';
import { baseText, development, developmentPolicy, elsewhere } from './organization.ts';
import { anaSession, storyConfiguration } from './ports.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();
const targetsOf = (own: Story, policyId = developmentPolicy): Set<string> =>
  own.sandbox.world.policies.get(policyId)?.targets ?? new Set();

describe('an SCP that is attached elsewhere while it is written', () => {
  test.each([
    ['UpdatePolicy', {}],
    ['AttachPolicy', { configuration: { editablePolicies: ['Nothing'] } }],
  ] as const)(
    'during %s, is told in the same run, with the link to roll back',
    async (operation, options) => {
      const own = await open(options);
      const id = await own.approved();
      const { policyName } = editOf((await own.load(id)).record.content);
      own.sandbox.faults.add(`slow:${operation}:1500ms:1`);
      beforeCall(own, operation, () => {
        const made = [...own.sandbox.world.policies.values()].find(({ name }) => name === policyName);
        made?.targets.add(elsewhere);
      });
      expect(await own.outcome(id)).toBe('applied');
      const { record } = await own.load(id);
      expect(record.history.slice(-2)).toMatchObject([
        { type: 'applied' },
        {
          type: 'drift-detected',
          detail: expect.stringContaining(`also attached to Elsewhere (${elsewhere})`),
        },
      ]);
      expect(own.eventTypes().slice(-2).sort()).toEqual(['SCP Change Applied', 'SCP Drift Detected']);
      const topics = { ana: 'arn:aws:sns:us-east-1:111111111111:ana' };
      const notices = dueNotices(record, storyConfiguration({ email: { topics } }), own.ports.clock.now());
      expect(notices).toMatchObject([{ kind: 'drift', link: { purpose: 'roll-back' } }]);
      // The next review sees the same and says nothing again.
      own.advance(600);
      await own.review();
      expect(own.eventsOf('SCP Drift Detected')).toHaveLength(1);
      await own.rollBack(id);
      expect(await own.outcome(id)).toBe('rolled-back');
      expect(own.text()).toBe(baseText);
    },
  );

  test('or taken from its target, is told as well; nothing is said where nothing happened', async () => {
    const own = await open();
    const id = await own.approved();
    beforeCall(own, 'UpdatePolicy', () => targetsOf(own).delete(development));
    expect(await own.outcome(id)).toBe('applied');
    expect((await own.load(id)).record.history.at(-1)).toMatchObject({
      ...{ type: 'drift-detected', detail: expect.stringContaining('no longer attached to Development') },
    });
  });

  test('is not said of a write during which nothing happened', async () => {
    const own = await open();
    expect(await own.outcome(await own.approved())).toBe('applied');
    expect(own.eventsOf('SCP Drift Detected')).toEqual([]);
  });
});

describe('a look whose answer takes long', () => {
  type Read = 'readPolicyText' | 'readPolicyTargets';
  /** Lets the first answer to the last look be 1.5 s on its way, and something happen meanwhile. */
  const duringLastLook = ({ ports }: Story, read: Read, happens: () => void): Partial<ApplyPorts> => {
    let isArmed = false;
    const late = async (policyId: string): Promise<unknown> => {
      const answer = await ports.writer[read](policyId);
      if (!isArmed) return answer;
      isArmed = false;
      happens();
      await ports.clock.wait(1_500);
      return answer;
    };
    const arm = at('sending-journalled', () => {
      isArmed = true;
    });
    return { ...arm, writer: { ...ports.writer, [read]: late } };
  };

  test.each<[Read, string, (own: Story) => void]>([
    ['readPolicyText', 'an edit', (own: Story): void => own.edit(byHand)],
    ['readPolicyText', 'an attachment', (own: Story): void => void targetsOf(own).add(elsewhere)],
  ] as const)(
    '%s is repeated, so that %s meanwhile is seen and nothing is written',
    async (read, _, happens) => {
      const own = await open();
      const id = await own.approved();
      expect(
        await own.outcome(
          id,
          duringLastLook(own, read, () => happens(own)),
        ),
      ).toBe('superseded');
      expect(own.count('UpdatePolicy')).toBe(0);
    },
  );

  test('is repeated before a roll back as well: an edit by hand is kept', async () => {
    const own = await open();
    const id = await own.approved();
    expect(await own.outcome(id)).toBe('applied');
    await own.rollBack(id);
    const edited = own.text()?.replace('"Allowed"', '"AllowedByHand"') ?? '';
    await own.outcome(
      id,
      duringLastLook(own, 'readPolicyText', () => own.edit(edited)),
    );
    expect(own.text()).toContain('AllowedByHand');
    expect(own.text()).not.toContain('DenyUnusedServices');
  });

  test('targets that take long are no reason to wait: an attachment meanwhile is told in the same run', async () => {
    const own = await open();
    const id = await own.approved();
    const { clock, writer } = own.ports;
    // Hundreds of targets come 20 a page, so AWS's rate alone takes seconds.
    const readPolicyTargets: typeof writer.readPolicyTargets = async (policyId) => {
      const targets = await writer.readPolicyTargets(policyId);
      await clock.wait(1_500);
      return targets;
    };
    const slow = { writer: { ...writer, readPolicyTargets } };
    beforeCall(own, 'UpdatePolicy', () => targetsOf(own).add(elsewhere));
    expect(await own.outcome(id, slow)).toBe('applied');
    expect((await own.load(id)).record.history.at(-1)).toMatchObject({
      ...{ type: 'drift-detected', detail: expect.stringContaining('also attached to Elsewhere') },
    });
    await own.rollBack(id);
    expect(await own.outcome(id, slow)).toBe('rolled-back');
    expect(own.text()).toBe(baseText);
  });

  /** Ports by which each look at the text seems to take more than a second. */
  const slowText = ({ ports: { clock, writer } }: Story): Partial<ApplyPorts> => {
    const readPolicyText: typeof writer.readPolicyText = async (policyId) => {
      const text = await writer.readPolicyText(policyId);
      await clock.wait(1_100);
      return text;
    };
    return { writer: { ...writer, readPolicyText } };
  };

  test('again and again waits for the next run', async () => {
    const own = await open();
    const id = await own.approved();
    expect(await own.outcome(id, slowText(own))).toContain('the next run goes on');
    expect(own.count('UpdatePolicy')).toBe(0);
    expect((await own.load(id)).record.history.at(-1)).toMatchObject({
      ...{ type: 'step-refused', failure: { code: 'LOOK_TOO_SLOW' } },
    });
    own.advance(120);
    expect(await own.outcome(id)).toBe('applied');
  });

  test('in five runs is told: a person lets it go on, and five runs are counted anew', async () => {
    const own = await open();
    const id = await own.approved();
    expect(await own.outcome(id)).toBe('applied');
    await own.rollBack(id);
    const slow = slowText(own);
    const runs = async (): Promise<readonly string[]> => {
      const outcomes: string[] = [];
      for (let run = 0; run < 5; run += 1) {
        outcomes.push(await own.outcome(id, slow));
        own.advance(60);
      }
      return outcomes;
    };
    const waits = expect.stringContaining('the next run goes on');
    expect(await runs()).toEqual([waits, waits, waits, waits, 'interrupted']);
    expect(own.eventsOf('SCP Change Apply Failed')).toHaveLength(1);
    expect((await own.load(id)).record.history.at(-1)).toMatchObject({
      ...{ type: 'interrupted', detail: expect.stringContaining('nothing was sent') },
    });
    const resume = { purpose: 'resume', reason: 'AWS is fast again' } as const;
    const { refusals } = await own.ask(id, { principalArn: anaSession }, resume);
    expect(refusals).toEqual([]);
    expect(await own.outcome(id, slow)).toContain('the next run goes on');
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(own.text()).toBe(baseText);
  });
});
