import { systemClock } from '../clock.ts';
import type { RefusalKind } from '../ports.ts';
import { clockHint, clockSkewOf } from './clock-skew.ts';
import { accessDenialCodes, credentialCodes, hintFor, isThrottle, permissionFor } from './refusal-hints.ts';

/** What an `AwsRefusal` is made of. */
export interface RefusalDetails {
  readonly operation: string;
  readonly code: string;
  readonly kind: RefusalKind;
  /** AWS's own words, one line. */
  readonly said: string;
  readonly hint?: string;
  /** Refused by ourselves before anything was sent. */
  readonly isUnsent?: true;
}

/** AWS, or the way to it, said no: one line that names the operation, AWS's code, the missing permission and the way out. */
export class AwsRefusal extends Error {
  override readonly name = 'AwsRefusal';
  /** The AWS operation (`ListPolicies`). */
  readonly operation: string;
  /** AWS's code (`AccessDeniedException`), Node.js's (`ECONNREFUSED`) or ours (`NOT_MANAGEMENT_ACCOUNT`). */
  readonly code: string;
  readonly kind: RefusalKind;
  /** AWS's own words. */
  readonly said: string;
  /** The IAM action that is missing (`organizations:ListPolicies`), or null where the refusal is not about a permission. */
  readonly permission: string | null;
  /** The way out, or null where there is none to name. */
  readonly hint: string | null;
  /** AWS itself answered no, or it was never asked, so a write was not done; false: it may have been. */
  readonly refusedByAws: boolean;

  /** Builds the message from its parts; the original error goes along as the cause. */
  constructor(details: RefusalDetails, cause?: unknown) {
    const permission = details.kind === 'access-denied' ? permissionFor(details.operation) : null;
    const hint = details.hint ?? hintFor(details.code, details.kind);
    const parts = [`${details.operation} was refused: ${details.code} (${oneLine(details.said)})`];
    if (permission) parts.push(`needs ${permission}`);
    if (hint) parts.push(hint);
    super(parts.join('; '), cause === undefined ? undefined : { cause });
    this.operation = details.operation;
    this.code = details.code;
    this.kind = details.kind;
    this.said = oneLine(details.said);
    this.permission = permission;
    this.hint = hint;
    this.refusedByAws = details.isUnsent ?? isClientFault(cause);
  }
}

function isClientFault(cause: unknown): boolean {
  const { $fault, $metadata } = (cause ?? {}) as SdkError;
  const status = $metadata?.httpStatusCode ?? 0;
  return $fault === 'client' && status >= 400 && status < 500;
}

/** An answer of AWS that lacks what the operation always answers: absent is not empty, and nothing may be concluded from it. */
export function shortAnswer(operation: string, said: string): AwsRefusal {
  return new AwsRefusal({ operation, code: 'SHORT_ANSWER', kind: 'answer', said });
}

/** Whether an error is a refusal by AWS, as opposed to a bug of ours. */
export function isAwsRefusal(error: unknown): error is AwsRefusal {
  return error instanceof AwsRefusal;
}

/** Turns whatever the SDK threw for this operation into an `AwsRefusal`; an error that is not the SDK's, hence a bug, comes back as it is. */
export function explain(error: unknown, operation: string): unknown {
  if (isAwsRefusal(error) || !(error instanceof Error)) return error;
  const found = findCause(error);
  // What undici refuses by itself (a forbidden port, a redirect) has no code.
  const code = error.message === 'fetch failed' && !('code' in found) ? 'FETCH_FAILED' : codeOf(found);
  const skew = clockSkewOf(found, code, systemClock.now());
  const kind = skew ? 'clock' : kindOf(found, code);
  if (kind === null) return error;
  const hint = skew ? clockHint(skew, code) : endpointHint(found, kind);
  return new AwsRefusal(
    { operation, code, kind, said: found.message || code, ...(hint ? { hint } : {}) },
    error,
  );
}

/** Runs one call of an SDK client and throws what `explain` makes of its error. */
export async function refusing<Output>(operation: string, call: () => Promise<Output>): Promise<Output> {
  try {
    return await call();
  } catch (error) {
    throw explain(error, operation);
  }
}

