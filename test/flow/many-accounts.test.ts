import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { pino } from 'pino';
import { leaseKey, leaseMilliseconds } from '../../core/review/running.ts';
import type { ManyPorts } from '../../flow/identities/many-accounts.ts';
import { requestReview } from '../../flow/request-review.ts';
import { sendOutbox } from '../../flow/send-outbox.ts';
import { handler as identities } from '../../handlers/identities.ts';
import { type ManyStep, manyAccountsStep } from '../../handlers/shared/many-accounts-step.ts';
import { execute, lambdaError } from '../support/state-machine.ts';
import { type Child, openChild } from './child.ts';
import { unknownEvents } from './event-schemas.ts';
import { type AccountPoint, accountPoints, invokeAccounts } from './killable-accounts.ts';
import type { AccountsOrder } from './killed-accounts-child.ts';
import { anaSession } from './ports.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { openStory, type Story, type StoryOptions } from './story.ts';

const definition = 'many-accounts.asl.json';
const organizationId = 'o-exampleorg1';

async function opened(options: StoryOptions, work: (own: Story) => Promise<void>): Promise<void> {
  const own = await openStory({ scenario: 'across-organization', ...options });
  try {
    await work(own);
  } finally {
    await own.close();
  }
}

async function asked({ configuration, ports }: Story, event: object = {}): Promise<string> {
  const request = await requestReview(
    ports,
    { kind: 'identities', organization: true, ...event },
    anaSession,
    configuration,
  );
  if (!request.ok) throw new Error(request.reasons[0].detail);
  return request.value.id;
}

/** A function for each state of the machine that invokes one. */
const everywhere = (invoke: (payload: unknown) => Promise<unknown>) => ({
  ...{ List: invoke, Review: invoke, Conclude: invoke },
});

interface Summary {
  readonly accounts: readonly {
    readonly accountId: string;
    readonly status: string;
    readonly findings: number;
    readonly changes: number;
    readonly code?: string;
    readonly reviewId?: string;
  }[];
}

async function summaryOf(own: Story, reviewId: string): Promise<Summary['accounts']> {
  const stored = await own.ports.stores.reviews.loadReview(reviewId);
  return (stored?.result as Summary | undefined)?.accounts ?? [];
}

const eventIdOf = ({ detail }: { readonly detail: unknown }): string =>
  (detail as { readonly eventId: string }).eventId;

