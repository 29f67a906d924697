import { ListSubscriptionsCommand, SetSubscriptionAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mailboxHash } from '../../core/base/mailbox.ts';
import { appendEvents } from '../../core/change/life/stored-change.ts';
import { checkLink } from '../../core/change/links/links.ts';
import { changeView } from '../../core/message/views/change-view.ts';
import { notify } from '../../flow/notify.ts';
import { sweep } from '../../flow/sweep.ts';
import {
  addressees,
  decideBy,
  everybodyAsked,
  openStage,
  openStuckServer,
  type Stage,
  tokenIn,
} from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

/** Puts the subscription of an address back to where it waits for its owner. */
async function pending(address: string): Promise<{ readonly subscriptionArn: string }> {
  const { Subscriptions = [] } = await new SNSClient({}).send(new ListSubscriptionsCommand({}));
  const subscriptionArn = Subscriptions.find(({ Endpoint }) => Endpoint === address)?.SubscriptionArn ?? '';
  await setPending(subscriptionArn, 'true');
  return { subscriptionArn };
}

async function setPending(SubscriptionArn: string, AttributeValue: string): Promise<void> {
  const input = { SubscriptionArn, AttributeName: 'PendingConfirmation', AttributeValue };
  await new SNSClient({}).send(new SetSubscriptionAttributesCommand(input));
}

