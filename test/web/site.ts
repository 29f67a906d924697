import { createHash, randomBytes } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoDbClient } from '../../adapters/aws/clients.ts';
import { createLocalResources } from '../../adapters/aws/local-resources.ts';
import { openTable } from '../../adapters/aws/store-table.ts';
import { readEnvironment } from '../../adapters/environment.ts';
import { wireStores } from '../../adapters/wire.ts';
import { type Configuration, parseConfiguration } from '../../core/base/configuration.ts';
import type { Actor, EventBody } from '../../core/change/life/events.ts';
import type { Starter } from '../../core/change/life/starter.ts';
import {
  appendEvents,
  beginChange,
  type StoredChange,
  withLinks,
} from '../../core/change/life/stored-change.ts';
import { type AnyPurpose, mint } from '../../core/change/links/links.ts';
import { createHandler } from '../../handlers/approvals.ts';
import { startApiGateway } from '../../sandbox/api-gateway.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { nestedUnits } from '../adapters/box.ts';
import { pointAt } from '../adapters/environment.ts';
import { bodiesUntil } from '../change/lives.ts';
import { day, hour, proposal, type Replaced, system } from '../change/samples.ts';
import { answerProblem } from './iam-answers.ts';
import { asFunction } from './role-of-function.ts';
import { smallContent } from './sample-changes.ts';

/** The people of these tests. Cleo's scope lies elsewhere, Dora is configured but nobody's principal. */
const people = [
  {
    id: 'ana',
    name: 'Ana Diaz',
    email: 'ana@example.com',
    principals: ['arn:aws:iam::111111111111:user/ana'],
  },
  {
    id: 'ben',
    name: 'Ben Okafor',
    email: 'ben@example.com',
    principals: ['arn:aws:iam::111111111111:user/ben'],
  },
  {
    id: 'cleo',
    name: 'Cleo Ott',
    email: 'cleo@example.com',
    scopes: ['ou-ex01-elsewhere'],
    principals: ['arn:aws:iam::111111111111:user/cleo'],
  },
] as const;

/** Access keys of the sandbox by the user that they belong to. */
export const keys = {
  ...{ ana: 'AKIAANA', ben: 'AKIABEN', cleo: 'AKIACLEO', nobody: 'AKIANOBODY' },
  // A developer of an account that the changes here affect, and one of an account that they do not.
  ...{ dev: 'AKIADEV', stranger: 'AKIASTRANGER' },
} as const;

const accounts: Readonly<Record<string, string>> = { dev: '222222222222', stranger: '999999999999' };

/** An answer with its body as text; redirects are not followed. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Fields of a form; a list stands for a repeated field. */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

/** Milliseconds: how fast the machine is decides no test. `stalled.test.ts` is about answers in time. */
const unhurried = 600_000;

