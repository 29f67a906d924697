import { describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import { appendEvents } from '../../core/change/life/stored-change.ts';
import { at, beforeCall, beforeLastLook, freeze } from './moments.ts';
import { baseText, elsewhere } from './organization.ts';
import { storyConfiguration } from './ports.ts';
import { newPolicies, storyOfTest } from './story-of-test.ts';

const open = storyOfTest();
describe('what stops writes', () => {
  test('the kill switch, then it goes on', async () => {
    const own = await open();
    const id = await own.approved();
    await freeze(own, true);
    expect(await own.outcome(id)).toContain('frozen by ana: something burns');
    expect(own.text()).toBe(baseText);
    expect((await own.load(id)).record.state.status).toBe('approved');
    await freeze(own, false);
    expect(await own.outcome(id)).toBe('applied');
  });

  test('the mode observe', async () => {
    const own = await open();
    const id = await own.approved();
    const configuration = storyConfiguration({ mode: 'observe' });
    expect(await own.outcome(id, { configuration })).toContain('mode is observe');
    expect(own.count('UpdatePolicy')).toBe(0);
  });

  test('the kill switch, turned between the journal and the write', async () => {
    const own = await open();
    const id = await own.approved();
    const ports = beforeLastLook(own, () => freeze(own, true));
    expect(await own.outcome(id, ports)).toContain('frozen');
    expect(own.count('UpdatePolicy')).toBe(0);
    own.advance(3600);
    await freeze(own, false);
    expect(await own.outcome(id)).toBe('applied');
    expect(own.count('UpdatePolicy')).toBe(1);
  });

  test('the kill switch, turned during the last look', async () => {
    const own = await open();
    const id = await own.approved();
    const { writer } = own.ports;
    let isLastLook = false;
    const readPolicyText: typeof writer.readPolicyText = async (policyId) => {
      if (isLastLook) await freeze(own, true);
      return writer.readPolicyText(policyId);
    };
    const lastLook = at('sending-journalled', () => {
      isLastLook = true;
    });
    expect(await own.outcome(id, { ...lastLook, writer: { ...writer, readPolicyText } })).toContain('frozen');
    expect(own.count('UpdatePolicy')).toBe(0);
    own.advance(3600);
    await freeze(own, false);
    expect(await own.outcome(id)).toBe('applied');
  });

  test('another run that writes', async () => {
    const own = await open();
    const id = await own.approved();
    const { locks } = own.ports.stores;
    await locks.acquire('other', own.ports.clock.now(), 30_000);
    expect(await own.outcome(id)).toContain('other writes until');
    own.advance(31);
    expect(await own.outcome(id)).toBe('applied');
  });

  test('another run, for as long as it lives, however short its lease', async () => {
    const own = await open();
    const id = await own.approved();
    const { clock, organization, stores } = own.ports;
    const began = clock.now();
    const leaseMilliseconds = 90;
    // Time stands still while the run hangs, and goes on as told.
    let still: number | null = began;
    const standing = { ...clock, now: () => still ?? clock.now() };
    const renewed = async (until: number): Promise<void> => {
      for (let look = 0; look < 200; look += 1) {
        const answer = await stores.locks.acquire('looking', standing.now(), 1);
        if (answer.held) throw new Error('the lock was free');
        if (answer.expiresAt >= until) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error('the lock is not renewed');
    };
    let meanwhile: unknown = null;
    const readTree: typeof organization.readTree = async () => {
      if (meanwhile !== null) return organization.readTree();
      still = began + 60;
      await renewed(began + 60 + leaseMilliseconds);
      still = began + 120;
      meanwhile = await own.apply({ clock: standing });
      still = null;
      return organization.readTree();
    };
    const changes = { clock: standing, leaseMilliseconds, organization: { ...organization, readTree } };
    expect(await own.outcome(id, changes)).toBe('applied');
    expect(meanwhile).toEqual({
      reports: [],
      skipped: expect.stringMatching(/^apply-[0-9a-f]+ writes until /),
    });
    expect(own.count('UpdatePolicy')).toBe(1);
    // Afterwards nobody renews it any more.
    expect(await stores.locks.acquire('looking', clock.now(), 1)).toEqual({ held: true });
  });

  test('a lock that was lost to another run before the write', async () => {
    const own = await open();
    const id = await own.approved();
    const ports = beforeLastLook(own, async () => {
      own.advance(31);
      await own.ports.stores.locks.acquire('other', own.ports.clock.now(), 300_000);
    });
    expect(await own.outcome(id, ports)).toContain('lost to another run');
    expect(own.count('UpdatePolicy')).toBe(0);
  });

  test('a refusal of a second attempt does not settle the first: after a minute a person decides', async () => {
    const own = await open();
    const id = await own.approved();
    const crash = at('sending-journalled', () => {
      throw new Error('crash');
    });
    await expect(own.apply(crash)).rejects.toThrow('crash');
    await own.outcome(
      id,
      beforeLastLook(own, () => freeze(own, true)),
    );
    own.advance(61);
    await freeze(own, false);
    expect(await own.outcome(id)).toBe('interrupted');
    expect(own.count('UpdatePolicy')).toBe(0);
    expect(own.text()).toBe(baseText);
  });
});

describe('what AWS answers', () => {
  test.each([
    'concurrent-modification:UpdatePolicy:1',
    'throttle:UpdatePolicy:1',
    'policy-changes-in-progress:UpdatePolicy:1',
  ])('%s is tried again, from the proof', async (fault) => {
    const own = await open();
    const id = await own.approved();
    const jobs = own.count('GenerateOrganizationsAccessReport');
    own.sandbox.faults.add(fault);
    expect(await own.outcome(id)).toBe('applied');
    expect(own.count('UpdatePolicy')).toBe(2);
    expect(own.count('GenerateOrganizationsAccessReport')).toBeGreaterThanOrEqual(jobs + 2);
  });

  test('a refusal that goes on is tried a few times, then by the next run', async () => {
    const own = await open();
    const id = await own.approved();
    own.sandbox.faults.add('concurrent-modification:UpdatePolicy:3');
    expect(await own.outcome(id)).toContain('the next run goes on');
    own.advance(3600);
    expect(await own.outcome(id)).toBe('applied');
    expect(own.count('UpdatePolicy')).toBe(4);
  });

  test('a refusal that goes on for a day ends a roll back: its history does not grow for ever', async () => {
    const own = await open();
    const id = await own.approved();
    expect(await own.outcome(id)).toBe('applied');
    await own.rollBack(id);
    own.sandbox.faults.add('concurrent-modification:UpdatePolicy:100000');
    const outcomes = [await own.outcome(id)];
    const refused = await own.load(id);
    const { history: before } = refused.record;
    const ofRun = before.slice(before.findIndex(({ type }) => type === 'roll-back-step-sending'));
    // Of the runs that are like the first one their events alone are played; with LONG=1 the runs themselves.
    const alike = process.env.LONG ? 0 : 31;
    const events = Array.from({ length: alike }, (_, run) =>
      ofRun.map((event) => ({ ...event, at: event.at + (run + 1) * 2_700_000 })),
    );
    await own.ports.stores.changes.save(appendEvents(refused, events.flat()), refused.version);
    own.advance(alike * 2_700);
    for (let run = 0; run < 40 && outcomes.at(-1) !== 'interrupted'; run += 1) {
      own.advance(2_700);
      outcomes.push(await own.outcome(id));
    }
    expect([outcomes.at(-1), outcomes.length]).toEqual(['interrupted', 34 - alike]);
    const { history } = (await own.load(id)).record;
    expect(history.filter(({ type }) => type === 'roll-back-step-refused')).toHaveLength(100);
    expect(JSON.stringify(history.at(-1))).toContain('so it was for a day');
  });

  test.each(['MalformedPolicyDocumentException', 'AccessDeniedException', 'ConstraintViolationException'])(
    '%s ends it with the reason, nothing written',
    async (code) => {
      const own = await open();
      const id = await own.approved();
      own.sandbox.faults.add(`error:UpdatePolicy:${code}:1`);
      expect(await own.outcome(id)).toBe('superseded');
      expect((await own.reason(id))?.code).toBe(code);
      expect(own.count('UpdatePolicy')).toBe(1);
      expect(own.text()).toBe(baseText);
    },
  );

  test('a refused attachment of a new SCP is a failure that can be rolled back', async () => {
    const own = await open(newPolicies);
    const id = await own.approved();
    own.sandbox.faults.add('error:AttachPolicy:AccessDeniedException:1');
    expect(await own.outcome(id)).toBe('apply-failed');
    expect(own.eventsOf('SCP Change Apply Failed')).toHaveLength(1);
    const { policyName } = editOf((await own.load(id)).record.content);
    const made = (): boolean =>
      [...own.sandbox.world.policies.values()].some(({ name }) => name === policyName);
    expect(made()).toBe(true);
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(made()).toBe(false);
  });

  test.each(['lost-answer:UpdatePolicy:1', 'slow:UpdatePolicy:50ms:1'])(
    '%s: written once, applied once',
    async (fault) => {
      const own = await open();
      const id = await own.approved();
      own.sandbox.faults.add(fault);
      expect(await own.outcome(id)).toBe('applied');
      expect(own.count('UpdatePolicy')).toBe(1);
      expect(own.eventsOf('SCP Change Applied')).toHaveLength(1);
    },
  );

  test.each(['CreatePolicy', 'AttachPolicy'])('a lost answer of %s: done once', async (operation) => {
    const own = await open(newPolicies);
    const id = await own.approved();
    own.sandbox.faults.add(`lost-answer:${operation}:1`);
    expect(await own.outcome(id)).toBe('applied');
    expect([own.count('CreatePolicy'), own.count('AttachPolicy')]).toEqual([1, 1]);
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(own.sandbox.world.policies.size).toBe(3);
  });

  test('a name that was taken since belongs to somebody else, even with the same text', async () => {
    const own = await open(newPolicies);
    const id = await own.approved();
    const { policyName: name, after: content } = editOf((await own.load(id)).record.content);
    const taken = { id: 'p-taken0000', name, description: '', content, version: 1, awsManaged: false };
    beforeCall(own, 'CreatePolicy', () => {
      own.sandbox.world.policies.set(taken.id, { ...taken, targets: new Set([elsewhere]) });
    });
    expect(await own.outcome(id)).toBe('superseded');
    expect((await own.reason(id))?.code).toBe('NAME_TAKEN');
    expect(own.count('AttachPolicy')).toBe(0);
    expect(own.sandbox.world.policies.has(taken.id)).toBe(true);
  });
});

test.each(['frozen', 'observe'] as const)(
  'an approval that was held up for too long (%s) ends, and everybody is told',
  async (hold) => {
    const own = await open();
    const id = await own.approved();
    if (hold === 'frozen') await freeze(own, true);
    const changes =
      hold === 'frozen' ? {} : { configuration: { ...own.ports.configuration, mode: 'observe' as const } };
    own.advance(14 * 86_400 - 60);
    expect(await own.outcome(id, changes)).toMatch(/frozen by|mode is observe/);
    own.advance(120);
    expect(await own.outcome(id, changes)).toBe('superseded');
    expect(await own.reason(id)).toMatchObject({ code: 'APPROVAL_TOO_OLD' });
    expect(own.count('UpdatePolicy')).toBe(0);
    expect(own.eventsOf('SCP Change Superseded')).toHaveLength(1);
  },
);
