import { afterEach, expect, test } from '@jest/globals';
import { proposeGiveBack } from '../../flow/give-back.ts';
import { unknownEvents } from './event-schemas.ts';
import { development, developmentAndElsewhere, developmentPolicy, elsewhere } from './organization.ts';
import { approvalOf, benUser, people } from './ports.ts';
import { openStory, type Story } from './story.ts';

let story: Story | undefined;
afterEach(async () => {
  if (story) expect(unknownEvents(story.sandbox.events())).toEqual([]);
  await story?.close();
  story = undefined;
});

const day = 86_400;
const [ana, ben] = people;
const userNamed = (name: string): string => `arn:aws:iam::111111111111:user/${name}`;
const cleo = { id: 'cleo', name: 'Cleo', email: 'cleo@example.com', principals: [userNamed('cleo')] };
const eve = { id: 'eve', name: 'Eve', email: 'eve@example.com', principals: [userNamed('eve')] };

/** The SCP hangs on one account of the Development OU, and the OU on what is left to it. */
const onAnAccount = {
  ...developmentAndElsewhere,
  policies: (developmentAndElsewhere.policies ?? []).map((policy) =>
    policy.id === developmentPolicy
      ? { ...policy, targets: ['222222222222'] }
      : policy.id === 'p-FullAWSAccess'
        ? {
            ...policy,
            targets: [...(policy.targets ?? []).filter((id) => id !== '222222222222'), development],
          }
        : policy,
  ),
};

function move({ sandbox }: Story, accountId: string, toId: string): void {
  const account = sandbox.world.accounts.get(accountId);
  if (!account) throw new Error(`there is no account ${accountId}`);
  const childrenOf = (id: string) => sandbox.world.entities.get(id) as { accounts: Set<string> };
  childrenOf(account.parent).accounts.delete(accountId);
  childrenOf(toId).accounts.add(accountId);
  account.parent = toId;
}

test('who may roll back follows an account that moved, once a review saw it elsewhere', async () => {
  const approvers = [ana, ben, { ...cleo, scopes: [development] }, { ...eve, scopes: [elsewhere] }];
  story = await openStory({ scenario: onAnAccount, configuration: { approvers, kinds: ['lapsed'] } });
  const own = story;
  const { run } = await own.review('222222222222');
  const [{ id } = { id: '' }] = run.decision.changes;
  await own.ask(id, { principalArn: userNamed('cleo') }, approvalOf(await own.load(id)));
  own.advance(5 * 3_600);
  expect(await own.outcome(id)).toBe('applied');

  const rollBack = async (name: string) => {
    const request = { purpose: 'roll-back', reason: 'it is needed here' } as const;
    const { refusals } = await own.ask(id, { principalArn: userNamed(name) }, request);
    return refusals.map(({ code }) => code);
  };
  move(own, '222222222222', elsewhere);
  own.advance(day);
  // No page can read the organization: until a review did, scopes are judged as last seen.
  expect(await rollBack('eve')).toEqual(['OUT_OF_SCOPE']);
  await own.review();
  const { history, targetPaths } = (await own.load(id)).record;
  expect(targetPaths['222222222222']).toMatch(new RegExp(`/${elsewhere}/222222222222$`));
  expect(history.filter(({ type }) => type === 'targets-moved')).toHaveLength(1);
  await own.review();
  expect((await own.load(id)).record.history.filter(({ type }) => type === 'targets-moved')).toHaveLength(1);
  expect(await rollBack('cleo')).toEqual(['OUT_OF_SCOPE']);
  expect(await rollBack('eve')).toEqual([]);
  expect(await own.outcome(id)).toBe('rolled-back');
});

test.each([
  ['that came below the target later', development, 'applied'],
  ['that lies elsewhere', elsewhere, 'superseded'],
])('a principal of an account %s: the tree decides right before the write', async (_, parent, outcome) => {
  story = await openStory();
  const own = story;
  const denied = await own.approved();
  expect(await own.outcome(denied)).toBe('applied');
  own.advance(day);
  own.join('222222222299', parent);
  const role = 'arn:aws:iam::222222222299:role/bot';
  const input = { services: ['lex'], principals: [role], days: '7', reason: 'the bot is needed' };
  const asked = await proposeGiveBack(own.ports, denied, benUser, input, own.configuration);
  if (!asked?.ok) throw new Error('it was not proposed');
  const { id } = asked.value.record;
  const [anaPrincipal = ''] = ana.principals;
  await own.ask(id, { principalArn: anaPrincipal }, approvalOf(await own.load(id)));
  own.advance(5 * 3_600);
  expect(await own.outcome(id)).toBe(outcome);
  expect(own.text()?.includes(role)).toBe(outcome === 'applied');
  if (outcome !== 'applied')
    expect(await own.reason(id)).toMatchObject({
      code: 'PROOF_FAILED',
      detail: expect.stringContaining('in no account below a target'),
    });
});
