import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { athenaLimits } from '../../core/base/limits.ts';
import { trackedRegions, untrackedRegions } from '../../core/base/tracked-regions.ts';
import { actionsOfEvent, knownSources, sourcesOf } from '../../core/replay/event-actions.ts';
import { firstInstant, type TrailTable, trailColumns, trailSql } from '../../core/replay/trail-query.ts';
import { readTrailRows } from '../../core/replay/trail-reading.ts';

const where: Omit<TrailTable, 'days'> = {
  ...{ database: 'audit', table: 'trail', workgroup: 'review', outputLocation: null },
  ...{ accountColumn: 'account', dateColumn: 'month', dateFormat: 'yyyy/MM' },
};
const asked = {
  ...{ accountIds: ['222222222222'], services: ['lex'] },
  ...{ from: Date.UTC(2030, 0, 2), to: Date.UTC(2030, 2, 1, 9, 30) },
};

describe('the query', () => {
  test('is of one table, these accounts, days and services', () => {
    const sql = trailSql(where, asked);
    expect(sql).toContain('FROM "audit"."trail"');
    expect(sql).toContain(`"account" IN ('222222222222')`);
    expect(sql).toContain(`"month" BETWEEN '2030/01' AND '2030/03'`);
    const byDay = trailSql({ ...where, dateColumn: 'timestamp', dateFormat: 'yyyy/MM/dd' }, asked);
    expect(byDay).toContain(`"timestamp" BETWEEN '2030/01/02' AND '2030/03/02'`);
    expect(sql).toContain(`eventtime BETWEEN '2030-01-02T00:00:00Z' AND '2030-03-01T09:30:00Z'`);
    expect(sql).toContain(
      `IN ('lex.amazonaws.com', 'lexv2.amazonaws.com', 'models-v2-lex.amazonaws.com', 'models.lex.amazonaws.com', 'runtime-v2-lex.amazonaws.com', 'runtime.lex.amazonaws.com') THEN 'asked'`,
    );
  });

  test('gives no column a name that Athena reserves', () => {
    // Athena User Guide, "Escape reserved keywords in queries": those of SELECT that a column might be called.
    const reserved = ['call', 'current', 'end', 'first', 'group', 'last', 'order', 'table', 'values'];
    const aliases = [...trailSql(where, asked).matchAll(/ AS (\w+)/g)].map(([, alias]) => alias);
    expect(aliases.length).toBeGreaterThan(10);
    expect(aliases.filter((alias) => reserved.includes(alias ?? ''))).toEqual([]);
  });

  test('of a table without partitions names no column of them', () => {
    const sql = trailSql({ ...where, accountColumn: null, dateColumn: null }, asked);
    expect(sql).not.toMatch(/"account"|"month"/);
    expect(sql).toContain("recipientaccountid IN ('222222222222')");
  });

  test('of the most accounts and of all services is no longer than Athena takes', () => {
    const accountIds = Array.from({ length: athenaLimits.accountsPerQuestion }, (_, index) =>
      String(200_000_000_000 + index),
    );
    const sql = trailSql(where, {
      ...asked,
      accountIds,
      services: knownSources()
        .map((name) => name.replace('.amazonaws.com', ''))
        .filter((name) => !name.includes('.')),
    });
    expect(Buffer.byteLength(sql)).toBeLessThan(athenaLimits.queryBytes);
  });

  test('takes nothing that is not an id or a name: anything else is a bug, and throws', () => {
    const hostile = fc.string({ minLength: 1 }).filter((text) => !/^[a-z0-9_-]+$/.test(text));
    fc.assert(
      fc.property(hostile, (text) => {
        for (const changed of [{ accountIds: [text] }, { services: [text] }] as const)
          expect(() => trailSql(where, { ...asked, ...changed })).toThrow();
        for (const key of ['database', 'table', 'accountColumn', 'dateColumn'])
          expect(() => trailSql({ ...where, [key]: text }, asked)).toThrow();
      }),
    );
  });

  test.each([
    ['database', 'audit" UNION'],
    ['table', 'Trail'],
    ['accountColumn', "a' OR '1'='1"],
    ['workgroup', 'two words'],
    ['trailLocation', 's3://bucket/without-slash'],
    ['outputLocation', 's3://bucket/*/'],
    ['trailLocation', 's3://bucket/$x/'],
  ])('the configuration takes no %s such as %s', (key, value) => {
    const replay = { ...where, trailLocation: 's3://trail/', [key]: value };
    expect(parseConfiguration({ sources: { replay } }).ok).toBe(false);
  });
});

