import { describe, expect, test } from '@jest/globals';
import { sha256 } from '../../core/base/sha256.ts';
import { decisionLines } from '../../core/message/events/decision-log.ts';
import { changeView } from '../../core/message/views/change-view.ts';
import type { ApplyPorts } from '../../flow/apply-ports.ts';
import { proposeGiveBack } from '../../flow/give-back.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { accountOf, allowing, underRootAllow } from '../support/worlds.ts';
import { at, beforeCall, freeze, withIdByHand } from './moments.ts';
import { development, elsewhere } from './organization.ts';
import { anaSession, approvalOf, benUser, people } from './ports.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();
const day = 86_400;
const danUser = 'arn:aws:iam::111111111111:user/dan';
const approvers = [...people, { id: 'dan', name: 'Dan', email: 'dan@example.com', principals: [danUser] }];
/** Nothing stands in Development but what the product makes: its SCP is a new one. */
const plain = underRootAllow(
  [
    {
      ou: development,
      name: 'Development',
      children: [
        accountOf(
          '222222222222',
          'dev-1',
          { s3: { daysAgo: 2 }, lex: { daysAgo: 213 }, dms: { daysAgo: 251 } },
          '2023-01-05',
        ),
      ],
    },
    { ou: elsewhere, name: 'Elsewhere', children: [] },
  ],
  [development, elsewhere, '222222222222'],
);
const scenario: Scenario = {
  ...plain,
  policies: (plain.policies ?? []).map((policy) =>
    policy.id === 'p-rootallow'
      ? { ...policy, content: allowing('s3:*', 'lex:*', 'dms:*', 'sts:*') }
      : policy,
  ),
};

async function decide(own: Story, id: string, principalArn = danUser): Promise<void> {
  const { refusals } = await own.ask(id, { principalArn }, approvalOf(await own.load(id)));
  expect(refusals).toEqual([]);
}

async function approve(own: Story, id: string): Promise<void> {
  await decide(own, id);
  own.advance(5 * 3_600);
  expect(await own.outcome(id)).toBe('applied');
}

interface Extended {
  readonly own: Story;
  readonly first: string;
  readonly second: string;
  /** The text that the roll back of the first one left. */
  readonly left: string;
}

/** A change that made an SCP and denies lex, rolled back, and one that extended it with dms, to be rolled back. */
async function extended(): Promise<Extended> {
  const own = await open({ scenario, configuration: { approvers, rejectionDays: 10, kinds: ['lapsed'] } });
  return { own, ...(await own.played('extended', () => extend(own))) };
}

async function extend(own: Story): Promise<Omit<Extended, 'own'>> {
  const first = await own.propose();
  const { confirm, digest } = (await own.load(first)).record.content;
  await own.ask(
    first,
    { principalArn: anaSession },
    { purpose: 'decide', decision: 'narrow', keep: ['lex'], digest, confirm },
  );
  await approve(own, first);
  own.advance(12 * day);
  const second = await own.propose();
  await approve(own, second);
  await own.rollBack(first);
  expect(await own.outcome(first)).toBe('rolled-back');
  expect(made(own)).toMatchObject({ content: expect.stringContaining('"dms:*"') });
  const left = made(own)?.content ?? '';
  await own.rollBack(second);
  return { first, second, left };
}

const refusedStep = 'roll-back-step-refused';

const made = (own: Story) =>
  [...own.sandbox.world.policies.values()].find(({ name }) => name.startsWith('DenyUnused'));

const stepsOf = async (own: Story, id: string) =>
  (await own.load(id)).record.history.flatMap((event) =>
    event.type === 'roll-back-step-done' ? [[event.outcome, event.detail]] : [],
  );

/** What an export says that the roll back of a change wrote. */
const writtenBy = async (own: Story, id: string) =>
  decisionLines((await own.load(id)).record, 0).flatMap(({ type, written }) =>
    type === 'roll-back-step-done' ? [written] : [],
  );

