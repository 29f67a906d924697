import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { readEnvironment } from '../adapters/environment.ts';
import { wireDecide, wireLogger, wireStartLogger } from '../adapters/wire.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { loadConfiguration } from '../flow/configuration.ts';
import { createApp } from '../web/app.ts';
import { notStarted, principalArn, requestOf, resultOf, unreadable } from '../web/gateway-event.ts';

/** Less than API Gateway waits (30 s) and than the function has (28 s): whoever waits gets a page of ours, not theirs. Milliseconds. */
export const answerMilliseconds = 22_000;

/** Shows proposed changes and records decisions. Never logs an event, a path's query or a body: they carry tokens. */
export function createHandler(
  configuration: Configuration,
  answerWithin: number = answerMilliseconds,
): (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2> {
  const environment = readEnvironment();
  const ports = wireDecide(environment);
  const log = wireLogger(environment, 'approvals');
  const app = createApp({
    ...ports,
    configuration,
    answerWithin,
    pageUrl: environment.pageUrl,
    onError: (error) => log.error({ reason: reasonOf(error) }, 'request failed'),
    principalOf: ({ env }) => principalArn((env as { readonly event?: unknown }).event),
  });
  return async (event) => {
    const request = requestOf(event);
    return request === null ? unreadable : resultOf(await app.fetch(request, { event }));
  };
}

let ready: ReturnType<typeof createHandler> | null = null;

/** The Lambda function behind the HTTP API. Where it cannot start, as without a variable that somebody took away, a page says so, and the log says why. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    ready ??= createHandler(loadConfiguration());
  } catch (error) {
    wireStartLogger('approvals').error({ reason: reasonOf(error) }, 'could not start');
    return notStarted(event);
  }
  return ready(event);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
}
