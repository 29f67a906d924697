import { describe, expect, test } from '@jest/globals';
import { type AccessReport, namedAccount } from '../../core/finding/access-report.ts';
import { unknownPlace } from '../../core/finding/moves.ts';
import { isWithin, type OrganizationTree } from '../../core/organization/organization.ts';
import { judge } from '../../core/review/judgement.ts';
import type { ReviewFacts } from '../../core/review/review-facts.ts';
import cases from '../cases/detect/boundaries.json' with { type: 'json' };
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

type Row = (typeof cases)[number] & {
  readonly [key: string]: unknown;
  readonly uses: readonly (readonly [string, string, number])[];
};

function treeFor(row: Row): OrganizationTree {
  const dev = (name: string, id: string) => ({
    id,
    name,
    state: (row.suspended as string[] | undefined)?.includes(name)
      ? ('SUSPENDED' as const)
      : ('ACTIVE' as const),
    joinedAt: (row.young as string[] | undefined)?.includes(name) ? now - 20 * day : now - 900 * day,
  });
  const one = { 'dev-1': dev('dev-1', '222222222221') };
  const two = { ...one, 'dev-2': dev('dev-2', '222222222222') };
  const trees: Readonly<Record<string, Nest>> = {
    usual: { Dev: two, Prod: { 'prod-1': dev('prod-1', '333333333331') } },
    nested: { Dev: { ...one, Backend: { 'dev-2': dev('dev-2', '222222222222') } } },
    empty: { Dev: {}, Prod: two },
    management: { Dev: { ...two, mgmt: dev('mgmt', '111111111111') } },
    flat: two,
  };
  return treeOf(trees[String(row.tree ?? 'usual')] as Nest);
}

function idOf(tree: OrganizationTree, name: string): string {
  for (const entity of tree.entities.values()) if (entity.name === name) return entity.id;
  throw new Error(`no entity is named ${name}`);
}

function decide(row: Row): readonly string[] {
  const tree = treeFor(row);
  const id = (name: string): string => idOf(tree, name);
  const services = (row.services as string[] | undefined) ?? ['lex'];
  const scps = ((row.scps as { on: string[]; deny: string; condition?: object }[] | undefined) ?? []).map(
    ({ on, deny, condition }, index) => {
      const statement = {
        Effect: 'Deny',
        Action: `${deny}:*`,
        Resource: '*',
        ...(condition ? { Condition: condition } : {}),
      };
      return policy(
        `p-case000${index}`,
        { Version: '2012-10-17', Statement: [statement] },
        on.map((name) => target(tree, id(name))),
      );
    },
  );
  const usesOf = (rows: Row['uses']): Use[] =>
    rows.map(([name, service, ago]) => ({ accountId: id(name), service, at: now - ago * day }));
  const ask = (entityId: string): AccessReport => {
    if ((row.failing as string[] | undefined)?.some((name) => id(name) === entityId)) {
      return { status: 'failed', entityId, failure: { code: 'SHORT_REPORT', message: '100 of 455 rows' } };
    }
    const hidden = (service: string): boolean =>
      row.listed !== true &&
      scps.some(
        ({ targets, text }) =>
          text?.includes(`"${service}:*"`) &&
          !text.includes('Condition') &&
          targets.some((on) => isWithin(tree, entityId, on.id)),
      );
    // Use from before a move shows at the old place or only in the account's own report: AWS does not say.
    const own =
      tree.entities.get(entityId)?.type === 'account'
        ? usesOf((row.hiddenUse as Row['uses'] | undefined) ?? [])
        : [];
    const report = reportOf(
      tree,
      entityId,
      [...usesOf(row.uses), ...own],
      services.filter((service) => !hidden(service)),
    );
    if (row.namedElsewhere !== true || report.status === 'failed') return report;
    const elsewhere = { lastAccessedBy: namedAccount('o-testorgid1/r-test/ou-test-gone0000/999999999999') };
    return {
      ...report,
      rows: new Map([...report.rows].map(([service, cells]) => [service, { ...cells, ...elsewhere }])),
    };
  };
  const start = reviewOf(tree, {
    policies: [fullAccess(tree), ...scps],
    settings: (row.settings as object | undefined) ?? {},
    trustedServicePrincipals: (row.trusted as string[] | undefined) ?? [],
    namespacesSeenBefore: new Set((row.seenBefore as string[] | undefined) ?? []),
    moves: new Map(
      ((row.moved as string[] | undefined) ?? []).map((name) => [id(name), new Set([unknownPlace])]),
    ),
    request: {
      scopeId: id(String(row.scope ?? 'Dev')),
      depth: row.depth === 'account' ? 'account' : 'ou',
      ...(row.kinds ? { kinds: row.kinds as ('lapsed' | 'never-used')[] } : {}),
    },
  });
  let facts: ReviewFacts = start.facts;
  for (
    let next = nextReports(facts, start.request);
    next.length > 0;
    next = nextReports(facts, start.request)
  ) {
    facts = { ...facts, reports: [...facts.reports, ...next.map(ask)] };
  }
  return judge(facts, start.request)
    .detection.findings.map(({ entityId, kind, reason, serviceNamespace, status, youngAccounts }) => {
      const young = youngAccounts.map((accountId) => ` young:${tree.entities.get(accountId)?.name}`).join('');
      return `${tree.entities.get(entityId)?.name} ${serviceNamespace} ${kind} ${status}${reason ? `:${reason}` : ''}${young}`;
    })
    .sort();
}

describe('detection', () => {
  test.each(cases as unknown as Row[])('$name', (row) => {
    expect(decide(row)).toEqual(row.expect);
  });
});
