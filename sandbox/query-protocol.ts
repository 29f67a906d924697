import { randomUUID } from 'node:crypto';
import type { WireRequest, WireResponse } from './service.ts';

/** An answer's content: text, number, flag, time, list (`member` elements), map (`entry` elements) or structure. Undefined is left out. */
export type QueryValue =
  | string
  | number
  | boolean
  | Date
  | readonly QueryValue[]
  | ReadonlyMap<string, string | number>
  | { readonly [name: string]: QueryValue | undefined };

/** An error of a Query service, thrown inside an operation and turned into an answer by the service. */
export class QueryError extends Error {
  readonly code: string;
  readonly status: number;
  /** `status` is 400 unless AWS gives the error another one. */
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** A text as the content of an element or an attribute. */
export const escapeXml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    // A bare carriage return would be read back as a line feed.
    .replaceAll('\r', '&#xD;');

const write = (value: QueryValue): string => {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) {
    return [...value]
      .map(([key, item]) => `<entry><key>${write(key)}</key><value>${write(item)}</value></entry>`)
      .join('');
  }
  if (Array.isArray(value)) return value.map((item) => `<member>${write(item)}</member>`).join('');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, item]) => (item === undefined ? '' : `<${name}>${write(item)}</${name}>`))
      .join('');
  }
  return escapeXml(String(value));
};

/** The namespace and version that a Query service writes into its answers. */
export interface QueryDialect {
  readonly xmlns: string;
  readonly version: string;
}

const headers = (requestId: string): Record<string, string> => ({
  'content-type': 'text/xml',
  'x-amzn-requestid': requestId,
});

/** A success of a Query service. */
export const queryAnswer = (dialect: QueryDialect, operation: string, result: QueryValue): WireResponse => {
  const id = randomUUID();
  return {
    status: 200,
    headers: headers(id),
    body: `<${operation}Response xmlns="${dialect.xmlns}"><${operation}Result>${write(result)}</${operation}Result><ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata></${operation}Response>`,
  };
};

/** An error of a Query service; statuses from 500 are the receiver's fault. */
export const queryRefusal = (
  dialect: QueryDialect,
  error: { readonly status: number; readonly code: string; readonly message: string },
): WireResponse => {
  const id = randomUUID();
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  return {
    status: error.status,
    headers: headers(id),
    body: `<ErrorResponse xmlns="${dialect.xmlns}"><Error><Type>${type}</Type><Code>${error.code}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${id}</RequestId></ErrorResponse>`,
  };
};

/** Each service is asked whether a request is for it, and the log wants it too. */
const read = new WeakMap<WireRequest, URLSearchParams>();

/** The parameters of a Query request: the form body, or the query string of a GET. Nobody changes them. */
export const queryInput = (request: WireRequest): URLSearchParams => {
  const before = read.get(request);
  if (before !== undefined) return before;
  const input = parametersOf(request);
  read.set(request, input);
  return input;
};

const parametersOf = (request: WireRequest): URLSearchParams => {
  const inUrl = request.url.includes('?') ? request.url.slice(request.url.indexOf('?') + 1) : '';
  return new URLSearchParams(request.body.length > 0 ? request.body.toString('utf8') : inUrl);
};

/** The operation name if the request calls this version of a Query API, else null. */
export const queryOperation = (request: WireRequest, dialect: QueryDialect): string | null => {
  if (request.headers['x-amz-target'] !== undefined) return null;
  const input = queryInput(request);
  return input.get('Version') === dialect.version ? input.get('Action') : null;
};
