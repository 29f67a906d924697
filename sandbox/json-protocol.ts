import { randomUUID } from 'node:crypto';
import { QueryError } from './query-protocol.ts';
import type { SandboxService, WireRequest, WireResponse } from './service.ts';

/** The members of one JSON 1.1 request or answer. */
export type JsonBody = Readonly<Record<string, unknown>>;

/** An error of a JSON 1.1 service, thrown inside an operation and turned into an answer by the service. */
export class JsonError extends Error {
  readonly code: string;
  readonly status: number;
  readonly extra: JsonBody;
  /** `extra` are further members of the error, such as `Reason`. */
  constructor(code: string, message: string, extra: JsonBody = {}, status = 400) {
    super(message);
    this.code = code;
    this.extra = extra;
    this.status = status;
  }
}

const headers = (): Record<string, string> => ({
  'content-type': 'application/x-amz-json-1.1',
  'x-amzn-requestid': randomUUID(),
});

/** A success of a JSON 1.1 service; without a body where the operation answers nothing. */
const jsonAnswer = (body: JsonBody | null): WireResponse => ({
  status: 200,
  headers: headers(),
  body: body === null ? '' : JSON.stringify(body),
});

/** An error of a JSON 1.1 service as AWS writes it: `__type`, `Message` and the error's own members. */
const jsonRefusal = (error: {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly extra?: JsonBody;
}): WireResponse => ({
  status: error.status,
  headers: headers(),
  body: JSON.stringify({ __type: error.code, Message: error.message, ...error.extra }),
});

/** The parsed body of a request; an empty body is an empty object, anything else than an object is a SerializationException. */
export const jsonInput = (request: WireRequest): JsonBody => {
  let value: unknown;
  try {
    value = request.body.length === 0 ? {} : JSON.parse(request.body.toString('utf8'));
  } catch {
    throw new JsonError('SerializationException', 'The request body is not valid JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new JsonError('SerializationException', 'Start of structure or map found where not expected.');
  }
  return value as JsonBody;
};

/** A service that speaks JSON 1.1: the header `X-Amz-Target` names the operation, after the service's prefix. */
export const jsonService = ({
  answer,
  prefix,
  service,
  throttleCode = null,
}: {
  readonly service: string;
  readonly prefix: string;
  /** What an operation answers; throws `JsonError`, or IAM's own refusal. */
  readonly answer: (request: WireRequest, name: string) => JsonBody | null;
  /** What this service calls a throttle, where that is not `Throttling`. */
  readonly throttleCode?: string | null;
}): SandboxService => ({
  identify: ({ headers: { 'x-amz-target': target } }) =>
    typeof target === 'string' && target.startsWith(prefix)
      ? { service, name: target.slice(prefix.length) }
      : null,
  answer: async (request, { name }) => {
    try {
      return jsonAnswer(answer(request, name));
    } catch (error) {
      if (error instanceof JsonError) return jsonRefusal(error);
      // A refusal of IAM in the words of this protocol.
      if (!(error instanceof QueryError)) throw error;
      return jsonRefusal({ status: 400, code: 'AccessDeniedException', message: error.message });
    }
  },
  refuse: (_operation, error) =>
    jsonRefusal(error.code === 'Throttling' ? { ...error, code: throttleCode ?? error.code } : error),
  close: async () => undefined,
});
