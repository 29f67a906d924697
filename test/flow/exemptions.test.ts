import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { dueNotices } from '../../core/message/telling/notices.ts';
import { changeView } from '../../core/message/views/change-view.ts';
import { type Request, recordRequest } from '../../flow/decide.ts';
import { liftDecidedExemption, listExemptions, readExemptions } from '../../flow/exemptions.ts';
import { reviewAndPublish } from '../../flow/publish.ts';
import { sendOutbox } from '../../flow/send-outbox.ts';
import { unknownEvents } from './event-schemas.ts';
import { development } from './organization.ts';
import { anaSession, benUser, storyConfiguration } from './ports.ts';
import { openStory, type Story } from './story.ts';

let story: Story;
beforeEach(async () => {
  story = await openStory();
});
afterEach(() => story.close());

const organization = 'o-exampleorg1';
const hour = 3600;
/** The request of somebody who exempts one service for thirty days. */
const exempting = async (id: string, service = 'lex'): Promise<Request> => {
  const { content } = (await story.load(id)).record;
  return {
    ...{
      purpose: 'decide',
      decision: 'exempt',
      digest: content.digest,
      confirm: content.confirm,
      services: [service],
    },
    ...{ reason: 'tests', until: new Date(story.ports.clock.now() + 30 * 24 * hour * 1000).toISOString() },
  };
};
const inForce = () => readExemptions(story.ports.stores, organization, story.ports.clock.now());
const kept = () => story.ports.stores.exemptions.listActive(organization, story.ports.clock.now());
const lexIs = async () => {
  const { run } = await story.review();
  return run.result.findings.find((finding) => finding.serviceNamespace === 'lex')?.status;
};

describe('an exemption counts only where a history holds its decision', () => {
  test('one whose decision failed to be saved does not, and is removed', async () => {
    const id = await story.propose();
    const { stores } = story.ports;
    const save = async (): Promise<never> => {
      throw new Error('the table does not answer');
    };
    const ports = { ...story.ports, stores: { ...stores, changes: { ...stores.changes, save } } };
    const asked = recordRequest(
      ports,
      id,
      { principalArn: benUser },
      await exempting(id),
      story.configuration,
    );
    await expect(asked).rejects.toThrow('the table does not answer');
    expect(await kept()).toHaveLength(1);
    expect(await inForce()).toEqual([]);
    // Within the hour the decision may still be on its way.
    expect(await lexIs()).toBe('open');
    expect(await kept()).toHaveLength(1);
    story.advance(2 * hour);
    await story.review();
    expect(await kept()).toEqual([]);
    expect((await story.load(id)).record.history.every(({ type }) => type !== 'services-exempted')).toBe(
      true,
    );
    await story.approve(id);
    expect(await story.outcome(id)).toBe('applied');
  });

  test('one that was decided does, and is kept', async () => {
    const id = await story.propose();
    await story.ask(id, { principalArn: benUser }, await exempting(id));
    const [exemption] = await inForce();
    expect((await story.load(id)).record.history).toContainEqual(
      expect.objectContaining({ type: 'services-exempted', exemptionIds: [exemption?.id] }),
    );
    story.advance(2 * hour);
    expect(await lexIs()).toBe('exempt');
    expect(await kept()).toHaveLength(1);
  });

  test('what was left out by narrowing rests for the next review, and what was kept is still proposed', async () => {
    const id = await story.propose();
    const { content } = (await story.load(id)).record;
    const keep = content.services.filter((service) => service !== 'lex');
    const { digest, confirm } = content;
    const request: Request = { purpose: 'decide', decision: 'narrow', digest, confirm, keep };
    await story.ask(id, { principalArn: benUser }, request);
    expect(await inForce()).toMatchObject([{ service: 'lex', owner: 'ben' }]);
    expect(await lexIs()).toBe('exempt');
    const { record } = await story.load(id);
    expect(record).toMatchObject({ revision: 2, content: { services: keep }, state: { status: 'proposed' } });
  });

  test('one of before, whose event names no ids, counts by service, reason, owner and end', async () => {
    const id = await story.propose();
    await story.ask(id, { principalArn: benUser }, await exempting(id));
    const { changes, exemptions } = story.ports.stores;
    const stored = await story.load(id);
    const history = stored.record.history.map((event) =>
      event.type === 'services-exempted' ? (({ exemptionIds: _, ...rest }) => rest)(event) : event,
    );
    await changes.save({ ...stored, record: { ...stored.record, history } }, stored.version);
    const [{ writtenAt: _, ...old } = { id: '' } as never] = await kept();
    await exemptions.put([
      old,
      { ...old, id: 'exm-000000000001', reason: 'something else' },
      { ...old, id: 'exm-000000000002', service: 'dms' },
      { ...old, id: 'exm-000000000003', owner: 'ana' },
      { ...old, id: 'exm-000000000004', changeId: 'chg-000000000000' },
    ]);
    expect((await inForce()).map((exemption) => exemption.id)).toEqual([old.id]);
    await story.review();
    expect((await kept()).map((exemption) => exemption.id)).toEqual([old.id]);
  });

  test('one whose change cannot be read holds: what may be exempt is not denied', async () => {
    const id = await story.propose();
    await story.ask(id, { principalArn: benUser }, await exempting(id));
    const { changes } = story.ports.stores;
    const load = async (): Promise<never> => {
      throw new Error('damaged');
    };
    const stores = { ...story.ports.stores, changes: { ...changes, load } };
    expect(await readExemptions(stores, organization, story.ports.clock.now())).toHaveLength(1);
    expect(await listExemptions(stores, story.ports.clock.now())).toHaveLength(1);
  });
});

