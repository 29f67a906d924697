import { describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { mailboxHash } from '../../core/base/mailbox.ts';
import type { RequestedReview } from '../../core/review/requested-review.ts';
import { requestReview } from '../../flow/request-review.ts';
import { runRequested } from '../../flow/run-requested.ts';
import { sendOutbox } from '../../flow/send-outbox.ts';
import { handler as scheduledReview } from '../../handlers/scheduled-review.ts';
import { parseFault } from '../../sandbox/faults.ts';
import { unknownEvents } from './event-schemas.ts';
import { development } from './organization.ts';
import { anaSession, benUser } from './ports.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();

async function ask(
  { configuration, ports }: Story,
  input: object,
  by = anaSession,
): Promise<RequestedReview> {
  const asked = await requestReview(ports, input, by, configuration);
  if (!asked.ok) throw new Error(asked.reasons[0].detail);
  return asked.value;
}
/** What the rule of the bus hands to the function, after the next sweep. */
async function delivered(own: Story): Promise<unknown> {
  await sendOutbox(own.ports, []);
  const event = own.eventsOf('Access Review Requested').at(-1);
  expect(unknownEvents(event ? [event] : [])).toEqual([]);
  return (event?.detail as { readonly data?: unknown } | undefined)?.data;
}
/** As Lambda calls the function: a second attempt has the id of the first. */
const invoke = (input: unknown, awsRequestId = 'invocation-1') =>
  scheduledReview(input, { awsRequestId, getRemainingTimeInMillis: () => 900_000 } as Context);

describe('a review that was asked for by a signed request', () => {
  test('starts by the bus, once, and who asked is not its only approver', async () => {
    const own = await open();
    const { id } = await ask(own, { scope: development });
    const input = await delivered(own);
    expect(input).toEqual({ requestId: id, scope: development });
    const ran = await runRequested(own.ports, id, own.configuration, {
      invocationId: 'invocation-1',
      reviewId: 'rev-1',
    });
    const result = 'run' in ran ? ran.run.result : undefined;
    const [change] = result?.changes ?? [];
    const changeId = change?.id ?? '';
    expect((await own.load(changeId)).record.starter).toEqual({
      ...{ type: 'principal', arn: anaSession, approverId: 'ana' },
      mailbox: mailboxHash('ana@example.com'),
    });
    expect(await own.ports.stores.requests.load(id)).toMatchObject({
      started: { reviewId: result?.reviewId },
      outcome: { status: 'completed', openFindings: result?.findings.length, changeIds: [changeId] },
    });

    const reports = own.count('GenerateOrganizationsAccessReport');
    expect(await invoke(input, 'invocation-2')).toBeNull();
    expect(own.count('GenerateOrganizationsAccessReport')).toBe(reports);

    expect((await own.approve(changeId, anaSession)).change.record.state.status).toBe('proposed');
    expect((await own.approve(changeId, benUser)).change.record.state.status).toBe('approved');
  });

  test('asked by nobody who decides, one approver is enough', async () => {
    const own = await open();
    const john = 'arn:aws:sts::111111111111:assumed-role/Engineers/john@example.com';
    await ask(own, { scope: development }, john);
    const result = await invoke(await delivered(own));
    const changeId = result?.changes[0]?.id ?? '';
    const { change } = await own.approve(changeId, anaSession);
    expect(change.record).toMatchObject({
      starter: { type: 'principal', arn: john, approverId: null },
      state: { status: 'approved' },
    });
  });

  test('takes who asked and what for from the table, whatever starts it says', async () => {
    const own = await open();
    const { id } = await ask(own, { scope: development });
    const result = await invoke({
      ...{ requestId: id, scope: 'r-ex01', dryRun: true, startedBy: { type: 'schedule' } },
      requestedBy: benUser,
    });
    expect(result?.scope.id).toBe(development);
    const { record } = await own.load(result?.changes[0]?.id ?? '');
    expect(record.starter).toMatchObject({ arn: anaSession });
  });

  test.each([['req-00000000000000000000'], ['REQUEST#x'], [7], [['req-00000000000000000000']]])(
    'is not what an id that nobody was given starts: %j',
    async (requestId) => {
      const own = await open();
      expect(await invoke({ requestId })).toBeNull();
      expect(own.count('GenerateOrganizationsAccessReport')).toBe(0);
      await expect(invoke({ requestId: null })).rejects.toThrow('requestId: ');
    },
  );

  test('that cannot be carried out tells whoever asked, and is not tried again', async () => {
    const own = await open();
    const { id } = await ask(own, { scope: 'ou-ab12-34cd56ef' });
    expect(await invoke(await delivered(own))).toBeNull();
    expect(await own.ports.stores.requests.load(id)).toMatchObject({
      outcome: { failed: expect.stringMatching(/^scope: there is no root, OU or account ou-ab12-34cd56ef/) },
    });
    // Whoever looks at the list of reviews sees that it does not run any more.
    const [listed] = await own.ports.stores.runs.listProgress(10);
    expect(listed).toMatchObject({ reportsOpen: 0, outcome: { failed: expect.stringContaining('scope: ') } });
  });

  test('that AWS refused fails, says so, and runs at the second attempt', async () => {
    const own = await open();
    const { id } = await ask(own, { scope: development });
    const input = await delivered(own);
    own.sandbox.faults.add(parseFault('error:DescribeOrganization:AccessDeniedException:1'));
    await expect(invoke(input)).rejects.toThrow('AccessDenied');
    expect(await own.ports.stores.requests.load(id)).toMatchObject({
      outcome: { failed: expect.stringContaining('scheduledReview') },
    });
    expect((await invoke(input))?.changes).toHaveLength(1);
    expect(await own.ports.stores.requests.load(id)).toMatchObject({ outcome: { status: 'completed' } });
  });

  test('sent again after a crash between its two writes is started then, and asked twice it is one', async () => {
    const own = await open();
    const { requests, outbox } = own.ports.stores;
    const lost = {
      ...own.ports,
      stores: { requests, outbox: { ...outbox, putEvents: () => Promise.reject(new Error('crash')) } },
    };
    await expect(requestReview(lost, {}, anaSession, own.configuration)).rejects.toThrow('crash');
    expect(await delivered(own)).toBeUndefined();
    const { id } = await ask(own, {});
    await ask(own, {});
    expect(await delivered(own)).toEqual({ requestId: id });
    expect(own.eventsOf('Access Review Requested')).toHaveLength(1);
  });

  test('is the same while it waits or runs, and anew once it has ended', async () => {
    const own = await open();
    const { requests } = own.ports.stores;
    const input = { scope: 'ou-ab12-34cd56ef' };
    const { id } = await ask(own, input);
    await delivered(own);
    await requests.claim(id, { invocationId: 'one', reviewId: 'rev-1', at: 1 });
    expect((await ask(own, input)).id).toBe(id);
    await delivered(own);
    expect(own.eventsOf('Access Review Requested')).toHaveLength(1);
    await requests.close(id, { failed: 'gone' });
    const again = await ask(own, input);
    expect(again.id).not.toBe(id);
    expect(await delivered(own)).toMatchObject({ requestId: again.id });
  });

  test('is refused while a few of the same principal wait or run, whatever its session is called', async () => {
    const own = await open();
    const ids: string[] = [];
    for (let days = 100; days < 105; days += 1) ids.push((await ask(own, { thresholdDays: days })).id);
    for (const session of [anaSession, anaSession.replace('ana@', 'another@')])
      await expect(ask(own, { thresholdDays: 105 }, session)).rejects.toThrow(
        `5 reviews that ${session} asked for have not ended yet (${[...ids].sort().join(', ')})`,
      );
    await ask(own, { thresholdDays: 105 }, benUser);
    expect((await ask(own, { thresholdDays: 100 })).id).toBe(ids[0]);
    await own.ports.stores.requests.close(ids[0] ?? '', { failed: 'x' });
    await ask(own, { thresholdDays: 105 });
    await expect(ask(own, {})).rejects.toThrow('asked for have not ended yet');
    // What was lost on its way blocks nobody for ever.
    own.advance(3_600);
    await ask(own, {});
  });
});
