import { randomUUID } from 'node:crypto';
import { answerOf, BadQuery, type Cells } from './athena-query.ts';
import type { Callers } from './callers.ts';
import type { IamAccounts } from './iam/accounts.ts';
import { authorize } from './iam/authorize.ts';
import { type JsonBody, JsonError, jsonInput, jsonService } from './json-protocol.ts';
import type { ScenarioTrail } from './scenario.ts';
import type { SandboxService } from './service.ts';
import type { World } from './world.ts';

const target = 'AmazonAthena.';

/** The trail of the organization, with what happens to its queries; null: there is no table of it. */
export interface TrailBox {
  current: ScenarioTrail | null;
}

interface Query {
  readonly id: string;
  readonly sql: string;
  readonly workgroup: string;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly scannedBytes: number;
  readonly pageRows: number;
  /** The header first, or why it fails. */
  readonly outcome: readonly Cells[] | string;
}

const refuse = (message: string): never => {
  throw new JsonError('InvalidRequestException', message, { AthenaErrorCode: 'INVALID_INPUT' });
};

const text = (input: JsonBody, member: string): string => {
  const value = input[member];
  return typeof value === 'string' ? value : '';
};

const outcomeOf = (sql: string, trail: ScenarioTrail, world: World): Query['outcome'] => {
  if (trail.failure !== undefined) return trail.failure;
  try {
    return answerOf(sql, trail, world);
  } catch (error) {
    if (error instanceof BadQuery) return error.message;
    throw error;
  }
};

const stateOf = ({ endsAt, outcome, startedAt }: Query, now: number): string => {
  if (now < startedAt + (endsAt - startedAt) / 3) return 'QUEUED';
  if (now < endsAt) return 'RUNNING';
  return typeof outcome === 'string' ? 'FAILED' : 'SUCCEEDED';
};

const row = (cells: Cells): JsonBody => ({
  Data: cells.map((cell) => (cell === null ? {} : { VarCharValue: cell })),
});

/** Athena's StartQueryExecution, GetQueryExecution and GetQueryResults (JSON 1.1) over the trail of a scenario, for the management account. */
export const createAthena = (
  world: World,
  callers: Callers,
  accounts: IamAccounts,
  box: TrailBox,
): SandboxService => {
  const queries = new Map<string, Query>();
  // A trail that is put in the place of another one was asked nothing yet.
  const byToken = new WeakMap<ScenarioTrail, Map<string, Query>>();

  const start = (input: JsonBody): JsonBody => {
    const [sql, workgroup] = [text(input, 'QueryString'), text(input, 'WorkGroup') || 'primary'];
    if (sql === '' || Buffer.byteLength(sql) > 262_144)
      refuse("1 validation error detected: Value at 'queryString' failed to satisfy constraint");
    const trail = box.current;
    if (trail === null || workgroup !== (trail.workgroup ?? 'primary'))
      throw new JsonError('InvalidRequestException', `WorkGroup ${workgroup} is not found.`);
    const asked = (input.ResultConfiguration ?? {}) as JsonBody;
    if (trail.outputLocation === undefined && !text(asked, 'OutputLocation').startsWith('s3://'))
      refuse(
        'No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.',
      );
    const token = text(input, 'ClientRequestToken');
    const tokens = byToken.get(trail) ?? new Map<string, Query>();
    byToken.set(trail, tokens);
    const before = tokens.get(token);
    if (before !== undefined && before.sql !== sql) refuse('Idempotent parameters do not match');
    const startedAt = world.now();
    const query = before ?? {
      id: randomUUID(),
      sql,
      workgroup,
      startedAt,
      endsAt: startedAt + (trail.seconds ?? 2) * 1000,
      scannedBytes: trail.scannedBytes ?? 0,
      pageRows: trail.pageRows ?? 1000,
      outcome: outcomeOf(sql, trail, world),
    };
    queries.set(query.id, query);
    if (token !== '') tokens.set(token, query);
    return { QueryExecutionId: query.id };
  };

  const queryOf = (input: JsonBody): Query => {
    const id = text(input, 'QueryExecutionId');
    return queries.get(id) ?? refuse(`QueryExecution ${id} was not found`);
  };

  const execution = (query: Query): JsonBody => {
    const state = stateOf(query, world.now());
    const hasEnded = state === 'SUCCEEDED' || state === 'FAILED';
    return {
      QueryExecution: {
        QueryExecutionId: query.id,
        Query: query.sql,
        StatementType: 'DML',
        WorkGroup: query.workgroup,
        Status: {
          State: state,
          SubmissionDateTime: query.startedAt / 1000,
          ...(hasEnded && { CompletionDateTime: query.endsAt / 1000 }),
          ...(state === 'FAILED' && { StateChangeReason: query.outcome }),
        },
        Statistics: hasEnded ? { DataScannedInBytes: query.scannedBytes } : {},
      },
    };
  };

  const results = (query: Query, input: JsonBody): JsonBody => {
    const state = stateOf(query, world.now());
    const most = Number(input.MaxResults ?? 1000);
    if (!(most >= 1 && most <= 1000)) refuse('MaxResults is more than maximum allowed length 1000.');
    if (state === 'QUEUED' || state === 'RUNNING')
      refuse(`Query has not yet finished. Current state: ${state}`);
    if (typeof query.outcome === 'string')
      return refuse(`Query did not finish successfully. Final query state: ${state}`);
    const from = Number(text(input, 'NextToken') || 0);
    const to = from + Math.min(most, query.pageRows);
    const [header = []] = query.outcome;
    return {
      ResultSet: {
        Rows: query.outcome.slice(from, to).map(row),
        ResultSetMetadata: { ColumnInfo: header.map((Name) => ({ Name, Type: 'varchar' })) },
      },
      UpdateCount: 0,
      ...(to < query.outcome.length && { NextToken: String(to) }),
    };
  };

  const perform = (name: string, input: JsonBody): JsonBody => {
    if (name === 'StartQueryExecution') return start(input);
    if (name === 'GetQueryExecution') return execution(queryOf(input));
    if (name === 'GetQueryResults') return results(queryOf(input), input);
    throw new JsonError('UnknownOperationException', `No operation ${name}`);
  };

  return jsonService({
    service: 'athena',
    prefix: target,
    throttleCode: 'TooManyRequestsException',
    answer: (request, name) => {
      const caller = callers.callerOf(request.accessKeyId ?? '');
      const input = jsonInput(request);
      const workgroup =
        text(input, 'WorkGroup') || queries.get(text(input, 'QueryExecutionId'))?.workgroup || 'primary';
      const arn = `arn:aws:athena:us-east-1:${caller.accountId}:workgroup/${workgroup}`;
      authorize(caller, accounts.of(caller.accountId), `athena:${name}`, arn);
      return perform(name, input);
    },
  });
};
