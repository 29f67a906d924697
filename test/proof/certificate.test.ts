import { describe, expect, test } from '@jest/globals';
import { namedAccount, type ServiceRow } from '../../core/finding/access-report.ts';
import { unknownPlace } from '../../core/finding/moves.ts';
import { checks, prove } from '../../core/proof/certificate.ts';
import type { ProofSubject } from '../../core/proof/subject.ts';
import { day, fullAccess, now, organizationId, policy, reportOf, target } from '../support/small-world.ts';
import {
  allow,
  backend,
  before,
  dev,
  guard,
  ours,
  services,
  subject,
  text,
  tree,
  usual,
} from './good-edit.ts';

function failing(given: ProofSubject): readonly string[] {
  return prove(given)
    .checks.filter((check) => check.verdict === 'failed')
    .map((check) => check.name);
}

const withRow = (service: string, cells: object) => {
  const report = reportOf(tree, dev, usual, services);
  if (report.status === 'failed') throw new Error('unreachable');
  const row = report.rows.get(service);
  return {
    ...report,
    rows: new Map([...report.rows, [service, { ...(row as ServiceRow), ...cells }]]),
  } as typeof report;
};

describe('the certificate', () => {
  test('a good edit: nothing fails, and what has no source is never ok', () => {
    const { ok, checks: results } = prove(subject());
    expect(ok).toBe(true);
    expect(results.map((result) => result.name)).toEqual(checks.map((check) => check.name));
    expect(results.filter((result) => result.verdict === 'not-proven').map((result) => result.name)).toEqual([
      'regions',
      'no-running-resources',
    ]);
    for (const { detail } of results) expect(detail.length).toBeGreaterThan(15);
  });

  test('a target that is not in the organization as read has no evidence', () => {
    const ghost = { ...target(tree, dev), id: 'ou-test-ghost000' };
    const given = subject({ edit: { targets: [target(tree, dev), ghost] } });
    expect(failing(given)).toContain('evidence-complete');
  });

  test.each(['222222222221', '222222222222'])(
    'that %s used it is said before what is not known of others',
    (accountId) => {
      // The report names the account of the last use; of every other one it says nothing.
      const uses = [...usual, { accountId, service: 'lex', at: now - day }];
      const { checks: results } = prove(subject({ reports: [reportOf(tree, dev, uses, services)] }));
      expect(results.find(({ name }) => name === 'nothing-used-denied')?.detail).toMatch(
        new RegExp(`^account ${accountId} used lex on 2026-11-21`),
      );
    },
  );

  const alone: Readonly<Record<string, () => ProofSubject>> = {
    'evidence-complete': () => {
      // The report of a target failed, although one from above covers it.
      const targets = [target(tree, dev), target(tree, backend)];
      const failed = {
        status: 'failed',
        entityId: backend,
        failure: { code: 'SHORT_REPORT', message: 'short' },
      } as const;
      return subject({
        policies: [fullAccess(tree), policy('p-trial0001', before, targets)],
        reports: [reportOf(tree, dev, usual, services), failed],
        edit: { targets },
      });
    },
    'evidence-fresh': () => subject({ readAt: now + 25 * 3_600_000 }),
    'nothing-used-denied': () =>
      subject({
        reports: [
          reportOf(
            tree,
            dev,
            [...usual, { accountId: '222222222222', service: 'lex', at: now - 2 * day }],
            services,
          ),
        ],
      }),
    'only-intended-denied': () => {
      // The SCP is attached to another account as well: unused there too, but nobody said so.
      const elsewhere = target(tree, '333333333331');
      return subject({
        policies: [fullAccess(tree), policy('p-trial0001', before, [target(tree, dev), elsewhere])],
        reports: [reportOf(tree, 'r-test', usual, services)],
      });
    },
    'protected-untouched': () => subject({ settings: { protectedServices: { add: ['lex'] } } }),
    'exemptions-respected': () =>
      subject({
        settings: {
          exemptions: [
            { entity: 'dev-2', service: 'lex', reason: 'pilot', owner: 'ana', until: '2027-01-01' },
          ],
        },
      }),
    'other-statements-unchanged': () =>
      subject({ edit: { after: text(allow, { ...guard, Sid: 'Renamed' }, ours) } }),
    syntax: () => {
      const spaced = { ...allow, Sid: 'My trial' };
      const wrong = text(spaced, guard);
      return subject({
        policies: [fullAccess(tree), policy('p-trial0001', wrong, [target(tree, dev)])],
        edit: { before: wrong, after: text(spaced, guard, ours) },
      });
    },
    quotas: () => subject({ settings: { quotas: { scpCharacters: 200 } } }),
    'no-lock-out': () =>
      subject({ settings: { breakGlass: ['arn:aws:iam::222222222221:role/break-glass'] } }),
    'no-moved-accounts': () => subject({ movedAgainAccountIds: ['222222222222'] }),
    'observation-period': () => {
      const since = new Map([['dms', now - day]]);
      return subject({ allowedBefore: new Map([['222222222221', { services: new Set(), since }]]) });
    },
  };
  test.each(Object.keys(alone))('%s fails alone', (name) => {
    expect(failing((alone[name] as () => ProofSubject)())).toEqual([name]);
  });

  test('every check but those without a source has such a case', () => {
    expect([...Object.keys(alone), 'regions', 'no-running-resources'].sort()).toEqual(
      checks.map((check) => check.name).sort(),
    );
  });
});

