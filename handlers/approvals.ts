import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { readEnvironment, wireDecide, wireLogger } from '../adapters/wire.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { loadConfiguration } from '../flow/configuration.ts';
import { createApp } from '../web/app.ts';
import { principalArn, requestOf, resultOf, unreadable } from '../web/gateway-event.ts';

/** Shows proposed changes and records decisions. Never logs an event, a path's query or a body: they carry tokens. */
export function createHandler(
  configuration: Configuration,
): (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2> {
  const environment = readEnvironment();
  const ports = wireDecide(environment);
  const log = wireLogger(environment, 'approvals');
  const app = createApp({
    ...ports,
    configuration,
    pageUrl: environment.pageUrl,
    onError: (error) =>
      log.error(
        { reason: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown' },
        'request failed',
      ),
    principalOf: ({ env }) => principalArn((env as { readonly event?: unknown }).event),
  });
  return async (event) => {
    const request = requestOf(event);
    return request === null ? unreadable : resultOf(await app.fetch(request, { event }));
  };
}

let ready: ReturnType<typeof createHandler> | null = null;

/** The Lambda function behind the HTTP API. */
export function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  ready ??= createHandler(loadConfiguration());
  return ready(event);
}
