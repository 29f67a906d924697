import type { ScenarioCall, ScenarioTrail } from './scenario.ts';
import type { World } from './world.ts';

/** The cells of one row. */
export type Cells = readonly (string | null)[];

/** A query that Athena takes and cannot run: it ends FAILED with this reason. */
export class BadQuery extends Error {}

const day = 86_400_000;
/** Where something happens in every account every day. */
const busyRegions = ['eu-west-1', 'us-east-1'];
const callTypes = ['AwsApiCall', 'AwsConsoleAction'];

/** What a query asks for, as far as this engine understands one: any other shape is a syntax error here. */
interface Asked {
  readonly columns: readonly string[];
  readonly accounts: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly known: ReadonlySet<string>;
  readonly from: string;
  readonly to: string;
  readonly limit: number;
  /** Error codes, in lower case, of what counts as failed. */
  readonly failed: RegExp;
}

/** One record of the trail. */
interface Entry {
  readonly at: number;
  readonly account: string;
  readonly caller: string | null;
  readonly source: string;
  readonly name: string;
  readonly region: string;
  readonly type: string;
  readonly identity: string;
  readonly principal: string | null;
  readonly via: string | null;
  readonly error: string | null;
  readonly id: string;
}

const values = (list: string | undefined): ReadonlySet<string> =>
  new Set(
    [...(list ?? '').matchAll(/'((?:[^']|'')*)'/g)].map(([, value = '']) => value.replaceAll("''", "'")),
  );

const part = (sql: string, pattern: RegExp, what: string): RegExpExecArray => {
  const found = pattern.exec(sql);
  if (found === null) throw new BadQuery(`SYNTAX_ERROR: this sandbox finds no ${what} in the query`);
  return found;
};

const checkTable = (sql: string, { database, table }: ScenarioTrail): void => {
  const [, schema, name] = part(sql, /FROM "([^"]*)"\."([^"]*)"/, 'table');
  if (schema !== database)
    throw new BadQuery(`SCHEMA_NOT_FOUND: line 1:1: Schema '${schema}' does not exist`);
  if (name !== table)
    throw new BadQuery(`TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog.${schema}.${name}' does not exist`);
};

/** Partition columns are named in quotes before the columns of the records. */
const checkPartitions = (sql: string, { partitions = ['account', 'month'] }: ScenarioTrail): void => {
  const [where = ''] = part(sql, /WHERE "[\s\S]*|WHERE eventtime[\s\S]*/, 'condition');
  const named = [...where.matchAll(/"([^"]+)" (?:IN|BETWEEN)/g)].map(([, column = '']) => column);
  const missing = named.find((column) => !partitions.includes(column));
  if (missing !== undefined)
    throw new BadQuery(`COLUMN_NOT_FOUND: line 1:1: Column '${missing}' cannot be resolved`);
  // The account is injected.
  if (partitions.includes('account') && !named.includes('account'))
    throw new BadQuery(
      'CONSTRAINT_VIOLATION: For the injected projected partition column account, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.',
    );
};

const read = (sql: string, trail: ScenarioTrail): Asked => {
  checkTable(sql, trail);
  checkPartitions(sql, trail);
  const [, head = ''] = part(sql, /^SELECT ([\s\S]*?)\nFROM/, 'column');
  const [, from = '', to = ''] = part(sql, /eventtime BETWEEN '([^']*)' AND '([^']*)'/, 'time');
  const [, accounts] = part(sql, /recipientaccountid IN \(([^)]*)\)/, 'account');
  const injected = /"account" IN \(([^)]*)\)/.exec(sql)?.[1] ?? accounts;
  const [, services] = part(sql, /IN \(([^)]*)\) THEN 'asked'/, 'source of events');
  const [, known] = part(sql, /cn\$', ''\) IN \(([^)]*)\) THEN 'other'/, 'known source of events');
  const [, failed = ''] = part(sql, /regexp_like\(lower\(errorcode\), '([^']*)'\)/, 'error code');
  const [, limit] = part(sql, /LIMIT (\d+)$/, 'limit');
  const partitions = values(injected);
  return {
    columns: head.split(/,\n?\s*(?![^()]*\))/).map((column) => column.split(' AS ').at(-1)?.trim() ?? ''),
    accounts: new Set([...values(accounts)].filter((id) => partitions.has(id))),
    services: values(services),
    known: values(known),
    from,
    to,
    limit: Number(limit),
    failed: new RegExp(failed),
  };
};

const timeText = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

