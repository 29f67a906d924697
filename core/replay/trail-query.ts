import { athenaLimits, dayMilliseconds } from '../base/limits.ts';
import { knownSources, sourcesOf } from './event-actions.ts';
import { refusedForm } from './refused-call.ts';

/** Where the organization's trail is queried: `sources.replay` of the configuration. */
export interface TrailTable {
  readonly database: string;
  readonly table: string;
  readonly workgroup: string;
  /** Where results are written, sent with each query; null: the workgroup says it. */
  readonly outputLocation: string | null;
  readonly days: number;
  /** The partition column of accounts; null: the table has none. */
  readonly accountColumn: string | null;
  /** The partition column of days or months, as its values are written; null: the table has none. */
  readonly dateColumn: string | null;
  readonly dateFormat: 'yyyy/MM/dd' | 'yyyy/MM';
}

/** What is asked of a trail: the calls of accounts to services between two instants, epoch milliseconds. */
export interface TrailQuery {
  readonly accountIds: readonly string[];
  /** Namespaces. */
  readonly services: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** The columns of an answer, in their order. */
export const trailColumns = [
  ...['account', 'source', 'name', 'region', 'principal', 'identity', 'via', 'failed'],
  ...['records', 'calls', 'lasttime', 'days', 'regions', 'total'],
] as const;

const callTypes = ['AwsApiCall', 'AwsConsoleAction'];
// As in `readRecord`: whose ARN is what IAM knows as aws:PrincipalArn.
const byOwnArn = ['Root', 'IAMUser', 'FederatedUser'];

/** From when on calls count: the beginning of a day, so many days before an instant, epoch milliseconds. */
export function firstInstant(to: number, days: number): number {
  return (Math.floor(to / dayMilliseconds) - days) * dayMilliseconds;
}

/**
 * One query in Athena's SQL, one scan. It gives a row for each group of calls to the services, and one for each name of
 * an unknown source. One for each account with all else shows what the trail covers. Nothing but ids, names of the
 * committed table and the checked names of the configuration is written into it; anything else is a bug, and throws.
 */
export function trailSql(
  where: Omit<TrailTable, 'days'>,
  { accountIds, from, services, to }: TrailQuery,
): string {
  const accounts = listed(accountIds, /^\d{12}$/);
  const asked = listed(sourcesOf(new Set(services)), sourceForm);
  const known = listed(knownSources(), sourceForm);
  const { accountColumn, dateColumn, dateFormat } = where;
  const dateText = (at: number): string =>
    literal(new Date(at).toISOString().slice(0, dateFormat.length).replaceAll('-', '/'));
  // Logs lie under the day on which they were delivered.
  const partitions = [
    ...(accountColumn === null ? [] : [`${named(accountColumn)} IN (${accounts})`]),
    ...(dateColumn === null
      ? []
      : [`${named(dateColumn)} BETWEEN ${dateText(from)} AND ${dateText(to + dayMilliseconds)}`]),
  ];
  return `SELECT account, source, name, region, principal, identity, via, failed,
  count(*) AS records, count(DISTINCT callid) AS calls, max(eventtime) AS lasttime,
  array_join(array_agg(DISTINCT substr(eventtime, 1, 10)), ' ') AS days,
  array_join(array_agg(DISTINCT awsregion), ' ') AS regions,
  count(*) OVER () AS total
FROM (
  SELECT eventtime, awsregion,
    CASE WHEN kind = 'asked' THEN caller ELSE recipientaccountid END AS account,
    CASE WHEN kind <> 'other' THEN eventsource END AS source,
    CASE WHEN kind <> 'other' THEN eventname END AS name,
    CASE WHEN kind = 'asked' THEN awsregion END AS region,
    CASE WHEN kind = 'asked' THEN principal END AS principal,
    CASE WHEN kind <> 'other' THEN identity END AS identity,
    CASE WHEN kind <> 'other' THEN via END AS via,
    CASE WHEN kind <> 'other' THEN coalesce(regexp_like(lower(errorcode), ${literal(refusedForm)}), false) END AS failed,
    CASE WHEN kind <> 'other' THEN callid END AS callid
  FROM (
    SELECT eventtime, awsregion, recipientaccountid, eventsource, eventname, errorcode,
      coalesce(sharedeventid, eventid) AS callid,
      useridentity.accountid AS caller, useridentity.type AS identity, useridentity.invokedby AS via,
      CASE WHEN useridentity.type IN (${byOwnArn.map(literal).join(', ')}) THEN useridentity.arn
        ELSE coalesce(useridentity.sessioncontext.sessionissuer.arn,
          CASE WHEN useridentity.type = 'Role' THEN useridentity.arn END) END AS principal,
      CASE WHEN eventtype NOT IN (${callTypes.map(literal).join(', ')}) THEN 'other'
        WHEN regexp_replace(lower(eventsource), '[.]cn$', '') IN (${asked}) THEN 'asked'
        WHEN regexp_replace(lower(eventsource), '[.]cn$', '') IN (${known}) THEN 'other'
        ELSE 'unknown' END AS kind
    FROM ${named(where.database)}.${named(where.table)}
    WHERE ${[
      ...partitions,
      `eventtime BETWEEN ${timeText(from)} AND ${timeText(to)}`,
      `recipientaccountid IN (${accounts})`,
    ].join('\n      AND ')}
  )
)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
LIMIT ${athenaLimits.rows}`;
}

const sourceForm = /^[a-z0-9.-]+\.amazonaws\.com$/;

function listed(values: readonly string[], form: RegExp): string {
  if (values.length === 0) throw new Error('a query of the trail is about nothing');
  for (const value of values)
    if (!form.test(value)) throw new Error(`not to be written into a query: ${JSON.stringify(value)}`);
  return values.map(literal).join(', ');
}

function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function named(name: string): string {
  if (!/^[a-z0-9_-]{1,255}$/.test(name))
    throw new Error(`not the name of a database, table or column: ${JSON.stringify(name)}`);
  return `"${name}"`;
}

function timeText(at: number): string {
  return literal(new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'));
}
