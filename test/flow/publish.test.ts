import { describe, expect, test } from '@jest/globals';
import { sendOutbox } from '../../flow/send-outbox.ts';
import { recordUse } from '../../sandbox/tree.ts';
import { baseText, developmentPolicy } from './organization.ts';
import { approvalOf, benUser } from './ports.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();
const ben = { principalArn: benUser };
const use = (own: Story, service: string): void =>
  recordUse(own.sandbox.world, { accountId: '222222222222', service, daysAgo: 0 });
/** Decides on the open change with these fields beside the usual ones. */
const decide = async (own: Story, id: string, fields: Readonly<Record<string, unknown>>) => {
  const outcome = await own.ask(id, ben, { ...approvalOf(await own.load(id)), ...fields });
  expect(outcome.refusals).toEqual([]);
};
const inDays = (own: Story, days: number): string =>
  new Date(own.ports.clock.now() + days * 86_400_000).toISOString();
/** What a further review says beyond what was said before. */
const further = async (own: Story) => {
  const [events, messages] = [own.sandbox.events().length, own.sandbox.messages().length];
  const { publication, run } = await own.review();
  return {
    ...{ publication, run },
    types: own.eventTypes().slice(events),
    messages: own.sandbox.messages().length - messages,
    deferred: run.decision.refusals.filter(({ code }) => code === 'DEFERRED'),
  };
};

describe('what a review says', () => {
  test('the first: found, completed, proposed and one message', async () => {
    const own = await open();
    const { types, messages, publication } = await further(own);
    expect([...types].sort()).toEqual([
      'Access Review Completed',
      'SCP Change Proposed',
      'Unused Services Found',
    ]);
    expect(messages).toBe(1);
    expect(publication).toMatchObject({ silent: false, sending: { failed: [] } });
    expect(publication.changed).toHaveLength(1);
  });

  test('a second is silent', async () => {
    const own = await open();
    await own.review();
    const { types, messages, publication } = await further(own);
    expect({ types, messages, silent: publication.silent }).toEqual({ types: [], messages: 0, silent: true });
  });

  test('a part that can no longer be judged is said, and what is known of it stays', async () => {
    const own = await open();
    const id = await own.propose();
    own.sandbox.faults.add('failed-job:ou-ex01-development:ORGANIZATIONS_REPORT_ACCESS_DENIED');
    const { types, messages } = await further(own);
    expect({ types, messages }).toEqual({ types: ['Access Review Completed'], messages: 1 });
    expect((await own.load(id)).record).toMatchObject({ revision: 1, state: { status: 'proposed' } });
  });

  test('a service used again: resolved, the change revised without it', async () => {
    const own = await open();
    const id = await own.propose();
    use(own, 'lex');
    const { types } = await further(own);
    expect([...types].sort()).toEqual([
      'Access Review Completed',
      'SCP Change Proposed',
      'Unused Services Resolved',
    ]);
    expect(JSON.stringify(own.eventsOf('Unused Services Resolved'))).toContain('used-again');
    expect((await own.load(id)).record).toMatchObject({ revision: 2, content: { services: ['dms'] } });
  });

  test('every service used again: superseded', async () => {
    const own = await open();
    const id = await own.propose();
    use(own, 'lex');
    use(own, 'dms');
    const { types } = await further(own);
    expect(types).toContain('SCP Change Superseded');
    expect((await own.load(id)).record.state).toMatchObject({ reason: { code: 'USED_AGAIN' } });
  });

  test('every service exempted in the configuration: superseded', async () => {
    const own = await open();
    const id = await own.propose();
    const until = inDays(own, 30);
    const common = { entity: 'ou-ex01-development', reason: 'comes back', owner: 'ana', until };
    own.configuration.exemptions.push({ ...common, service: 'lex' }, { ...common, service: 'dms' });
    const { types } = await further(own);
    expect(types).toContain('SCP Change Superseded');
    expect(JSON.stringify(own.eventsOf('Unused Services Resolved'))).toContain('exempted');
    expect((await own.load(id)).record.state).toMatchObject({ reason: { code: 'NO_LONGER_OPEN' } });
  });

  test('the base text changed: superseded, and proposed anew from the new text', async () => {
    const own = await open();
    const id = await own.propose();
    own.edit(`${baseText} `);
    const { publication } = await further(own);
    expect((await own.load(id)).record.state).toMatchObject({
      status: 'superseded',
      reason: { code: 'BASE_CHANGED' },
    });
    expect(publication.changed).toHaveLength(2);
  });

  test('the SCP is gone: superseded', async () => {
    const own = await open();
    const id = await own.propose();
    own.sandbox.world.policies.delete(developmentPolicy);
    own.sandbox.world.policies.get('p-FullAWSAccess')?.targets.add('ou-ex01-development');
    await own.review();
    expect((await own.load(id)).record.state).toMatchObject({
      status: 'superseded',
      reason: { code: 'POLICY_GONE' },
    });
  });

  test('a denial by somebody else: the finding is resolved as denied', async () => {
    const own = await open();
    const id = await own.propose();
    const denial = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"lex:*","Resource":"*"}]}';
    own.sandbox.world.policies.set('p-denial0000', {
      ...{ id: 'p-denial0000', name: 'Denial', description: '', content: denial, version: 1 },
      ...{ awsManaged: false, targets: new Set(['ou-ex01-development']) },
    });
    await own.review();
    expect(JSON.stringify(own.eventsOf('Unused Services Resolved'))).toContain('"denied"');
    expect((await own.load(id)).record).toMatchObject({ revision: 2, content: { services: ['dms'] } });
  });
});