interface SdkError extends Error {
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $fault?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly input?: unknown;
  readonly errors?: readonly unknown[];
}

/** Node.js hides the reason of a failed connection: to a host with two addresses in a list, of `fetch` as the cause. */
function findCause(error: SdkError): SdkError {
  if (error instanceof TypeError && error.cause instanceof Error) return findCause(error.cause);
  const [first] = error.errors ?? [];
  return first instanceof Error ? (first as SdkError) : error;
}

function codeOf(error: SdkError): string {
  if (error.message.startsWith('Region is missing')) return 'REGION_MISSING';
  if (error.message.startsWith('Region not accepted')) return 'REGION_INVALID';
  if (isUnreadable(error)) return 'UNREADABLE_ANSWER';
  if (error.$fault === undefined && typeof error.code === 'string') return error.code;
  // The SDK's classes end in Exception where the wire says it without; the wire's spelling is what AWS documents.
  return wireCode(error) ?? error.name;
}

function wireCode(error: SdkError): string | null {
  const { Error: body, Code: flat } = error as {
    readonly Error?: { readonly Code?: unknown };
    readonly Code?: unknown;
  };
  const code = body?.Code ?? flat;
  return typeof code === 'string' ? code : null;
}

/** An answer that is no AWS answer (a proxy's page, a cut body) is thrown by the parser without AWS's fault marker. */
function isUnreadable(error: SdkError): boolean {
  return (
    error.$fault === undefined &&
    ('$response' in error || error instanceof SyntaxError) &&
    typeof error.code !== 'string'
  );
}

/** Codes of Node.js, OpenSSL and undici where no connection came about. Sources: Node.js `errors` and `tls` documentation ("X509 certificate error codes"), undici `Errors`. */
const networkCode =
  /^(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EAI_\w+|ERR_INVALID_URL|EPROTO|ERR_TLS_\w+|ERR_SSL_[\w/]+|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|HOSTNAME_MISMATCH|INVALID_CA|UND_ERR_CONNECT_TIMEOUT|FETCH_FAILED)$/;
const certificateCode =
  /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|ERR_TLS_CERT)/;
/** How OpenSSL names the alert of a server that got no certificate of the client, in TLS 1.3 and 1.2 (RFC 8446 and 5246, "Alert Protocol"). */
const noClientCertificate = /^ERR_SSL_.*ALERT_(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE)$/;
const brokenConnectionCodes = [
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
];

function kindOf(error: SdkError, code: string): RefusalKind | null {
  if (code === 'REGION_MISSING' || code === 'REGION_INVALID') return 'set-up';
  if (code === 'UNREADABLE_ANSWER') return 'answer';
  if (networkCode.test(code)) return 'endpoint';
  if (brokenConnectionCodes.includes(code) || error.name === 'TimeoutError') return 'other';
  if (credentialCodes.includes(code)) return 'credentials';
  if (accessDenialCodes.includes(code)) return 'access-denied';
  if (isThrottle(error)) return 'throttled';
  return error.$fault !== undefined || error.$metadata?.httpStatusCode !== undefined ? 'other' : null;
}

function endpointHint(error: SdkError, kind: RefusalKind): string | null {
  if (kind !== 'endpoint') return null;
  if (error.code === 'ERR_INVALID_URL')
    return `the endpoint is not a URL: ${String(error.input ?? '')}; correct AWS_ENDPOINT_URL`;
  if (certificateCode.test(String(error.code)))
    return 'the certificate of the endpoint is not trusted: where a proxy of your company signs it, name its CA file in NODE_EXTRA_CA_CERTS';
  if (noClientCertificate.test(String(error.code)))
    return 'the server may ask for a certificate of the client (pageDomain.mutualTls), which is not sent here: decide in a browser that has one, or by curl (docs/deploy.md, Mutual TLS)';
  const endpoint = error.hostname ?? (error.address ? `${error.address}:${error.port ?? ''}` : null);
  return `endpoint not reachable${endpoint === null ? '' : `: ${endpoint}`}; look at the network, and at AWS_REGION, AWS_ENDPOINT_URL or --url`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
