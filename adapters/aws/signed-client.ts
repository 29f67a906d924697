import { STSClient } from '@aws-sdk/client-sts';
import type { MeteredClient } from './meter.ts';
import { refusing } from './refusal.ts';
import { type SignedAnswer, type SigningConfig, signedRequest } from './signed-request.ts';

/** A service for which there is no client of the SDK here. */
export interface SignedService {
  /** What the SDK would call its client: meters tell services apart by it. */
  readonly clientName: string;
  /** The service that a request is signed for, which begins its host too: `account`, `ce`. */
  readonly signingName: string;
  readonly contentType: string;
  /** Codes by which it throttles, beside those of all services. */
  readonly throttles?: readonly string[];
  /** Null: AWS's own. */
  readonly endpoint: string | null;
}

/** One operation: where it is asked, and what. */
export interface SignedCall {
  readonly operation: string;
  readonly path: string;
  /** JSON 1.1 names the operation in a header, REST JSON by the path alone. */
  readonly target?: string;
  readonly body: object;
}

/** A small client of JSON services that are asked in one Region of a partition. It is metered and paced as the SDK's clients are. */
export interface SignedClient extends MeteredClient {
  /** The answer as it came. Throws `AwsRefusal`. */
  send(call: SignedCall): Promise<unknown>;
}

type Handler = (input: SignedCall) => Promise<{ readonly output: unknown }>;
type Middleware = (
  next: Handler,
  context: { readonly clientName: string; readonly commandName: string },
) => Handler;

/** Makes such a client. What is added to it as middleware runs around each attempt, or, as a first step, around all of them. */
export function createSignedClient(service: SignedService): SignedClient {
  const { config } = new STSClient({});
  const around: { first: Middleware[]; attempt: Middleware[] } = { first: [], attempt: [] };
  return {
    middlewareStack: {
      add: (middleware) => void around.first.push(middleware),
      addRelativeTo: (middleware) => void around.attempt.push(middleware),
    },
    send: (call) => {
      const context = { clientName: service.clientName, commandName: `${call.operation}Command` };
      const once: Handler = async (input) => ({ output: await attempt(service, config, input) });
      const whole = [...around.attempt, ...around.first].reduce(
        (next, middleware) => middleware(next, context),
        once,
      );
      return refusing(call.operation, async () => (await whole(call)).output);
    },
  };
}

/** The Region in which services are asked that have one endpoint in a partition (AWS General Reference, "Service endpoints"). */
function homeRegion(region: string): { readonly region: string; readonly suffix: string } {
  if (region.startsWith('cn-')) return { region: 'cn-northwest-1', suffix: 'amazonaws.com.cn' };
  if (region.startsWith('us-gov-')) return { region: 'us-gov-west-1', suffix: 'amazonaws.com' };
  return { region: 'us-east-1', suffix: 'amazonaws.com' };
}

async function attempt(
  { contentType, endpoint, signingName, throttles = [] }: SignedService,
  config: SigningConfig,
  { body, path, target }: SignedCall,
): Promise<unknown> {
  const { region, suffix } = homeRegion(await config.region().catch(() => 'us-east-1'));
  const base = endpoint ?? `https://${signingName}.${region}.${suffix}`;
  const answer = await signedRequest('POST', `${base.replace(/\/$/, '')}${path}`, {
    ...{ body, config, region, service: signingName },
    headers: { 'content-type': contentType, ...(target === undefined ? {} : { 'x-amz-target': target }) },
  });
  if (answer.status !== 200) throw refusalIn(answer, throttles);
  if (typeof answer.body === 'object' && answer.body !== null) return answer.body;
  throw new SyntaxError(`${signingName} answered something else than JSON`);
}

/** What AWS said, as the SDK's clients throw it. */
function refusalIn({ body, errorType, status }: SignedAnswer, throttles: readonly string[]): Error {
  const { __type, Message, message } = (typeof body === 'object' && body !== null ? body : {}) as Readonly<
    Record<string, string | undefined>
  >;
  // `aws.protocol#Code:http://…` in either place (Smithy, "AWS JSON 1.1 protocol" and "AWS REST JSON 1 protocol").
  const name = (errorType ?? __type ?? `HTTP ${status}`).replace(/^.*#/, '').replace(/:.*$/, '');
  const error = new Error(Message ?? message ?? 'no words');
  const httpStatusCode = throttles.includes(name) ? 429 : status;
  return Object.assign(error, {
    ...{ name, $fault: status >= 500 ? 'server' : 'client', $metadata: { httpStatusCode } },
  });
}
