import { describe, expect, test } from '@jest/globals';
import type { AccessReport, CompletedReport } from '../../core/finding/access-report.ts';
import { type SeenUse, type UseSpan, withReports } from '../../core/finding/seen-use.ts';
import { judge } from '../../core/review/judgement.ts';
import cases from '../cases/detect/seasons.json' with { type: 'json' };
import several from '../cases/detect/seasons-of-several.json' with { type: 'json' };
import {
  day,
  fullAccess,
  now,
  policy,
  reportOf,
  reviewOf,
  target,
  treeOf,
  type Use,
} from '../support/small-world.ts';

interface Case {
  readonly name: string;
  /** Days ago; or each so many days from then to then. */
  readonly uses?: readonly number[];
  readonly usesFrom?: number;
  readonly usesTo?: number;
  readonly usesEvery?: number;
  readonly threshold?: number;
  readonly since?: number;
  readonly every?: number;
  /** Where the account is now. */
  readonly now?: keyof typeof trees;
  readonly expect: string;
  readonly findings?: string;
  readonly period?: number;
  readonly days?: readonly string[];
}

const accountId = '222222222221';
const dev = 'ou-test-dev00000';
const prod = 'ou-test-prod0000';
const account = { id: accountId, name: 'dev-1' };
const other = { id: '333333333331', name: 'prod-1' };
const before = treeOf({ Dev: { 'dev-1': account }, Prod: { 'prod-1': other } });
const trees = {
  same: before,
  moved: treeOf({ Dev: {}, Prod: { 'dev-1': account, 'prod-1': other } }),
  gone: treeOf({ Dev: {}, Prod: { 'prod-1': other } }),
};

const completed = (report: AccessReport): CompletedReport => {
  if (report.status === 'failed') throw new Error('no report');
  return report;
};

function usesOf({ uses, usesEvery = 1, usesFrom = 0, usesTo = 0 }: Case): readonly Use[] {
  const days =
    uses ?? Array.from({ length: (usesFrom - usesTo) / usesEvery }, (_, n) => usesFrom - n * usesEvery);
  return days.map((daysAgo) => ({ accountId, service: 'lex', at: now - daysAgo * day }));
}

/** What reviews saw from so many days ago until now. */
function seenBy(uses: readonly Use[], since: number, every: number, [tree, entity] = [before, dev]): SeenUse {
  let seen: SeenUse = new Map();
  for (let daysAgo = since; daysAgo >= 0; daysAgo -= every) {
    const report = completed(reportOf(tree, entity, uses, ['lex'], now - daysAgo * day));
    seen = withReports(seen, [report]).seen;
  }
  return seen;
}

describe('a service that comes back', () => {
  test.each(cases.cases as readonly Case[])('$name: $expect', (given) => {
    const { days = [], every = 7, findings = 'lapsed', now: place = 'same', period } = given;
    const { since = 1000, threshold: thresholdDays = 180 } = given;
    const tree = trees[place];
    const seenUse = seenBy(usesOf(given), since, every);
    const reports = [reportOf(tree, 'r-test', usesOf(given), ['lex'])];
    const { facts, request } = reviewOf(tree, {
      ...{ reports, seenUse, request: { thresholdDays, scopeId: 'r-test' } },
    });
    const [finding] = judge(facts, request).detection.findings;
    expect(finding).toMatchObject({ status: given.expect, kind: findings });
    if (given.expect === 'open') return;
    expect(finding?.reason).toBe('SEASONAL');
    if (period !== undefined) expect(finding?.note).toContain(`every ${period} days`);
    for (const each of days) expect(finding?.note).toContain(each);
  });

  test('is denied nowhere that its account lies, also by the SCP of another OU', () => {
    const uses: readonly Use[] = [560, 195].map((ago) => ({
      accountId,
      service: 'lex',
      at: now - ago * day,
    }));
    const seenUse = seenBy(uses, 1000, 7);
    const deny = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'dms:*', Resource: '*' }] };
    const shared = policy('p-shared0001', deny, [target(before, dev), target(before, prod)]);
    const reports = ['r-test', dev, prod].map((id) => reportOf(before, id, uses, ['lex']));
    const given = { reports, policies: [fullAccess(before), shared], request: { scopeId: prod } };
    const draftsOf = (more: object) => {
      const { facts, request } = reviewOf(before, { ...given, ...more });
      return judge(facts, request).placement;
    };
    expect([...draftsOf({}).drafts].map(({ policyId }) => policyId)).toEqual(['p-shared0001']);
    const { drafts, refusals } = draftsOf({ seenUse });
    expect([...drafts].map(({ policyId }) => policyId)).not.toContain('p-shared0001');
    expect(refusals.map(({ code, policyId }) => [code, policyId])).toEqual([['SEASONAL', 'p-shared0001']]);
  });

  test('is written down anew only where something new is known', () => {
    const uses: readonly Use[] = [{ accountId, service: 'lex', at: now - 100 * day }];
    const first = withReports(new Map(), [
      completed(reportOf(before, dev, uses, ['lex', 's3'], now - 90 * day)),
    ]);
    expect(first.services).toEqual(['lex']);
    const soon = withReports(first.seen, [completed(reportOf(before, dev, uses, ['lex'], now - 83 * day))]);
    expect(soon).toEqual({ seen: first.seen, services: [] });
    const later = withReports(soon.seen, [completed(reportOf(before, dev, uses, ['lex'], now - 70 * day))]);
    expect(later.services).toEqual(['lex']);
  });

  test('is known of a service that is named by what reports show of it alone', () => {
    const uses = ['lex', 's3'].map((service) => ({ accountId, service, at: now - 100 * day }));
    const report = completed(reportOf(before, dev, uses, ['lex', 's3'], now - 90 * day));
    const whole = withReports(new Map(), [report]);
    const lex = withReports(new Map(), [report], 'lex');
    expect([whole.services, lex.services]).toEqual([['lex', 's3'], ['lex']]);
    expect(withReports(lex.seen, [report], 's3').seen).toEqual(whole.seen);
    expect(withReports(new Map(), [report], 'dms')).toEqual({ seen: new Map(), services: [] });
  });
});