describe('a review of the identities of all accounts', () => {
  test('is asked for, goes through every account by the function for identities, and is summed up and told once', async () => {
    await opened({}, async (own) => {
      const id = await asked(own);
      await sendOutbox(own.ports, []);
      const input = own
        .eventsOf('Access Review Requested')
        .map(({ detail }) => (detail as { readonly data: object }).data)[0] as object;
      expect(input).toMatchObject({ kind: 'identities', organization: true });
      const context = { getRemainingTimeInMillis: () => 900_000 } as Context;
      const invoke = (payload: unknown) => identities(payload, context);
      const { entered, result } = await execute(definition, input, 'one', everywhere(invoke));
      expect(entered.filter((state) => state === 'Review')).toHaveLength(2);
      const started = (await own.ports.stores.requests.load(id))?.started;
      const reviewId = started?.reviewId ?? '';
      expect(result).toMatchObject({ status: 'partial', reviewId, openFindings: 8 });

      const accounts = await summaryOf(own, reviewId);
      expect(accounts.map(({ accountId, findings, status }) => [accountId, status, findings])).toEqual([
        ['222222222222', 'completed', 4],
        ['333333333333', 'completed', 2],
        ['444444444444', 'completed', 2],
        ['111111111111', 'completed', 0],
        ['555555555555', 'completed', 0],
        ['666666666666', 'unreachable', 0],
      ]);
      expect(accounts.at(-1)).toMatchObject({ code: 'UNREACHABLE_ACCOUNT' });
      const [first] = accounts;
      expect(await own.ports.stores.reviews.loadReview(first?.reviewId ?? '')).toMatchObject({
        result: { kind: 'identities', accountId: '222222222222' },
      });
      expect(own.eventsOf('Identity Review Completed')).toMatchObject([
        { detail: { data: { status: 'partial', counts: { accounts: 6, unreachable: 1, openFindings: 8 } } } },
      ]);
      expect(unknownEvents(own.sandbox.events())).toEqual([]);

      const proposed = await own.ports.stores.changes.listByStatus(['proposed']);
      expect(proposed).toHaveLength(accounts.reduce((sum, { changes }) => sum + changes, 0));
      expect((await own.load(proposed[0]?.id ?? '')).record.starter).toMatchObject({ arn: anaSession });
      const { requests, runs } = own.ports.stores;
      expect(await requests.load(id)).toMatchObject({ outcome: { status: 'partial', openFindings: 8 } });
      expect(await runs.progress(reviewId)).toMatchObject({
        ...{ counts: 'accounts', reportsDone: 6, reportsOpen: 0, outcome: { status: 'partial' } },
      });
      expect((await runs.listProgress(10)).map((run) => run.reviewId)).toEqual([reviewId]);
      expect(await runs.holder(leaseKey('accounts', '111111111111'))).toBeNull();

      // Started once more, it finds that nothing is left to do.
      const again = await execute(definition, input, 'two', everywhere(invoke));
      expect(again).toMatchObject({
        result: { status: 'covered', reviewId },
        entered: ['List', 'Listed', 'NotBegun'],
      });
      // Its own machine alone carries it out, and an OU that is not there is told to whoever asked.
      await expect(identities({ organization: true }, context)).rejects.toThrow('oar reviews start');
      expect(await identities({ requestId: await asked(own, { level: 'action' }) }, context)).toBeNull();
      const other = await asked(own, { ou: 'ou-ex01-nowhere' });
      expect(await execute(definition, { requestId: other }, 'three', everywhere(invoke))).toMatchObject({
        result: { status: 'refused' },
      });
      expect(await requests.load(other)).toMatchObject({
        outcome: { failed: expect.stringContaining('ou-ex01-nowhere') },
      });
    });
  });
});

/** All points with LONG=1, else one where an account is published and has no line, and one where the summary is half told. */
const sample: readonly AccountPoint[] = process.env.LONG
  ? (Object.keys(accountPoints) as AccountPoint[])
  : ['account-published', 'summary-sent'];

