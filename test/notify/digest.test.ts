import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sha256 } from '../../core/base/sha256.ts';
import { changeId } from '../../core/change/content/digest.ts';
import { appendEvents } from '../../core/change/life/stored-change.ts';
import { notify } from '../../flow/notify.ts';
import { sweep } from '../../flow/sweep.ts';
import type { InboxMessage } from '../../sandbox/inbox-message.ts';
import { addressees, decideBy, everybodyAsked, openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const hours = 60;
const idOf = (policyId: string): string => changeId('o-exampleorg1', { policyId }, policyId);

/** Three changes of one review, the middle one to be decided first. */
async function proposeThree(): Promise<readonly [string, string, string]> {
  const first = await stage.propose({}, 72);
  const urgent = await stage.propose({ id: idOf('p-urgent') }, 24);
  const last = await stage.propose({ id: idOf('p-last') }, 96);
  return [first, urgent, last];
}

/** The links in a message, in its order: of which change, with which token. */
function linksIn({ text }: InboxMessage): readonly { readonly id: string; readonly token: string }[] {
  return [...text.matchAll(/\/changes\/(chg-[0-9a-f]{12})\?token=([\w-]{43})/g)].map(
    ([, id = '', token = '']) => ({ id, token }),
  );
}

describe('what waits for a person at the same time', () => {
  test('is one message, the most urgent first, each with a link that is his and of that change alone', async () => {
    const [first, urgent, last] = await proposeThree();
    await notify(stage.ports, first);
    const messages = stage.arrived();
    expect(addressees(messages)).toEqual(everybodyAsked);
    const seen = new Set<string>();
    for (const message of messages) {
      const links = linksIn(message);
      if (message.to === 'all') {
        expect(links).toEqual([]);
        for (const id of [first, urgent, last]) expect(message.text).toContain(id);
        continue;
      }
      expect(links.map(({ id }) => id)).toEqual([urgent, first, last]);
      for (const { id, token } of links) {
        const link = (await stage.load(id)).links[sha256(token)];
        expect(message.to).toBe(link?.channel === 'slack' ? 'U0ANA' : `${link?.approverId}@example.com`);
        expect(link).toMatchObject({ purpose: 'decide', revision: 1 });
        seen.add(token);
      }
    }
    expect(seen.size).toBe(9);
    // The events of the others, and the sweep, find nothing left to say.
    for (const id of [urgent, last]) expect(await notify(stage.ports, id)).toEqual([]);
    expect((await sweep(stage.ports)).notices).toEqual([]);
    const mail = messages.find(({ to }) => to === 'bob@example.com');
    const bobsLast = linksIn(mail as InboxMessage)[2]?.token;
    const only = { ...(mail as InboxMessage), text: `token=${bobsLast}` };
    expect(await decideBy(stage, only, last, 'approve')).toMatchObject({ refusals: [] });
  });

  test('of a review of many accounts is asked once that has ended, in one message for all accounts', async () => {
    const whole = 'rev-20260303t090000z-many';
    const now = stage.ports.clock.now();
    const seen = { reviewId: whole, startedAt: now, seenAt: now, reportsDone: 1, reportsOpen: 1 };
    const { runs } = stage.ports.stores;
    await runs.noteProgress({ ...seen, outcome: null }, now + hours * 60_000);
    const first = await stage.propose({ reviewId: `${whole}-222222222222` });
    // Whatever else is proposed meanwhile does not wait for it.
    const other = await stage.propose({ id: idOf('p-other') });
    expect(await notify(stage.ports, first)).toEqual([]);
    const told = (await sweep(stage.ports)).notices;
    expect(new Set(told.map(({ changeId: id }) => id))).toEqual(new Set([other]));
    const second = await stage.propose({ id: idOf('p-second'), reviewId: `${whole}-333333333333` });
    expect(await notify(stage.ports, second)).toEqual([]);
    stage.arrived();
    await runs.noteProgress(
      { ...seen, outcome: { status: 'completed', openFindings: 2, changeIds: [] } },
      now + hours * 60_000,
    );
    await sweep(stage.ports);
    const messages = stage.arrived();
    expect(addressees(messages)).toEqual(everybodyAsked);
    for (const { text } of messages) for (const id of [first, second]) expect(text).toContain(id);
  });

  test('of many runs at once, one asks', async () => {
    const ids = await proposeThree();
    await Promise.all([...ids, ...ids].map((id) => notify(stage.ports, id)));
    expect(addressees(stage.arrived())).toEqual(everybodyAsked);
  });

  test('what was decided or ended before it goes out is not in it', async () => {
    const [first, urgent, last] = await proposeThree();
    const stored = await stage.load(urgent);
    const at = stage.ports.clock.now();
    const reason = { code: 'NO_LONGER_OPEN', detail: 'none of its findings is open any more' };
    const event = {
      type: 'superseded',
      at,
      actor: { type: 'system', id: 'test' },
      revision: 1,
      reason,
    } as const;
    await stage.ports.stores.changes.save(appendEvents(stored, [event]), stored.version);
    await notify(stage.ports, first);
    for (const message of stage.arrived()) expect(message.text).not.toContain(urgent);
    const { notices } = await sweep(stage.ports);
    expect(new Set(notices.map(({ changeId: id, purpose }) => `${id} ${purpose}`))).toEqual(
      new Set([`${urgent} superseded:2`]),
    );
    expect(Object.values((await stage.load(last)).links)).toHaveLength(3);
  });

  test('a run that dies between two messages neither loses nor repeats one', async () => {
    const ids = await proposeThree();
    const { messenger } = stage.ports;
    let isStuck = false;
    const dies = async (topicArn: string, message: { readonly subject: string; readonly text: string }) => {
      if (!topicArn.endsWith(':bob')) return messenger.mail(topicArn, message);
      isStuck = true;
      return new Promise<never>(() => undefined);
    };
    void notify({ ...stage.ports, messenger: { ...messenger, mail: dies } }, ids[0]);
    const noted = async (id: string): Promise<number> =>
      (await stage.load(id)).record.history.filter(({ type }) => type === 'notified').length;
    while (!isStuck || (await Promise.all(ids.map(noted))).some((count) => count < 3))
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(addressees(stage.arrived())).toEqual(everybodyAsked.filter((line) => !line.includes('bob')));
    // While it may still live, nobody else sends; then what it left is sent, and nothing twice.
    await sweep(stage.ports);
    expect(stage.arrived()).toEqual([]);
    stage.advance(2);
    await sweep(stage.ports);
    const [mail, ...more] = stage.arrived();
    expect([mail?.to, more]).toEqual(['bob@example.com', []]);
    expect(linksIn(mail as InboxMessage)).toHaveLength(3);
  });

  test('reminders of about the same time are one message', async () => {
    const first = await stage.propose({}, 72);
    stage.advance(30);
    const second = await stage.propose({ id: idOf('p-second') }, 72);
    await sweep(stage.ports);
    stage.arrived();
    stage.advance(35.5 * hours);
    const { reminded } = await sweep(stage.ports);
    expect([...reminded].sort()).toEqual([first, second].sort());
    const messages = stage.arrived().filter(({ update }) => update !== true);
    expect(addressees(messages)).toEqual(everybodyAsked.filter((line) => line !== 'slack all'));
    for (const message of messages) expect(linksIn(message)).toHaveLength(2);
    stage.advance(1 * hours);
    expect((await sweep(stage.ports)).reminded).toEqual([]);
  });

  test('news of one of them go into the thread of the message that asked, which stays for the others', async () => {
    const [first] = await proposeThree();
    await notify(stage.ports, first);
    const asked = stage.arrived().find(({ to }) => to === 'U0ANA') as InboxMessage;
    const token = linksIn(asked).find(({ id }) => id === first)?.token;
    await decideBy(stage, { ...asked, text: `token=${token}` }, first, 'reject');
    await notify(stage.ports, first);
    const inSlack = stage.arrived().filter(({ to }) => to === 'U0ANA');
    expect(inSlack).toMatchObject([{ thread: asked.ts }]);
    expect(inSlack[0]?.text).toContain('Rejected');
  });
});