/** The approval site on one machine: the real function behind the sandbox's gateway, on the sandbox's table. */
export async function openSite(changes: Readonly<Record<string, unknown>> = {}) {
  const accessKeys = Object.fromEntries(
    Object.entries(keys).map(([user, key]) => {
      const account = accounts[user];
      return [key, { user, ...(account === undefined ? {} : { account }) }];
    }),
  );
  const sandbox = await startSandbox({ scenario: { ...nestedUnits, accessKeys }, fast: true });
  const restore = pointAt(sandbox.endpoint, {
    TABLE_NAME: 'site',
    BUS_NAME: 'site',
    TOPIC_NAME: 'site',
    LOG_LEVEL: 'silent',
    PAGE_URL: undefined,
  });
  await createLocalResources({ tableName: 'site', busName: 'site', topics: [] });
  const configuration = configurationOf(changes);
  const gateway = await startApiGateway({
    handler: asFunction('approvals', configuration, createHandler(configuration, unhurried)),
    callerArnOf: sandbox.arnOf,
    patience: unhurried,
  });
  const stores = wireStores(readEnvironment());
  const table = openTable(createDynamoDbClient(), 'site');

  const ask = async (method: string, path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(gateway.url + path, { redirect: 'manual', ...init, method });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const load = async (id: string): Promise<StoredChange> => {
    const stored = await stores.changes.load(id);
    if (!stored) throw new Error(`there is no change ${id}`);
    return stored;
  };

  return {
    ...{ sandbox, gateway, stores, configuration, load, ask },
    /** Stores a change that was proposed an hour ago, after which these things happened; each call makes one of its own. */
    put: async (
      replaced: Replaced = {},
      events: readonly EventBody[] = [],
      starter: Starter = { type: 'schedule' },
    ): Promise<StoredChange> => {
      const at = Date.now() - hour;
      const content = smallContent({ id: `chg-${randomBytes(6).toString('hex')}`, ...replaced });
      const begun = beginChange([proposal(content, starter, at)]);
      const lived = events.reduce(
        (stored, body) =>
          appendEvents(stored, [{ ...body, at, actor: actorOf(body), revision: stored.record.revision }]),
        begun,
      );
      await stores.changes.create(lived);
      return load(content.id);
    },
    /** Mints a personal link, as telling somebody does. */
    link: async (
      id: string,
      approverId: string,
      purpose: AnyPurpose = 'decide',
      {
        channel = 'email',
        expiresAt = Date.now() + hour,
      }: { channel?: 'email' | 'slack'; expiresAt?: number } = {},
    ): Promise<string> => {
      const stored = await load(id);
      const link = { approverId, purpose, channel, expiresAt, revision: stored.record.revision };
      const { links, token } = mint(stored.links, link, randomBytes(32), Date.now());
      await stores.changes.save(withLinks(stored, links), stored.version);
      return token;
    },
    /** Mints several links in one write. */
    links: async (
      change: StoredChange,
      people: readonly (readonly [approverId: string, channel: 'email' | 'slack'])[],
    ): Promise<readonly string[]> => {
      const now = Date.now();
      const tokens: string[] = [];
      let { links } = change;
      for (const [approverId, channel] of people) {
        const link = {
          approverId,
          channel,
          purpose: 'decide',
          expiresAt: now + hour,
          revision: change.record.revision,
        } as const;
        const minted = mint(links, link, randomBytes(32), now);
        links = minted.links;
        tokens.push(minted.token);
      }
      await stores.changes.save(withLinks(change, links), change.version);
      return tokens;
    },
    get: (path: string, headers: Readonly<Record<string, string>> = {}) => ask('GET', path, { headers }),
    /** Sends a form as a browser does. */
    post: (path: string, fields: Fields, headers: Readonly<Record<string, string>> = {}) =>
      ask('POST', path, { body: formOf(fields), headers }),
    /** Sends a signed request. What is answered must be as its schema says. */
    iam: async (method: string, path: string, key: string, body?: unknown) => {
      const answer = await ask(method, path, {
        headers: {
          authorization: signature(key),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const problem = answerProblem(method, path, answer.text);
      if (problem !== null) throw new Error(problem);
      return answer;
    },
    /** Everything that the table holds, as one text. */
    rows: async (): Promise<string> => {
      const { Items: items = [] } = await table.client.send(
        new ScanCommand({ TableName: 'site', ConsistentRead: true }),
      );
      const lines = items.map((item) => JSON.stringify(item));
      return lines.sort().join('\n');
    },
    close: async (): Promise<void> => {
      await gateway.close();
      await sandbox.close();
      restore();
    },
  };
}

/** The site with its people and what is particular to a test. */
export type Site = Awaited<ReturnType<typeof openSite>>;

function configurationOf(changes: Readonly<Record<string, unknown>>): Configuration {
  const parsed = parseConfiguration({ approvers: people, ...changes });
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
}

/** A form's body in the encoding that browsers send. */
function formOf(fields: Fields): URLSearchParams {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const one of typeof value === 'string' ? [value] : value) body.append(name, one);
  return body;
}

function actorOf(body: EventBody): Actor {
  if (body.type === 'approval-recorded') return body.approval.actor;
  return body.type === 'roll-back-requested' ? { type: 'approver', id: body.approverId } : system;
}

/** What happens to a change up to an event of this type by one of the people here, with times that lie around now. */
export function happened(last: string): readonly EventBody[] {
  const bodies: readonly EventBody[] = JSON.parse(
    JSON.stringify(bodiesUntil(last)).replaceAll('"bob"', '"ben"'),
  );
  return bodies.map((body) => {
    if (body.type === 'approved') return { ...body, applyNotBefore: Date.now() + 4 * hour };
    return body.type === 'applied' ? { ...body, rollBackUntil: Date.now() + 90 * day } : body;
  });
}

/** A header that says who signed; the sandbox believes it. */
export function signature(key: string): string {
  const signed = createHash('sha256').update(key).digest('hex');
  return `AWS4-HMAC-SHA256 Credential=${key}/20260303/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=${signed}`;
}

/** The fields of a right approval of what is stored. */
export function approvalOf({ record: { content } }: StoredChange, token?: string): Fields {
  return {
    decision: 'approve',
    digest: content.digest,
    confirm: content.confirm,
    ...(token === undefined ? {} : { token }),
  };
}
