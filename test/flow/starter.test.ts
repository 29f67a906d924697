import { describe, expect, test } from '@jest/globals';
import { reviewAndPublish } from '../../flow/publish.ts';
import { handler as review } from '../../handlers/review.ts';
import { handler as scheduledReview } from '../../handlers/scheduled-review.ts';
import { recordUse } from '../../sandbox/tree.ts';
import { withConfiguration } from '../support/shipped-configuration.ts';
import { development, developmentPolicy, elsewhere } from './organization.ts';
import { benUser, people, storyConfiguration } from './ports.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';

const openWith = storyOfTest();

/** The stories' reviews run with the sandbox's own credentials: here those are Dora's. */
const admin = 'arn:aws:iam::111111111111:user/admin';
const dora = { id: 'dora', name: 'Dora Lind', email: 'dora@example.com', principals: [admin] };
const open = (approvers: readonly object[]): Promise<Story> =>
  openWith({ configuration: { approvers }, startedBy: { type: 'caller' } });

describe('who started a review', () => {
  test('cannot be the only approver of what it proposes, by no way', async () => {
    const own = await open([...people, dora]);
    const id = await own.propose();
    const first = await own.approve(id, admin);
    expect(first.refusals).toEqual([]);
    expect(first.change.record.state.status).toBe('proposed');
    const again = await own.approve(id, admin);
    expect(again.refusals[0]?.code).toBe('ALREADY_DECIDED');
    const token = await own.link(id, 'dora', 'decide');
    const { content } = (await own.load(id)).record;
    const byLink = await own.ask(
      id,
      { token },
      {
        ...{ purpose: 'decide', decision: 'approve', digest: content.digest, confirm: content.confirm },
      },
    );
    expect(byLink.refusals[0]?.code).toBe('ALREADY_DECIDED');
    expect(await own.outcome(id)).toBe('not due');

    const second = await own.approve(id, benUser);
    expect(second.change.record.state.status).toBe('approved');
    expect(await own.outcome(id)).toBe('applied');
  });

  test('may be one of those who approve', async () => {
    const own = await open([...people, dora]);
    const id = await own.propose();
    await own.approve(id, benUser);
    expect((await own.load(id)).record.state.status).toBe('approved');
  });

  test('is whoever ran the review of the newest revision', async () => {
    const own = await open(people);
    const id = await own.propose();
    const nobody = { type: 'principal', arn: admin, approverId: null };
    expect((await own.load(id)).record).toMatchObject({ starter: nobody, revision: 1 });
    recordUse(own.sandbox.world, { accountId: '222222222222', service: 'lex', daysAgo: 0 });
    const withDora = storyConfiguration({ approvers: [...people, dora] });
    await reviewAndPublish(own.ports, { scope: development }, withDora, {});
    const { record } = await own.load(id);
    expect(record).toMatchObject({ starter: { ...nobody, approverId: 'dora' }, revision: 2 });
  });
});

