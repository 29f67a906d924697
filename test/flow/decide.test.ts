import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import { appendEvents, type StoredChange } from '../../core/change/life/stored-change.ts';
import { type Outcome, type Request, recordRequest } from '../../flow/decide.ts';
import type { Asker } from '../../flow/identify.ts';
import { sendOutbox } from '../../flow/send-outbox.ts';
import { anaSession, approvalOf, benUser, people, storyConfiguration } from './ports.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { openStory, type Story } from './story.ts';

// A write without its condition on the version fails in the first round: five times of five.
const rounds = process.env.LONG ? 1_000 : 5;
/** Which of the 20 calls is sent first, round by round, and so mostly wins: an approval, a rejection, a snooze, another rejection. */
const leading = [0, 3, 17, 10];
const ana = { principalArn: anaSession };
const ben = { principalArn: benUser };

/** A story with one open change, brought back before each round. */
interface Table {
  readonly story: Story;
  readonly id: string;
  readonly open: StoredChange;
  readonly start: Snapshot;
}

const lay = async (configuration: Readonly<Record<string, unknown>>): Promise<Table> => {
  const story = await openStory({ configuration });
  const id = await story.propose();
  await sendOutbox(story.ports);
  return { story, id, open: await story.load(id), start: await takeSnapshot(story) };
};

const typesSince = async ({ id, open, story }: Table): Promise<readonly string[]> =>
  (await story.load(id)).record.history.slice(open.record.history.length).map((event) => event.type);

const fieldsOf = ({ open, story }: Table) => {
  const approval = approvalOf(open);
  const until = new Date(story.ports.clock.now() + 30 * 86_400_000).toISOString();
  const exempt: Request = { ...approval, decision: 'exempt', services: ['lex'], reason: 'comes back', until };
  return {
    approve: approval,
    reject: { ...approval, decision: 'reject', reason: 'no' } as Request,
    snooze: { ...approval, decision: 'snooze', reason: 'later', until } as Request,
    exempt,
    exemptAll: { ...exempt, services: ['dms', 'lex'] } as Request,
  };
};

/** Resolves when a change is about to be written. */
const secondWriteOfExemption = ({ sandbox }: Story): Promise<void> =>
  new Promise((resolve) => {
    const remove = sandbox.onCall(({ operation, input }) => {
      if (operation !== 'PutItem' || !JSON.stringify(input).includes('CHANGE')) return;
      remove();
      resolve();
    });
  });

describe('20 decisions at once', () => {
  let table: Table;
  beforeAll(async () => {
    table = await lay({});
  });
  afterAll(() => table.story.close());

  test(
    `${rounds} rounds: one outcome, one event each`,
    async () => {
      const { id, start, story } = table;
      const { approve, exempt, reject, snooze } = fieldsOf(table);
      const endings = new Set<string>();
      for (let round = 0; round < rounds; round += 1) {
        await start.restore();
        const events = story.sandbox.events().length;
        const mail = { token: await story.link(id, 'ana', 'decide', 'email') };
        const slack = { token: await story.link(id, 'ben', 'decide', 'slack') };
        const calls: [Asker, Request][] = [
          ...Array.from({ length: 3 }, (): [Asker, Request] => [mail, approve]),
          ...Array.from({ length: 3 }, (): [Asker, Request] => [slack, reject]),
          ...Array.from({ length: 4 }, (_, index): [Asker, Request] => [index % 2 ? ana : ben, approve]),
          ...Array.from({ length: 4 }, (): [Asker, Request] => [ben, reject]),
          ...Array.from({ length: 3 }, (): [Asker, Request] => [ana, exempt]),
          ...Array.from({ length: 3 }, (): [Asker, Request] => [ben, snooze]),
        ];
        const shift = leading[round % leading.length] ?? 0;
        const order = [...calls.slice(shift), ...calls.slice(0, shift)];
        // An exemption writes twice, so it wins only with a head start: in every fifth round the others begin with its second write.
        const begin = round % 5 === 4 ? secondWriteOfExemption(story) : Promise.resolve();
        const outcomes = await Promise.all(
          order.map(async ([asker, request]) => {
            if (request !== exempt) await begin;
            return story.ask(id, asker, request);
          }),
        );
        const recorded = outcomes.filter(({ refusals }) => refusals.length === 0);
        expect(recorded).toHaveLength(1);
        for (const { refusals } of outcomes) {
          const codes = refusals.map(({ code }) => code);
          expect(['ALREADY_DECIDED', 'OTHER_DIGEST', undefined]).toContain(codes[0]);
        }
        const { status } = (await story.load(id)).record.state;
        endings.add(status);
        const active = await story.ports.stores.exemptions.listActive('o-exampleorg1', 0);
        expect(active).toHaveLength(status === 'proposed' ? 1 : 0);
        await sendOutbox(story.ports);
        const sent = story.sandbox.events().slice(events);
        expect(new Set(sent.map(({ detail }) => (detail as { eventId: string }).eventId)).size).toBe(1);
        expect(sent).toHaveLength(1);
      }
      // Who wins is chance: in few rounds not everybody does.
      if (rounds >= 20) expect([...endings].sort()).toEqual(['approved', 'proposed', 'rejected', 'snoozed']);
    },
    Math.max(120_000, rounds * 2_000),
  );
});

