import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { bundleProgram, type Program } from '../support/program.ts';
import { signature } from '../web/site.ts';
import { firstOfTenPorts, isPortTaken } from './ports.ts';

interface Played {
  readonly endpoint: string;
  readonly pageUrl: string;
  readonly inboxUrl: string;
  readonly review: { readonly changes: readonly { readonly confirm: string; readonly digest: string }[] };
  readonly changes: readonly {
    readonly id: string;
    readonly approvalUrls: Readonly<Record<string, string>>;
  }[];
}
interface Message {
  readonly channel: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly sentAt: string;
}

let program: Program;
beforeAll(async () => {
  program = await bundleProgram('demo/main.ts');
});
afterAll(() => program.close());

let demo: ChildProcess | undefined;
afterEach(async () => {
  if (demo?.exitCode !== null) return;
  demo.kill('SIGKILL');
  await once(demo, 'close');
});

/** Starts the demo as a person does, and answers the one line that it prints. Where somebody else has one of its ports, on others. */
async function play(...options: readonly string[]): Promise<Played> {
  const port = firstOfTenPorts();
  const args = [program.path, '--json', '--port', String(port), ...options];
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  demo = child;
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'close').then(() => [null]),
  ]);
  if (line !== null) return JSON.parse(line);
  if (isPortTaken(said)) return play(...options);
  throw new Error(`the demo ended: ${said}`);
}

const inbox = async ({ inboxUrl }: Played): Promise<readonly Message[]> =>
  (await fetch(inboxUrl, { headers: { accept: 'application/json' } })).json() as Promise<readonly Message[]>;

async function arrived(
  played: Played,
  wanted: RegExp,
  where: 'subject' | 'text' = 'subject',
): Promise<readonly Message[]> {
  for (;;) {
    const found = (await inbox(played)).filter((message) => wanted.test(message[where]));
    if (found.length > 0) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What somebody sends who opened a link: its token, and what the page shows. */
async function send(url: string, fields: Readonly<Record<string, string>>, action = 'decisions') {
  const { origin, pathname, searchParams } = new URL(url);
  const page = await (await fetch(url)).text();
  const digest = /name="digest" value="([0-9a-f]{64})"/.exec(page)?.[1] ?? '';
  const body = new URLSearchParams({ token: searchParams.get('token') ?? '', digest, ...fields });
  const sent = await fetch(`${origin}${pathname}/${action}`, { method: 'POST', body, redirect: 'manual' });
  return { status: sent.status, location: sent.headers.get('location') };
}

test('the story on one machine: two people decide by the links that were printed, it is applied, and taken back', async () => {
  const played = await play('--approvals', '2');
  expect(Object.keys(played).sort()).toEqual(['changes', 'endpoint', 'inboxUrl', 'pageUrl', 'review']);
  const [change] = played.changes;
  const { ana = '', ben = '' } = change?.approvalUrls ?? {};
  expect([ana, ben].every((url) => url.startsWith(`${played.pageUrl}/changes/${change?.id}?token=`))).toBe(
    true,
  );
  for (const message of await inbox(played))
    expect(message).toEqual({
      ...{ channel: expect.any(String), to: expect.any(String), subject: expect.any(String) },
      ...{ text: expect.any(String), sentAt: expect.stringMatching(/^\d{4}-/) },
    });

  const confirm = played.review.changes[0]?.confirm ?? '';
  const approve = { decision: 'approve', confirm };
  const back = (url: string) => ({ status: 303, location: url.slice(played.pageUrl.length) });
  expect(await send(ana, approve)).toEqual(back(ana));
  // The news of it stand in Slack alone, in the thread of the message that asked; the link that Ben got first still acts.
  const news = await arrived(played, /One approval \(1 of 2\)/, 'text');
  expect(new Set(news.map(({ channel }) => channel))).toEqual(new Set(['slack']));
  expect(await send(ben, approve)).toEqual(back(ben));
  // Without a wait between, it may be applied before anybody is told that it was approved: then the newer news stand alone.
  const [applied] = await arrived(played, /Applied/);
  const undo = /https?:\S+\/changes\/\S+/.exec(applied?.text ?? '')?.[0] ?? '';
  expect((await send(undo, { reason: 'a team needs it' }, 'roll-back')).status).toBe(303);
  await arrived(played, /Rolled back/);

  // A review that is asked for by a signed request runs, as a rule of the bus would have it.
  const reviews = `${played.pageUrl}/iam/reviews`;
  const headers = { authorization: signature('AKIASANDBOX000000000'), 'content-type': 'application/json' };
  const asked = await fetch(reviews, { method: 'POST', headers, body: '{"scope":"ou-ex01-development"}' });
  const { request, starter } = (await asked.json()) as { starter: object; request: { id: string } };
  expect({ status: asked.status, starter }).toMatchObject({ status: 202, starter: { approverId: 'ana' } });
  for (let outcome: unknown = null; outcome === null; ) {
    const stored = await (await fetch(`${reviews}/${request.id}`, { headers })).json();
    outcome = (stored as { outcome: unknown }).outcome;
    if (outcome !== null) expect(outcome).toMatchObject({ status: 'completed' });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