describe('to lift an exemption', () => {
  const lift = (id: string, principalArn: string, reason = 'the tests are over') =>
    liftDecidedExemption(story.ports, id, principalArn, { reason }, story.configuration);

  test('takes an approver in scope and a reason, happens once, is told, and the service counts again', async () => {
    const id = await story.propose();
    await story.ask(id, { principalArn: benUser }, await exempting(id));
    const [listed] = await listExemptions(story.ports.stores, story.ports.clock.now());
    expect(listed).toMatchObject({
      ...{ changeId: id, owner: 'ben', service: 'lex', reason: 'tests' },
      entity: { id: development, name: 'Development' },
    });
    const exemptionId = listed?.id ?? '';
    const before = await story.load(id);
    expect((await lift(exemptionId, 'arn:aws:iam::111111111111:user/eve'))?.refusals).toMatchObject([
      { code: 'OUT_OF_SCOPE' },
    ]);
    expect((await lift(exemptionId, anaSession, ' '))?.refusals).toMatchObject([{ code: 'MISSING_FIELD' }]);
    expect(await lift('exm-ffffffffffff', anaSession)).toBeNull();
    expect(await story.load(id)).toEqual(before);

    expect((await lift(exemptionId, anaSession))?.refusals).toEqual([]);
    const lifted = await story.load(id);
    expect((await lift(exemptionId, benUser))?.refusals).toEqual([]);
    expect(await story.load(id)).toEqual(lifted);
    expect(await inForce()).toEqual([]);
    expect(await listExemptions(story.ports.stores, story.ports.clock.now())).toEqual([]);

    const view = changeView(lifted.record, {
      ...{ now: story.ports.clock.now(), configuration: story.configuration, freeze: null },
    });
    const said = 'lifted the exemption of lex at ou-ex01-development';
    expect(view.statusSentence).toContain(`Ana Diaz ${said}`);
    expect(view.history.at(-1)).toMatchObject({
      who: `Ana Diaz (${anaSession})`,
      what: expect.stringContaining(said),
    });
    const topics = { ana: 'arn:aws:sns:us-east-1:111111111111:ana' };
    const notices = dueNotices(
      lifted.record,
      storyConfiguration({ email: { topics } }),
      story.ports.clock.now(),
    );
    expect(notices.map(({ kind }) => kind)).toEqual(['exemption-lifted']);
    await sendOutbox(story.ports);
    expect(story.eventsOf('SCP Exemption Lifted')).toMatchObject([
      {
        detail: { data: { exemptionId, serviceNamespace: 'lex', entityId: development, approverId: 'ana' } },
      },
    ]);
    expect(unknownEvents(story.sandbox.events())).toEqual([]);
    story.advance(2 * hour);
    expect(await lexIs()).toBe('open');
  });

  test.each([
    ['somebody else’s', benUser, 'proposed', 'not due'],
    ['his own', anaSession, 'approved', 'applied'],
  ])('leads to what is proposed then: who lifted %s', async (_, exempter, status, outcome) => {
    const scheduled = async (): Promise<string> => {
      const startedBy = { type: 'schedule' } as const;
      const { run } = await reviewAndPublish(story.ports, { scope: development }, story.configuration, {
        startedBy,
      });
      return run.decision.changes[0]?.id ?? '';
    };
    const id = await scheduled();
    await story.ask(id, { principalArn: exempter }, await exempting(id));
    await story.approve(id, benUser);
    expect(await story.outcome(id)).toBe('applied');
    story.advance(hour);
    const [exemption] = await listExemptions(story.ports.stores, story.ports.clock.now());
    const reason = { reason: 'no' };
    await liftDecidedExemption(story.ports, exemption?.id ?? '', anaSession, reason, story.configuration);
    story.advance(24 * hour);
    const next = await scheduled();
    expect((await story.load(next)).record.content.services).toEqual(['lex']);
    expect((await story.approve(next, anaSession)).change.record.state.status).toBe(status);
    expect(await story.outcome(next)).toBe(outcome);
  });

  test('is refused to whose scopes do not cover the entity, and once it has ended', async () => {
    const id = await story.propose();
    await story.ask(id, { principalArn: benUser }, await exempting(id));
    const [{ id: exemptionId } = { id: '' }] = await kept();
    const approvers = story.configuration.approvers.map((person) =>
      person.id === 'ben' ? { ...person, scopes: ['ou-ex01-elsewhere'] } : person,
    );
    const configuration = { ...story.configuration, approvers };
    const elsewhere = await liftDecidedExemption(
      story.ports,
      exemptionId,
      benUser,
      { reason: 'x' },
      configuration,
    );
    expect(elsewhere?.refusals).toMatchObject([{ code: 'OUT_OF_SCOPE' }]);
    story.advance(31 * 24 * hour);
    expect((await lift(exemptionId, anaSession))?.refusals).toMatchObject([{ code: 'EXPIRED' }]);
  });
});
