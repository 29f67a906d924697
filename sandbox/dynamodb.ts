import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import dynalite from 'dynalite';
import { emptyKeyRefusal } from './dynamodb-keys.ts';
import { createTableSettings, type TableSettings } from './dynamodb-settings.ts';
import type { Operation, SandboxService, WireRequest, WireResponse } from './service.ts';

const TARGET_PREFIX = 'DynamoDB_20120810.';

/**
 * DynamoDB, answered by an embedded server within this process; bodies pass through byte for byte.
 * The embedded server knows no transactions and no expiry: it refuses those operations with `UnknownOperationException`.
 * Whether expiry, backups and encryption are switched on is kept beside it.
 */
export function createDynamoDb(): SandboxService {
  // It never listens: a second way over the network would double the price of every call.
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const settings = createTableSettings();
  return {
    identify: identifyDynamoDb,
    answer: async (request) => {
      const set = settings.answer(identifyDynamoDb(request)?.name ?? '', request.body.toString());
      if (set !== null) {
        const { exists, ...answer } = set;
        const described = await ask(server, describing(request, exists));
        return described.status === 200 ? answer : described;
      }
      const name = identifyDynamoDb(request)?.name;
      if (name === 'DescribeTable') return withSettings(await ask(server, request), settings);
      const message = name === 'Query' ? emptyKeyRefusal(request.body.toString()) : null;
      return message === null
        ? ask(server, request)
        : refuseDynamoDb({ status: 400, code: 'ValidationException', message });
    },
    refuse: (_operation, error) => refuseDynamoDb(error),
    close: async () => undefined,
  };
}

/** A description of a table with what is kept beside the embedded server. The checksum of the answer is of the text before. */
function withSettings(answer: WireResponse, settings: TableSettings): WireResponse {
  if (answer.status !== 200) return answer;
  const { Table: table } = JSON.parse(String(answer.body)) as {
    readonly Table: { readonly TableName: string };
  };
  const extra = settings.described(table.TableName);
  if (Object.keys(extra).length === 0) return answer;
  const { 'x-amz-crc32': _, ...headers } = answer.headers;
  return { ...answer, headers, body: JSON.stringify({ Table: { ...table, ...extra } }) };
}

/** Asks the embedded server whether a table is there; its refusal is AWS's. */
function describing(request: WireRequest, tableName: string): WireRequest {
  return {
    ...request,
    headers: { ...request.headers, 'x-amz-target': `${TARGET_PREFIX}DescribeTable` },
    body: Buffer.from(JSON.stringify({ TableName: tableName })),
  };
}

function identifyDynamoDb(request: WireRequest): Operation | null {
  const target = String(request.headers['x-amz-target'] ?? '');
  if (!target.startsWith(TARGET_PREFIX)) return null;
  return { service: 'dynamodb', name: target.slice(TARGET_PREFIX.length) };
}

/** Hands a request to the embedded server as Node.js would: what it reads and writes of the two messages is here. */
function ask(server: Server, request: WireRequest): Promise<WireResponse> {
  return new Promise((resolve) => {
    const { method } = request;
    const incoming = Object.assign(new EventEmitter(), {
      method,
      url: '/',
      headers: forwardedHeaders(request),
    });
    const headers = new Map<string, string>();
    const outgoing = {
      statusCode: 200,
      setHeader: (name: string, value: unknown) => headers.set(name.toLowerCase(), String(value)),
      end: (body = '') => resolve({ status: outgoing.statusCode, headers: answeredHeaders(headers), body }),
    };
    try {
      server.emit('request', incoming, outgoing);
      if (request.body.length > 0) incoming.emit('data', request.body);
      incoming.emit('end');
    } catch (error) {
      resolve(unavailable(error));
    }
  });
}

// The embedded server wants a well-formed signature but never checks it, so every caller gets the same one.
function forwardedHeaders(request: WireRequest): Record<string, string> {
  return {
    'content-type': String(request.headers['content-type'] ?? 'application/x-amz-json-1.0'),
    'content-length': String(request.body.length),
    'x-amz-target': String(request.headers['x-amz-target']),
    'x-amz-date': '20260101T000000Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=sandbox',
  };
}

function answeredHeaders(headers: ReadonlyMap<string, string>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['content-type', 'x-amzn-requestid', 'x-amz-crc32']) {
    const value = headers.get(name);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function unavailable(error: unknown): WireResponse {
  return refuseDynamoDb({
    status: 500,
    code: 'InternalServerError',
    message: `The embedded DynamoDB server: ${error instanceof Error ? error.message : String(error)}`,
  });
}

function refuseDynamoDb(error: {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}): WireResponse {
  return {
    status: error.status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({
      __type: `com.amazonaws.dynamodb.v20120810#${error.code}`,
      message: error.message,
    }),
  };
}
