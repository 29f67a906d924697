import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalResources } from '../../adapters/aws/local-resources.ts';
import { readEnvironment } from '../../adapters/environment.ts';
import type { Clock } from '../../adapters/ports.ts';
import type { Stores } from '../../adapters/store-ports.ts';
import { wirePublishing, wireStores } from '../../adapters/wire.ts';
import { wireMessenger } from '../../adapters/wire-notify.ts';
import type { Configuration } from '../../core/base/configuration.ts';
import type { ChangeContent } from '../../core/change/content/change.ts';
import { beginChange, type StoredChange } from '../../core/change/life/stored-change.ts';
import { type Outcome, recordRequest } from '../../flow/decide.ts';
import type { SweepPorts } from '../../flow/sweep.ts';
import type { InboxMessage } from '../../sandbox/inbox-message.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { pointAt } from '../adapters/environment.ts';
import { content, hour, proposal, start } from '../change/samples.ts';
import { developmentAndElsewhere } from '../flow/organization.ts';
import { peopleConfiguration } from '../message/sample-view.ts';

/** Ports of a stage: sweeping, with every store. */
export type StagePorts = SweepPorts & { readonly stores: Stores };

/** Table, bus, a mail topic for each approver and Slack on the wire, with a clock that only the test moves. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly ports: StagePorts;
  /** Proposes a change at the clock's time, open for so many hours, and answers its id. */
  propose(replaced?: Partial<Omit<ChangeContent, 'digest'>>, openHours?: number): Promise<string>;
  load(id: string): Promise<StoredChange>;
  advance(minutes: number): void;
  /** Messages that arrived since the last look, as `channel to`, with the text. */
  arrived(): readonly InboxMessage[];
  close(): Promise<void>;
}

/** Opens a stage. `slack` stands above the stage's own: a webhook for all and the sandbox as Slack's API. */
export async function openStage(
  changes: { readonly slack?: object | null; readonly botToken?: string } = {},
): Promise<Stage> {
  const sandbox = await startSandbox({ scenario: developmentAndElsewhere, fast: true });
  const restore = pointAt(sandbox.endpoint, {
    TABLE_NAME: 'notices',
    BUS_NAME: 'notices',
    LOG_LEVEL: 'silent',
    PAGE_URL: 'https://approve.example.com',
    SLACK_BOT_TOKEN: changes.botToken ?? 'xoxb-secret-of-the-bot',
    TOPIC_NAME: undefined,
  });
  const people = ['ana', 'bob', 'cleo'];
  const arns = await createLocalResources({
    tableName: 'notices',
    busName: 'notices',
    topics: ['team', 'chat', ...people].map((name) => ({ name, email: `${name}@example.com` })),
  });
  process.env.TOPIC_ARN = arns.get('team');
  const apiUrl = `${sandbox.endpoint}/slack/api`;
  const configuration: Configuration = peopleConfiguration({
    email: { topics: Object.fromEntries(people.map((id) => [id, arns.get(id)])) },
    slack:
      changes.slack === undefined ? { webhookUrl: `${sandbox.endpoint}/slack/webhook/all` } : changes.slack,
  });
  let now = start;
  const clock: Clock = { now: () => now, wait: async () => undefined };
  const environment = readEnvironment();
  const ports: StagePorts = {
    ...wirePublishing(environment),
    stores: wireStores(environment),
    messenger: wireMessenger(environment, { ...configuration.slack, apiUrl }),
    clock,
    configuration,
    pageUrl: 'https://approve.example.com',
    newToken: () => randomBytes(32),
  };
  let seen = 0;
  const load = async (id: string): Promise<StoredChange> => {
    const stored = await ports.stores.changes.load(id);
    if (!stored) throw new Error(`there is no change ${id}`);
    return stored;
  };
  return {
    sandbox,
    ports,
    load,
    propose: async (replaced, openHours = 72) => {
      const proposed = content(replaced);
      const event = { ...proposal(proposed, { type: 'schedule' }, now), expiresAt: now + openHours * hour };
      await ports.stores.changes.create(beginChange([event]));
      return proposed.id;
    },
    advance: (minutes) => {
      now += minutes * 60_000;
    },
    arrived: () => {
      const messages = sandbox.messages().slice(seen);
      seen += messages.length;
      return messages;
    },
    close: async () => {
      restore();
      await sandbox.close();
    },
  };
}

/** The token in a message, or null. */
export function tokenIn(message: InboxMessage | undefined): string | null {
  return /token=([A-Za-z0-9_-]{43})/.exec(message?.text ?? '')?.[1] ?? null;
}

/** A server that takes requests and answers none until `let go`. */
export async function openStuckServer(): Promise<{
  readonly url: string;
  readonly letGo: () => Promise<void>;
}> {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A test that fails before it lets go must not keep the run alive.
  server.unref();
  const letGo = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, letGo };
}

/** Who got a message, as `channel to`, sorted. */
export function addressees(messages: readonly InboxMessage[]): readonly string[] {
  return messages.map(({ channel, to }) => `${channel} ${to}`).sort();
}

/** Those who are asked about a change of the stage. */
export const everybodyAsked = ['email ana@example.com', 'email bob@example.com', 'slack U0ANA', 'slack all'];
/** Those who hear of a decision. */
export const everybodyTold = [...everybodyAsked, 'email cleo@example.com'].sort();

/** Decides by the link in a message, as its reader would. */
export async function decideBy(
  { load, ports }: Stage,
  message: InboxMessage | undefined,
  id: string,
  decision: 'approve' | 'reject',
): Promise<Outcome | null> {
  const { content: shown } = (await load(id)).record;
  const reason = decision === 'reject' ? { reason: 'a team still needs it' } : {};
  const fields = { decision, digest: shown.digest, confirm: shown.confirm, ...reason };
  const asker = { token: tokenIn(message) ?? '' };
  return recordRequest(ports, id, asker, { purpose: 'decide', ...fields }, ports.configuration);
}
