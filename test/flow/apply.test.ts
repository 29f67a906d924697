import { describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import { moveAccount, recordUse } from '../../sandbox/tree.ts';
import { baseText, development, developmentPolicy, elsewhere } from './organization.ts';
import type { Story } from './story.ts';
import { newPolicies, storyOfTest } from './story-of-test.ts';

const open = storyOfTest();
const targetsOf = ({ sandbox }: Story, id = developmentPolicy): Set<string> =>
  sandbox.world.policies.get(id)?.targets as Set<string>;

describe('applying an approved change', () => {
  test('writes exactly the text that was approved, once, and says so', async () => {
    const { approved, load, outcome, text, count, eventsOf } = await open();
    const id = await approved();
    const { after } = editOf((await load(id)).record.content);
    expect(text()).toBe(baseText);
    expect(await outcome(id)).toBe('applied');
    expect(text()).toBe(after);
    expect(count('UpdatePolicy')).toBe(1);
    expect(eventsOf('SCP Change Applied')).toHaveLength(1);
    expect(await outcome(id)).toBe('not due');
  });

  test('makes a new SCP, attaches it, and says so', async () => {
    const { sandbox, approved, load, outcome, count, eventsOf } = await open(newPolicies);
    const id = await approved();
    const content = editOf((await load(id)).record.content);
    expect(content.kind).toBe('create-policy');
    expect(await outcome(id)).toBe('applied');
    const made = [...sandbox.world.policies.values()].filter(({ name }) => name === content.policyName);
    expect(made).toMatchObject([{ content: content.after }]);
    expect([...(made[0]?.targets ?? [])]).toEqual([development]);
    const tags = sandbox.world.tags.get(made[0]?.id ?? '');
    expect(Object.fromEntries(tags ?? [])).toEqual({ CostCenter: '4711', 'org-access-reviewer': 'created' });
    expect([count('CreatePolicy'), count('AttachPolicy')]).toEqual([1, 1]);
    expect(eventsOf('SCP Change Applied')).toHaveLength(1);
  });

  test('waits until the approval has cooled', async () => {
    const { approved, outcome, advance, text } = await open({ configuration: { coolingMinutes: 240 } });
    const id = await approved();
    expect(await outcome(id)).toBe('not due');
    advance(240 * 60 - 10);
    expect(await outcome(id)).toBe('not due');
    expect(text()).toBe(baseText);
    advance(20);
    expect(await outcome(id)).toBe('applied');
  });

  test('between the last look at the SCP and the write lies nothing but the look at the kill switch and the lock', async () => {
    const { sandbox, approved, outcome } = await open();
    const id = await approved();
    await outcome(id);
    const calls = sandbox.calls();
    const write = calls.findIndex(({ operation }) => operation === 'UpdatePolicy');
    const look = calls.slice(0, write).findLastIndex(({ operation }) => operation === 'DescribePolicy');
    expect(calls[look]).toMatchObject({ input: { PolicyId: developmentPolicy } });
    const between = calls.slice(look + 1, write);
    expect(between.map(({ service }) => service)).toEqual(between.map(() => 'dynamodb'));
    expect(between.map(({ operation }) => operation)).toContain('GetItem');
  });
});

describe('the proof is made again, and voids the approval', () => {
  test.each<{
    name: string;
    happens: (story: Story) => void;
    code: string;
    words: string | RegExp;
    edited?: true;
  }>([
    {
      name: 'somebody used a service since',
      happens: ({ sandbox }) =>
        void recordUse(sandbox.world, { accountId: '222222222222', service: 'lex', daysAgo: 0 }),
      code: 'PROOF_FAILED',
      words: 'lex',
    },
    {
      name: 'a row is missing',
      happens: ({ sandbox }) => void (sandbox.world.services as Map<string, string>).delete('lex'),
      code: 'PROOF_FAILED',
      words: 'no report lists lex',
    },
    {
      name: 'the report is short',
      happens: ({ sandbox }) => void sandbox.faults.add(`short-report:${development}`),
      code: 'PROOF_FAILED',
      words: 'evidence-complete',
    },
    {
      name: 'the report fails',
      happens: ({ sandbox }) =>
        void sandbox.faults.add(`failed-job:${development}:ORGANIZATIONS_REPORT_ACCESS_DENIED`),
      code: 'PROOF_FAILED',
      words: 'evidence-complete',
    },
    {
      name: 'an account moved in',
      happens: ({ sandbox }) => moveAccount(sandbox.world, '333333333333', development),
      code: 'BLAST_RADIUS_GREW',
      words: '333333333333',
    },
    {
      name: 'an old account came from another organization',
      happens: ({ join }) => join('444444444444', development, Date.parse('2020-01-01')),
      code: 'BLAST_RADIUS_GREW',
      words: '444444444444',
    },
    {
      name: 'a target was added',
      happens: (own) => void targetsOf(own).add(elsewhere),
      code: 'TARGETS_CHANGED',
      words: 'other targets',
    },
    {
      name: 'one space was added to the text',
      happens: ({ edit }) => edit(`${baseText} `),
      code: 'TEXT_CHANGED',
      words: 'was written since it was read',
      edited: true,
    },
    {
      name: 'the SCP was deleted',
      happens: ({ sandbox }) => void sandbox.world.policies.delete(developmentPolicy),
      code: 'POLICY_GONE',
      words: 'no SCP',
    },
  ])('$name', async ({ happens, code, words, edited }) => {
    const own = await open();
    const id = await own.approved();
    own.advance(60);
    happens(own);
    const before = own.text();
    expect(await own.outcome(id)).toBe('superseded');
    const reason = await own.reason(id);
    expect(reason?.code).toBe(code);
    expect(reason?.detail).toMatch(words);
    expect(own.text()).toBe(before);
    expect(own.text() === baseText).toBe(before === baseText && !edited);
    expect(own.count('UpdatePolicy')).toBe(0);
    // A rule of the bus starts a review for what this actor says.
    expect(
      own.eventsOf('SCP Change Superseded').map(({ detail }) => (detail as { readonly actor: object }).actor),
    ).toEqual([{ type: 'system', id: 'apply' }]);
    expect(own.eventsOf('SCP Change Applied')).toHaveLength(0);
  });

  test('an invited account that joined since brings a past', async () => {
    const own = await open();
    const id = await own.approved();
    own.join('444444444444', development);
    const { organization } = own.ports;
    const readTree = async (): ReturnType<typeof organization.readTree> => {
      const facts = await organization.readTree();
      const accounts = facts.accounts.map((account) =>
        account.id === '444444444444' ? { ...account, invited: true } : account,
      );
      return { ...facts, accounts };
    };
    expect(await own.outcome(id, { organization: { ...organization, readTree } })).toBe('superseded');
    expect((await own.reason(id))?.code).toBe('BLAST_RADIUS_GREW');
  });

  test('a report that AWS hands out again is not taken: use after it is seen', async () => {
    const own = await open({ reuseSeconds: 60 });
    const id = await own.approved();
    recordUse(own.sandbox.world, { accountId: '222222222222', service: 'lex', daysAgo: 0 });
    expect(await own.outcome(id)).toBe('superseded');
    expect(own.count('UpdatePolicy')).toBe(0);
    expect((await own.reason(id))?.detail).toContain('lex');
  });

  test('a removed target', async () => {
    const own = await open({ configuration: {} });
    targetsOf(own).add('222222222222');
    const id = await own.approved();
    targetsOf(own).delete('222222222222');
    expect(await own.outcome(id)).toBe('superseded');
    expect((await own.reason(id))?.code).toBe('TARGETS_CHANGED');
  });

  test('what was used again is left out of the next revision', async () => {
    const own = await open();
    const id = await own.approved();
    recordUse(own.sandbox.world, { accountId: '222222222222', service: 'lex', daysAgo: 0 });
    await own.outcome(id);
    expect(await own.propose()).toBe(id);
    const { record } = await own.load(id);
    expect(record).toMatchObject({ revision: 2, content: { services: ['dms'] } });
  });
});

describe('what the approval allows', () => {
  test.each<{ name: string; happens: (story: Story) => void }>([
    {
      name: 'an account left',
      happens: ({ sandbox }) => moveAccount(sandbox.world, '222222222223', elsewhere),
    },
    {
      name: 'every account left',
      happens: ({ sandbox: { world } }) => {
        for (const { id, parent } of world.accounts.values())
          if (parent === development) moveAccount(world, id, elsewhere);
      },
    },
    {
      name: 'an account was created below a target',
      happens: ({ join }) => join('444444444444', development),
    },
    {
      name: 'another SCP of the chain came',
      happens: ({ sandbox }) => {
        const content =
          '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}';
        const policy = { id: 'p-leaving000', name: 'Leaving', description: '', content, version: 1 };
        sandbox.world.policies.set(policy.id, { ...policy, awsManaged: false, targets: new Set(['r-ex01']) });
      },
    },
    {
      name: 'another service was used',
      happens: ({ sandbox }) =>
        void recordUse(sandbox.world, { accountId: '222222222222', service: 's3', daysAgo: 0 }),
    },
  ])('$name', async ({ happens }) => {
    const own = await open();
    const id = await own.approved();
    own.advance(60);
    happens(own);
    expect(await own.outcome(id)).toBe('applied');
    expect(own.text()).toBe(editOf((await own.load(id)).record.content).after);
  });

  test('an account created between the proposal and a revision by exemption', async () => {
    const own = await open();
    const id = await own.propose();
    own.advance(60);
    own.join('444444444444', development);
    own.advance(60);
    const { content } = (await own.load(id)).record;
    const { digest, confirm } = content;
    const until = new Date(own.ports.clock.now() + 30 * 86_400_000).toISOString();
    const fields = { decision: 'exempt', services: ['lex'], reason: 'comes back', until, digest, confirm };
    await own.ask(
      id,
      { principalArn: 'arn:aws:iam::111111111111:user/ben' },
      { purpose: 'decide', ...fields },
    );
    await own.approve(id);
    expect(await own.outcome(id)).toBe('applied');
  });
});
