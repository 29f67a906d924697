import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type GatewayCaller, type GatewayRequest, gatewayEvent } from './api-gateway-event.ts';
import { stop } from './http.ts';

/** How the gateway is to be started. */
export interface GatewayOptions {
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  /** `127.0.0.1` where absent. */
  readonly host?: string;
  /** The Lambda function behind every route. */
  readonly handler: (event: never, context: never) => Promise<unknown>;
  /** The ARN behind an access key, or null for a key that nobody has. */
  readonly callerArnOf: (accessKeyId: string) => string | null;
  /** Paths that begin so are authorized by IAM; `/iam` where absent. */
  readonly iamRoutes?: string;
  /** How long the function may take, milliseconds; as long as API Gateway waits where absent. */
  readonly patience?: number;
}

/** A running gateway. */
export interface Gateway {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

// API Gateway Developer Guide, "Quotas for configuring and running an HTTP API": payload 10 MB, request line and
// headers together 10,240 bytes, and 30 s for the integration.
const payloadBytes = 10 * 1024 * 1024;
const headerBytes = 10_240;
const integrationMilliseconds = 30_000;

/** An API Gateway HTTP API on one machine: hands each request to a Lambda function as an event of payload format 2.0. Signatures are believed, not checked. Rejects if the port is taken. */
export const startApiGateway = async (options: GatewayOptions): Promise<Gateway> => {
  const host = options.host ?? '127.0.0.1';
  const server = createServer({ maxHeaderSize: 64 * 1024 }, (message, out) => {
    answer(options, message, out).catch((error: unknown) => {
      if (out.destroyed || message.errored !== null) return;
      console.error('api gateway:', error);
      refuse(out, 500, 'Internal Server Error');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://${host}:${port}`, port, close: () => stop(server) };
};

const answer = async (
  options: GatewayOptions,
  message: IncomingMessage,
  out: ServerResponse,
): Promise<void> => {
  const target = message.url ?? '/';
  const size = message.rawHeaders.reduce((sum, text) => sum + text.length + 2, target.length + 16);
  if (size > headerBytes) return refuse(out, 431, 'Request Header Fields Too Large');
  const body = await bodyOf(message);
  if (body === null) {
    out.setHeader('connection', 'close');
    return refuse(out, 413, 'Request Entity Too Large');
  }
  const request: GatewayRequest = {
    method: message.method ?? 'GET',
    target,
    headers: message.headers,
    body,
    sourceIp: message.socket.remoteAddress ?? '127.0.0.1',
  };
  const prefix = options.iamRoutes ?? '/iam';
  const needsCaller = target.startsWith(`${prefix}/`) || target === prefix;
  const caller = needsCaller ? callerOf(request, options.callerArnOf) : null;
  if (needsCaller && caller === null) return refuse(out, 403, 'Forbidden');

  const result = await invoke(options, gatewayEvent(request, caller));
  if (result === 'failed') return refuse(out, 500, 'Internal Server Error');
  if (result === 'too slow') return refuse(out, 503, 'Service Unavailable');
  send(out, request.method, result);
};

/** Null: longer than the gateway takes. */
const bodyOf = async (message: IncomingMessage): Promise<Buffer | null> => {
  if (Number(message.headers['content-length'] ?? 0) > payloadBytes) return null;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    length += (chunk as Buffer).length;
    if (length > payloadBytes) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
};

const callerOf = (
  { headers }: GatewayRequest,
  callerArnOf: GatewayOptions['callerArnOf'],
): GatewayCaller | null => {
  const signed =
    /^AWS4-HMAC-SHA256 Credential=([A-Z0-9]+)\/\d{8}\/[a-z0-9-]+\/execute-api\/aws4_request, ?SignedHeaders=\S+, ?Signature=[0-9a-f]{64}$/.exec(
      headers.authorization ?? '',
    );
  const accessKeyId = signed?.[1];
  const arn = accessKeyId === undefined ? null : callerArnOf(accessKeyId);
  return accessKeyId === undefined || arn === null ? null : { accessKeyId, arn };
};

type Handled =
  | {
      readonly statusCode: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly cookies: readonly string[];
      readonly body: Buffer;
    }
  | 'failed'
  | 'too slow';

const invoke = async (
  { handler, patience = integrationMilliseconds }: GatewayOptions,
  event: object,
): Promise<Handled> => {
  const context = { awsRequestId: randomUUID(), functionName: 'approvals', functionVersion: '$LATEST' };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'too slow'>((resolve) => {
    timer = setTimeout(resolve, patience, 'too slow');
  });
  try {
    // What a function sees and answers went over a wire: nothing but JSON passes.
    const sent = JSON.parse(JSON.stringify(event)) as never;
    const result = await Promise.race([handler(sent, context as never), late]);
    return result === 'too slow' ? result : handled(JSON.parse(JSON.stringify(result ?? null)));
  } catch (error) {
    console.error('api gateway: the function failed:', error);
    return 'failed';
  } finally {
    clearTimeout(timer);
  }
};

const handled = (result: unknown): Handled => {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    const body = Buffer.from(typeof result === 'string' ? result : JSON.stringify(result));
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, cookies: [], body };
  }
  const { body, cookies, headers, isBase64Encoded, statusCode } = result as Record<string, unknown>;
  if (typeof statusCode !== 'number') return 'failed';
  const text = typeof body === 'string' ? body : '';
  return {
    statusCode,
    headers: (headers ?? {}) as Record<string, string>,
    cookies: (cookies ?? []) as string[],
    body: Buffer.from(text, isBase64Encoded === true ? 'base64' : 'utf8'),
  };
};

const send = (out: ServerResponse, method: string, result: Exclude<Handled, string>): void => {
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(result.headers)) headers[name.toLowerCase()] = String(value);
  if (result.cookies.length > 0) headers['set-cookie'] = result.cookies;
  headers['content-type'] ??= 'text/plain;charset=utf-8';
  headers['apigw-requestid'] = randomUUID().slice(0, 15);
  if (method !== 'HEAD') headers['content-length'] = String(result.body.length);
  out.writeHead(result.statusCode, headers as Record<string, string>);
  out.end(method === 'HEAD' ? undefined : result.body);
};

const refuse = (out: ServerResponse, status: number, message: string): void => {
  out.writeHead(status, { 'content-type': 'application/json' });
  out.end(JSON.stringify({ message }));
};