test.each([
  [9, []],
  [10, ['quotas']],
])('a new SCP where %i are attached already', (attached, expected) => {
  const others = Array.from({ length: attached - 1 }, (_, index) =>
    policy(`p-other00${index}0`, text(guard), [target(tree, dev)]),
  );
  const edit = { policyId: null, policyName: 'DenyUnusedServices-Dev', before: null, after: text(ours) };
  expect(failing(subject({ policies: [fullAccess(tree), ...others], edit }))).toEqual(expected);
});

test.each([
  ['finished at no time', { completedAt: Number.NaN }],
  ['begun 30 days before it was finished', { createdAt: now - 30 * day }],
  ['begun at no time', { createdAt: Number.NaN }],
])('a report that was %s is not fresh', (_, times) => {
  const report = { ...reportOf(tree, dev, usual, services), ...times };
  expect(failing(subject({ reports: [report] }))).toContain('evidence-fresh');
});

describe('raw evidence', () => {
  test('a row whose named account is not below its entity proves nothing', () => {
    const report = withRow('lex', {
      lastAccessedBy: namedAccount(`${organizationId}/r-test/ou-test-gone0000/999999999999`),
    });
    expect(failing(subject({ reports: [report] }))).toContain('evidence-complete');
  });

  test('use that any report shows wins over reports from above that do not show it', () => {
    const used = reportOf(
      tree,
      backend,
      [{ accountId: '222222222222', service: 'lex', at: now - 3 * day }],
      services,
    );
    for (const reports of [
      [reportOf(tree, dev, usual, services), used],
      [used, reportOf(tree, dev, usual, services)],
    ]) {
      expect(failing(subject({ reports }))).toEqual(['nothing-used-denied']);
    }
  });

  test('the cut-off itself is used; one millisecond before is not', () => {
    const at = (when: number) => subject({ reports: [withRow('lex', { lastAccessedAt: when })] });
    expect(failing(at(now - 180 * day))).toEqual(['nothing-used-denied']);
    expect(failing(at(now - 180 * day - 1))).toEqual([]);
  });

  test('an account that moved within the threshold needs its own report', () => {
    const moves = new Map([['222222222222', new Set([unknownPlace])]]);
    expect(failing(subject({ moves }))).toEqual(['no-moved-accounts']);
    const own = reportOf(tree, '222222222222', usual, services);
    expect(failing(subject({ moves, reports: [reportOf(tree, dev, usual, services), own] }))).toEqual([]);
    // A move inside the entity whose report it is hides nothing from that report.
    expect(failing(subject({ moves: new Map([['222222222222', new Set([dev])]]) }))).toEqual([]);
  });
});

