import { expect, test } from '@jest/globals';
import { proposeGiveBack } from '../../flow/give-back.ts';
import { beforeCall } from './moments.ts';
import { development, developmentPolicy, elsewhere } from './organization.ts';
import { anaSession, approvalOf, benUser, people } from './ports.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();
const doraUser = 'arn:aws:iam::111111111111:user/dora';
/** Dora decides on what the deny was proposed for, and on nothing else. */
const dora = {
  ...{ id: 'dora', name: 'Dora Ek', email: 'dora@example.com' },
  ...{ principals: [doraUser], scopes: [development] },
};
const targetsOf = ({ sandbox }: Story): Set<string> =>
  sandbox.world.policies.get(developmentPolicy)?.targets ?? new Set();

async function applied(approvers: readonly object[] = [...people, dora]) {
  const own = await open({ configuration: { approvers } });
  const denied = await own.approved();
  expect(await own.outcome(denied)).toBe('applied');
  own.advance(600);
  const ask = async (services: readonly string[] = ['lex']) => {
    const wanted = { services, reason: 'a team needs it' };
    const asked = await proposeGiveBack(own.ports, denied, benUser, wanted, own.configuration);
    if (!asked?.ok) throw new Error(asked?.reasons[0].detail);
    return asked.value;
  };
  return { own, denied, ask };
}

const reviewed = async (own: Story): Promise<void> => {
  await own.review();
  own.advance(600);
};

test('what is attached elsewhere since is given back at all of it, by whoever decides on all of it', async () => {
  const { ask, denied, own } = await applied();
  targetsOf(own).add(elsewhere);
  await reviewed(own);
  const change = await ask();
  const { content, id, targetPaths } = change.record;
  expect(content).toMatchObject({
    targets: [{ id: development }, { id: elsewhere }],
    ...{ confirm: 'Root', accountIds: ['222222222222', '222222222223', '333333333333'] },
  });
  expect(targetPaths).toMatchObject({ [elsewhere]: expect.stringContaining(`/${elsewhere}`) });
  expect(content.choice.join()).toContain(`to Development (${development}), Elsewhere (${elsewhere})`);
  const outside = await own.ask(id, { principalArn: doraUser }, approvalOf(change));
  expect(outside.refusals).toMatchObject([{ code: 'OUT_OF_SCOPE' }]);
  await own.ask(id, { principalArn: anaSession }, approvalOf(change));
  own.advance(5 * 3_600);
  expect(await own.outcome(id)).toBe('applied');
  // What is asked next starts from what the last write found, before any review and after one.
  expect((await ask(['dms'])).record.content).toMatchObject({ confirm: 'Root' });
  await reviewed(own);
  expect((await ask(['dms'])).record.content).toMatchObject({ confirm: 'Root' });
  // Once it is detached there, it is as it was.
  targetsOf(own).delete(elsewhere);
  await reviewed(own);
  expect((await own.load(denied)).record.history.at(-1)).toMatchObject({ code: 'DRIFT_ENDED' });
  expect((await ask(['dms'])).record.content).toMatchObject({ targets: [{ id: development }] });
});

test('attached elsewhere during the write of the deny, or after the give-back was shown', async () => {
  const own = await open();
  const denied = await own.approved();
  beforeCall(own, 'UpdatePolicy', () => targetsOf(own).add(elsewhere));
  expect(await own.outcome(denied)).toBe('applied');
  const give = async (): Promise<string> => {
    const wanted = { services: ['lex'], reason: 'a team needs it' };
    const asked = await proposeGiveBack(own.ports, denied, benUser, wanted, own.configuration);
    if (!asked?.ok) throw new Error(asked?.reasons[0].detail);
    await own.ask(asked.value.record.id, { principalArn: anaSession }, approvalOf(asked.value));
    own.advance(5 * 3_600);
    return asked.value.record.id;
  };
  const shown = await give();
  targetsOf(own).delete(elsewhere);
  expect(await own.outcome(shown)).toBe('superseded');
  expect((await own.load(shown)).record.state).toMatchObject({ reason: { code: 'TARGETS_CHANGED' } });
  await reviewed(own);
  const next = await give();
  expect(await own.outcome(next)).toBe('applied');
  expect(JSON.parse(own.text() ?? '').Statement.at(-1)).toMatchObject({ Action: ['dms:*'] });
});

test('what nobody can approve there is not proposed; what is attached nowhere denies nothing', async () => {
  const { ask, own } = await applied(people.map((each) => ({ ...each, scopes: [development] })));
  targetsOf(own).add(elsewhere);
  await reviewed(own);
  await expect(ask()).rejects.toThrow(/too few approvers may decide .*ou-ex01-elsewhere/);
  targetsOf(own).clear();
  await reviewed(own);
  await expect(ask()).rejects.toThrow('is attached to nothing any more');
});

test('of two changes of one SCP that is attached elsewhere the second is given back there too, once the first is', async () => {
  const dan = { id: 'dan', name: 'Dan', email: 'dan@example.com', principals: [doraUser] };
  const approvers = [...people, dan];
  const own = await open({ configuration: { approvers, rejectionDays: 10, kinds: ['lapsed'] } });
  const decide = async (id: string): Promise<string> => {
    await own.ask(id, { principalArn: doraUser }, approvalOf(await own.load(id)));
    own.advance(5 * 3_600);
    return own.outcome(id);
  };
  const giveBack = async (of: string, services: readonly string[]): Promise<string> => {
    own.advance(600);
    const wanted = { services, reason: 'a team needs it' };
    const asked = await proposeGiveBack(own.ports, of, benUser, wanted, own.configuration);
    if (!asked?.ok) throw new Error(asked?.reasons[0].detail);
    return decide(asked.value.record.id);
  };
  const first = await own.propose();
  const { confirm, digest } = (await own.load(first)).record.content;
  const narrowed = { purpose: 'decide', decision: 'narrow', keep: ['lex'], digest, confirm } as const;
  await own.ask(first, { principalArn: anaSession }, narrowed);
  expect(await decide(first)).toBe('applied');
  own.advance(12 * 86_400);
  const second = await own.propose();
  expect(await decide(second)).toBe('applied');
  targetsOf(own).add(elsewhere);
  own.advance(600);
  await reviewed(own);
  expect(await giveBack(first, ['lex'])).toBe('applied');
  own.advance(600);
  // Nothing of the first is meant to be in force, so what the SCP is attached to is no matter of it: it tells nothing of that.
  await reviewed(own);
  expect((await own.load(first)).record.history.at(-1)).toMatchObject({ code: 'DRIFT_ENDED' });
  expect(await giveBack(second, ['dms'])).toBe('applied');
});