describe('what was decided is not proposed again', () => {
  test.each<[string, number, (own: Story, id: string) => Promise<unknown>]>([
    ['rejected by ben', 92, (own, id) => decide(own, id, { decision: 'reject', reason: 'we need it' })],
    [
      'snoozed by ben',
      92,
      (own, id) => decide(own, id, { decision: 'snooze', reason: 'not now', until: inDays(own, 90) }),
    ],
    [
      'cancelled by ben',
      92,
      async (own, id) => {
        await own.approve(id);
        await own.ask(id, ben, { purpose: 'cancel', reason: 'we need it' });
      },
    ],
    [
      'rolled back by ben',
      182,
      async (own, id) => {
        await own.approve(id);
        await own.outcome(id);
        await own.rollBack(id);
        await own.outcome(id);
      },
    ],
  ])('%s, for %i days at most', async (words, days, happens) => {
    const own = await open();
    const id = await own.propose();
    await happens(own, id);
    const { run, deferred } = await further(own);
    expect(run.decision.changes).toEqual([]);
    expect(deferred.map(({ detail }) => detail).join()).toContain(words);
    own.advance((days - 4) * 86_400);
    expect((await further(own)).run.decision.changes).toEqual([]);
    own.advance(4 * 86_400);
    for (const account of ['222222222222', '222222222223']) {
      recordUse(own.sandbox.world, { accountId: account, service: 's3', daysAgo: 0 });
    }
    const later = await further(own);
    expect(later.run.decision.changes.map((change) => change.id)).toEqual([id]);
    expect((await own.load(id)).record).toMatchObject({ revision: 2, state: { status: 'proposed' } });
  });

  test('an approved change is frozen: a further review neither revises nor supersedes it', async () => {
    const own = await open({ configuration: { coolingMinutes: 60 } });
    const id = await own.approved();
    use(own, 'lex');
    await own.review();
    expect((await own.load(id)).record).toMatchObject({ revision: 1, state: { status: 'approved' } });
  });
});

describe('events are neither lost nor invented', () => {
  test('what the bus does not take stays, and is sent by the next sending', async () => {
    const own = await open();
    own.sandbox.eventBridge.failNext(2, 'AccessDenied');
    const { publication } = await own.review();
    expect(publication.sending.failed).toHaveLength(2);
    expect(own.sandbox.events()).toHaveLength(1);
    expect((await sendOutbox(own.ports)).failed).toEqual([]);
    expect(own.sandbox.events()).toHaveLength(3);
    await sendOutbox(own.ports);
    expect(own.sandbox.events()).toHaveLength(3);
  });

  test('a bus that is down delays no message, a topic that is down delays no event', async () => {
    const own = await open();
    own.sandbox.faults.add('error:PutEvents:AccessDeniedException:2');
    own.sandbox.faults.add('error:Publish:AuthorizationError:1');
    const { publication } = await own.review();
    expect(publication.sending).toMatchObject({ sent: 0 });
    expect(publication.sending.failed).toHaveLength(4);
    own.sandbox.faults.add('error:Publish:AuthorizationError:1');
    expect((await sendOutbox(own.ports)).failed).toHaveLength(1);
    expect([own.sandbox.events().length, own.sandbox.messages().length]).toEqual([3, 0]);
    expect(await sendOutbox(own.ports)).toEqual({ sent: 1, failed: [] });
    expect(own.sandbox.messages()).toHaveLength(1);
  });

  test('one change whose events cannot be read delays no other', async () => {
    const own = await open();
    own.sandbox.faults.add('error:PutEvents:AccessDeniedException:2');
    const { run } = await own.review();
    const [change] = run.decision.changes;
    const failing = 'chg-000000000000';
    const { changes } = own.ports.stores;
    const load: typeof changes.load = async (id) => {
      if (id === failing) throw new Error('its evidence is damaged');
      return changes.load(id);
    };
    const stores = { ...own.ports.stores, changes: { ...changes, load } };
    const report = await sendOutbox({ ...own.ports, stores }, [failing, change?.id ?? '']);
    expect(report.failed).toEqual([{ what: `events of ${failing}`, reason: 'its evidence is damaged' }]);
    expect(own.eventTypes()).toContain('SCP Change Proposed');
  });
});