describe('moves that nobody can know of', () => {
  const account = '222222222221';
  const atAccount = {
    policies: [fullAccess(tree), policy('p-trial0001', before, [target(tree, account)])],
    edit: { targets: [target(tree, account)] },
  };
  const own = reportOf(tree, account, usual, services);
  test.each<[history: string, Parameters<typeof subject>[0], verdict: string, detail: RegExp]>([
    [
      'trees from the cut-off on',
      { movesKnownSince: now - 180 * day },
      'ok',
      /earlier trees since 2026-05-26/,
    ],
    [
      'trees from a moment later',
      { movesKnownSince: now - 180 * day + 1 },
      'not-proven',
      /the earliest stored tree is of 2026-05-26/,
    ],
    ['no tree', { movesKnownSince: null }, 'not-proven', /no earlier tree is stored.*180 days/],
    [
      'trees from before the cut-off on, and none for months in between',
      { movesKnownSince: now - 60 * day, movesUnseen: { from: now - 200 * day, to: now - 60 * day } },
      'not-proven',
      /no tree was stored from 2026-05-06 to 2026-09-23, so an account that moved or came in between/,
    ],
    [
      'months without a tree before the cut-off alone',
      { movesKnownSince: now - 181 * day, movesUnseen: { from: now - 300 * day, to: now - 181 * day } },
      'ok',
      /earlier trees since 2026-05-25/,
    ],
    [
      'months without a tree, but the target is an account with a report of its own',
      { ...atAccount, movesKnownSince: now, movesUnseen: { from: now - 200 * day, to: now }, reports: [own] },
      'ok',
      /wherever an account was before/,
    ],
    [
      'no tree, but the target is an account with a report of its own',
      { ...atAccount, movesKnownSince: null, reports: [own] },
      'ok',
      /wherever an account was before/,
    ],
    [
      'no tree, and the account is judged by the report of its OU',
      { ...atAccount, movesKnownSince: null },
      'not-proven',
      /no earlier tree is stored/,
    ],
    [
      'no tree, and one of two targets is an OU',
      {
        movesKnownSince: null,
        policies: [
          fullAccess(tree),
          policy('p-trial0001', before, [target(tree, account), target(tree, backend)]),
        ],
        edit: { targets: [target(tree, account), target(tree, backend)] },
        reports: [own, reportOf(tree, backend, usual, services)],
      },
      'not-proven',
      /no earlier tree is stored/,
    ],
  ])('%s', (_, given, verdict, detail) => {
    const result = prove(subject(given)).checks.find(({ name }) => name === 'no-moved-accounts');
    expect(result).toEqual({ name: 'no-moved-accounts', verdict, detail: expect.stringMatching(detail) });
  });
});

describe('what the proof could not see is named', () => {
  const broken = policy('p-broken000', '{"Version":"2012-10-17","Statement":[', [target(tree, dev)]);
  const trial = policy('p-trial0001', before, [target(tree, dev)]);
  test.each<[what: string, check: string, given: Parameters<typeof subject>[0], detail: RegExp]>([
    [
      'an SCP above that is no policy',
      'only-intended-denied',
      { policies: [fullAccess(tree), trial, { ...broken, targets: [target(tree, 'r-test')] }] },
      /without broken000 \(p-broken000\)/,
    ],
    [
      'services with trusted access',
      'protected-untouched',
      { trustedServicePrincipals: null },
      /organizations:ListAWSServiceAccessForOrganization/,
    ],
  ])('%s', (_, check, given, detail) => {
    const { ok, checks: results } = prove(subject(given));
    expect(ok).toBe(true);
    expect(results.find(({ name }) => name === check)).toEqual({
      name: check,
      verdict: 'not-proven',
      detail: expect.stringMatching(detail),
    });
  });

  test('an SCP elsewhere that is no policy does not matter', () => {
    const policies = [fullAccess(tree), trial, { ...broken, targets: [target(tree, 'ou-test-prod0000')] }];
    const { checks: results } = prove(subject({ policies }));
    expect(results.find(({ name }) => name === 'only-intended-denied')?.verdict).toBe('ok');
  });
});
