import type { IncomingHttpHeaders } from 'node:http';

/** One HTTP request as the sandbox received it, body read whole. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The access key id of the Authorization header, or null where the request is unsigned. */
  readonly accessKeyId: string | null;
}

/** One HTTP answer that the sandbox will send. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What the sandbox knows of a request before a service sees it: enough for the call log, throttles and faults. */
export interface Operation {
  /** AWS's service name as used in logs: `organizations`, `iam`, `sts`, `sns`, `events`, `dynamodb`. */
  readonly service: string;
  /** AWS's operation name: `ListAccounts`. */
  readonly name: string;
}

/** One AWS service of the sandbox. The server asks each in turn; the first that identifies the request answers it. */
export interface SandboxService {
  /** The operation that this request calls, or null if the request belongs to another service. */
  identify(request: WireRequest): Operation | null;
  /** The answer, errors of AWS included: it never throws for bad input. */
  answer(request: WireRequest, operation: Operation): Promise<WireResponse>;
  /** The answer of this service's protocol to an injected error (throttle, 5xx). */
  refuse(
    operation: Operation,
    error: { readonly status: number; readonly code: string; readonly message: string },
  ): WireResponse;
  /** Frees what the service holds (an embedded server). */
  close(): Promise<void>;
}
