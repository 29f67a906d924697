import { readEnvironment } from '../adapters/environment.ts';
import { wireDecide, wireLogger } from '../adapters/wire.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { createApp } from '../web/app.ts';
import { notStarted, principalArn, requestOf, resultOf, unreadable } from '../web/gateway-event.ts';
import { type HttpHandler, reasonOf, startedOnce } from './shared/start-once.ts';

/** Less than API Gateway waits (30 s) and than the function has (28 s): whoever waits gets a page of ours, not theirs. Milliseconds. */
export const answerMilliseconds = 22_000;

/** Shows proposed changes and records decisions. Never logs an event, a path's query or a body: they carry tokens. */
export function createHandler(
  configuration: Configuration,
  answerWithin: number = answerMilliseconds,
): HttpHandler {
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

/** The Lambda function behind the HTTP API. Where it cannot start, a page says so. */
export const handler: HttpHandler = startedOnce('approvals', createHandler, notStarted);
