import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** One HTTP request as it reached the gateway. */
export interface GatewayRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly sourceIp: string;
}

/** Who signed a request, as IAM authorization tells the function. */
export interface GatewayCaller {
  readonly accessKeyId: string;
  readonly arn: string;
}

// Everything else reaches a function in base64, forms among it (observed by many with HTTP APIs; payload format 2.0).
const textTypes = /^(text\/|application\/(json|javascript|xml|[^;]*\+json|[^;]*\+xml)\b)/i;

/** An HTTP API's event for a Lambda function, payload format 2.0 (API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs"). */
export const gatewayEvent = (request: GatewayRequest, caller: GatewayCaller | null): object => {
  const { body, method, sourceIp, target } = request;
  const [rawPath = '/', ...query] = target.split('?');
  const rawQueryString = query.join('?');
  const headers = headersOf(request);
  const type = headers['content-type'] ?? '';
  const isBase64Encoded = body.length > 0 && !textTypes.test(type);
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const earlier = parameters.get(name);
    parameters.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  const cookies = request.headers.cookie?.split(/;\s*/);
  const host = request.headers.host ?? 'localhost';
  const now = new Date();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookies === undefined ? {} : { cookies }),
    headers,
    ...(parameters.size === 0 ? {} : { queryStringParameters: Object.fromEntries(parameters) }),
    requestContext: {
      accountId: '111111111111',
      apiId: 'sandboxapi',
      ...(caller === null ? {} : { authorizer: { iam: iamOf(caller) } }),
      domainName: host,
      domainPrefix: host.split('.')[0],
      http: {
        method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
};

/** Header names in lower case, repeated values joined by commas, cookies apart, and what the gateway adds. */
const headersOf = ({ headers, sourceIp }: GatewayRequest): Record<string, string> => {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name === 'cookie' || name === 'connection') continue;
    all[name] = Array.isArray(value) ? value.join(',') : value;
  }
  const earlier = all['x-forwarded-for'];
  return {
    ...all,
    'x-forwarded-for': earlier === undefined ? sourceIp : `${earlier}, ${sourceIp}`,
    'x-forwarded-proto': 'http',
  };
};

const iamOf = ({ accessKeyId, arn }: GatewayCaller): object => ({
  accessKey: accessKeyId,
  accountId: arn.split(':')[4] ?? '',
  callerId: `AIDA${accessKeyId.slice(4)}`,
  cognitoIdentity: null,
  principalOrgId: '',
  userArn: arn,
  userId: `AIDA${accessKeyId.slice(4)}`,
});
