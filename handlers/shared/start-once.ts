import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { wireStartLogger } from '../../adapters/wire.ts';
import type { Configuration } from '../../core/base/configuration.ts';
import { loadConfiguration } from '../../flow/configuration.ts';

/** What answers requests that came over HTTP. */
export type HttpHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** A function behind the HTTP API that starts with its first request. Where it cannot, as without a variable that somebody took away, the log says why. */
export function startedOnce(
  name: string,
  start: (configuration: Configuration) => HttpHandler,
  notStarted: (event: APIGatewayProxyEventV2) => APIGatewayProxyStructuredResultV2,
): HttpHandler {
  let ready: HttpHandler | null = null;
  return async (event) => {
    try {
      ready ??= start(loadConfiguration());
    } catch (error) {
      wireStartLogger(name).error({ reason: reasonOf(error) }, 'could not start');
      return notStarted(event);
    }
    return ready(event);
  };
}

/** An error for the log, without what was thrown beside it. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
}