describe('an SCP that one change made and another one empties', () => {
  test.each<[string, readonly string[], ((own: Story) => Partial<ApplyPorts>)?]>([
    ['without a fault', []],
    ['the answer of the detachment is lost', ['lost-answer:DetachPolicy:1']],
    ['the answer of the deletion is lost', ['lost-answer:DeletePolicy:1']],
    ['it is said to be in use for a moment', ['error:DeletePolicy:PolicyInUseException:1']],
    ['others write at the same time', ['error:DeletePolicy:ConcurrentModificationException:1']],
  ])('is detached and deleted: %s', async (_, faults) => {
    const { first, left, own, second } = await extended();
    for (const fault of faults) own.sandbox.faults.add(fault);
    expect(await own.outcome(second)).toBe('rolled-back');
    expect(made(own)).toBeUndefined();
    expect([await writtenBy(own, first), await writtenBy(own, second)]).toMatchObject([
      [{ outcome: 'kept' }, { outcome: 'removed', after: sha256(left) }],
      [{ outcome: 'deleted', after: null }],
    ]);
    expect(await stepsOf(own, second)).toEqual([['deleted', expect.stringContaining('denies nothing else')]]);
    expect([own.count('DetachPolicy'), own.count('DeletePolicy')]).toEqual([
      ...[1, faults[0]?.startsWith('error') ? 2 : 1],
    ]);
  });

  test.each(['sending-journalled', 'written', 'shown', 'done-journalled', 'all-done'] as const)(
    'is gone after a crash at %s as well',
    async (point) => {
      const { own, second } = await extended();
      const crash = at(point, () => {
        throw new Error('killed');
      });
      await expect(own.outcome(second, crash)).rejects.toThrow('killed');
      own.advance(40);
      expect(await own.outcome(second)).toBe('rolled-back');
      expect(made(own)).toBeUndefined();
      expect(await stepsOf(own, second)).toMatchObject([['deleted', expect.anything()]]);
    },
  );

  test('is edited while the last look at its text is on its way: his text stays', async () => {
    const { own, second } = await extended();
    const { clock, writer } = own.ports;
    let isDetached = false;
    beforeCall(own, 'DetachPolicy', () => {
      isDetached = true;
    });
    const readPolicyText: typeof writer.readPolicyText = async (policyId) => {
      const text = await writer.readPolicyText(policyId);
      if (!isDetached) return text;
      isDetached = false;
      own.edit(withIdByHand(text), policyId);
      await clock.wait(1_500);
      return text;
    };
    expect(await own.outcome(second, { writer: { ...writer, readPolicyText } })).toBe('rolled-back');
    expect(made(own)?.content).toContain('by-hand');
    expect([made(own)?.targets.size, own.count('DeletePolicy')]).toEqual([0, 0]);
  });

  test('is edited by somebody: it is taken off what we attached it to, and his text stays', async () => {
    const { own, second } = await extended();
    own.edit(withIdByHand(made(own)?.content), made(own)?.id);
    expect(await own.outcome(second)).toBe('rolled-back');
    expect([made(own)?.targets.size, own.count('DeletePolicy')]).toEqual([0, 0]);
    expect(made(own)?.content).toContain('by-hand');
    expect(await stepsOf(own, second)).toEqual([['detached', expect.stringContaining('it is not deleted')]]);
  });

  test('is attached elsewhere by somebody: there it stays, and he is told', async () => {
    const { own, second } = await extended();
    made(own)?.targets.add(elsewhere);
    expect(await own.outcome(second)).toBe('rolled-back');
    expect([...(made(own)?.targets ?? [])]).toEqual([elsewhere]);
    expect(await stepsOf(own, second)).toEqual([
      ['detached', expect.stringContaining(`it stays attached to ${elsewhere}`)],
    ]);
  });

  test('is edited while it is detached: nothing of his is deleted', async () => {
    const { own, second } = await extended();
    const { writer } = own.ports;
    let armed = true;
    const write: typeof writer.write = async (each) => {
      const id = await writer.write(each);
      if (armed) own.edit(withIdByHand(made(own)?.content), made(own)?.id);
      armed = false;
      return id;
    };
    expect(await own.outcome(second, { writer: { ...writer, write } })).toBe('rolled-back');
    expect([made(own)?.targets.size, own.count('DeletePolicy')]).toEqual([0, 0]);
    expect(made(own)?.content).toContain('by-hand');
    expect(await stepsOf(own, second)).toMatchObject([['detached', expect.stringContaining('nowhere')]]);
    expect((await own.load(second)).record.history.map(({ type }) => type)).not.toContain(refusedStep);
  });

  /** The kill switch is turned once it is detached. */
  const stoppedBetween = (own: Story): Partial<ApplyPorts> => {
    const { writer } = own.ports;
    const write: typeof writer.write = async (each) => {
      const id = await writer.write(each);
      await freeze(own, true);
      return id;
    };
    return { writer: { ...writer, write } };
  };

  test.each<[string, number, boolean, readonly unknown[]]>([
    ['it is deleted', 10, false, [undefined, 'deleted']],
    ['it is deleted much later, since it binds nobody by then', 20 * 60, false, [undefined, 'deleted']],
    ['edited meanwhile it stays, and is told as detached', 10, true, [0, 'detached']],
    ['edited meanwhile, and much later', 20 * 60, true, [0, 'detached']],
  ])('writes are stopped once it is detached, and go on: %s', async (_, seconds, isEdited, left) => {
    const { own, second } = await extended();
    expect(await own.outcome(second, stoppedBetween(own))).toContain('frozen');
    expect([made(own)?.targets.size, own.count('DeletePolicy')]).toEqual([0, 0]);
    if (isEdited) own.edit(withIdByHand(made(own)?.content), made(own)?.id);
    own.advance(seconds);
    await freeze(own, false);
    expect(await own.outcome(second)).toBe('rolled-back');
    const [step] = await stepsOf(own, second);
    expect([made(own)?.targets.size, step?.[0]]).toEqual(left);
    expect((await own.load(second)).record.history.map(({ type }) => type)).not.toContain(refusedStep);
  });

  test('AWS denies the deletion once it is detached: it is told, and asked again it is not told as kept', async () => {
    const { own, second } = await extended();
    own.sandbox.faults.add('error:DeletePolicy:AccessDeniedException:1');
    expect(await own.outcome(second)).toBe('interrupted');
    expect((await own.load(second)).record.history.map(({ type }) => type)).not.toContain(refusedStep);
    own.edit(withIdByHand(made(own)?.content), made(own)?.id);
    await own.rollBack(second);
    expect(await own.outcome(second)).toBe('rolled-back');
    expect(made(own)?.targets.size).toBe(0);
    const told = expect.stringContaining('attached nowhere');
    expect(await stepsOf(own, second)).toEqual([['already-undone', told]]);
  });
});