describe('a channel that fails', () => {
  test('does not keep others from hearing; it is shown, and tried again with a fresh link', async () => {
    const id = await stage.propose();
    stage.sandbox.slack.failNext(500, 2);
    const reports = await notify(stage.ports, id);
    expect(reports.filter(({ failure }) => failure !== null).map(({ approverId }) => approverId)).toEqual([
      'ana',
      '#all',
    ]);
    expect(addressees(stage.arrived())).toEqual(['email ana@example.com', 'email bob@example.com']);
    const failed = (await stage.load(id)).record.history.filter(({ type }) => type === 'notify-failed');
    expect(failed).toHaveLength(2);
    for (const approverId of ['ana', '#all'])
      expect(failed).toContainEqual(
        expect.objectContaining({
          ...{ approverId, purpose: 'decide:1' },
          failure: expect.objectContaining({ code: 'NOT_SENT' }),
        }),
      );
    expect(JSON.stringify(failed)).not.toContain(stage.sandbox.endpoint);

    expect((await sweep(stage.ports)).notices).toEqual([]);
    stage.advance(1);
    expect((await sweep(stage.ports)).notices).toMatchObject([{ failure: null }, { failure: null }]);
    const again = stage.arrived();
    expect(addressees(again)).toEqual(['slack U0ANA', 'slack all']);
    const { links } = await stage.load(id);
    const ofAna = Object.entries(links).filter(([, { channel }]) => channel === 'slack');
    expect(ofAna.map(([, { revokedAt }]) => revokedAt === undefined).sort()).toEqual([false, true]);
    for (const [, { mailbox }] of ofAna) expect(mailbox).toBe(mailboxHash('ana@example.com'));
    const token = tokenIn(again.find(({ to }) => to === 'U0ANA')) ?? '';
    expect(checkLink(links, token, 'decide', 1, stage.ports.clock.now()).ok).toBe(true);
  });

  test('that is stuck holds up nobody', async () => {
    const stuck = await openStuckServer();
    await stage.close();
    stage = await openStage({ slack: { webhookUrl: stuck.url } });
    const id = await stage.propose();
    const running = notify(stage.ports, id);
    while (stage.sandbox.messages().length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(addressees(stage.arrived())).toEqual(
      expect.arrayContaining(['email ana@example.com', 'email bob@example.com']),
    );
    await stuck.letGo();
    expect((await running).find(({ approverId }) => approverId === '#all')?.failure).toMatch(
      /^Slack could not be reached/,
    );
  });

  test('no bot token: that is said, and mail goes out', async () => {
    await stage.close();
    stage = await openStage({ botToken: '' });
    const id = await stage.propose();
    const reports = await notify(stage.ports, id);
    expect(reports.find(({ failure }) => failure !== null)?.failure).toContain(
      'slack.botTokenSecret is not set, and neither is SLACK_BOT_TOKEN',
    );
    expect(addressees(stage.arrived())).toContain('email ana@example.com');
  });

  test('an address that has not confirmed is not told: the page says so, and the mail comes once it has', async () => {
    const { subscriptionArn } = await pending('ana@example.com');
    const id = await stage.propose();
    const reports = await notify(stage.ports, id);
    expect(reports.filter(({ failure }) => failure !== null)).toMatchObject([
      { approverId: 'ana', channel: 'email', failure: expect.stringContaining('has not confirmed') },
    ]);
    expect(addressees(stage.arrived())).not.toContain('email ana@example.com');
    const { record } = await stage.load(id);
    expect(record.history.find(({ type }) => type === 'notify-failed')).toMatchObject({
      failure: { code: 'UNCONFIRMED_SUBSCRIPTION' },
    });
    const now = stage.ports.clock.now();
    expect(changeView(record, { now, configuration: stage.ports.configuration }).notReached).toEqual([
      expect.stringMatching(/^Ana Diaz by email: ana@example\.com has not confirmed/),
    ]);
    await setPending(subscriptionArn, 'false');
    stage.advance(1);
    await sweep(stage.ports);
    expect(addressees(stage.arrived())).toEqual(['email ana@example.com']);
  });

  test('a run that dies while it sends is taken over after two minutes; its links are dead', async () => {
    const id = await stage.propose();
    let sent = '';
    const dies = new Promise<never>(() => undefined);
    const dying = {
      ...stage.ports.messenger,
      postAsBot: () => dies,
      postToWebhook: () => dies,
      mail: (_: string, { text }: { readonly text: string }) => {
        sent = text;
        return dies;
      },
    };
    void notify({ ...stage.ports, messenger: dying }, id);
    while (sent === '') await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await notify(stage.ports, id)).toEqual([]);
    stage.advance(2);
    stage.arrived();
    await notify(stage.ports, id);
    expect(addressees(stage.arrived())).toEqual(everybodyAsked);
    const { links } = await stage.load(id);
    const old = /token=(\S{43})/.exec(sent)?.[1] ?? '';
    expect(checkLink(links, old, 'decide', 1, stage.ports.clock.now())).toMatchObject({
      reasons: [{ code: 'EXPIRED' }],
    });
  });

  test('what an error says of links and addresses is not kept', async () => {
    const id = await stage.propose();
    const mail = async (_: string, { text }: { readonly text: string }): Promise<void> => {
      throw new Error(`refused by https://hooks.example.com/secret: ${text}`);
    };
    const reports = await notify({ ...stage.ports, messenger: { ...stage.ports.messenger, mail } }, id);
    const failures = reports.flatMap(({ failure }) => failure ?? []);
    expect(failures).toHaveLength(2);
    const kept = JSON.stringify([failures, (await stage.load(id)).record.history]);
    expect(kept).not.toMatch(/secret|token=[A-Za-z0-9]/);
  });

  test('clocks that differ do not matter', async () => {
    const id = await stage.propose();
    stage.advance(-1);
    await notify(stage.ports, id);
    expect(addressees(stage.arrived())).toEqual(everybodyAsked);
    expect((await stage.load(id)).record.history).toHaveLength(6);
  });

  test('what was told of one revision is not noted of the next', async () => {
    const id = await stage.propose();
    let revised = false;
    const slow = {
      ...stage.ports.messenger,
      mail: async () => {
        if (revised) return;
        revised = true;
        // What else is sent is noted meanwhile.
        let saved = 'conflict';
        while (saved === 'conflict') {
          const stored = await stage.load(id);
          const { content, revision, state, targetPaths } = stored.record;
          const { expiresAt } = state as { readonly expiresAt: number };
          const head = { at: stage.ports.clock.now(), actor: { type: 'system', id: 'test' } as const };
          const next = { ...content, revision: revision + 1 };
          const event = { ...head, type: 'revised' as const, revision: next.revision, content: next };
          const detail = 'one service less';
          const revisedChange = appendEvents(stored, [{ ...event, expiresAt, targetPaths, detail }]);
          saved = await stage.ports.stores.changes.save(revisedChange, stored.version);
        }
      },
    };
    await notify({ ...stage.ports, messenger: slow }, id);
    const { record } = await stage.load(id);
    expect(record.revision).toBe(2);
    expect(record.history.filter(({ type, revision }) => type === 'notified' && revision === 2)).toEqual([]);
    stage.arrived();
    await notify(stage.ports, id);
    expect(addressees(stage.arrived()).filter((line) => !line.startsWith('slack'))).toEqual(
      everybodyAsked.filter((line) => !line.startsWith('slack')),
    );
  });

  test('a decision that falls between sending and noting is kept', async () => {
    const id = await stage.propose();
    let decided = false;
    const slow = {
      ...stage.ports.messenger,
      mail: async (topicArn: string, message: { readonly subject: string; readonly text: string }) => {
        await stage.ports.messenger.mail(topicArn, message);
        if (decided) return;
        decided = true;
        await decideBy(
          stage,
          stage.sandbox.messages().find(({ channel }) => channel === 'email'),
          id,
          'reject',
        );
      },
    };
    await notify({ ...stage.ports, messenger: slow }, id);
    const { record } = await stage.load(id);
    expect(record.state.status).toBe('rejected');
    expect(record.history.filter(({ type }) => type === 'notified')).toHaveLength(4);
  });
});
