import { describe, expect, test } from '@jest/globals';
import type { Scenario, ScenarioAccount, ScenarioChild, ScenarioUse } from '../../sandbox/scenario.ts';
import { loadScenario, scenarioNames } from '../../sandbox/scenario-load.ts';
import serviceNames from '../../sandbox/service-names.json' with { type: 'json' };

const DAY = 86_400_000;
const THRESHOLD = 180;
/** Dates of joining are absolute in the files: who is young is judged from the day they were written. */
const FULL_ACCESS = 'p-FullAWSAccess';

interface Place {
  readonly account: ScenarioAccount;
  /** Ids from the root down to the account. */
  readonly path: readonly string[];
}

function placesOf(scenario: Scenario): readonly Place[] {
  const walk = (children: readonly ScenarioChild[], path: readonly string[]): Place[] =>
    children.flatMap((child) =>
      'ou' in child
        ? walk(child.children ?? [], [...path, child.ou])
        : [{ account: child, path: [...path, child.account] }],
    );
  return walk(scenario.root.children ?? [], [scenario.root.id]);
}

function placesBelow(scenario: Scenario, ou: string): readonly Place[] {
  return placesOf(scenario).filter(({ path }) => path.includes(ou));
}

function usesOf(account: ScenarioAccount): readonly (readonly [string, ScenarioUse])[] {
  return Object.entries(account.usage ?? {}).flatMap(([service, given]) =>
    (Array.isArray(given) ? given : [given]).map((use) => [service, use as ScenarioUse] as const),
  );
}

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
}

function statementsOf(content: unknown): readonly Statement[] {
  if (typeof content === 'string') return [];
  return (content as { readonly Statement: readonly Statement[] }).Statement;
}

function allowedActionsAt(scenario: Scenario, target: string): readonly string[] {
  const policies = scenario.policies ?? [];
  const implicit = policies.some(({ id }) => id === FULL_ACCESS) ? [] : ['*'];
  return policies
    .filter((policy) => policy.targets?.includes(target))
    .flatMap((policy) => statementsOf(policy.content))
    .filter((statement) => statement.Effect === 'Allow')
    .flatMap((statement) => statement.Action ?? [])
    .concat(implicit);
}

function allowsAt(scenario: Scenario, target: string, service: string): boolean {
  return allowedActionsAt(scenario, target).some((action) => action === '*' || action === `${service}:*`);
}

function lastUseBelow(scenario: Scenario, ou: string, service: string): number | null {
  const days = placesBelow(scenario, ou)
    .flatMap(({ account }) => usesOf(account))
    .filter(([used]) => used === service)
    .map(([, use]) => use.daysAgo);
  return days.length === 0 ? null : Math.min(...days);
}

describe.each(scenarioNames())('scenario %s', (name) => {
  const scenario = loadScenario(name);
  const start = scenario.now === undefined ? Date.now() : Date.parse(scenario.now);

  test('every service in use is one that AWS reports', () => {
    const known = new Set(serviceNames.map(({ namespace }) => namespace));
    const used = placesOf(scenario).flatMap(({ account }) => usesOf(account).map(([service]) => service));
    expect(used.filter((service) => !known.has(service))).toEqual([]);
  });

  test('every level on the way to an account has an Allow', () => {
    const levels = new Set(placesOf(scenario).flatMap(({ path }) => path));
    expect([...levels].filter((level) => allowedActionsAt(scenario, level).length === 0)).toEqual([]);
  });

  test('nobody used a service before joining', () => {
    for (const { account } of placesOf(scenario)) {
      if (account.joined === undefined) continue;
      const joined = Date.parse(account.joined);
      const early = usesOf(account).filter(([, use]) => start - use.daysAgo * DAY < joined);
      expect({ account: account.name, early }).toEqual({ account: account.name, early: [] });
    }
  });

  test('SCPs keep within the quotas: 10 to a target, 10,240 characters each', () => {
    const attached = new Map<string, number>();
    for (const policy of scenario.policies ?? []) {
      const text = typeof policy.content === 'string' ? policy.content : JSON.stringify(policy.content);
      expect(text.length).toBeLessThanOrEqual(10_240);
      for (const target of policy.targets ?? []) attached.set(target, (attached.get(target) ?? 0) + 1);
    }
    expect(Math.max(0, ...attached.values())).toBeLessThanOrEqual(10);
  });

  test('it says what it shows', () => {
    expect((scenario as { description?: string }).description).toMatch(/^[A-Za-z].{40,}\.$/);
  });
});