describe('an exemption that is to end', () => {
  test('is not ended once people approved that it lasts longer', async () => {
    const own = await open({ configuration: { approvers, coolingMinutes: 240 } });
    const denied = await own.propose();
    await approve(own, denied);
    const bot = 'arn:aws:iam::222222222222:role/apps/bot';
    const exempt = async (days: string): Promise<string> => {
      const wanted = { services: ['lex'], principals: [bot], days, reason: 'the bot needs it' };
      const asked = await proposeGiveBack(own.ports, denied, benUser, wanted, own.configuration);
      if (!asked?.ok) throw new Error(asked?.reasons[0].detail);
      return asked.value.record.id;
    };
    await approve(own, await exempt('2'));
    own.advance(3 * day);
    const end = await own.propose();
    expect((await own.load(end)).record.content.intent).toBe('end-exemption');
    await decide(own, end);
    own.advance(600);
    const longer = await exempt('30');
    await decide(own, longer);
    own.advance(4 * 3_600 - 300);
    expect(await own.outcome(end)).toBe('superseded');
    expect((await own.reason(end))?.detail).toMatch(
      new RegExp(`${bot} is exempt from the denial of lex until .* by ${longer}`),
    );
    own.advance(900);
    expect(await own.outcome(longer)).toBe('applied');
    expect(own.text()).toContain(bot);
  });
});

test('a roll back that leaves everything as it was is told so, with what stays and why', async () => {
  const own = await open({ configuration: { approvers } });
  const first = await own.approved();
  expect(await own.outcome(first)).toBe('applied');
  // Somebody takes both out again by hand, in another wording; a second change denies them once more.
  own.edit(
    (own.text() ?? '')
      .replace(/,\s*\{\s*"Sid": "DenyUnusedServices"[^}]*\}/, '')
      .replace('"Allowed"', '"Again"'),
  );
  const second = await own.approved();
  expect(await own.outcome(second)).toBe('applied');
  await own.rollBack(first);
  expect(await own.outcome(first)).toBe('rolled-back');
  const { record } = await own.load(first);
  const view = changeView(record, { now: own.ports.clock.now(), configuration: own.configuration });
  expect(view.statusLabel).toBe('nothing rolled back');
  expect(view.statusSentence).toContain('nothing was rolled back');
  expect(view.statusSentence).toContain(`other changes deny dms, lex in it (${second})`);
  expect(view.history.at(-1)?.what).toBe('ended the roll back: nothing was rolled back');
});
