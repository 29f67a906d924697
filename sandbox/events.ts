import { randomUUID } from 'node:crypto';
import { checkEntry, entrySize, type PutEntry } from './events-entry.ts';
import { type BusRules, listRules, putPermission, putRule } from './events-rules.ts';
import type { Operation, SandboxService, WireRequest, WireResponse } from './service.ts';

/** One event that a bus of the sandbox accepted. */
export interface RecordedEvent {
  readonly id: string;
  readonly eventBusName: string;
  readonly source: string;
  readonly detailType: string;
  /** The parsed `Detail`: always a JSON object. */
  readonly detail: unknown;
  /** ISO time: the entry's own `Time`, else the time of arrival. */
  readonly time: string;
}

/** Who is told of each accepted event, in order of arrival. */
export interface EventRecorder {
  record(event: RecordedEvent): void;
}

/** EventBridge with a switch for entries that fail. */
export interface EventsService extends SandboxService {
  /** Lets the next `count` entries of PutEvents fail with this code, such as `InternalFailure` or `ThrottlingException`. */
  failNext(count: number, code: string): void;
}

type Body = Readonly<Record<string, unknown>>;
type Reply = { readonly body: Body } | { readonly code: string; readonly message: string };

interface EventsState extends BusRules {
  readonly recorder: EventRecorder;
  readonly now: () => Date;
  readonly accountId: string;
  /** Bus name → time of creation. */
  readonly buses: Map<string, Date>;
  readonly failures: string[];
}

const TARGET_PREFIX = 'AWSEvents.';
// PutEvents reference: at most 10 entries, less than 1 MB (1,048,576 bytes) over all entries.
const MOST_ENTRIES = 10;
const MOST_BYTES = 1_048_576;
const PAGE = 100;

/** EventBridge's custom buses (JSON 1.1); the bus `default` is always there. */
export function createEvents(options: {
  readonly recorder: EventRecorder;
  readonly now: () => Date;
  readonly accountId?: string;
}): EventsService {
  const state: EventsState = {
    recorder: options.recorder,
    now: options.now,
    accountId: options.accountId ?? '111111111111',
    buses: new Map([['default', options.now()]]),
    rules: new Map(),
    policies: new Map(),
    keys: new Map(),
    failures: [],
  };
  return {
    identify: identifyEvents,
    answer: async (request, operation) => answer(state, request, operation),
    refuse: (_operation, error) => refuseEvents(error),
    failNext: (count, code) => {
      for (let index = 0; index < count; index++) state.failures.push(code);
    },
    close: async () => {},
  };
}

function identifyEvents(request: WireRequest): Operation | null {
  const target = String(request.headers['x-amz-target'] ?? '');
  if (!target.startsWith(TARGET_PREFIX)) return null;
  return { service: 'events', name: target.slice(TARGET_PREFIX.length) };
}

function answer(state: EventsState, request: WireRequest, operation: Operation): WireResponse {
  const body = parseBody(request.body);
  if (body === null)
    return refuseEvents({
      status: 400,
      code: 'SerializationException',
      message: 'The body is not a JSON object.',
    });
  const handler = HANDLERS[operation.name];
  if (handler === undefined) {
    return refuseEvents({
      status: 400,
      code: 'UnknownOperationException',
      message: `The sandbox has no events:${operation.name}.`,
    });
  }
  const reply = handler(state, body, regionOf(request));
  if ('code' in reply) return refuseEvents({ status: 400, ...reply });
  return respond(200, reply.body);
}

const HANDLERS: Readonly<Record<string, (state: EventsState, body: Body, region: string) => Reply>> = {
  PutEvents: putEvents,
  CreateEventBus: createEventBus,
  DescribeEventBus: describeEventBus,
  ListEventBuses: listEventBuses,
  DeleteEventBus: deleteEventBus,
  PutRule: (state, body, region) =>
    putRule(state, state.buses, body, `arn:aws:events:${region}:${state.accountId}`),
  ListRules: (state, body) => listRules(state, state.buses, body),
  PutPermission: (state, body) => putPermission(state, state.buses, body),
};

function putEvents(state: EventsState, body: Body): Reply {
  const entries = Array.isArray(body.Entries) ? (body.Entries as readonly PutEntry[]) : [];
  if (entries.length === 0) return lengthError('entries', 'greater than or equal to 1');
  if (entries.length > MOST_ENTRIES) return lengthError('entries', `less than or equal to ${MOST_ENTRIES}`);
  const size = entries.reduce((sum, entry) => sum + entrySize(entry), 0);
  if (size >= MOST_BYTES) {
    return {
      code: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    };
  }
  const answers = entries.map((entry) => putEntry(state, entry));
  return {
    body: { FailedEntryCount: answers.filter((entry) => 'ErrorCode' in entry).length, Entries: answers },
  };
}

