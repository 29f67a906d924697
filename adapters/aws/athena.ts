import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { athenaLimits } from '../../core/base/limits.ts';
import type { Clock } from '../ports.ts';
import type { QueryRows, TrailQueries } from '../source-ports.ts';
import { readAll } from './pages.ts';
import { AwsRefusal, refusing } from './refusal.ts';

const [firstPoll, longestPoll] = athenaLimits.pollMilliseconds;

/** Runs queries through StartQueryExecution, GetQueryExecution and GetQueryResults (Athena API reference). With the token of a start that was made before, Athena answers the query of that start. */
export function createTrailQueries(client: AthenaClient, clock: Clock): TrailQueries {
  let scanned = 0;
  return {
    scannedBytes: () => scanned,
    rowsOf: async (sql, { milliseconds, outputLocation, token, workgroup }) => {
      const { QueryExecutionId: id } = await refusing('StartQueryExecution', () =>
        client.send(
          new StartQueryExecutionCommand({
            QueryString: sql,
            WorkGroup: workgroup,
            ClientRequestToken: token,
            // A workgroup that enforces its own settings ignores it.
            ...(outputLocation !== null && { ResultConfiguration: { OutputLocation: outputLocation } }),
          }),
        ),
      );
      if (!id)
        throw refusal('StartQueryExecution', 'UNREADABLE_ANSWER', 'the answer names no query', 'answer');
      const { Statistics, Status: { State, StateChangeReason = 'no reason is given' } = {} } = await endOf(
        client,
        clock,
        id,
        milliseconds,
      );
      // Athena pricing: cancelled queries are paid for, such as those that the workgroup stops; failed ones are not.
      if (State !== 'FAILED')
        scanned += Math.max(Statistics?.DataScannedInBytes ?? 0, athenaLimits.leastBytes);
      if (State !== 'SUCCEEDED')
        throw refusal('GetQueryExecution', 'QUERY_FAILED', `the query ended ${State}: ${StateChangeReason}`);
      return rowsIn(client, id);
    },
  };
}

/** A query that has ended, whatever became of it. */
async function endOf(
  client: AthenaClient,
  clock: Clock,
  id: string,
  milliseconds: number,
): Promise<QueryExecution> {
  const operation = 'GetQueryExecution';
  const startedAt = clock.now();
  for (let wait: number = firstPoll; ; wait = Math.min(longestPoll, wait * 2)) {
    await clock.wait(wait);
    const { QueryExecution: query } = await refusing(operation, () =>
      client.send(new GetQueryExecutionCommand({ QueryExecutionId: id })),
    );
    const State = query?.Status?.State;
    if (query && (State === 'SUCCEEDED' || State === 'FAILED' || State === 'CANCELLED')) return query;
    if (State !== 'QUEUED' && State !== 'RUNNING')
      throw refusal(operation, 'UNREADABLE_ANSWER', 'the answer names no state of the query', 'answer');
    if (clock.now() - startedAt > milliseconds)
      throw refusal(operation, 'QUERY_TIMED_OUT', `the query had not ended after ${milliseconds / 1000} s`);
  }
}

/** All rows of a query that has succeeded. The first row of the first page names the columns. */
async function rowsIn(client: AthenaClient, id: string): Promise<QueryRows> {
  const [header, ...rows] = await readAll('GetQueryResults', async (NextToken) => {
    const page = await client.send(
      new GetQueryResultsCommand({
        QueryExecutionId: id,
        MaxResults: athenaLimits.pageRows,
        ...(NextToken && { NextToken }),
      }),
    );
    return { items: page.ResultSet?.Rows, nextToken: page.NextToken };
  });
  const columns = (header?.Data ?? []).map(({ VarCharValue = '' }) => VarCharValue);
  if (columns.length === 0)
    throw refusal('GetQueryResults', 'SHORT_ANSWER', 'the answer names no columns', 'answer');
  return rows.map(({ Data = [] }) =>
    Object.fromEntries(Data.map(({ VarCharValue = null }, index) => [columns[index] ?? '', VarCharValue])),
  );
}

function refusal(operation: string, code: string, said: string, kind: 'answer' | 'other' = 'other') {
  return new AwsRefusal({ operation, code, kind, said });
}
