import { setTimeout as sleep } from 'node:timers/promises';
import { type CallRecord, callRecord, inputSummary } from './call-log.ts';
import type { Callers } from './callers.ts';
import type { FaultBox, OperationFault } from './faults.ts';
import type { Operation, SandboxService, WireRequest, WireResponse } from './service.ts';
import type { Throttle } from './throttle.ts';

/** What a listener learns of a call before it is answered. */
export interface CallNotice {
  readonly service: string;
  readonly operation: string;
  readonly accessKeyId: string | null;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Called before an operation is answered; it may change the world, and the answer waits for it. */
export type CallListener = (call: CallNotice) => void | Promise<void>;

/** What the front needs to answer calls to any service. */
export interface Front {
  readonly services: readonly SandboxService[];
  readonly callers: Callers;
  readonly faults: FaultBox;
  /** Null: nobody is throttled. */
  readonly throttle: Throttle | null;
  readonly listeners: ReadonlySet<CallListener>;
  readonly record: (call: CallRecord) => void;
}

const throttled = (
  service: string,
): { readonly status: number; readonly code: string; readonly message: string } => {
  if (service === 'organizations') {
    return {
      status: 400,
      code: 'TooManyRequestsException',
      message:
        "AWS Organizations can't complete your request because another request is already in progress. Try again later.",
    };
  }
  const json =
    service === 'events' || service === 'dynamodb' || service === 'config' || service === 'secretsmanager';
  return { status: 400, code: json ? 'ThrottlingException' : 'Throttling', message: 'Rate exceeded' };
};

const serverFault: Readonly<Record<string, string>> = {
  organizations: 'ServiceException',
  iam: 'ServiceFailure',
  dynamodb: 'InternalServerError',
  config: 'InternalServerErrorException',
  secretsmanager: 'InternalServiceError',
};

/** The error that a fault puts in the place of the answer, or null where it leaves the answer alone. */
const errorOf = (
  fault: OperationFault,
  service: string,
): { readonly status: number; readonly code: string; readonly message: string } | null => {
  switch (fault.kind) {
    case 'throttle':
      return throttled(service);
    case 'error':
      return {
        status: fault.status,
        code:
          fault.code ?? (fault.status >= 500 ? (serverFault[service] ?? 'InternalFailure') : 'BadRequest'),
        message: 'The request failed because a fault was asked for.',
      };
    case 'concurrent-modification':
      return {
        status: 400,
        code: 'ConcurrentModificationException',
        message:
          'The target of the operation is currently being modified by a different request. Try again later.',
      };
    case 'policy-changes-in-progress':
      return {
        status: 400,
        code: 'PolicyChangesInProgressException',
        message:
          "Changes to the effective policy are in progress, and its contents can't be returned. Try the operation again later.",
      };
    default:
      return null;
  }
};

const answerWithFaults = async (
  front: Front,
  service: SandboxService,
  request: WireRequest,
  operation: Operation,
): Promise<WireResponse | null> => {
  const accountId =
    request.accessKeyId === null ? 'unsigned' : front.callers.callerOf(request.accessKeyId).accountId;
  if (front.throttle !== null && !front.throttle.admit(operation.service, operation.name, accountId)) {
    return service.refuse(operation, throttled(operation.service));
  }
  const faults = front.faults.takeForOperation(operation.name);
  for (const fault of faults) {
    if (fault.kind === 'slow') await sleep(fault.milliseconds);
  }
  if (faults.some(({ kind }) => kind === 'reset')) return null;
  const error = faults.map((fault) => errorOf(fault, operation.service)).find((found) => found !== null);
  if (error != null) return service.refuse(operation, error);
  const response = await service.answer(request, operation);
  if (faults.some(({ kind }) => kind === 'lost-answer')) return null;
  const isShort = faults.some(({ kind }) => kind === 'short-answer');
  return isShort && response !== null ? { ...response, body: '{}' } : response;
};

const unknownService = (): WireResponse => ({
  status: 404,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify({
    __type: 'UnknownOperationException',
    Message: 'The sandbox knows no service that this request belongs to.',
  }),
});

/** Answers one request to AWS's protocols and records it; null asks for a reset of the connection. */
export const answerCall = async (front: Front, request: WireRequest): Promise<WireResponse | null> => {
  for (const service of front.services) {
    const operation = service.identify(request);
    if (operation === null) continue;
    if (front.listeners.size > 0) {
      const notice = {
        service: operation.service,
        operation: operation.name,
        accessKeyId: request.accessKeyId,
        input: inputSummary(request),
      };
      for (const listener of front.listeners) await listener(notice);
    }
    const response = await answerWithFaults(front, service, request, operation);
    front.record(callRecord(request, operation, response));
    return response;
  }
  return unknownService();
};
