import { readEnvironment } from '../adapters/environment.ts';
import { wireLogger } from '../adapters/wire.ts';
import { wireSlack } from '../adapters/wire-slack.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { requestOf, resultOf } from '../web/gateway-event.ts';
import { answerSlack } from '../web/slack-app.ts';
import { type HttpHandler, reasonOf, startedOnce } from './shared/start-once.ts';

/** Answers Slack when somebody presses a button of a message or sends a modal. Never logs an event or a body. */
export function createHandler(configuration: Configuration): HttpHandler {
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

/** The Lambda function behind the route of Slack. Where it cannot start, Slack tells the person that it did not work. */
export const handler: HttpHandler = startedOnce('slack', createHandler, () => ({
  statusCode: 503,
  body: '',
}));
