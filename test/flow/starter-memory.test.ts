import { describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import type { StartedBy } from '../../core/change/life/starter.ts';
import { recordRequest } from '../../flow/decide.ts';
import { reviewAndPublish } from '../../flow/publish.ts';
import { record } from '../../flow/record.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { development, developmentAndElsewhere, developmentPolicy, elsewhere } from './organization.ts';
import { approvalOf, benUser, people, storyConfiguration } from './ports.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';

const openWith = storyOfTest();

const anaUser = 'arn:aws:iam::111111111111:user/ana';
const eveUser = 'arn:aws:iam::111111111111:user/eve';
const ana = { id: 'ana', name: 'Ana Diaz', email: 'ana@example.com', principals: [anaUser] };
const ben = people[1];
const eve = { id: 'eve', name: 'Eve Moor', email: 'eve@example.com', principals: [eveUser] };
const both = storyConfiguration({ approvers: [ana, ben] });
const [schedule, stale] = [{ type: 'schedule' }, { type: 'stale' }] as const;
const of = (arn: string): StartedBy => ({ type: 'principal', arn });

/** The small organization, whose OU elsewhere leaves two services unused as well. */
const twoPolicies: Scenario = JSON.parse(
  JSON.stringify(developmentAndElsewhere).replace('"lex":{"daysAgo":1}}', '"lex":{"daysAgo":300}}'),
);
const open = (scenario: Scenario = developmentAndElsewhere): Promise<Story> =>
  openWith({ scenario, configuration: { approvers: [ana, ben] } });

/** Reviews as somebody and answers the ids of what is proposed. */
const reviewed = (
  own: Story,
  startedBy: StartedBy,
  scope?: string,
  configuration = both,
): Promise<string[]> =>
  own.played(`review ${JSON.stringify([startedBy, scope, configuration])}`, async () => {
    const event = scope === undefined ? {} : { scope };
    const { run } = await reviewAndPublish(own.ports, event, configuration, { startedBy });
    return run.decision.changes.map(({ id }) => id);
  });
const only = (ids: readonly string[]): string => {
  const [id, ...others] = ids;
  if (id === undefined || others.length > 0) throw new Error(`${ids.length} changes, not one`);
  return id;
};
/** What becomes of a change once this principal has approved it. */
const approvedBy = async (own: Story, id: string, arn: string, configuration = both): Promise<string> => {
  const fields = approvalOf(await own.load(id));
  const outcome = await recordRequest(own.ports, id, { principalArn: arn }, fields, configuration);
  expect(outcome?.refusals).toEqual([]);
  return (await own.load(id)).record.state.status;
};
const aloneIsNotEnough = async (own: Story, id: string, configuration = both): Promise<void> => {
  expect(await approvedBy(own, id, anaUser, configuration)).toBe('proposed');
  expect(await approvedBy(own, id, benUser, configuration)).toBe('approved');
};
const decided = (own: Story, id: string, decision: string, days: number, services: readonly string[] = []) =>
  own.load(id).then(({ record: { content } }) =>
    own.ask(
      id,
      { principalArn: anaUser },
      {
        ...{
          purpose: 'decide',
          decision,
          digest: content.digest,
          confirm: content.confirm,
          reason: 'later',
          services,
        },
        until: new Date(own.ports.clock.now() + days * 86_400_000).toISOString(),
      },
    ),
  );

describe('who started what led to a change never approves it alone', () => {
  test('after a blank in the SCPs of what he approved and of what he started', async () => {
    const own = await open(twoPolicies);
    const scheduled = only(await reviewed(own, schedule, development));
    const started = only(await reviewed(own, of(anaUser), elsewhere));
    expect(await approvedBy(own, scheduled, anaUser)).toBe('approved');
    for (const policyId of [developmentPolicy, 'p-elsewhere0']) own.edit(`${own.text(policyId)} `, policyId);
    expect(await own.outcome(scheduled)).toBe('superseded');
    const next = await reviewed(own, stale);
    expect((await own.load(started)).record.state.status).toBe('superseded');
    const records = await Promise.all(next.map(async (id) => (await own.load(id)).record));
    const again = records.find(({ content }) => editOf(content).policyId === 'p-elsewhere0');
    expect(again).toMatchObject({ revision: 1, starter: { approverId: 'ana' } });
    await aloneIsNotEnough(own, again?.id ?? '');
  });

  test.each([
    ['snoozed', async (own: Story, id: string) => decided(own, id, 'snooze', 1.01)],
    [
      'left to expire',
      async (own: Story, id: string) => record(own.ports, await own.load(id), { type: 'expired' }),
    ],
    ['edited', async (own: Story) => own.edit(`${own.text()} `)],
  ])('where the schedule proposes again what he started and %s', async (_, happens) => {
    const own = await open();
    const id = only(await reviewed(own, of(anaUser), development));
    await happens(own, id);
    own.advance(2 * 86_400);
    const again = only(await reviewed(own, schedule, development));
    await aloneIsNotEnough(own, again);
  });

  test('nor with a snooze of two seconds, which is refused', async () => {
    const own = await open();
    const id = only(await reviewed(own, of(anaUser), development));
    const outcome = await decided(own, id, 'snooze', 2 / 86_400);
    expect(outcome.refusals).toMatchObject([
      { code: 'WRONG_FIELD', field: 'until', detail: expect.stringContaining('at least one day') },
    ]);
  });

  test('where a service that he had exempted comes back in another SCP', async () => {
    const own = await open();
    const first = only(await reviewed(own, of(anaUser), development));
    expect((await decided(own, first, 'exempt', 1.5, ['lex'])).refusals).toEqual([]);
    own.advance(2 * 86_400);
    // The SCP is attached where lex is used: another one has to take it.
    own.sandbox.world.policies.get(developmentPolicy)?.targets.add(elsewhere);
    const again = await reviewed(own, schedule, development);
    expect(again.length).toBeGreaterThan(0);
    for (const id of again) {
      expect(id).not.toBe(first);
      expect((await own.load(id)).record.starter).toMatchObject({ approverId: 'ana' });
    }
  });

  test('where another review runs at the same time, whichever writes first', async () => {
    const own = await open();
    const text = own.text() ?? '';
    const { changes } = own.ports.stores;
    let isFirst = true;
    const create: typeof changes.create = async (change) => {
      if (isFirst) {
        isFirst = false;
        own.edit(`${text} `);
        await reviewed(own, of(anaUser), development);
        own.edit(text);
      }
      return changes.create(change);
    };
    const ports = { ...own.ports, stores: { ...own.ports.stores, changes: { ...changes, create } } };
    const { run } = await reviewAndPublish(ports, { scope: development }, both, { startedBy: schedule });
    const id = only(run.decision.changes.map((change) => change.id));
    expect((await own.load(id)).record).toMatchObject({ revision: 2, starter: { approverId: 'ana' } });
    await aloneIsNotEnough(own, id);
  });

  test('where the index showed nothing of it in time: the write is refused', async () => {
    const own = await open();
    await reviewed(own, of(anaUser), development);
    own.edit(`${own.text()} `);
    const { changes } = own.ports.stores;
    const blind = { ...changes, listTraces: async () => [] };
    const ports = { ...own.ports, stores: { ...own.ports.stores, changes: blind } };
    const { run } = await reviewAndPublish(ports, { scope: development }, both, { startedBy: schedule });
    const id = only(run.decision.changes.map((change) => change.id));
    expect(await approvedBy(own, id, anaUser)).toBe('approved');
    expect(await own.outcome(id)).toBe('superseded');
    expect(await own.reason(id)).toMatchObject({ code: 'STARTER_ALONE' });
    expect(own.count('UpdatePolicy')).toBe(0);
    expect(only(await reviewed(own, stale, development))).toBe(id);
    await aloneIsNotEnough(own, id);
  });

  test('nor by another name that the configuration gives him', async () => {
    const own = await open();
    await reviewed(own, of(anaUser), development);
    own.edit(`${own.text()} `);
    const renamed = storyConfiguration({ approvers: [{ ...ana, id: 'ana-2' }, ben] });
    const id = only(await reviewed(own, schedule, development, renamed));
    await aloneIsNotEnough(own, id, renamed);
  });

  test('nor as two people, once by each name', async () => {
    const own = await open();
    const id = only(await reviewed(own, of(anaUser), development));
    expect(await approvedBy(own, id, anaUser)).toBe('proposed');
    const renamed = storyConfiguration({
      approvers: [
        { ...ana, id: 'ana-2' },
        { ...ben, id: 'ana' },
      ],
    });
    expect(await approvedBy(own, id, anaUser, renamed)).toBe('proposed');
  });

  test('nor who became an approver only after he had started it', async () => {
    const own = await open();
    await reviewed(own, of(eveUser), development);
    own.edit(`${own.text()} `);
    await reviewed(own, of(anaUser), development);
    own.edit(`${own.text()} `);
    const three = storyConfiguration({ approvers: [ana, ben, eve] });
    const id = only(await reviewed(own, schedule, development, three));
    expect(await approvedBy(own, id, eveUser, three)).toBe('proposed');
    expect(await approvedBy(own, id, benUser, three)).toBe('approved');
  });

  test('and where all who may approve did, two of them must', async () => {
    const own = await open();
    await reviewed(own, of(anaUser), development);
    own.edit(`${own.text()} `);
    await reviewed(own, of(benUser), development);
    own.edit(`${own.text()} `);
    const id = only(await reviewed(own, schedule, development));
    expect((await own.load(id)).record.starter).toEqual({ type: 'unknown' });
    expect(await approvedBy(own, id, benUser)).toBe('proposed');
    expect(await approvedBy(own, id, anaUser)).toBe('approved');
    expect(await own.outcome(id)).toBe('applied');
  });

  test('but whoever started something else, or long ago, may', async () => {
    const own = await open(twoPolicies);
    await reviewed(own, of(anaUser), elsewhere);
    const other = only(await reviewed(own, schedule, development));
    expect(await approvedBy(own, other, anaUser)).toBe('approved');
    expect(await own.outcome(other)).toBe('applied');
    own.edit(`${own.text('p-elsewhere0')} `, 'p-elsewhere0');
    own.advance(401 * 86_400);
    const [late, ...more] = await reviewed(own, schedule, elsewhere);
    expect(more).toEqual([]);
    expect(await approvedBy(own, late ?? '', anaUser)).toBe('approved');
  });
});
