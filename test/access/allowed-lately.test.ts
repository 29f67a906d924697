import { describe, expect, test } from '@jest/globals';
import type { AccessReport } from '../../core/finding/access-report.ts';
import type { AllowedMemory, KeptOut } from '../../core/finding/allowed-memory.ts';
import type { Finding } from '../../core/finding/finding.ts';
import { allowedAfter } from '../../core/finding/kept-out.ts';
import { type Account, isWithin, type OrganizationTree } from '../../core/organization/organization.ts';
import { indexPolicies } from '../../core/policy/policy-index.ts';
import type { ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import { judge } from '../../core/review/judgement.ts';
import { review } from '../../core/review/review.ts';
import cases from '../cases/detect/newly-allowed.json' with { type: 'json' };
import { nextReports } from '../support/next-reports.ts';
import {
  day,
  fullAccess,
  type Nest,
  now,
  policy,
  reportOf,
  reviewOf,
  target,
  treeOf,
  type Use,
} from '../support/small-world.ts';

interface Denied {
  readonly on: string;
  /** Days ago. */
  readonly from: number;
  readonly to: number;
  readonly but?: true;
}

interface Case {
  readonly name: string;
  readonly reviews: readonly number[];
  readonly scopes?: readonly string[];
  readonly denied?: readonly Denied[];
  readonly moved?: readonly { readonly what: string; readonly to: string; readonly at: number }[];
  /** The days ago at which the text of an SCP was not read, and where that one is attached. */
  readonly unread?: readonly number[];
  readonly unreadAt?: string;
  /** The text of that SCP was read, and is no policy. */
  readonly malformed?: true;
  readonly threshold?: number;
  readonly depth?: 'ou' | 'account';
  readonly youngAccounts?: 'hold';
  readonly expect: readonly string[];
}

const accounts: Readonly<Record<string, Partial<Account>>> = {
  'dev-1': { id: '222222222221' },
  'dev-2': { id: '222222222222' },
  'prod-1': { id: '333333333331' },
  'prod-2': { id: '333333333332' },
  'prod-3': { id: '333333333333' },
  'prod-4': { id: '333333333334' },
  'old-1': { id: '444444444441', state: 'SUSPENDED' },
};
const home: Readonly<Record<string, string>> = {
  ...{ Dev: 'Root', Prod: 'Root', Old: 'Root', Backend: 'Dev', 'dev-1': 'Dev', 'dev-2': 'Backend' },
  ...{ 'prod-1': 'Prod', 'prod-2': 'Prod', 'prod-3': 'Prod', 'prod-4': 'Prod', 'old-1': 'Old' },
};

function treeAt({ moved = [] }: Pick<Case, 'moved'>, daysAgo: number): OrganizationTree {
  const places = { ...home };
  for (const { at, to, what } of moved) if (at >= daysAgo) places[what] = to;
  const nestOf = (parent: string): Nest =>
    Object.fromEntries(
      Object.keys(places)
        .filter((name) => places[name] === parent)
        .map((name) => [name, accounts[name] ?? nestOf(name)]),
    );
  return treeOf(nestOf('Root'));
}

const tree = treeAt({}, 0);
const idOf = (name: string): string => {
  const found = [...tree.entities.values()].find((entity) => entity.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found.id;
};
/** Everybody uses s3 all the time. */
const uses: readonly Use[] = tree.accounts.flatMap(({ id }) =>
  Array.from({ length: 40 }, (_, week) => ({ accountId: id, service: 's3', at: now - week * 10 * day })),
);
const devAccounts = ['222222222221', '222222222222'];
const breakGlass = { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/BreakGlass'] } };

function policiesAt(given: Case, daysAgo: number): readonly ServiceControlPolicy[] {
  const { denied = [], malformed, unread = [], unreadAt = 'Dev' } = given;
  const then = treeAt(given, daysAgo);
  const standing = denied.filter(({ from, to }) => from >= daysAgo && daysAgo > to);
  const scps = standing.map(({ but, on }, index) => {
    const statement = {
      Effect: 'Deny',
      Action: 'lex:*',
      Resource: '*',
      ...(but && { Condition: breakGlass }),
    };
    return policy(`p-deny0000${index}`, { Version: '2012-10-17', Statement: [statement] }, [
      target(then, idOf(on)),
    ]);
  });
  const hidden = unread.includes(daysAgo)
    ? [policy('p-unread000', '', [target(then, idOf(unreadAt))], { text: malformed ? 'no policy' : null })]
    : [];
  return [fullAccess(then), ...scps, ...hidden];
}

function reportAt(given: Case, daysAgo: number, entityId: string): AccessReport {
  const { denied = [] } = given;
  const then = treeAt(given, daysAgo);
  const isHidden = denied.some(
    ({ but, from, on, to }) =>
      but !== true && from >= daysAgo && daysAgo > to && isWithin(then, entityId, idOf(on)),
  );
  const services = isHidden ? ['s3'] : ['lex', 's3'];
  return reportOf(then, entityId, uses, services, now - daysAgo * day);
}

const emptyCase: Case = { name: '', reviews: [], expect: [] };

/** One review with what those before it left, and what it leaves. */
function reviewed(given: Case, index: number, allowedBefore: AllowedMemory) {
  const { depth = 'ou', moved = [], reviews, scopes, threshold: thresholdDays = 180, youngAccounts } = given;
  const daysAgo = reviews[index] ?? 0;
  const policies = policiesAt(given, daysAgo);
  const asOf = now - daysAgo * day;
  const scopeId = idOf(scopes?.[index] ?? 'Root');
  const past = moved.filter(({ at, what }) => at >= daysAgo && accounts[what] !== undefined);
  const start = reviewOf(treeAt(given, daysAgo), {
    ...{ policies, allowedBefore, request: { asOf, depth, scopeId, thresholdDays } },
    moves: new Map(past.map(({ what }) => [idOf(what), new Set([idOf(home[what] ?? '')])])),
    settings: youngAccounts ? { youngAccounts } : {},
  });
  let { facts } = start;
  for (
    let next = nextReports(facts, start.request);
    next.length > 0;
    next = nextReports(facts, start.request)
  )
    facts = { ...facts, reports: [...facts.reports, ...next.map((id) => reportAt(given, daysAgo, id))] };
  const { detection, placement } = judge(facts, start.request);
  const policyIndex = indexPolicies(facts.tree, policies);
  return {
    told: [
      ...detection.findings.map(wordsOf),
      ...placement.drafts.flatMap(({ targets }) => targets.map(({ name }) => `denied at ${name}`)),
      ...placement.refusals.flatMap(({ code, detail, entityId = '' }) =>
        code === 'NEWLY_ALLOWED'
          ? `not denied: ${leftOut(detail) ?? `${nameOf(entityId)}${sinceIn(detail)}`}`
          : [],
      ),
    ].sort(),
    allowed: allowedAfter(allowedBefore, policyIndex, asOf),
  };
}

const nameOf = (id: string): string => tree.entities.get(id)?.name ?? id;

function sinceIn(words = ''): string {
  const [, since] = / only since (\S+): /.exec(words) ?? [];
  return since === undefined ? '' : ` since ${(Math.floor(now / day) * day - Date.parse(since)) / day}`;
}

/** Whom a refusal of the root names: one of them, where it is drafted below. */
function leftOut(detail: string): string | null {
  const [, name] = /^At (\S+) /.exec(detail) ?? [];
  return name === undefined ? null : `${name}${sinceIn(detail)}`;
}

function wordsOf({ entityId, note, reason, status }: Finding): string {
  const told = reason === 'NEWLY_ALLOWED' ? `${status}${sinceIn(note)}` : `${status}${note ? ', told' : ''}`;
  return `${nameOf(entityId)} ${told}`;
}

describe('a service that was allowed only lately', () => {
  test.each(cases.cases as unknown as readonly Case[])('$name', (given) => {
    let memory: AllowedMemory = new Map();
    let told: readonly string[] = [];
    for (const index of given.reviews.keys()) {
      const review = reviewed(given, index, memory);
      memory = review.allowed;
      told = review.told;
    }
    expect(told).toEqual(given.expect);
  });

  const dev = idOf('Dev');
  const since30 = (...services: readonly string[]): KeptOut => ({
    services: new Set(),
    since: new Map(services.map((service) => [service, now - 30 * day])),
  });
  const lately: AllowedMemory = new Map(devAccounts.map((id) => [id, since30('lex')]));
  const reports = ['r-test', dev, idOf('Prod')].map((id) => reportOf(tree, id, uses, ['lex', 's3']));

  test('is held with the day since when it is allowed and the day from which on it may be found', () => {
    const { facts, request } = reviewOf(tree, { reports, allowedBefore: lately, request: { scopeId: dev } });
    const [held] = judge(facts, request).detection.findings;
    expect(held).toMatchObject({ entityId: dev, status: 'held', reason: 'NEWLY_ALLOWED' });
    expect(held?.note).toBe(
      'reviews saw SCPs let dev-2 (222222222222) and 1 more use the service only since 2026-10-23: before, nobody there could use it. It may be found unused from 2027-04-21 on',
    );
  });

  test('has the same words as others of those accounts and that day, so that reports list them together', () => {
    const names = ['dms', 'lex'];
    const { facts, request } = reviewOf(tree, {
      reports: ['r-test', dev].map((id) => reportOf(tree, id, [], names)),
      allowedBefore: new Map(devAccounts.map((id) => [id, since30(...names)])),
      request: { scopeId: dev },
    });
    const { findings } = judge(facts, request).detection;
    expect(findings.map(({ serviceNamespace }) => serviceNamespace)).toEqual(names);
    expect(new Set(findings.map(({ note }) => note)).size).toBe(1);
  });

  test('is denied there neither by the SCP of another OU', () => {
    const deny = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'dms:*', Resource: '*' }] };
    const shared = policy('p-shared0001', deny, [target(tree, dev), target(tree, idOf('Prod'))]);
    const given = { reports, policies: [fullAccess(tree), shared], request: { scopeId: idOf('Prod') } };
    const placed = (more: object) => {
      const { facts, request } = reviewOf(tree, { ...given, ...more });
      return judge(facts, request).placement;
    };
    expect([...placed({}).drafts].map(({ policyId }) => policyId)).toEqual(['p-shared0001']);
    const { drafts, refusals } = placed({ allowedBefore: lately });
    expect([...drafts].map(({ policyId }) => policyId)).not.toContain('p-shared0001');
    expect(refusals.map(({ code, policyId }) => [code, policyId])).toEqual([
      ['NEWLY_ALLOWED', 'p-shared0001'],
    ]);
  });

  test('is denied by the SCP of another OU for one account of many there, unless young accounts hold', () => {
    const deny = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'dms:*', Resource: '*' }] };
    const shared = policy('p-shared0001', deny, [target(tree, dev), target(tree, idOf('Prod'))]);
    const placed = (youngAccounts: string) => {
      const { facts, request } = reviewOf(tree, {
        ...{ reports, policies: [fullAccess(tree), shared], request: { scopeId: dev } },
        ...{ allowedBefore: new Map([['333333333331', since30('lex')]]), settings: { youngAccounts } },
      });
      return judge(facts, request).placement.drafts.map(({ policyId }) => policyId);
    };
    expect(placed('include')).toEqual(['p-shared0001']);
    expect(placed('hold')).toEqual([null]);
  });

  test('is told with the change where one account of many may use it only lately', () => {
    const { facts, request } = reviewOf(tree, {
      ...{ reports, allowedBefore: new Map([['333333333331', since30('lex')]]) },
      request: { scopeId: idOf('Prod') },
    });
    const { changes, findings } = review(facts, request);
    expect(findings.map(({ note, status }) => [status, note])).toEqual([
      ['open', 'SCPs let prod-1 (333333333331) use it only lately, so not for the whole threshold'],
    ]);
    expect(changes[0]?.evidence[0]?.allowedLately).toEqual(['prod-1 (333333333331)']);
    expect(changes[0]?.risk.flags).toContain('NEWLY_ALLOWED');
  });

  test('leaves no more than five parts of an OU: else the OU waits as a whole', () => {
    const teams = (count: number): Nest =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `Team${index}`,
          Object.fromEntries(
            [1, 2, 3, 4].map((of) => [`a${of}-${index}`, { id: String(200000000000 + 10 * index + of) }]),
          ),
        ]),
      );
    const placed = (count: number) => {
      const work = treeOf({ Work: teams(count) });
      const { facts, request } = reviewOf(work, {
        reports: [
          'r-test',
          'ou-test-work0000',
          ...Array.from({ length: count }, (_, index) => `ou-test-team${index}000`),
        ].map((id) => reportOf(work, id, [], ['lex'])),
        allowedBefore: new Map(['200000000001', '200000000002'].map((id) => [id, since30('lex')])),
      });
      const { detection, placement } = judge(facts, request);
      return {
        found: detection.findings.map(({ entityId, status }) => [entityId, status]),
        denied: placement.drafts.flatMap(({ targets }) => targets.map(({ name }) => name)),
        refused: placement.refusals.map(({ code }) => code),
      };
    };
    const found = [['r-test', 'open']];
    const denied = ['Team1', 'Team2', 'Team3', 'Team4', 'Team5'];
    expect(placed(6)).toEqual({ found, denied, refused: ['NEWLY_ALLOWED'] });
    expect(placed(7)).toEqual({ found, denied: [], refused: ['NEWLY_ALLOWED'] });
  });

  test('what is protected stays protected', () => {
    const services = ['lex', 'iam'];
    const memory = new Map(devAccounts.map((id) => [id, since30('iam')]));
    const { facts, request } = reviewOf(tree, {
      ...{ reports: [reportOf(tree, dev, [], services)], allowedBefore: memory, request: { scopeId: dev } },
    });
    const findings = judge(facts, request).detection.findings;
    expect(findings.map(({ status }) => status)).toEqual(['protected', 'open']);
  });
});

