import { Agent, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import type { Operation, SandboxService, WireRequest, WireResponse } from './service.ts';

const TARGET_PREFIX = 'DynamoDB_20120810.';

/**
 * DynamoDB, answered by an embedded server on a private port; bodies pass through byte for byte.
 * The embedded server knows no transactions and no expiry: it refuses those operations with `UnknownOperationException`.
 */
export async function createDynamoDb(): Promise<SandboxService> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const port = await listen(server);
  const agent = new Agent({ keepAlive: true });
  return {
    identify: identifyDynamoDb,
    answer: (request) => forward(agent, port, request),
    refuse: (_operation, error) => refuseDynamoDb(error),
    close: () => closeServer(server, agent),
  };
}

function identifyDynamoDb(request: WireRequest): Operation | null {
  const target = String(request.headers['x-amz-target'] ?? '');
  if (!target.startsWith(TARGET_PREFIX)) return null;
  return { service: 'dynamodb', name: target.slice(TARGET_PREFIX.length) };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function forward(agent: Agent, port: number, request: WireRequest): Promise<WireResponse> {
  return new Promise((resolve) => {
    const headers = forwardedHeaders(request);
    const outgoing = httpRequest(
      { agent, host: '127.0.0.1', port, method: request.method, path: '/', headers },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', (error) => resolve(unavailable(error)));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 500,
            headers: answeredHeaders(incoming.headers),
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    outgoing.on('error', (error) => resolve(unavailable(error)));
    outgoing.end(request.body);
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

function answeredHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['content-type', 'x-amzn-requestid', 'x-amz-crc32']) {
    const value = headers[name];
    if (typeof value === 'string') kept[name] = value;
  }
  return kept;
}

function unavailable(error: Error): WireResponse {
  return refuseDynamoDb({
    status: 500,
    code: 'InternalServerError',
    message: `The embedded DynamoDB server: ${error.message}`,
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

function closeServer(server: Server, agent: Agent): Promise<void> {
  agent.destroy();
  return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
}
