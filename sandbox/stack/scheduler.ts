import { randomUUID } from 'node:crypto';
import type { SandboxService, WireRequest, WireResponse } from '../service.ts';

/** Schedules of the default group by name, as GetSchedule shows them. */
export type Schedules = Map<string, Readonly<Record<string, unknown>>>;

const schedulePath = /^\/schedules\/([^/?]+)(?:\?|$)/;

const answered = (status: number, body: object, errorType?: string): WireResponse => ({
  status,
  headers: {
    'content-type': 'application/json',
    'x-amzn-requestid': randomUUID(),
    ...(errorType === undefined ? {} : { 'x-amzn-errortype': errorType }),
  },
  body: JSON.stringify(body),
});

const nameIn = (request: WireRequest): string =>
  decodeURIComponent(schedulePath.exec(request.url)?.[1] ?? '');

/** EventBridge Scheduler's GetSchedule (REST JSON); nothing is ever started. */
export const createScheduler = (schedules: Schedules): SandboxService => ({
  identify: (request) =>
    request.method === 'GET' && schedulePath.test(request.url)
      ? { service: 'scheduler', name: 'GetSchedule' }
      : null,
  answer: async (request) => {
    const name = nameIn(request);
    const found = schedules.get(name);
    return found === undefined
      ? answered(
          404,
          { Message: `Schedule ${name} does not exist.`, Code: 'ResourceNotFoundException' },
          'ResourceNotFoundException',
        )
      : answered(200, { GroupName: 'default', Name: name, ...found });
  },
  refuse: (_operation, { code, message, status }) =>
    answered(code === 'AccessDeniedException' ? 403 : status, { Message: message, Code: code }, code),
  close: async () => undefined,
});
