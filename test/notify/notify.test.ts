import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sha256 } from '../../core/base/sha256.ts';
import { notify } from '../../flow/notify.ts';
import { sweep } from '../../flow/sweep.ts';
import {
  addressees,
  decideBy,
  everybodyAsked,
  everybodyTold,
  openStage,
  type Stage,
  tokenIn,
} from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

describe('a proposal', () => {
  test('is told to everybody who may decide, each with a link of his own in each channel', async () => {
    const id = await stage.propose();
    await notify(stage.ports, id);
    const messages = stage.arrived();
    expect(addressees(messages)).toEqual(everybodyAsked);
    const tokens = messages.flatMap((message) => tokenIn(message) ?? []);
    expect(new Set(tokens).size).toBe(3);
    expect(tokenIn(messages.find(({ to }) => to === 'all'))).toBeNull();
    const { links, record } = await stage.load(id);
    const owners = tokens.map((token) => {
      const link = links[sha256(token)];
      return `${link?.approverId} ${link?.channel} ${link?.purpose} ${link?.revision}`;
    });
    expect(owners.sort()).toEqual(['ana email decide 1', 'ana slack decide 1', 'bob email decide 1']);
    expect(record.history.filter(({ type }) => type === 'notified')).toHaveLength(4);
  });

  test('no token is kept, put on the bus or reported', async () => {
    const id = await stage.propose();
    const reports = await notify(stage.ports, id);
    const { sending } = await sweep(stage.ports);
    expect(sending.failed).toEqual([]);
    const kept = JSON.stringify([await stage.load(id), stage.sandbox.events(), reports]);
    for (const message of stage.arrived()) {
      const token = tokenIn(message);
      if (token !== null) expect(kept).not.toContain(token);
    }
    expect(kept).not.toContain('token=');
  });

  test('is told once, however often its event comes and however many runs there are at once', async () => {
    const id = await stage.propose();
    await Promise.all(Array.from({ length: 8 }, () => notify(stage.ports, id)));
    await notify(stage.ports, id);
    await sweep(stage.ports);
    expect(addressees(stage.arrived())).toEqual(everybodyAsked);
  });

  test('nobody hears of a change that does not exist', async () => {
    expect(await notify(stage.ports, 'chg-000000000000')).toEqual([]);
  });
});

describe('a chat channel that hangs on an SNS topic (Amazon Q Developer)', () => {
  test('gets the custom notification as JSON, with what a reader needs and without a link', async () => {
    await stage.close();
    const amazonQTopicArn = 'arn:aws:sns:us-east-1:111111111111:chat';
    stage = await openStage({ slack: { amazonQTopicArn } });
    const id = await stage.propose();
    await notify(stage.ports, id);
    const messages = stage.arrived();
    const notification = JSON.parse(messages.find(({ to }) => to === 'chat@example.com')?.text ?? '{}');
    expect(notification).toMatchObject({
      ...{ version: '1.0', source: 'custom' },
      content: { textType: 'client-markdown', title: expect.stringContaining('Deny 2 unused services') },
      metadata: { threadId: 'rev-1', eventType: 'decide' },
    });
    for (const words of ['Development', '2 accounts', 'If nobody answers', 'not proven: regions'])
      expect(notification.content.description).toContain(words);
    expect(JSON.stringify(notification)).not.toMatch(/http|token/);
  });
});

describe('a decision', () => {
  test('is told to all approvers; the direct message says so; the cancel link is for those in scope', async () => {
    const id = await stage.propose();
    await notify(stage.ports, id);
    const asked = stage.arrived();
    const outcome = await decideBy(
      stage,
      asked.find(({ to }) => to === 'bob@example.com'),
      id,
      'approve',
    );
    expect(outcome?.refusals).toEqual([]);
    await notify(stage.ports, id);
    const told = stage.arrived();
    const updates = told.filter(({ update }) => update === true);
    expect(updates).toHaveLength(1);
    expect(updates[0]).toMatchObject({ to: 'U0ANA', ts: asked.find(({ to }) => to === 'U0ANA')?.ts });
    expect(updates[0]?.text).toMatch(/^Deny 2 unused services.*: approved/);
    expect(tokenIn(updates[0])).toBeNull();
    expect(addressees(told.filter(({ update }) => update !== true))).toEqual(everybodyTold);
    const { links } = await stage.load(id);
    for (const message of told) {
      const token = tokenIn(message);
      const link = token === null ? undefined : links[sha256(token)];
      const isPersonal = ['ana@example.com', 'bob@example.com', 'U0ANA'].includes(message.to);
      expect(link?.purpose).toBe(isPersonal && message.update !== true ? 'cancel' : undefined);
    }
  });

  test('one approval of two stands in the thread of the message that asked; nobody gets another one', async () => {
    const id = await stage.propose({ requiredApprovals: 2 });
    await notify(stage.ports, id);
    const asked = stage.arrived();
    const inSlack = asked.find(({ to }) => to === 'U0ANA');
    await decideBy(
      stage,
      asked.find(({ to }) => to === 'bob@example.com'),
      id,
      'approve',
    );
    await notify(stage.ports, id);
    const told = stage.arrived();
    expect(told).toMatchObject([{ to: 'U0ANA', thread: inSlack?.ts }]);
    expect(told[0]?.text).toContain('One approval (1 of 2)');
    expect(tokenIn(told[0])).toBeNull();
    const outcome = await decideBy(stage, inSlack, id, 'approve');
    expect(outcome?.change.record.state.status).toBe('approved');
    await notify(stage.ports, id);
    const news = stage.arrived();
    expect(addressees(news.filter(({ update }) => update !== true))).toEqual(everybodyTold);
    expect(news.filter(({ to }) => to === 'U0ANA')).toMatchObject([
      { thread: inSlack?.ts },
      { update: true, ts: inSlack?.ts },
    ]);
  });

  test('the bot writes to the channel of the place and changes its message, too', async () => {
    await stage.close();
    stage = await openStage({ slack: { channels: { 'ou-ex01-development': 'C0DEV' } } });
    const id = await stage.propose();
    await notify(stage.ports, id);
    await decideBy(
      stage,
      stage.arrived().find(({ to }) => to === 'ana@example.com'),
      id,
      'reject',
    );
    await notify(stage.ports, id);
    const inChannel = stage.arrived().filter(({ to }) => to === 'C0DEV');
    expect(inChannel.map(({ update }) => update === true)).toEqual([false, true]);
  });
});
