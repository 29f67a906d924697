import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import { approvalOf, type Fields, happened, keys, openSite, type Site } from './site.ts';

const rounds = Number(process.env.RACE_ROUNDS ?? 5);
/** Reviews asked for at once: more with LONG=1. */
const reviews = process.env.LONG ? 200 : 16;
const concurrent = 20;

/** Answers to one of the 20 requests that arrive together. */
type Sender = () => Promise<{ readonly status: number }>;

describe('20 decisions at once', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  /** Approvals and rejections mixed; of five rounds all reject in one and all approve in one, so both outcomes come up whoever is first. */
  const rejects = (index: number, round: number): boolean =>
    round % 5 === 3 || (round % 5 !== 4 && (index + round) % 3 === 0);

  /** Two people, two channels, two tabs, double clicks and signed requests. */
  const senders = async (change: StoredChange, round: number): Promise<readonly Sender[]> => {
    const { id } = change.record;
    const tokens = await site.links(change, [
      ['ana', 'email'],
      ['ana', 'slack'],
      ['ben', 'email'],
    ]);
    return Array.from({ length: concurrent }, (_, index) => {
      const decides: Fields = rejects(index, round)
        ? { ...approvalOf(change), decision: 'reject', reason: `reason ${index}` }
        : approvalOf(change);
      if (index % 5 === 4) {
        const key = index % 2 === 0 ? keys.ana : keys.ben;
        return () => site.iam('POST', `/iam/changes/${id}/decisions`, key, decides);
      }
      const token = tokens[index % tokens.length] ?? '';
      return () => site.post(`/changes/${id}/decisions`, { ...decides, token });
    });
  };

  test(
    `${rounds} rounds: one outcome, one event each, one answer that says so`,
    async () => {
      const outcomes = new Set<string>();
      for (let round = 0; round < rounds; round += 1) {
        const requiredApprovals = 1 + (round % 2);
        const change = await site.put({ requiredApprovals });
        const before = change.outbox.length;
        const answers = await Promise.all((await senders(change, round)).map((send) => send()));
        const statuses = answers.map(({ status }) => status);
        const recorded = statuses.filter((status) => status === 303 || status === 200).length;
        expect(statuses.every((status) => [200, 303, 409].includes(status))).toBe(true);

        const { links, outbox, record } = await site.load(change.record.id);
        const types = record.history.map(({ type }) => type);
        const ends = types.filter((type) => type === 'approved' || type === 'rejected');
        const approvals = types.filter((type) => type === 'approval-recorded');
        expect(ends).toHaveLength(1);
        expect(ends).toEqual([record.state.status]);
        expect(recorded).toBe(approvals.length + (record.state.status === 'rejected' ? 1 : 0));
        if (record.state.status === 'approved') {
          const people = record.state.approvals.map(({ approverId }) => approverId);
          expect(people).toHaveLength(requiredApprovals);
          expect(new Set(people).size).toBe(requiredApprovals);
        }
        // Each event of the bus once, each link spent at most once and only by what was recorded.
        const sent = outbox.slice(before).map(({ detailType }) => detailType);
        const word = record.state.status === 'approved' ? 'SCP Change Approved' : 'SCP Change Rejected';
        expect(sent.filter((type) => type === word)).toHaveLength(1);
        expect(new Set(outbox.map(({ eventId }) => eventId)).size).toBe(outbox.length);
        const spent = Object.values(links).filter(({ usedAt }) => usedAt !== undefined).length;
        expect(spent).toBeLessThanOrEqual(recorded);
        outcomes.add(record.state.status);
      }
      if (rounds >= 5) expect(outcomes).toEqual(new Set(['approved', 'rejected']));
    },
    Math.max(300_000, rounds * 6_000),
  );

  test('cancelling and rolling back at once are recorded once', async () => {
    for (const [last, action, status] of [
      ['approved', 'cancel', 'cancelled'],
      ['applied', 'roll-back', 'rolling-back'],
    ] as const) {
      const change = await site.put({}, happened(last));
      const { id } = change.record;
      const tokens = [await site.link(id, 'ana', action), await site.link(id, 'ben', action)];
      const answers = await Promise.all(
        Array.from({ length: concurrent }, (_, index) =>
          site.post(`/changes/${id}/${action}`, {
            token: tokens[index % 2] ?? '',
            reason: `reason ${index}`,
          }),
        ),
      );
      expect(answers.filter((answer) => answer.status === 303)).toHaveLength(1);
      const { record } = await site.load(id);
      expect(record.state.status).toBe(status);
      expect(record.history).toHaveLength(change.record.history.length + 1);
    }
  });

  test(`of ${reviews} reviews asked for at once five of each person are, and the others are told why`, async () => {
    const ask = (days: number) =>
      site.iam('POST', '/iam/reviews', days % 2 ? keys.ana : keys.ben, { thresholdDays: days });
    const answers = await Promise.all(Array.from({ length: reviews }, (_, index) => ask(100 + index)));
    const accepted = answers.filter(({ status }) => status === 202).map(({ text }) => JSON.parse(text));
    expect(accepted).toHaveLength(10);
    const others = answers.filter(({ status }) => status !== 202);
    for (const { status, text } of others)
      expect({ status, text }).toEqual({
        status: 429,
        text: expect.stringMatching(/5 reviews that arn:\S+ asked for have not ended yet \(req-/),
      });
    const { outbox, requests } = site.stores;
    const started = (await outbox.listEvents()).map(
      ({ detail }) => (detail.data as { requestId: string }).requestId,
    );
    expect(started.sort()).toEqual(accepted.map(({ request }) => request.id).sort());
    for (const { request } of accepted) await requests.close(request.id, { failed: 'it is over' });
    const later = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(300 + index)));
    expect(later.filter(({ status }) => status === 202)).toHaveLength(10);
  });
});
