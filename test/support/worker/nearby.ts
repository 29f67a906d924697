import { STSClient } from '@aws-sdk/client-sts';
import { answeringAt, wireRequest } from '../../../sandbox/http.ts';

/** A request that the SDK has serialised and signed. */
interface SdkRequest {
  readonly hostname: string;
  readonly port?: number;
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

interface Options {
  readonly abortSignal?: AbortSignal;
  /** Milliseconds. */
  readonly requestTimeout?: number;
}

/** What takes the requests of a client to the network. */
interface Handler {
  config?: Options;
  readonly configProvider: Promise<Options>;
  handle(request: SdkRequest, options?: Options): Promise<unknown>;
}

const handler: Handler = Object.getPrototypeOf(new STSClient({ region: 'us-east-1' }).config.requestHandler);
const { handle: askOverNetwork } = handler;

/** From here on every client hands its requests for a sandbox of this process to that directly; answers how to undo it. */
export function askNearby(): () => void {
  handler.handle = handle;
  return () => {
    handler.handle = askOverNetwork;
  };
}

async function handle(this: Handler, request: SdkRequest, options: Options = {}): Promise<unknown> {
  const answer = request.hostname === '127.0.0.1' && answeringAt.get(request.port ?? 80);
  if (!answer) return askOverNetwork.call(this, request, options);
  this.config ??= await this.configProvider;
  const { abortSignal, requestTimeout = this.config.requestTimeout } = options;
  if (abortSignal?.aborted) throw failure('AbortError', 'Request aborted');
  const wire = wireRequest(receivedBy(request));
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(failure('AbortError', 'Request aborted'));
    abortSignal?.addEventListener('abort', abort);
    const timer = requestTimeout
      ? setTimeout(() => reject(failure('TimeoutError', 'no answer')), requestTimeout)
      : undefined;
    const end = (): void => {
      clearTimeout(timer);
      abortSignal?.removeEventListener('abort', abort);
    };
    const ask = async (): Promise<unknown> => {
      const response = await answer(wire);
      if (!response) throw failure('TimeoutError', 'read ECONNRESET', 'ECONNRESET');
      const { body, headers, status: statusCode } = response;
      const date = new Date().toUTCString();
      return { response: { statusCode, headers: { date, ...headers }, body: Buffer.from(body) } };
    };
    // As over a socket, everybody else has his turn before the answer comes.
    setImmediate(() => ask().then(resolve, reject).finally(end));
  });
}

/** A request as a server reads it. */
function receivedBy({ body = '', headers, method, path, query = {} }: SdkRequest) {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ''].flat().map((one) => [name, one]),
  );
  const search = pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  return {
    method,
    url: search ? `${path}?${search}` : path,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    // Some protocols send bytes that warn where they are read as a text.
    body:
      typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.length),
  };
}

/** A failure as the SDK's own handler tells it. */
function failure(name: string, message: string, code?: string): Error {
  return Object.assign(new Error(message), { name, ...(code && { code }) });
}
