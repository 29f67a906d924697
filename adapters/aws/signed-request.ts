import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import {
  bindingHeader,
  type CallerProof,
  proofBody,
  proofType,
  stsHost,
} from '../../core/base/caller-proof.ts';
import { systemClock } from '../clock.ts';
import { clockHint, clockSkewOf } from './clock-skew.ts';
import { AwsRefusal, refusing } from './refusal.ts';

/** What came back from a signed request. */
export interface SignedAnswer {
  readonly status: number;
  /** The body as JSON, or its text where it is none. */
  readonly body: unknown;
  /** The Region that it was signed for. */
  readonly signedFor: string;
}

const patience = 30_000;

/**
 * Sends a JSON request signed with the credentials of the SDK's own chain (Signature Version 4). The service is
 * `execute-api` where none is named, and the Region that of the chain where it is null. API Gateway checks it and tells
 * the function who signed.
 */
export async function signedRequest(
  method: 'GET' | 'POST',
  url: string,
  {
    body,
    headers: given = {},
    region,
    service = 'execute-api',
  }: {
    readonly body?: object | undefined;
    readonly headers?: Readonly<Record<string, string>>;
    readonly region: string | null;
    readonly service?: string;
  },
): Promise<SignedAnswer> {
  const { host, hostname, pathname, port, protocol, searchParams } = new URL(url);
  const { signedFor, signer } = await signerFor(service, region);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const signed = await signer.sign({
    method,
    protocol,
    hostname,
    ...(port ? { port: Number(port) } : {}),
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { host, ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...given },
    ...(text === undefined ? {} : { body: text }),
  });
  const { host: _, ...headers } = signed.headers;
  const answer = await refusing(`the request to ${host}`, () =>
    fetch(url, {
      method,
      headers,
      signal: AbortSignal.timeout(patience),
      redirect: 'error',
      ...(text === undefined ? {} : { body: text }),
    }),
  );
  const read = parsed(await answer.text());
  if (answer.status === 403) refuseWrongClock(read, host, answer.headers.get('date'));
  return { status: answer.status, body: read, signedFor };
}

/** Sends a JSON request with the proof of who asks (`identity`), of whatever account. It is signed for STS with the credentials of the SDK's own chain, and bound to what the binding (64 hex) stands for. */
export async function provenRequest(
  url: string,
  {
    binding,
    body,
    region,
  }: { readonly binding: string; readonly body: object; readonly region: string | null },
): Promise<SignedAnswer> {
  const { identity, signedFor } = await signedProof(binding, region);
  const answer = await refusing(`the request to ${new URL(url).host}`, () =>
    fetch(url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(patience),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, identity }),
    }),
  );
  return { status: answer.status, body: parsed(await answer.text()), signedFor };
}

/** Signs a request to STS and sends nothing. A Region of null is the chain's own. */
async function signedProof(
  binding: string,
  region: string | null,
): Promise<{ readonly identity: CallerProof; readonly signedFor: string }> {
  const { signedFor, signer } = await signerFor('sts', region, false);
  const host = stsHost(signedFor);
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: 'https:',
    hostname: host,
    path: '/',
    body: proofBody,
    headers: { host, 'content-type': proofType, [bindingHeader]: binding },
  });
  const token = headers['x-amz-security-token'];
  const [authorization, date] = [String(headers.authorization), String(headers['x-amz-date'])];
  return {
    identity: { authorization, date, ...(token === undefined ? {} : { token }) },
    signedFor,
  };
}

/** A signer with the credentials of the SDK's own chain, and the Region that it signs for. */
async function signerFor(service: string, region: string | null, applyChecksum = true) {
  const { config } = new STSClient({});
  const signedFor = region ?? (await refusing('SignRequest', () => config.region()));
  const credentials = await refusing('SignRequest', () => config.credentials());
  const settings = { service, region: signedFor, credentials, sha256: Sha256, applyChecksum };
  return { signedFor, signer: new SignatureV4(settings) };
}

/** API Gateway tells a wrong clock by its words alone, under the status of every refusal. */
function refuseWrongClock(body: unknown, host: string, date: string | null): void {
  const { message } = (typeof body === 'object' && body !== null ? body : {}) as {
    readonly message?: unknown;
  };
  if (typeof message !== 'string') return;
  const error = { message, ...(date === null ? {} : { $response: { headers: { date } } }) };
  const skew = clockSkewOf(error, '403', systemClock.now());
  if (skew === null) return;
  const details = { operation: `the request to ${host}`, code: '403', kind: 'clock', said: message } as const;
  throw new AwsRefusal({ ...details, hint: clockHint(skew, '403') });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** SHA-256 and its HMAC as the signer asks for it, on Node.js's own crypto. */
class Sha256 {
  private readonly hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(toBytes(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {
    throw new Error('a hash is used once');
  }
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