describe('killed by SIGKILL and run again', () => {
  const configuration = { identities: { accountsSideBySide: 1 } };
  let child: Child;
  let story: Story;
  let start: Snapshot;
  let whole: {
    readonly accounts: Summary['accounts'];
    readonly changes: readonly string[];
    readonly jobs: number;
  };

  /** Runs a review to its end and says what there is of it. Until a child kills itself at the point, each invocation is a child. */
  async function run(point: AccountPoint | null): Promise<{ readonly killed: boolean } & typeof whole> {
    await start.restore();
    const { ports } = story;
    const before = story.count('GenerateServiceLastAccessedDetails');
    const id = await asked(story, { ou: 'Workloads' });
    let killed = false;
    let callsBefore = 0;
    let invocations = 0;
    const invoke = async (payload: unknown) => {
      invocations += 1;
      const reviewId = `rev-${point}-${invocations}`;
      if (point === null || killed) return invokeAccounts(payload, ports, story.configuration, reviewId);
      const offset = ports.clock.now() - Date.now();
      const order: AccountsOrder = { payload, reviewId, point, callsBefore, offset, configuration };
      const ran = (await child.run(order)) as { readonly answer: unknown; readonly calls: number } | null;
      if (ran === null) {
        killed = true;
        throw lambdaError('Sandbox.Timedout');
      }
      callsBefore = ran.calls;
      return ran.answer;
    };
    await execute(definition, { requestId: id }, `execution-${point}`, everywhere(invoke));
    const reviewId = (await ports.stores.requests.load(id))?.started?.reviewId ?? '';
    await sendOutbox(ports);
    const accounts = await summaryOf(story, reviewId);
    const changes = (await ports.stores.changes.listByStatus(['proposed'])).map((change) => change.id);
    const jobs = story.count('GenerateServiceLastAccessedDetails') - before;
    expect(await ports.stores.runs.progress(reviewId)).toMatchObject({ reportsDone: 3, reportsOpen: 0 });
    return { killed, accounts: accounts.map(({ reviewId: _, ...line }) => line), changes, jobs };
  }

  beforeAll(async () => {
    child = await openChild('test/flow/killed-accounts-child.ts');
    story = await openStory({ scenario: 'across-organization', configuration });
    start = await takeSnapshot(story);
    whole = await run(null);
  });
  afterAll(async () => {
    await story?.close();
    child?.close();
  });

  test.each(sample)('at the point "%s": nothing is missing, and nothing doubled', async (point) => {
    const before = story.sandbox.events().length;
    const { jobs, killed, ...same } = await run(point);
    expect({ killed, ...same }).toEqual({ killed: true, accounts: whole.accounts, changes: whole.changes });
    const events = story.sandbox.events().slice(before);
    const told = (type: string): number =>
      new Set(events.flatMap((event) => (event.detailType === type ? [eventIdOf(event)] : []))).size;
    expect(told('Identity Review Completed')).toBe(1);
    expect(told('IAM Change Proposed')).toBe(whole.changes.length);
    // The account in flight is asked again, and no other.
    const most = Math.max(...whole.accounts.map(({ findings }) => findings)) * 2;
    expect(jobs - whole.jobs).toBeLessThanOrEqual(most);
  });
});

test('an account that another review has is waited for; one whose review fails each time is told, and no other is lost', async () => {
  await opened({ configuration: { identities: { accountsSideBySide: 3 } } }, async (own) => {
    const { ports } = own;
    const key = leaseKey('identities', '333333333333');
    const startedAt = ports.clock.now();
    const lease = {
      ...{ key, event: 'other', reviewId: 'rev-other', token: 'other', invocationId: 'other' },
      ...{ startedAt, expiresAt: startedAt + leaseMilliseconds },
    };
    await ports.stores.runs.take(lease, startedAt);
    const { openToRead } = ports.sessions;
    const failing: ManyPorts = {
      ...ports,
      sessions: {
        ...ports.sessions,
        openToRead: async (accountId) => {
          if (accountId === '444444444444') throw new TypeError('a bug');
          return openToRead(accountId);
        },
      },
    };
    let waited = 0;
    const { entered, result } = await execute(
      definition,
      { organization: true, ou: 'ou-ex01-workloads' },
      'one',
      {
        ...everywhere(async (payload) => {
          const answer = await manyAccountsStep(payload as ManyStep, failing, {
            ...{ configuration: own.configuration, reviewId: 'rev-one', endsAt: ports.clock.now() + 900_000 },
            ...{ inLambda: true, log: pino({ level: 'silent' }) },
          });
          if (answer.status === 'waiting') {
            expect(answer).toEqual({ status: 'waiting', reviewId: 'rev-other' });
            waited += 1;
            if (waited === 2) await ports.stores.runs.release(lease);
          }
          return answer;
        }),
      },
    );
    expect(entered.filter((state) => state === 'WaitForAccount')).toHaveLength(2);
    expect(result).toMatchObject({ status: 'partial', reviewId: 'rev-one' });
    const accounts = await summaryOf(own, 'rev-one');
    expect(accounts.map(({ accountId, code, findings }) => [accountId, code, findings])).toEqual([
      ['222222222222', undefined, 4],
      ['333333333333', undefined, 2],
      ['444444444444', 'REVIEW_FAILED', 0],
    ]);
    expect(own.eventsOf('Identity Review Completed')).toHaveLength(1);
    expect(await ports.stores.reviews.reviewsSince(organizationId, 0)).toHaveLength(3);
  });
});
