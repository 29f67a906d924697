import { securityHeaders } from './headers.ts';
import { messagePage } from './pages/message-page.ts';

/** What is looked at of an event of API Gateway; anything may be missing, whoever sends it. */
interface GatewayEvent {
  readonly version?: string;
  readonly rawPath?: string;
  readonly rawQueryString?: string;
  readonly body?: string;
  readonly requestContext?: {
    readonly domainName?: string;
    readonly http?: { readonly method?: string };
    readonly authorizer?: { readonly iam?: { readonly userArn?: unknown } };
  };
}

/** The caller's ARN where API Gateway authorized the request with IAM: an HTTP API alone says so in this place, and only in payload 2.0 ("Working with AWS Lambda proxy integrations for HTTP APIs"). */
export function principalArn(event: unknown): string | null {
  const { requestContext, version } = (event ?? {}) as GatewayEvent;
  const arn = version === '2.0' ? requestContext?.authorizer?.iam?.userArn : null;
  return typeof arn === 'string' && arn.startsWith('arn:') ? arn : null;
}

/** Whether a request can be made of an event: the adapter would print one of which none can, address and token included. */
export function isReadable(event: unknown): boolean {
  const { body, rawPath, rawQueryString, requestContext } = (event ?? {}) as GatewayEvent;
  const method = requestContext?.http?.method ?? 'GET';
  if (body && ['GET', 'HEAD'].includes(method.toUpperCase())) return false;
  const address = `https://${requestContext?.domainName ?? 'localhost'}${rawPath ?? ''}?${rawQueryString ?? ''}`;
  try {
    return new Request(address, { method }).url.length > 0;
  } catch {
    return false;
  }
}

/** The answer to an event of which no request can be made. */
export const unreadable = {
  statusCode: 400,
  headers: { ...securityHeaders, 'Content-Type': 'text/html; charset=UTF-8' },
  body: messagePage(
    'This request cannot be read',
    'Open the link of the message again. Nothing was recorded.',
  ),
} as const;
