import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { securityHeaders } from './headers.ts';
import { messagePage } from './pages/message-page.ts';

/** What is looked at of an event of API Gateway for its caller; anything may be missing, whoever sends it. */
interface GatewayEvent {
  readonly version?: string;
  readonly requestContext?: {
    readonly authorizer?: { readonly iam?: { readonly userArn?: unknown } };
  };
}

/** The caller's ARN where API Gateway authorized the request with IAM. An HTTP API alone says so in this place, and only in payload 2.0 ("Working with AWS Lambda proxy integrations for HTTP APIs"). */
export function principalArn(event: unknown): string | null {
  const { requestContext, version } = (event ?? {}) as GatewayEvent;
  const arn = version === '2.0' ? requestContext?.authorizer?.iam?.userArn : null;
  return typeof arn === 'string' && arn.startsWith('arn:') ? arn : null;
}

/** The request that an event of API Gateway (payload 2.0) stands for, or null where none can be made of it, whatever it is. Never throws and prints nothing: an address carries a token. */
export function requestOf(event: unknown): Request | null {
  if (!isRecord(event) || !isRecord(event.requestContext)) return null;
  const { body, headers = {}, isBase64Encoded, rawQueryString = '' } = event;
  const { domainName = 'localhost', http } = event.requestContext;
  // Payload 1.0 has method and path in other places; nobody is named by it.
  const method = isRecord(http) ? http.method : event.httpMethod;
  const path = event.rawPath ?? event.path;
  const texts = [path, rawQueryString, method, domainName, body ?? ''];
  if (!isRecord(headers) || !texts.every((text) => typeof text === 'string')) return null;
  const sent = String(body ?? '');
  if (isBase64Encoded && !/^[A-Za-z0-9+/]*={0,2}$/.test(sent)) return null;
  try {
    return new Request(`https://${domainName}${path}?${rawQueryString}`, {
      method: String(method),
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
      ...(sent === '' ? {} : { body: Buffer.from(sent, isBase64Encoded ? 'base64' : 'utf8') }),
    });
  } catch {
    // An address, a method or a header that no request can have, or a body where none may be.
    return null;
  }
}

/** The answer as API Gateway takes it: text, as all of ours are. */
export async function resultOf(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
    isBase64Encoded: false,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The answer to an event of which no request can be made. */
export const unreadable = saying(
  400,
  'This request cannot be read',
  'Open the link of the message again. Nothing was recorded.',
);

/** The answer of a function that cannot start: people and programs get words of ours, never API Gateway's own. The log says why. */
export function notStarted(event: unknown): APIGatewayProxyStructuredResultV2 {
  const text =
    'Nothing was recorded. Try again later. If it stays so, tell those who run this: the log of this function says why.';
  const path = isRecord(event) ? String(event.rawPath) : '';
  const page = saying(503, 'Not possible right now', text);
  if (!path.startsWith('/iam/')) return page;
  const headers = { ...page.headers, 'Content-Type': 'application/json' };
  return { ...page, headers, body: JSON.stringify({ message: text }) };
}

function saying(statusCode: number, title: string, text: string) {
  const headers = { ...securityHeaders, 'Content-Type': 'text/html; charset=UTF-8' };
  return { statusCode, headers, body: messagePage(title, text) };
}