function putEntry(state: EventsState, entry: PutEntry): Body {
  const problem = checkEntry(entry);
  if (problem !== null) return { ErrorCode: problem.code, ErrorMessage: problem.message };
  const failure = state.failures.shift();
  if (failure !== undefined) return { ErrorCode: failure, ErrorMessage: `The entry failed: ${failure}.` };
  const id = randomUUID();
  const eventBusName = busName(entry.EventBusName ?? 'default');
  // A bus that does not exist drops the event without a word, as the PutEvents reference says.
  if (!state.buses.has(eventBusName)) return { EventId: id };
  state.recorder.record({
    id,
    eventBusName,
    source: String(entry.Source),
    detailType: String(entry.DetailType),
    detail: JSON.parse(String(entry.Detail)),
    time: (typeof entry.Time === 'number' ? new Date(entry.Time * 1000) : state.now()).toISOString(),
  });
  return { EventId: id };
}

function createEventBus(state: EventsState, body: Body, region: string): Reply {
  const name = String(body.Name ?? '');
  if (!/^[.\-_A-Za-z0-9]{1,256}$/.test(name)) {
    return {
      code: 'ValidationException',
      message: `Event bus name '${name}' is not valid: letters, digits, . - and _ only.`,
    };
  }
  if (state.buses.has(name))
    return { code: 'ResourceAlreadyExistsException', message: `Event bus ${name} already exists.` };
  state.buses.set(name, state.now());
  if (typeof body.KmsKeyIdentifier === 'string') state.keys.set(name, body.KmsKeyIdentifier);
  return { body: { EventBusArn: busArn(state, name, region) } };
}

function describeEventBus(state: EventsState, body: Body, region: string): Reply {
  const name = busName(String(body.Name ?? 'default'));
  if (!state.buses.has(name))
    return { code: 'ResourceNotFoundException', message: `Event bus ${name} does not exist.` };
  return { body: busFields(state, name, region) };
}

function listEventBuses(state: EventsState, body: Body, region: string): Reply {
  const prefix = String(body.NamePrefix ?? '');
  const names = [...state.buses.keys()].filter((name) => name.startsWith(prefix)).sort();
  const start = body.NextToken === undefined ? 0 : Number(body.NextToken);
  if (!Number.isInteger(start) || start < 0)
    return { code: 'ValidationException', message: 'The NextToken is not valid.' };
  const limit = typeof body.Limit === 'number' ? Math.min(body.Limit, PAGE) : PAGE;
  const page = names.slice(start, start + limit).map((name) => busFields(state, name, region));
  const more = start + limit < names.length;
  return { body: { EventBuses: page, ...(more ? { NextToken: String(start + limit) } : {}) } };
}

function deleteEventBus(state: EventsState, body: Body): Reply {
  const name = busName(String(body.Name ?? ''));
  if (name === 'default') return { code: 'ValidationException', message: 'Cannot delete event bus default.' };
  state.buses.delete(name);
  return { body: {} };
}

function busFields(state: EventsState, name: string, region: string): Body {
  const created = (state.buses.get(name)?.getTime() ?? 0) / 1000;
  const policy = state.policies.get(name);
  return {
    Name: name,
    Arn: busArn(state, name, region),
    CreationTime: created,
    LastModifiedTime: created,
    KmsKeyIdentifier: state.keys.get(name),
    ...(policy === undefined ? {} : { Policy: policy }),
  };
}

function busArn(state: EventsState, name: string, region: string): string {
  return `arn:aws:events:${region}:${state.accountId}:event-bus/${name}`;
}

function busName(nameOrArn: string): string {
  const marker = ':event-bus/';
  const at = nameOrArn.indexOf(marker);
  return at === -1 ? nameOrArn : nameOrArn.slice(at + marker.length);
}

function regionOf(request: WireRequest): string {
  const scope = /Credential=[^/]+\/\d{8}\/([a-z0-9-]+)\//.exec(String(request.headers.authorization ?? ''));
  return scope?.[1] ?? 'us-east-1';
}

function lengthError(field: string, bound: string): Reply {
  return {
    code: 'ValidationException',
    message: `1 validation error detected: Value at '${field}' failed to satisfy constraint: Member must have length ${bound}`,
  };
}

function parseBody(body: Buffer): Body | null {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8') || '{}');
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Body) : null;
  } catch {
    return null;
  }
}

function refuseEvents(error: {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}): WireResponse {
  return respond(error.status, { __type: error.code, message: error.message });
}

function respond(status: number, body: Body): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  };
}
