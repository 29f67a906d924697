import type { Caller, Callers } from './callers.ts';
import {
  type QueryDialect,
  QueryError,
  type QueryValue,
  queryAnswer,
  queryInput,
  queryOperation,
  queryRefusal,
} from './query-protocol.ts';
import type { SandboxService } from './service.ts';

/** The operations of a Query service by name: each takes who calls and the parameters, and throws a `QueryError` to refuse. */
export type QueryOperations = Readonly<
  Record<string, (caller: Caller, input: URLSearchParams) => QueryValue | Promise<QueryValue>>
>;

/** A service that speaks the Query protocol to callers who sign. */
export const queryService = (
  service: string,
  dialect: QueryDialect,
  callers: Callers,
  operations: QueryOperations,
): SandboxService => ({
  identify: (request) => {
    const name = queryOperation(request, dialect);
    return name === null ? null : { service, name };
  },
  answer: async (request, { name }) => {
    try {
      const operation = operations[name];
      if (operation === undefined)
        throw new QueryError(
          'InvalidAction',
          `Could not find operation ${name} for version ${dialect.version}`,
        );
      if (request.accessKeyId === null)
        throw new QueryError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
      return queryAnswer(
        dialect,
        name,
        await operation(callers.callerOf(request.accessKeyId), queryInput(request)),
      );
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      return queryRefusal(dialect, error);
    }
  },
  refuse: (_operation, error) => queryRefusal(dialect, error),
  close: async () => undefined,
});