interface CaseOfSeveral {
  readonly name: string;
  readonly uses: Readonly<Record<string, readonly number[]>>;
  readonly at: string;
  /** False: spans as they were stored before the accounts of a row were counted. */
  readonly counted?: boolean;
  /** The account that is in Dev now. */
  readonly moved?: string;
  readonly expect: string;
}

const ids: Readonly<Record<string, string>> = {
  'north-1': '444444444441',
  'south-1': '444444444442',
  'south-2': '444444444443',
  'dev-1': accountId,
};
const accountsOf = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { id: ids[name] ?? '' }]));
const shopsWith = (south: readonly string[], development: readonly string[], north = ['north-1']) =>
  treeOf({
    Shops: { North: accountsOf(...north), South: accountsOf(...south) },
    Dev: accountsOf(...development),
  });
const idOf = (tree: ReturnType<typeof treeOf>, name: string): string => {
  const found = [...tree.entities.values()].find((entity) => entity.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found.id;
};

describe('a service that several accounts use each season', () => {
  /** As versions stored it that kept no spans of accounts and did not count them. */
  const uncounted = (seen: SeenUse): SeenUse =>
    new Map(
      [...seen].map(([service, entities]) => {
        const units = [...entities].filter(([id]) => !/^\d{12}$/.test(id));
        return [service, new Map(units.map(([id, spans]) => [id, spans.map(uncountedSpan)]))];
      }),
    );
  const uncountedSpan = (span: UseSpan): UseSpan => ({ ...span, alone: false });

  test.each(several.cases as unknown as readonly CaseOfSeveral[])('$name, at $at: $expect', (given) => {
    const { counted = true, moved } = given;
    const then = shopsWith(['south-1', 'south-2'], ['dev-1']);
    const south = ['south-1', 'south-2'].filter((name) => name !== moved);
    const north = ['north-1'].filter((name) => name !== moved);
    const today = moved === undefined ? then : shopsWith(south, ['dev-1', moved], north);
    const uses = Object.entries(given.uses).flatMap(([name, days]) =>
      days.map((ago) => ({ accountId: ids[name] ?? '', service: 'lex', at: now - ago * day })),
    );
    const seen = seenBy(uses, 1000, 7, [then, idOf(then, 'Shops')]);
    const at = idOf(today, given.at);
    const { facts, request } = reviewOf(today, {
      reports: [reportOf(today, at, uses, ['lex'])],
      seenUse: counted ? seen : uncounted(seen),
      request: { scopeId: at },
    });
    const [finding] = judge(facts, request).detection.findings;
    expect(finding).toMatchObject({ entityId: at, status: given.expect });
    if (given.expect === 'held') expect(finding?.reason).toBe('SEASONAL');
  });
});