describe('two people are asked', () => {
  let table: Table;
  beforeAll(async () => {
    table = await lay({ requiredApprovals: 2 });
  });
  afterAll(() => table.story.close());

  test('one person counts once over all channels, two people are enough', async () => {
    const { id, start, story } = table;
    await start.restore();
    const { approve } = fieldsOf(table);
    const mail = { token: await story.link(id, 'ana', 'decide', 'email') };
    const slack = { token: await story.link(id, 'ana', 'decide', 'slack') };
    const outcomes = await Promise.all([ana, mail, slack].map((asker) => story.ask(id, asker, approve)));
    expect(outcomes.filter(({ refusals }) => refusals.length === 0)).toHaveLength(1);
    expect((await story.load(id)).record.state.status).toBe('proposed');
    expect(await story.outcome(id)).toBe('not due');
    expect((await story.ask(id, ben, approve)).refusals).toEqual([]);
    expect(await typesSince(table)).toEqual(['approval-recorded', 'approval-recorded', 'approved']);
  });

  test('both at once: approved once', async () => {
    const { id, start, story } = table;
    const { approve } = fieldsOf(table);
    for (let round = 0; round < 10; round += 1) {
      await start.restore();
      await Promise.all([ana, ben, ana, ben].map((asker) => story.ask(id, asker, approve)));
      expect(await typesSince(table)).toEqual(['approval-recorded', 'approval-recorded', 'approved']);
    }
  });

  test('one reject ends it', async () => {
    const { id, start, story } = table;
    await start.restore();
    const { approve, reject } = fieldsOf(table);
    await story.ask(id, ana, approve);
    expect((await story.ask(id, ben, reject)).refusals).toEqual([]);
    expect((await story.load(id)).record.state.status).toBe('rejected');
  });

  test('an exemption takes approvals of the old revision back, and the next review honours it', async () => {
    const { id, open, start, story } = table;
    await start.restore();
    const { approve, exempt } = fieldsOf(table);
    await story.ask(id, ana, approve);
    const saves: number[] = [];
    const { changes } = story.ports.stores;
    const remove = story.sandbox.onCall(({ operation, input }) => {
      if (operation === 'PutItem' && JSON.stringify(input).includes('CHANGE')) saves.push(1);
    });
    expect((await story.ask(id, ben, exempt)).refusals).toEqual([]);
    remove();
    expect(saves).toHaveLength(1);
    expect(await typesSince(table)).toEqual(['approval-recorded', 'services-exempted', 'revised']);
    const { record } = await story.load(id);
    expect(record).toMatchObject({ revision: 2, content: { services: ['dms'] }, state: { approvals: [] } });
    expect(editOf(record.content).after).not.toContain('lex:*"]');
    expect((await story.ask(id, ben, approve)).refusals).toMatchObject([{ code: 'OTHER_DIGEST' }]);
    expect(record.content.digest).not.toBe(open.record.content.digest);

    const { run, publication } = await story.review();
    expect(run.result.findings.find((finding) => finding.serviceNamespace === 'lex')?.status).toBe('exempt');
    expect(publication.changed).toEqual([]);
    expect((await changes.load(id))?.record.revision).toBe(2);
  });

  test('the last service exempted supersedes the change', async () => {
    const { id, start, story } = table;
    await start.restore();
    await story.ask(id, ben, fieldsOf(table).exemptAll);
    expect((await story.load(id)).record.state).toMatchObject({
      status: 'superseded',
      reason: { code: 'EXEMPTED' },
    });
    const { run } = await story.review();
    expect(run.decision.changes).toEqual([]);
  });
});