const entriesOf = (call: ScenarioCall, index: number, now: number): readonly Entry[] => {
  const { account, caller, daysAgo, error, invokedBy, principal, source, type } = call;
  const everyDay = { eventType: 'AwsApiCall', identity: 'AssumedRole', region: 'us-east-1', ...call };
  return Array.from({ length: call.count ?? 1 }, (_, number) => ({
    at: now - daysAgo * day + number,
    account,
    caller: type === 'AWSService' ? null : (caller ?? account),
    source,
    name: call.name,
    region: everyDay.region,
    type: everyDay.eventType,
    identity: type ?? everyDay.identity,
    principal: principal === undefined ? null : `arn:aws:iam::${caller ?? account}:${principal}`,
    via: invokedBy ?? null,
    error: error ?? null,
    id: `event-${index}-${number}`,
  }));
};

/** AWS Config looks at every account every day, for itself. */
const background = (account: string, now: number, since: number): readonly Entry[] =>
  Array.from({ length: since }, (_, daysAgo) =>
    busyRegions.map((region) => ({
      at: now - daysAgo * day,
      account,
      caller: null,
      source: 'config.amazonaws.com',
      name: 'Look',
      region,
      type: 'AwsApiCall',
      identity: 'AWSService',
      principal: null,
      via: 'config.amazonaws.com',
      error: null,
      id: `look-${account}-${daysAgo}-${region}`,
    })),
  ).flat();

interface Group {
  readonly key: Readonly<Record<string, string | null>>;
  records: number;
  last: number;
  readonly ids: Set<string>;
  readonly days: Set<string>;
  readonly regions: Set<string>;
}

const kindOf = ({ source, type }: Entry, { known, services }: Asked): 'asked' | 'other' | 'unknown' => {
  const plain = source.toLowerCase().replace(/\.cn$/, '');
  if (!callTypes.includes(type)) return 'other';
  if (services.has(plain)) return 'asked';
  return known.has(plain) ? 'other' : 'unknown';
};

const keyOf = (entry: Entry, kind: ReturnType<typeof kindOf>, { failed }: Asked): Group['key'] => {
  const isAsked = kind === 'asked';
  const isCall = kind !== 'other';
  return {
    account: isAsked ? entry.caller : entry.account,
    source: isCall ? entry.source : null,
    name: isCall ? entry.name : null,
    region: isAsked ? entry.region : null,
    principal: isAsked ? entry.principal : null,
    identity: isCall ? entry.identity : null,
    via: isCall ? entry.via : null,
    failed: isCall ? String(entry.error !== null && failed.test(entry.error.toLowerCase())) : null,
  };
};

const cellsOf = (group: Group, columns: readonly string[], total: number): Cells =>
  columns.map((column) => {
    const told: Readonly<Record<string, string | null>> = {
      ...group.key,
      records: String(group.records),
      calls: String(group.ids.size),
      lasttime: timeText(group.last),
      days: [...group.days].join(' '),
      regions: [...group.regions].join(' '),
      total: String(total),
    };
    const cell = told[column];
    if (cell === undefined)
      throw new BadQuery(`COLUMN_NOT_FOUND: line 1:1: Column '${column}' cannot be resolved`);
    return cell;
  });

/** The answer to a query, its header first. Throws a BadQuery for one that cannot be run. */
export const answerOf = (sql: string, trail: ScenarioTrail, world: World): readonly Cells[] => {
  const asked = read(sql, trail);
  const now = world.now();
  const since = trail.sinceDaysAgo ?? 400;
  const busy = [...world.accounts.keys()].filter((id) => !trail.silent?.includes(id));
  const entries = [
    ...(trail.calls ?? []).flatMap((call, index) => entriesOf(call, index, now)),
    ...busy.filter((id) => asked.accounts.has(id)).flatMap((id) => background(id, now, since)),
  ];
  const groups = new Map<string, Group>();
  for (const entry of entries) {
    const at = timeText(entry.at);
    if (!asked.accounts.has(entry.account) || at < asked.from || at > asked.to) continue;
    const kind = kindOf(entry, asked);
    const key = keyOf(entry, kind, asked);
    const text = JSON.stringify(key);
    const group = groups.get(text) ?? {
      key,
      records: 0,
      last: 0,
      ids: new Set(),
      days: new Set(),
      regions: new Set(),
    };
    groups.set(text, group);
    group.records += 1;
    group.last = Math.max(group.last, entry.at);
    if (kind !== 'other') group.ids.add(entry.id);
    group.days.add(at.slice(0, 10));
    group.regions.add(entry.region);
  }
  const total = groups.size;
  const rows = [...groups.values()].slice(
    0,
    trail.shortBy === undefined ? asked.limit : total - trail.shortBy,
  );
  return [asked.columns, ...rows.map((group) => cellsOf(group, asked.columns, total))];
};