describe('what reviews leave of what SCPs keep accounts out of', () => {
  const looked = (before: AllowedMemory, daysAgo: number, given: Partial<Case> = {}) => {
    const whole = { ...emptyCase, ...given };
    const policyIndex = indexPolicies(treeAt(whole, daysAgo), policiesAt(whole, daysAgo));
    return allowedAfter(before, policyIndex, now - daysAgo * day);
  };
  const denied = [{ on: 'Dev', from: 100, to: 4 }];

  test('is nothing where SCPs keep nothing out, and the accounts of which they do', () => {
    expect(looked(new Map(), 10).size).toBe(0);
    // What an SCP allows that was not read, nobody can tell.
    for (const policies of [[], [{ ...fullAccess(tree), text: null }]])
      expect(allowedAfter(new Map(), indexPolicies(tree, policies), now).size).toBe(0);
    const memory = looked(new Map(), 5, { denied });
    expect([...memory].map(([id, { services, since }]) => [id, [...services], since.size])).toEqual(
      devAccounts.toReversed().map((id) => [id, ['lex'], 0]),
    );
    const again = looked(memory, 0, { denied });
    expect([...again.values()].map(({ services, since }) => [services.size, [...since]])).toEqual(
      devAccounts.map(() => [0, [['lex', now]]]),
    );
    expect(looked(again, -10).get('222222222221')?.since.get('lex')).toBe(now);
    expect(
      looked(again, -10, { denied: [{ on: 'Dev', from: 0, to: -20 }] }).get('222222222221')?.since.size,
    ).toBe(0);
  });

  test('is shared by all accounts of the same SCPs and the same past', () => {
    const memory = looked(looked(new Map(), 5, { denied }), 0);
    expect(new Set(memory.values()).size).toBe(1);
  });

  test('forgets accounts that are gone, and days so long ago that no threshold reaches them', () => {
    const past = (days: number) => ({
      services: new Set<string>(),
      since: new Map([['lex', now - days * day]]),
    });
    const before: AllowedMemory = new Map([
      ['999999999999', past(1)],
      ['222222222221', past(399)],
      ['222222222222', past(400)],
    ]);
    expect([...looked(before, 0).keys()]).toEqual(['222222222221']);
  });

  test('knows what an allow list leaves out, also a service that only an SCP names', () => {
    const limited = policy(
      'p-allow00000',
      {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['s3:*', 'brandnew:*'], Resource: '*' }],
      },
      [target(tree, idOf('Dev'))],
    );
    const full = fullAccess(tree);
    const elsewhere = { ...full, targets: full.targets.filter(({ id }) => id !== idOf('Dev')) };
    const own = policy(
      'p-deny000000',
      { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'brandnew:*', Resource: '*' }] },
      [target(tree, idOf('Backend'))],
    );
    const memory = allowedAfter(new Map(), indexPolicies(tree, [elsewhere, limited, own]), now);
    const isOut = (id: string) => ['lex', 's3', 'brandnew'].map((name) => memory.get(id)?.services.has(name));
    expect(isOut('222222222221')).toEqual([true, false, false]);
    expect(isOut('222222222222')).toEqual([true, false, true]);
    expect(memory.has('333333333331')).toBe(false);
  });
});
