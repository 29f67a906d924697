import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { leaseKey, leaseMilliseconds, reviewedWhat } from '../../core/review/running.ts';
import { reviewOfStale } from '../../flow/identities/stale-change.ts';
import { handler as identities } from '../../handlers/identities.ts';
import { unknownEvents } from './event-schemas.ts';
import { type IamStory, openIamStory } from './iam-story.ts';

/** One story of an account's IAM from the proposal to the roll back. */
function tells(name: string, scenario: string, event: Parameters<IamStory['reviewIdentities']>[0]): void {
  describe(name, () => {
    let story: IamStory;
    let before: unknown;
    let ids: readonly string[] = [];
    beforeAll(async () => {
      story = await openIamStory({ scenario });
      const { written } = story.sandbox.iamAccounts.of(story.accountId);
      // A policy that is deleted has to come back with these.
      for (const policy of written.policies.values())
        if (!policy.awsManaged) policy.tags.set('team', 'applications');
      before = await story.access();
    });
    afterAll(() => story.close());

    test('is proposed, once, and told', async () => {
      const published = await story.reviewIdentities(event);
      ids = published.changed;
      expect(ids.length).toBeGreaterThan(0);
      expect(published.run.decision.changes.map(({ id }) => id)).toEqual(ids);
      expect(published.sending.failed).toEqual([]);
      expect(story.eventTypes().filter((type) => type === 'IAM Change Proposed')).toHaveLength(ids.length);
      expect(story.eventTypes()).toContain('Unused Access Found');
      const again = await story.reviewIdentities(event);
      expect(again.changed).toEqual([]);
      expect(again.found).toEqual([]);
      expect(await story.access()).toEqual(before);
    });

    test('is approved and applied exactly', async () => {
      for (const id of ids) {
        expect((await story.approveFully(id)).record.state.status).toBe('approved');
        expect([await story.outcome(id), await story.reason(id)]).toEqual(['applied', null]);
        const { record } = await story.load(id);
        expect(record.state.status).toBe('applied');
      }
      expect(await story.access()).not.toEqual(before);
      // What is done leaves nothing to be found.
      expect((await story.reviewIdentities(event)).changed).toEqual([]);
    });

    test('is rolled back to what was there', async () => {
      for (const id of [...ids].reverse()) {
        expect((await story.rollBack(id)).refusals).toEqual([]);
        expect([await story.outcome(id), await story.reason(id)]).toEqual(['rolled-back', null]);
      }
      expect(await story.access()).toEqual(before);
      expect(unknownEvents(story.sandbox.events())).toEqual([]);
      expect(story.eventTypes().filter((type) => type === 'IAM Change Rolled Back')).toHaveLength(ids.length);
      // Who took it back is asked no second time soon.
      expect((await story.reviewIdentities(event)).changed).toEqual([]);
    });
  });
}

tells('paulo: a group down to the services that it uses', 'group-to-used-services', {
  group: 'Development',
  thresholdDays: 90,
});

tells('martha: a user by the policies that grant', 'which-policy', { user: 'nikhilj', thresholdDays: 90 });

tells('arnav: managed policies', 'managed-policies', { all: true, thresholdDays: 90 });

describe('what somebody did since', () => {
  let story: IamStory;
  let id: string;
  const narrowed = { group: 'Development', thresholdDays: 90 } as const;
  const arn = 'arn:aws:iam::111111111111:policy/ExampleDevelopment';
  beforeAll(async () => {
    story = await openIamStory({ scenario: 'group-to-used-services', configuration: { coolingMinutes: 60 } });
    const { changed } = await story.reviewIdentities(narrowed);
    id = changed[0] ?? 'none';
    await story.approveFully(id);
    story.advance(3_600);
  });
  afterAll(() => story.close());

  test('a new version after the approval: nothing is written', async () => {
    const { written } = story.sandbox.iamAccounts.of('111111111111');
    const policy = [...written.policies.values()].find((each) => each.arn === arn);
    if (!policy) throw new Error('the policy is not there');
    policy.versions = policy.versions.map((version) => {
      return { ...version, text: version.text.replace('"iam:*"', '"sts:*"') };
    });
    const edited = await story.access();
    expect(await story.outcome(id)).toBe('superseded');
    expect((await story.reason(id))?.code).toBe('BASE_CHANGED');
    expect(await story.access()).toEqual(edited);
  });

  test('the state machine waits while another review of the account runs', async () => {
    const { clock, stores } = story.ports;
    const startedAt = clock.now();
    const lease = {
      ...{ key: leaseKey('identities', '111111111111'), event: 'other', reviewId: 'rev-other' },
      ...{ token: 'other', invocationId: 'other', startedAt, expiresAt: startedAt + leaseMilliseconds },
    };
    expect(await stores.runs.take(lease, startedAt)).toEqual({ taken: true });
    expect(await identities({ execution: 'one', event: { staleChangeId: id } })).toEqual({
      ...{ status: 'waiting', reviewId: 'rev-other' },
    });
    await stores.runs.release(lease);
    // One that looks at the same afterwards is enough while it runs, and no other.
    const { at, event } = await reviewOfStale(story.ports, id);
    const same = reviewedWhat({ ...event, kind: 'identities' }, story.configuration);
    for (const [began, status] of [
      [at, 'covered'],
      [at - 1, 'waiting'],
    ] as const) {
      const running = { ...lease, event: same, startedAt: began };
      expect(await stores.runs.take(running, startedAt)).toEqual({ taken: true });
      expect(await identities({ execution: 'one', event: { staleChangeId: id } })).toEqual({
        ...{ status, reviewId: 'rev-other' },
      });
      await stores.runs.release(running);
    }
  });

  test('the bus starts a review of the account for it, and for no other change', async () => {
    const result = await identities({ staleChangeId: id });
    expect(result).toMatchObject({ kind: 'identities', accountId: '111111111111', thresholdDays: 90 });
    const { changes } = result as { readonly changes: readonly { readonly id: string }[] };
    for (const other of [changes[0]?.id, 'chg-000000000000', 7])
      await expect(identities({ staleChangeId: other })).rejects.toThrow('staleChangeId: apply found no');
    // What was reviewed afterwards is not reviewed for it again: not in a further attempt, nor for another change found stale before.
    const { at, event } = await reviewOfStale(story.ports, id);
    const same = reviewedWhat({ ...event, kind: 'identities' }, story.configuration);
    const { runs } = story.ports.stores;
    const key = leaseKey('identities', '111111111111');
    const run = await runs.lastRun(key, same);
    expect(run?.endedAt).toEqual(expect.any(Number));
    // The function's clock is not that of the story.
    await runs.noteRun(key, same, { reviewId: 'rev-after', startedAt: at, endedAt: at + 1 }, at * 2);
    expect(await identities({ execution: 'two', event: { staleChangeId: id } })).toEqual({
      ...{ status: 'covered', reviewId: 'rev-after' },
    });
    // Who waited for another review for long still has his turn.
    story.advance(46 * 3_600);
    expect(await reviewOfStale(story.ports, id)).toMatchObject({ event: { accountId: '111111111111' } });
    story.advance(3 * 3_600);
    await expect(reviewOfStale(story.ports, id)).rejects.toThrow('within the last two days');
  }, 90_000);
});
