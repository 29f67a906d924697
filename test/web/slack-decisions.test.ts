import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDynamoDbClient } from '../../adapters/aws/clients.ts';
import { openTable } from '../../adapters/aws/store-table.ts';
import { digested } from '../../core/change/content/digest.ts';
import type { EventBody } from '../../core/change/life/events.ts';
import { appendEvents, type StoredChange } from '../../core/change/life/stored-change.ts';
import decisions from '../cases/web/slack-decisions.json' with { type: 'json' };
import requests from '../cases/web/slack-requests.json' with { type: 'json' };
import { day, starterNamed, system } from '../change/samples.ts';
import { asLaterVersion } from '../support/raw-items.ts';
import { openSlackSite, type SlackSite, submission } from './slack-site.ts';

interface Shown {
  readonly title?: string;
  readonly says?: readonly string[];
  readonly without?: readonly string[];
  readonly asks?: boolean;
}
interface Case {
  readonly name: string;
  readonly user?: string;
  readonly team?: string;
  readonly change?: object;
  readonly configuration?: 'requireProven';
  readonly starter?: string;
  readonly freeze?: boolean;
  readonly gone?: boolean;
  readonly before?: string;
  readonly meanwhile?: string;
  readonly opens?: Shown;
  readonly entered?: Readonly<Record<string, string | readonly string[]>>;
  readonly answer?: Shown & {
    readonly action: string;
    readonly errors?: Readonly<Record<string, string>>;
  };
  readonly status?: number;
  readonly left?: string;
}

let slack: SlackSite;
let strictUrl: string;
beforeAll(async () => {
  slack = await openSlackSite();
  strictUrl = await slack.deploy({ requireProven: ['regions'] });
});
afterAll(() => slack.close());

/** What happens to a change by somebody else. */
async function befall(change: StoredChange, what: string): Promise<void> {
  const { site } = slack;
  const { content, id, revision, targetPaths } = change.record;
  if (what === 'later') {
    const { client } = openTable(createDynamoDbClient(), 'site');
    return asLaterVersion(client, 'site', id, { event: 'quarantined' });
  }
  const at = Date.now();
  const revised = digested({ ...content, revision: 2, services: ['dms'] });
  const bodies: Readonly<Record<string, EventBody>> = {
    rejected: { type: 'rejected', approverId: 'ben', reason: 'needed', notAgainBefore: at + day },
    expired: { type: 'expired' },
    revised: {
      ...{ type: 'revised', content: revised, expiresAt: at + day, targetPaths, detail: 'less to deny' },
    },
  };
  const body = bodies[what];
  if (!body) throw new Error(`nothing is known as ${what}`);
  const next = body.type === 'revised' ? 2 : revision;
  const loaded = await site.load(id);
  const lived = appendEvents(loaded, [{ at, actor: system, revision: next, ...body }]);
  expect(await site.stores.changes.save(lived, loaded.version)).toBe('saved');
}

function expectShown(
  words: string | null,
  { asks, says = [], title, without = [] }: Shown,
  change: StoredChange,
) {
  const { digest, id } = change.record.content;
  const filled = (text: string) => text.replace('DIGEST', digest.slice(0, 12)).replace('ID', id);
  if (title !== undefined) expect(words?.split('\n')[0]).toBe(title);
  for (const text of says) expect(words).toContain(filled(text));
  for (const text of without) expect(words).not.toContain(filled(text));
  if (asks !== undefined) expect(words?.includes('To confirm, type Development')).toBe(asks);
}

