import { describe, expect, test } from '@jest/globals';
import type { AccessReport } from '../../core/finding/access-report.ts';
import { type AllowedMemory, allowedAfter } from '../../core/finding/allowed-lately.ts';
import type { Finding } from '../../core/finding/finding.ts';
import { isWithin } from '../../core/organization/organization.ts';
import { indexPolicies } from '../../core/policy/policy-index.ts';
import type { ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import { judge } from '../../core/review/judgement.ts';
import cases from '../cases/detect/newly-allowed.json' with { type: 'json' };
import { nextReports } from '../support/next-reports.ts';
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
  readonly trackedSince?: number;
  readonly unread?: readonly number[];
  readonly threshold?: number;
  readonly depth?: 'ou' | 'account';
  readonly expect: readonly string[];
}

const tree = treeOf({
  Dev: { 'dev-1': { id: '222222222221' }, Backend: { 'dev-2': { id: '222222222222' } } },
  Prod: { 'prod-1': { id: '333333333331' } },
  Old: { 'old-1': { id: '444444444441', state: 'SUSPENDED' } },
});
const idOf = (name: string): string => {
  const found = [...tree.entities.values()].find((entity) => entity.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found.id;
};
/** Everybody uses s3 all the time. */
const uses: readonly Use[] = tree.accounts.flatMap(({ id }) =>
  Array.from({ length: 40 }, (_, week) => ({ accountId: id, service: 's3', at: now - week * 10 * day })),
);
const breakGlass = { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/BreakGlass'] } };

function policiesAt({ denied = [], unread = [] }: Case, daysAgo: number): readonly ServiceControlPolicy[] {
  const standing = denied.filter(({ from, to }) => from >= daysAgo && daysAgo > to);
  const scps = standing.map(({ but, on }, index) => {
    const statement = {
      Effect: 'Deny',
      Action: 'lex:*',
      Resource: '*',
      ...(but && { Condition: breakGlass }),
    };
    return policy(`p-deny0000${index}`, { Version: '2012-10-17', Statement: [statement] }, [
      target(tree, idOf(on)),
    ]);
  });
  const hidden = unread.includes(daysAgo)
    ? [policy('p-unread000', '', [target(tree, idOf('Dev'))], { text: null })]
    : [];
  return [fullAccess(tree), ...scps, ...hidden];
}

function reportAt(given: Case, daysAgo: number, entityId: string): AccessReport {
  const { denied = [], trackedSince = 10_000 } = given;
  const isHidden = denied.some(
    ({ but, from, on, to }) =>
      but !== true && from >= daysAgo && daysAgo > to && isWithin(tree, entityId, idOf(on)),
  );
  const services = isHidden || daysAgo > trackedSince ? ['s3'] : ['lex', 's3'];
  return reportOf(tree, entityId, uses, services, now - daysAgo * day);
}

const emptyCase: Case = { name: '', reviews: [], expect: [] };

/** One review with what those before it left, and what it leaves. */
function reviewed(given: Case, index: number, allowedBefore: AllowedMemory) {
  const { depth = 'ou', reviews, scopes, threshold: thresholdDays = 180 } = given;
  const daysAgo = reviews[index] ?? 0;
  const policies = policiesAt(given, daysAgo);
  const asOf = now - daysAgo * day;
  const scopeId = idOf(scopes?.[index] ?? 'Root');
  const start = reviewOf(tree, { policies, allowedBefore, request: { asOf, depth, scopeId, thresholdDays } });
  let { facts } = start;
  for (
    let next = nextReports(facts, start.request);
    next.length > 0;
    next = nextReports(facts, start.request)
  )
    facts = { ...facts, reports: [...facts.reports, ...next.map((id) => reportAt(given, daysAgo, id))] };
  const { findings } = judge(facts, start.request).detection;
  const policyIndex = indexPolicies(tree, policies);
  return {
    findings,
    allowed: allowedAfter(allowedBefore, { tree, policyIndex, reports: facts.reports, asOf }),
  };
}

function wordsOf({ entityId, note, reason, status }: Finding): string {
  const name = tree.entities.get(entityId)?.name;
  if (reason !== 'NEWLY_ALLOWED') return `${name} ${status}`;
  const [, since = ''] = / allowed at .* only since (\S+): /.exec(note ?? '') ?? [];
  return `${name} held since ${(Math.floor(now / day) * day - Date.parse(since)) / day}`;
}

describe('a service that was allowed only lately', () => {
  test.each(cases.cases as unknown as readonly Case[])('$name', (given) => {
    let memory: AllowedMemory = new Map();
    let findings: readonly Finding[] = [];
    for (const index of given.reviews.keys()) {
      const review = reviewed(given, index, memory);
      memory = review.allowed;
      findings = review.findings;
    }
    expect(findings.map(wordsOf).sort()).toEqual(given.expect);
  });

  const dev = idOf('Dev');
  const lately: AllowedMemory = new Map([
    [dev, { services: new Set(['lex', 's3']), since: new Map([['lex', now - 30 * day]]) }],
  ]);
  const reports = ['r-test', dev, idOf('Prod')].map((id) => reportOf(tree, id, uses, ['lex', 's3']));

  test('is held with the day since when it is allowed and the day from which on it may be found', () => {
    const { facts, request } = reviewOf(tree, { reports, allowedBefore: lately });
    const [held] = judge(facts, request).detection.findings;
    expect(held).toMatchObject({ entityId: dev, status: 'held', reason: 'NEWLY_ALLOWED' });
    expect(held?.note).toBe(
      'reviews saw the service allowed at Dev (ou-test-dev00000) only since 2026-10-23: before, nobody there could use it, or AWS did not track it. It may be found unused from 2027-04-21 on',
    );
  });

  test('has the same words as others of that entity and day, so that reports list them together', () => {
    const names = ['dms', 'lex'];
    const since = new Map(names.map((name) => [name, now - 30 * day]));
    const { facts, request } = reviewOf(tree, {
      reports: ['r-test', dev].map((id) => reportOf(tree, id, [], names)),
      allowedBefore: new Map([[dev, { services: new Set(names), since }]]),
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

  test('what is protected stays protected', () => {
    const services = ['lex', 'iam'];
    const memory = new Map([[dev, { services: new Set(services), since: new Map([['iam', now - day]]) }]]);
    const { facts, request } = reviewOf(tree, {
      ...{ reports: [reportOf(tree, 'r-test', [], services)], allowedBefore: memory },
    });
    const findings = judge(facts, request).detection.findings.map(({ entityId, status }) => [
      entityId,
      status,
    ]);
    expect(findings).toEqual([
      ['r-test', 'protected'],
      ['r-test', 'open'],
    ]);
  });
});

describe('what reviews leave of what entities may use', () => {
  const policyIndex = indexPolicies(tree, [fullAccess(tree)]);
  const look = (daysAgo: number, services: readonly string[], entityId = 'r-test') => ({
    ...{ tree, policyIndex, asOf: now - daysAgo * day },
    reports: [reportOf(tree, entityId, [], services, now - daysAgo * day)],
  });

  test('is one entry where nothing differs below, and those that differ or once did', () => {
    expect([...allowedAfter(new Map(), look(10, ['lex'])).keys()]).toEqual(['r-test']);
    const denied = policiesAt({ ...emptyCase, denied: [{ on: 'Dev', from: 1, to: -1 }] }, 0);
    const shut = { ...look(5, ['lex']), policyIndex: indexPolicies(tree, denied) };
    const memory = allowedAfter(allowedAfter(new Map(), look(10, ['lex'])), shut);
    expect([...memory].map(([id, { services }]) => [id, [...services]])).toEqual([
      ['r-test', ['lex']],
      [idOf('Dev'), []],
    ]);
    const again = allowedAfter(memory, look(0, ['lex']));
    expect([...(again.get(idOf('Dev'))?.since ?? [])]).toEqual([['lex', now]]);
  });

  test('forgets entities that are gone, and days so long ago that no threshold reaches them', () => {
    const before: AllowedMemory = new Map([
      ['ou-test-gone0000', { services: new Set(['lex']), since: new Map() }],
      [
        'r-test',
        {
          services: new Set(['dms', 'lex']),
          since: new Map([
            ['dms', now - 399 * day],
            ['lex', now - 400 * day],
          ]),
        },
      ],
    ]);
    const after = allowedAfter(before, look(0, ['dms', 'lex']));
    expect([...after].map(([id, { since }]) => [id, [...since.keys()]])).toEqual([['r-test', ['dms']]]);
  });

  test('stays as it was where no report tells', () => {
    const before = allowedAfter(new Map(), look(10, ['lex']));
    expect(allowedAfter(before, { ...look(0, []), reports: [] })).toEqual(before);
  });
});