describe('the Development OU story', () => {
  const scenario = loadScenario('development-ou');
  const development = 'ou-ex01-development';
  const policy = (name: string) => scenario.policies?.find((candidate) => candidate.name === name);
  const listed = serviceNames
    .map(({ namespace }) => namespace)
    .filter((service) => ['r-ex01', development].every((level) => allowsAt(scenario, level, service)));

  test('the report of Development lists the two allow lists and nothing else', () => {
    const allowed = ['DevelopmentServices', 'NewServiceTest']
      .flatMap((name) => statementsOf(policy(name)?.content))
      .flatMap((statement) => statement.Action ?? [])
      .map((action) => action.replace(':*', ''));
    expect(listed).toEqual(allowed.sort());
    expect(listed).toHaveLength(19);
  });

  test('exactly lex and dms lapsed there; everything else is in use', () => {
    const days = new Map(listed.map((service) => [service, lastUseBelow(scenario, development, service)]));
    const unused = [...days].filter(([, last]) => last === null || last > THRESHOLD);
    expect(unused).toEqual([
      ['dms', 251],
      ['lex', 213],
    ]);
  });

  test('lex and dms were used by one account each, and are in use outside Development', () => {
    for (const service of ['lex', 'dms']) {
      const users = placesOf(scenario).filter(({ account }) => account.usage?.[service] !== undefined);
      const inside = users.filter(({ path }) => path.includes(development));
      expect(inside).toHaveLength(1);
      expect(users.length).toBeGreaterThan(1);
    }
  });

  test('NewServiceTest lies on Development and its two OUs; FullAWSAccess on none of them', () => {
    const inner = new Set(placesBelow(scenario, development).flatMap(({ path }) => path.slice(1, -1)));
    expect(new Set(policy('NewServiceTest')?.targets)).toEqual(inner);
    expect(inner.size).toBe(3);
    expect(policy('FullAWSAccess')?.targets?.filter((target) => inner.has(target))).toEqual([]);
  });

  test('every account of Development may use every listed service', () => {
    for (const { path } of placesBelow(scenario, development)) {
      const missing = path.flatMap((level) =>
        listed.filter((service) => !allowsAt(scenario, level, service)),
      );
      expect(missing).toEqual([]);
    }
  });

  test('it holds a suspended account, a young one and the management account inside an OU', () => {
    const places = placesOf(scenario);
    const young = places.filter(({ account }) => {
      return (account.joinedDaysAgo ?? Number.POSITIVE_INFINITY) <= THRESHOLD;
    });
    expect(young.map(({ account }) => account.name)).toEqual(['sandbox-newcomers']);
    expect(places.filter(({ account }) => account.state === 'SUSPENDED')).toHaveLength(1);
    const management = places.find(
      ({ account }) => account.account === scenario.organization.managementAccountId,
    );
    expect(management?.path).toEqual(['r-ex01', 'ou-ex01-platform', '111111111111']);
    expect(places.length).toBeGreaterThanOrEqual(20);
  });

  test('Production works with a deny list: many services in use, some lapsed, hundreds never used', () => {
    const services = serviceNames.map(({ namespace }) => namespace);
    const last = services.map((service) => lastUseBelow(scenario, 'ou-ex01-production', service));
    expect(allowsAt(scenario, 'ou-ex01-production', 'braket')).toBe(true);
    expect(last.filter((days) => days !== null && days <= THRESHOLD).length).toBeGreaterThan(50);
    expect(last.filter((days) => days !== null && days > THRESHOLD).length).toBeGreaterThan(10);
    expect(last.filter((days) => days === null).length).toBeGreaterThan(300);
  });
});
