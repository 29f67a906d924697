import type { SandboxService, WireRequest } from '../service.ts';
import { answered } from './lambda.ts';

/** Schedules of the default group by name, as GetSchedule shows them. */
export type Schedules = Map<string, Readonly<Record<string, unknown>>>;

const schedulePath = /^\/schedules\/([^/?]+)(?:\?|$)/;

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