describe('who started a review of the deployed functions', () => {
  /** Runs a function as Lambda would, and answers the one change that it proposes. */
  const deployed = async (
    handler: (input: unknown) => Promise<object | null>,
    input: object = { scope: development },
    inLambda = 'AWS_Lambda_nodejs24.x',
  ): Promise<string> => {
    const before = process.env.AWS_EXECUTION_ENV;
    process.env.AWS_EXECUTION_ENV = inLambda;
    try {
      const configuration = { approvers: [...people, dora], operators: 'none' };
      const answer = await withConfiguration(configuration, () => handler(input));
      const { changes = [] } = (answer ?? {}) as { readonly changes?: readonly { readonly id: string }[] };
      const [change, ...others] = changes;
      if (!change || others.length > 0) throw new Error('not one change');
      return change.id;
    } finally {
      if (before === undefined) delete process.env.AWS_EXECUTION_ENV;
      else process.env.AWS_EXECUTION_ENV = before;
    }
  };

  test('is nobody knows who where people may invoke it: no approver is enough alone, by no way', async () => {
    const own = await open([...people, dora]);
    const id = await deployed(review);
    const first = await own.approve(id, admin);
    expect(first.refusals).toEqual([]);
    expect(first.change.record).toMatchObject({
      starter: { type: 'unknown' },
      state: { status: 'proposed' },
    });
    const token = await own.link(id, 'dora', 'decide');
    const { content } = (await own.load(id)).record;
    const fields = { decision: 'approve', digest: content.digest, confirm: content.confirm };
    const byLink = await own.ask(id, { token }, { purpose: 'decide', ...fields });
    expect(byLink.refusals[0]?.code).toBe('ALREADY_DECIDED');
    expect(await own.outcome(id)).toBe('not due');

    // A schedule that finds the same does not make up for it: the question stays the one that was asked.
    await deployed(scheduledReview);
    expect((await own.load(id)).record).toMatchObject({ starter: { type: 'unknown' }, revision: 1 });
    const second = await own.approve(id, benUser);
    expect(second.change.record.state.status).toBe('approved');
    expect(await own.outcome(id)).toBe('applied');
  });

  test('is the schedule where nobody may invoke it, whatever credentials it runs with', async () => {
    const own = await open([...people, dora]);
    const id = await deployed(scheduledReview);
    const { change } = await own.approve(id, admin);
    expect(change.record).toMatchObject({ starter: { type: 'schedule' }, state: { status: 'approved' } });
  });

  test('of what apply found stale is not free to make it good again: who started it before is not forgotten', async () => {
    const own = await open([...people, dora]);
    const id = await own.propose();
    expect((await own.approve(id, admin)).change.record.state.status).toBe('proposed');
    expect((await own.approve(id, benUser)).change.record.state.status).toBe('approved');
    // Somebody uses what would be denied, then the approval is void and the rule of the bus starts a review.
    const [account] = (await own.load(id)).record.content.accountIds;
    recordUse(own.sandbox.world, { accountId: account ?? '', service: 'lex', daysAgo: 190 });
    expect(await own.outcome(id)).toBe('superseded');
    expect(await deployed(scheduledReview, { stale: true, scope: 'r-ex01' })).toBe(id);
    expect((await own.load(id)).record).toMatchObject({
      ...{ revision: 2, starter: { arn: admin, approverId: 'dora' }, state: { status: 'proposed' } },
    });
    expect((await own.approve(id, admin)).change.record.state.status).toBe('proposed');
    expect((await own.approve(id, benUser)).change.record.state.status).toBe('approved');
  });

  test.each<[string, (own: Story) => unknown]>([
    ['edited', (own) => own.edit(`${own.text()} `)],
    [
      'attached where one of them is used, so that another SCP has to take it',
      (own) => own.sandbox.world.policies.get(developmentPolicy)?.targets.add(elsewhere),
    ],
  ])('of what apply found %s is not free either, though it is another change now', async (_, byHand) => {
    const own = await open([...people, dora]);
    const id = await own.propose();
    await own.approve(id, admin);
    await own.approve(id, benUser);
    byHand(own);
    expect(await own.outcome(id)).toBe('superseded');
    const options = { startedBy: { type: 'stale' } } as const;
    const { run } = await reviewAndPublish(own.ports, {}, own.configuration, options);
    const others = run.result.changes.filter((change) => change.services.includes('lex'));
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) {
      expect(other.id).not.toBe(id);
      expect((await own.load(other.id)).record.starter).toMatchObject({ approverId: 'dora' });
      expect((await own.approve(other.id, admin)).change.record.state.status).toBe('proposed');
      expect((await own.approve(other.id, benUser)).change.record.state.status).toBe('approved');
    }
  });

  test('is whoever runs them on one machine, whichever it is', async () => {
    const own = await open([...people, dora]);
    const id = await deployed(scheduledReview, { scope: development }, '');
    expect((await own.load(id)).record.starter).toMatchObject({ arn: admin });
    expect((await own.approve(id, admin)).change.record.state.status).toBe('proposed');
  });

  test('is never what the event says', async () => {
    const own = await open([...people, dora]);
    for (const claim of [{ startedBy: 'schedule' }, { starter: { type: 'schedule' } }]) {
      const [field] = Object.keys(claim);
      await expect(review({ scope: development, ...claim })).rejects.toThrow(new RegExp(`^${field}: `));
      await expect(scheduledReview({ scope: development, ...claim })).rejects.toThrow(`${field}: `);
    }
    expect(own.count('GenerateOrganizationsAccessReport')).toBe(0);
  });
});
