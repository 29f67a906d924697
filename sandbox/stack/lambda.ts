import { randomUUID } from 'node:crypto';
import type { Operation, SandboxService, WireRequest, WireResponse } from '../service.ts';

/** A deployed function, as far as its configuration goes: the sandbox runs none. */
export interface DeployedFunction {
  readonly name: string;
  readonly arn: string;
  /** ARN of its role. */
  readonly role: string;
  /** Seconds. */
  readonly timeout: number;
  /** Megabytes. */
  readonly memory: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** Deployed functions by name. */
export type Functions = Map<string, DeployedFunction>;

/** Concurrent executions of an account, in all and without those that functions reserve. */
export interface Concurrency {
  readonly limit: number;
  readonly unreserved: number;
}

// AWS Lambda Developer Guide, "Lambda quotas".
const usual: Concurrency = { limit: 1000, unreserved: 1000 };

const configurationPath = /^\/2015-03-31\/functions\/([^/?]+)\/configuration$/;
const settingsPath = /^\/2016-08-19\/account-settings\/?$/;

const pathOf = (request: WireRequest): string => request.url.split('?')[0] ?? '';

/** An answer of a service that speaks REST JSON; `errorType` for a refusal. */
export const answered = (status: number, body: object, errorType?: string): WireResponse => ({
  status,
  headers: {
    'content-type': 'application/json',
    'x-amzn-requestid': randomUUID(),
    ...(errorType === undefined ? {} : { 'x-amzn-errortype': errorType }),
  },
  body: JSON.stringify(body),
});

const refusal = (error: { readonly status: number; readonly code: string; readonly message: string }) =>
  answered(
    error.code === 'AccessDeniedException' ? 403 : error.status,
    { Type: 'User', Message: error.message },
    error.code,
  );

const identify = (request: WireRequest): Operation | null => {
  if (request.method !== 'GET') return null;
  if (configurationPath.test(pathOf(request))) return { service: 'lambda', name: 'GetFunctionConfiguration' };
  return settingsPath.test(pathOf(request)) ? { service: 'lambda', name: 'GetAccountSettings' } : null;
};

const configurationOf = (functions: Functions, request: WireRequest): WireResponse => {
  const [, given = ''] = configurationPath.exec(pathOf(request)) ?? [];
  const name = decodeURIComponent(given).split(':').at(-1) ?? '';
  const found = functions.get(name);
  if (found === undefined)
    return refusal({
      status: 404,
      code: 'ResourceNotFoundException',
      message: `Function not found: ${decodeURIComponent(given)}`,
    });
  return answered(200, {
    FunctionName: found.name,
    FunctionArn: found.arn,
    Role: found.role,
    Timeout: found.timeout,
    MemorySize: found.memory,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    Environment: { Variables: found.variables },
  });
};

/** Lambda's GetFunctionConfiguration and GetAccountSettings (REST JSON). */
export const createLambda = (functions: Functions, concurrency: Concurrency = usual): SandboxService => ({
  identify,
  answer: async (request, { name }) =>
    name === 'GetFunctionConfiguration'
      ? configurationOf(functions, request)
      : answered(200, {
          AccountLimit: {
            ConcurrentExecutions: concurrency.limit,
            UnreservedConcurrentExecutions: concurrency.unreserved,
          },
          AccountUsage: { FunctionCount: functions.size },
        }),
  refuse: (_operation, error) => refusal(error),
  close: async () => undefined,
});