describe('what a refusal and a fast answer leave', () => {
  let table: Table;
  beforeAll(async () => {
    table = await lay({});
  });
  afterAll(() => table.story.close());

  test('a refused request writes nothing and spends nothing', async () => {
    const { id, start, story } = table;
    await start.restore();
    const token = await story.link(id, 'ana', 'decide');
    const before = await story.load(id);
    const { approve } = fieldsOf(table);
    const refused: readonly [Asker, Request][] = [
      [{ token }, { ...approve, confirm: 'Develop' }],
      [{ token }, { ...approve, digest: '0'.repeat(64) }],
      [{ token }, { ...approve, purpose: 'cancel' }],
      [{ token }, { ...approve, purpose: 'roll-back', reason: 'x' }],
      [{ token: token.slice(0, -1) }, approve],
      [{ token: '' }, approve],
      [{ principalArn: `${anaSession}/x` }, approve],
    ];
    for (const [asker, request] of refused) {
      const outcome: Outcome = await story.ask(id, asker, request);
      expect(outcome.refusals).not.toEqual([]);
    }
    expect(await story.load(id)).toEqual(before);
    expect((await story.ask(id, { token }, approve)).refusals).toEqual([]);
    const [link] = Object.values((await story.load(id)).links);
    expect(link?.usedAt).toBeDefined();
  });

  test('the link of somebody who is no approver any more does nothing and is not spent', async () => {
    const { id, start, story } = table;
    await start.restore();
    const token = await story.link(id, 'ana', 'decide');
    const before = await story.load(id);
    const without = storyConfiguration({ approvers: people.filter((person) => person.id !== 'ana') });
    for (const request of Object.values(fieldsOf(table))) {
      const outcome = await recordRequest(story.ports, id, { token }, request, without);
      expect(outcome).toMatchObject({ approver: null, refusals: [{ code: 'OUT_OF_SCOPE' }] });
    }
    expect(await story.load(id)).toEqual(before);
    expect(await story.ports.stores.exemptions.listActive('o-exampleorg1', 0)).toEqual([]);
    expect((await story.ask(id, { token }, fieldsOf(table).approve)).refusals).toEqual([]);
  });

  test('an event that is recorded while others are sent stays, and is sent next time', async () => {
    const { id, start, story } = table;
    await start.restore();
    await story.ask(id, ana, fieldsOf(table).approve);
    const before = story.sandbox.events().length;
    const { bus } = story.ports;
    const put: typeof bus.put = async (events) => {
      const refused = await bus.put(events);
      const { refusals } = await story.ask(id, ben, { purpose: 'cancel', reason: 'not now' });
      expect(refusals).toEqual([]);
      return refused;
    };
    await sendOutbox({ ...story.ports, bus: { put } });
    expect(story.eventTypes().slice(before)).toEqual(['SCP Change Approved']);
    expect((await story.load(id)).outbox.map(({ detailType }) => detailType)).toContain(
      'SCP Change Cancelled',
    );
    await sendOutbox(story.ports);
    expect(new Set(story.eventTypes().slice(before))).toEqual(
      new Set(['SCP Change Approved', 'SCP Change Cancelled']),
    );
    expect((await story.load(id)).outbox).toEqual([]);
  });

  test('an answer within five seconds of its message is noted, not refused', async () => {
    const { id, start, story } = table;
    await start.restore();
    const stored = await story.load(id);
    const head = {
      at: story.ports.clock.now(),
      actor: { type: 'system', id: 'notify' },
      revision: 1,
    } as const;
    const told = appendEvents(stored, [
      { ...head, type: 'notified', approverId: 'ana', channel: 'email', purpose: 'decide' },
    ]);
    await story.ports.stores.changes.save(told, stored.version);
    const token = await story.link(id, 'ana', 'decide');
    await story.ask(id, { token }, fieldsOf(table).approve);
    expect(await typesSince(table)).toEqual(['notified', 'noted', 'approval-recorded', 'approved']);
    await start.restore();
  });
});
