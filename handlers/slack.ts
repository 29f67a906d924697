import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { readEnvironment } from '../adapters/environment.ts';
import { wireLogger, wireStartLogger } from '../adapters/wire.ts';
import { wireSlack } from '../adapters/wire-slack.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { loadConfiguration } from '../flow/configuration.ts';
import { requestOf, resultOf } from '../web/gateway-event.ts';
import { answerSlack } from '../web/slack-app.ts';

/** Answers Slack when somebody presses a button of a message or sends a modal. Never logs an event or a body. */
export function createHandler(
  configuration: Configuration,
): (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2> {
  const environment = readEnvironment();
  const log = wireLogger(environment, 'slack');
  const ports = {
    ...wireSlack(environment, configuration.slack),
    configuration,
    onRefused: (why: string) => log.warn({ why }, 'request refused'),
    onError: (error: unknown) => log.error({ reason: reasonOf(error) }, 'request failed'),
  };
  return async (event) => {
    const request = requestOf(event);
    return request === null ? { statusCode: 400, body: '' } : resultOf(await answerSlack(ports, request));
  };
}

let ready: ReturnType<typeof createHandler> | null = null;

/** The Lambda function behind the route of Slack. Where it cannot start, Slack tells the person that it did not work, and the log says why. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    ready ??= createHandler(loadConfiguration());
  } catch (error) {
    wireStartLogger('slack').error({ reason: reasonOf(error) }, 'could not start');
    return { statusCode: 503, body: '' };
  }
  return ready(event);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
}
