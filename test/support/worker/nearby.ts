import { STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { answeringAt, wireRequest } from '../../../sandbox/http.ts';

/** A request that the SDK has serialised. */
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

interface Signing {
  readonly signingRegion?: string;
  readonly signingService?: string;
}

/** What signs requests. */
interface Signer {
  readonly service: string;
  readonly credentialProvider: () => Promise<{ readonly accessKeyId: string }>;
  readonly regionProvider: () => Promise<string>;
  signRequest(request: SdkRequest, signing: Signing): Promise<SdkRequest>;
}

const { config } = new STSClient({
  region: 'us-east-1',
  credentials: { accessKeyId: '', secretAccessKey: '' },
});
const handler: Handler = Object.getPrototypeOf(config.requestHandler);
// Some clients wrap it, that of STS as well: the signer of a client would not be that of all.
const signer = SignatureV4.prototype as unknown as Signer;
const { handle: askOverNetwork } = handler;
const { signRequest: signForNetwork } = signer;

/** From here on every client hands its requests for a sandbox of this process to that directly; answers how to undo it. */
export function askNearby(): () => void {
  handler.handle = handle;
  signer.signRequest = sign;
  return () => {
    handler.handle = askOverNetwork;
    signer.signRequest = signForNetwork;
  };
}

function nearbyOf({ hostname, port = 80 }: SdkRequest) {
  return hostname === '127.0.0.1' ? answeringAt.get(port) : undefined;
}

/** The sandbox reads of a signature whose key made it, and for which Region and service; it is not told whether it is right. */
async function sign(this: Signer, request: SdkRequest, signing: Signing = {}): Promise<SdkRequest> {
  if (!nearbyOf(request)) return signForNetwork.call(this, request, signing);
  const { accessKeyId } = await this.credentialProvider();
  const { signingRegion = await this.regionProvider(), signingService = this.service } = signing;
  const scope = `20260101/${signingRegion}/${signingService}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}`;
  return { ...request, headers: { ...request.headers, authorization } };
}

async function handle(this: Handler, request: SdkRequest, options: Options = {}): Promise<unknown> {
  const answer = nearbyOf(request);
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