describe('a decision in Slack', () => {
  test.each(decisions as readonly Case[])('$name', async (given) => {
    const {
      answer,
      before,
      entered,
      freeze,
      gone,
      meanwhile,
      opens,
      starter = null,
      team,
      user = 'U0ANA',
    } = given;
    const { app, install, site } = slack;
    const change = await site.put(given.change, [], starterNamed(starter));
    const { id } = change.record;
    if (freeze) await site.stores.locks.writeFreeze({ frozen: true, by: 'arn:x', reason: 'audit', at: 1 });
    const requestUrl = given.configuration === 'requireProven' ? { requestUrl: strictUrl } : {};
    install({ ...requestUrl, ...(team === undefined ? {} : { teamId: team }) });
    if (before !== undefined) await befall(change, before);
    const asked = gone ? 'chg-000000000000' : id;
    await slack.ask(asked);

    slack.sandbox.clearCalls();
    const pressed = await app.press(user, 'Review', asked);
    expect(pressed.status).toBe(given.status ?? 200);
    if (opens) expectShown(slack.shownTo(user), opens, change);
    const looked = slack.sandbox.calls().map(({ operation }) => operation);
    // Looking writes nothing.
    for (const operation of looked) expect(['Query', 'GetItem', 'GetSecretValue']).toContain(operation);
    if (answer) {
      if (meanwhile !== undefined) await befall(change, meanwhile);
      slack.sandbox.clearCalls();
      const sent = await app.submit(user, entered ?? {});
      expect({ status: sent.status, action: sent.action }).toEqual({ status: 200, action: answer.action });
      const { errors = {} } = answer;
      expect(Object.keys(sent.errors).sort()).toEqual(Object.keys(errors).sort());
      for (const [field, words] of Object.entries(errors)) expect(sent.errors[field]).toContain(words);
      if (answer.action === 'update') expectShown(slack.shownTo(user), answer, change);
      // The role of the function may do no more with the table.
      for (const { operation } of slack.sandbox.calls())
        expect(['Query', 'GetItem', 'PutItem']).toContain(operation);
    }
    if (given.left !== undefined) expect((await site.load(id)).record.state.status).toBe(given.left);
    if (freeze) await site.stores.locks.writeFreeze({ frozen: false, by: 'arn:x', reason: 'audit', at: 1 });
  });

  test('names the user of Slack in the history, and no other proof', async () => {
    const { app, install, site } = slack;
    install();
    const { record } = await site.put();
    await slack.ask(record.id);
    await app.press('U0ANA', 'Review', record.id);
    await app.submit('U0ANA', { decision: 'approve', confirm: 'Development' });
    const { history } = (await site.load(record.id)).record;
    const actor = { type: 'approver', id: 'ana', slackUserId: 'U0ANA' };
    expect(history.find(({ type }) => type === 'approval-recorded')).toMatchObject({
      actor,
      approval: { approverId: 'ana', channel: 'slack', actor },
    });
  });

  test('sent again, it is recorded once, and the button pressed again opens one modal', async () => {
    const { app, install, sandbox, site } = slack;
    install();
    const { record } = await site.put({ requiredApprovals: 2 });
    await slack.ask(record.id);
    const opened = () =>
      sandbox.messages().filter(({ channel, update }) => channel === 'slack modal' && !update);
    const before = opened().length;
    await app.press('U0ANA', 'Review', record.id);
    expect((await app.resend({ 'x-slack-retry-num': '1' })).status).toBe(200);
    expect(opened()).toHaveLength(before + 1);
    await app.submit('U0ANA', { decision: 'approve', confirm: 'Development' });
    expect((await app.resend({ 'x-slack-retry-num': '1' })).status).toBe(200);
    const { history, state } = (await site.load(record.id)).record;
    expect(history.filter(({ type }) => type === 'approval-recorded')).toHaveLength(1);
    expect(state.status).toBe('proposed');
  });

  test('two who decide at once: one is recorded, and the other is told so', async () => {
    const { app, install, site } = slack;
    install();
    const { record } = await site.put();
    await slack.ask(record.id);
    for (const user of ['U0ANA', 'U0BEN']) await app.press(user, 'Review', record.id);
    await Promise.all([
      app.submit('U0ANA', { decision: 'approve', confirm: 'Development' }),
      app.submit('U0BEN', { decision: 'reject', confirm: 'Development', reason: 'needed' }),
    ]);
    const told = ['U0ANA', 'U0BEN'].map((user) => slack.shownTo(user)?.split('\n')[0]);
    expect(told.sort()).toEqual(['Nothing was recorded', 'Recorded']);
    expect(['approved', 'rejected']).toContain((await site.load(record.id)).record.state.status);
  });

  test('a trigger that is too old fails, so that Slack tells the person', async () => {
    const { app, install, sandbox, site } = slack;
    install();
    const { record } = await site.put();
    await slack.ask(record.id);
    sandbox.slack.failNext(500);
    expect((await app.press('U0ANA', 'Review', record.id)).status).toBe(500);
    app.expireTriggers();
    expect((await app.resend()).status).toBe(500);
  });
});

describe('a request', () => {
  test.each(requests)('$name: $status', async (given) => {
    const {
      append,
      body,
      recorded = false,
      replace,
      status,
      user,
      ...raw
    } = given as typeof given & {
      readonly append?: string;
      readonly body?: string;
      readonly recorded?: boolean;
      readonly replace?: readonly [string, string];
      readonly user?: string;
    };
    const { record } = await slack.site.put();
    const { content, id, revision } = record;
    const right = submission({ id, revision, digest: content.digest }, user);
    const signed = body ?? right;
    const sent = replace
      ? right.replaceAll(replace[0], replace[1])
      : append === undefined
        ? undefined
        : right + append;
    const headers = Object.fromEntries(
      Object.entries(raw.headers ?? {}).map(([name, value]) => [
        name,
        value === 'REPLACED' ? String(Math.floor(Date.now() / 1000) - 7) : value,
      ]),
    );
    const { text, ...answered } = await slack.send({
      ...raw,
      headers,
      body: signed,
      ...(sent === undefined ? {} : { sent }),
    });
    expect(answered.status).toBe(status);
    if (status !== 200) expect(text).toBe('');
    expect((await slack.site.load(id)).record.state.status).toBe(recorded ? 'approved' : 'proposed');
  });
});