test('every source of the table is one of some service, and a service is asked for under all of its sources', () => {
  for (const source of knownSources()) {
    const actions = actionsOfEvent(source, 'Anything') ?? [];
    expect(actions.length).toBeGreaterThan(0);
    for (const [first] of actions) expect(sourcesOf(new Set([first?.namespace ?? '']))).toContain(source);
  }
  expect(sourcesOf(new Set(['not-in-any-table']))).toEqual(['not-in-any-table.amazonaws.com']);
});

test('days begin at midnight', () => {
  expect(firstInstant(Date.UTC(2030, 2, 1, 9, 30), 90)).toBe(Date.UTC(2029, 11, 1));
});

describe('an answer', () => {
  const row = (cells: Readonly<Record<string, string | null>>) => ({
    ...Object.fromEntries(trailColumns.map((column) => [column, null])),
    ...{ records: '3', calls: '2', lasttime: '2030-02-01T00:00:00Z', total: '1', ...cells },
  });
  const call = { account: '222222222222', source: 'lex.amazonaws.com', name: 'PostText', failed: 'false' };

  test('is read', () => {
    const read = readTrailRows([row({ ...call, days: '2030-01-02 2030-01-03', regions: 'eu-west-1' })]);
    expect(read).toMatchObject({
      ok: true,
      value: {
        groups: [{ accountId: '222222222222', eventName: 'PostText', count: 2, failed: false }],
        records: [['222222222222', 3]],
        ...{ days: ['2030-01-02', '2030-01-03'], regions: ['eu-west-1'] },
      },
    });
  });

  test.each([
    ['a row is missing', [row({ ...call, total: '2' })], '1 of 2 rows'],
    ['more rows than one answer has', [row({ ...call, total: '70000' })], '1 of 70000 rows'],
    ['no count', [row({ ...call, calls: null })], 'no count'],
    ['no time', [row({ ...call, lasttime: 'yesterday' })], 'no time'],
    ['another query', [{ _col0: '1' }], 'no column account'],
  ])('that is not whole is refused: %s', (_, rows, says) => {
    const read = readTrailRows(rows);
    expect(read.ok ? '' : read.reasons[0].detail).toContain(says);
  });

  test('a call without an id counts, and what has no source is of an unknown one', () => {
    const read = readTrailRows([row({ ...call, source: null, calls: '0' })]);
    expect(read.ok && read.value.groups[0]).toMatchObject({ eventSource: 'unknown', count: 1 });
  });
});

describe('the table of docs/replay.md', () => {
  const page = readFileSync('docs/replay.md', 'utf8');
  const [, columns = '', rest = ''] =
    /CREATE EXTERNAL TABLE ([\s\S]*?)PARTITIONED BY ([\s\S]*?)```/.exec(page) ?? [];

  test('has every column that the query names', () => {
    const sql = trailSql(where, asked).replaceAll(/'[^']*'/g, '');
    const plain = [
      ...sql.matchAll(/\b(event[a-z]+|recipientaccountid|sharedeventid|awsregion|errorcode)\b/g),
    ];
    for (const [name] of plain) expect(columns).toMatch(new RegExp(`\\b${name} string`));
    for (const [path] of sql.matchAll(/useridentity[a-z.]+/g))
      for (const field of path.split('.').slice(1)) expect(columns).toContain(`${field}:`);
  });

  test('has the partitions that the configuration expects, and every Region', () => {
    const replay = {
      ...where,
      trailLocation: 's3://trail/',
      accountColumn: undefined,
      dateColumn: undefined,
    };
    const parsed = parseConfiguration({ sources: { replay } });
    const { accountColumn, dateColumn, dateFormat } = (parsed.ok && parsed.value.sources.replay) || where;
    expect(rest).toContain(`(${accountColumn} string, region string, ${dateColumn} string)`);
    expect(rest).toContain(`'projection.${dateColumn}.format' = '${dateFormat}'`);
    const listed = /'projection.region.values' = '([^']*)'/.exec(rest)?.[1]?.split(',');
    const commercial = [...Object.keys(trackedRegions), ...untrackedRegions].filter(
      (name) => !name.includes('-gov-'),
    );
    expect(listed).toEqual(commercial.sort());
  });
});
