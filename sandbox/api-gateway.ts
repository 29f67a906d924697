import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What API Gateway's HTTP API hands to a Lambda function (payload format 2.0), as far as functions read it. */
export interface GatewayEvent {
  readonly version: '2.0';
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly requestContext: Readonly<Record<string, unknown>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

/** What a function answers. */
export interface GatewayAnswer {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** How a gateway is to be started. */
export interface GatewayOptions {
  readonly port?: number;
  /** The function behind every route. */
  readonly handler: (event: never) => Promise<unknown>;
  /** The ARN behind an access key: what IAM authorization finds out. */
  readonly callerArnOf: (accessKeyId: string) => string;
}

/** A running gateway. */
export interface Gateway {
  readonly url: string;
  close(): Promise<void>;
}

// HTTP API quotas: payload 10 MB, request line and headers 10,240 bytes.
const payloadBytes = 10 * 1024 * 1024;
const headBytes = 10_240;

/** API Gateway's HTTP API in front of one real Lambda function: routes under `/iam/` ask for a signed request, as the deployed ones do. Signatures are not checked, as nowhere in the sandbox. */
export const startApiGateway = async (options: GatewayOptions): Promise<Gateway> => {
  const server = createServer({ maxHeaderSize: headBytes }, (request, response) => {
    answer(options, request, response).catch(() =>
      send(response, { statusCode: 500, body: '{"message":"Internal Server Error"}' }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) };
};

const answer = async (
  { callerArnOf, handler }: GatewayOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const [rawPath = '/', rawQueryString = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const accessKeyId = /Credential=([^/,\s]+)\//.exec(request.headers.authorization ?? '')?.[1];
  if (rawPath.startsWith('/iam/') && accessKeyId === undefined) {
    send(response, { statusCode: 403, body: '{"message":"Forbidden"}' });
    return;
  }
  const body = await readBody(request);
  if (body === null) {
    send(response, { statusCode: 413, body: '{"message":"Request Entity Too Large"}' });
    return;
  }
  const isText = /^(text\/|application\/(json|x-www-form-urlencoded))/.test(
    request.headers['content-type'] ?? '',
  );
  const authorizer = rawPath.startsWith('/iam/')
    ? { authorizer: { iam: { userArn: callerArnOf(accessKeyId ?? '') } } }
    : {};
  const event: GatewayEvent = {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    ...(rawQueryString
      ? { queryStringParameters: Object.fromEntries(new URLSearchParams(rawQueryString)) }
      : {}),
    requestContext: {
      ...authorizer,
      domainName: request.headers.host,
      http: {
        method: request.method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: 'sandbox',
      stage: '$default',
    },
    ...(body.length > 0 ? { body: isText ? body.toString('utf8') : body.toString('base64') } : {}),
    isBase64Encoded: body.length > 0 && !isText,
  };
  send(response, (await handler(event as never)) as GatewayAnswer);
};

const readBody = async (request: IncomingMessage): Promise<Buffer | null> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= payloadBytes) chunks.push(chunk as Buffer);
  }
  return size > payloadBytes ? null : Buffer.concat(chunks);
};

const send = (
  response: ServerResponse,
  { body = '', cookies, headers = {}, isBase64Encoded, statusCode = 200 }: GatewayAnswer,
): void => {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  if (cookies && cookies.length > 0) response.setHeader('set-cookie', [...cookies]);
  response.writeHead(statusCode);
  response.end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
};

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
