import type { Operation, WireRequest, WireResponse } from './service.ts';

/** One call that reached the sandbox. */
export interface CallRecord {
  /** ISO time on the real clock. */
  readonly at: string;
  readonly service: string;
  readonly operation: string;
  /** HTTP status; 0 where the connection was reset instead. */
  readonly status: number;
  /** AWS's error code, or null. */
  readonly code: string | null;
  readonly accessKeyId: string | null;
  /** The request's members; long texts are cut. */
  readonly input: Readonly<Record<string, unknown>>;
}

const mostCharacters = 300;

const short = (value: unknown): unknown => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === undefined || text.length <= mostCharacters) return value;
  return `${text.slice(0, mostCharacters)}… (${text.length} characters)`;
};

/** The members of a request of either protocol, long ones cut; empty where the body is neither. */
export const inputSummary = (request: WireRequest): Readonly<Record<string, unknown>> => {
  const body = request.body.toString('utf8');
  if (request.headers['x-amz-target'] === undefined && !body.startsWith('{')) {
    return Object.fromEntries(
      [...new URLSearchParams(body)]
        .filter(([name]) => name !== 'Action' && name !== 'Version')
        .map(([name, value]) => [name, short(value)]),
    );
  }
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, short(item)]));
  } catch {
    return {};
  }
};

const codeOf = (response: WireResponse): string | null => {
  if (response.status < 400) return null;
  const body = response.body.toString();
  const type = response.headers['x-amzn-errortype'];
  if (type !== undefined) return type;
  const found = /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(body) ?? /<Code>([^<]+)<\/Code>/.exec(body);
  return found?.[1] ?? null;
};

/** The record of an answered call, or of one whose connection was reset (`response` null). */
export const callRecord = (
  request: WireRequest,
  operation: Operation,
  response: WireResponse | null,
): CallRecord => ({
  at: new Date().toISOString(),
  service: operation.service,
  operation: operation.name,
  status: response?.status ?? 0,
  code: response === null ? 'ConnectionReset' : codeOf(response),
  accessKeyId: request.accessKeyId,
  input: inputSummary(request),
});
