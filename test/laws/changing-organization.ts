import fc from 'fast-check';
import { type CompletedReport, namedAccount, type ServiceRow } from '../../core/finding/access-report.ts';
import { buildTree, type OrganizationTree } from '../../core/organization/organization.ts';
import type { ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import { day, fullAccess, now, policy, target } from '../support/small-world.ts';

/** Services of every world: two of one product, one that is protected, and three of no kind. */
export const services = ['apigateway', 'braket', 'dms', 'execute-api', 'lex', 'support'] as const;
/** The services that belong to one product. */
export const family: readonly string[] = ['apigateway', 'execute-api'];
/** The service that no finding ever opens for. */
export const protectedService = 'support';

const units = ['ou-test-alpha000', 'ou-test-inner000', 'ou-test-beta0000', 'ou-test-gamma000'] as const;
const parents: Readonly<Record<string, string>> = {
  'ou-test-alpha000': 'r-test',
  'ou-test-inner000': 'ou-test-alpha000',
  'ou-test-beta0000': 'r-test',
  'ou-test-gamma000': 'ou-test-beta0000',
};
const managementAccountId = '111111111111';
const lag = 4 * 3_600_000;

/** An account in one span of time between two reviews; null: it is no member. */
interface Stay {
  readonly place: string;
  readonly state: 'ACTIVE' | 'SUSPENDED';
}

/** An SCP that denies one service at one entity in some of the spans. */
interface Denial {
  readonly service: string;
  readonly entity: string;
  readonly from: number;
  readonly to: number;
  readonly conditional: boolean;
}

/** An organization as time goes by: what is so in each span holds from the middle before a review to the middle after it. */
export interface Life {
  /** Days between two reviews. */
  readonly gaps: readonly number[];
  readonly accounts: readonly (readonly (Stay | null)[])[];
  readonly uses: readonly { readonly account: number; readonly service: string; readonly at: number }[];
  readonly denials: readonly Denial[];
  readonly attribution: 'current' | 'at-use';
  /** Whether AWS shows what an account did before it joined. */
  readonly bringsPast: boolean;
}

const spans = 9;

const stays = fc
  .record({
    start: fc.constantFrom(0, 0, 0, 0, 2),
    homes: fc.array(fc.constantFrom('r-test', ...units), { minLength: 1, maxLength: 3 }),
    changes: fc.uniqueArray(fc.integer({ min: 1, max: spans - 1 }), { minLength: 2, maxLength: 2 }),
    suspendedAt: fc.constantFrom(99, 99, 99, 4),
    gone: fc.constantFrom([99, 99], [99, 99], [99, 99], [3, 99], [3, 6]),
  })
  .map(({ changes, gone, homes, start, suspendedAt }): readonly (Stay | null)[] =>
    Array.from({ length: spans }, (_, span) => {
      const [left = 99, back = 99] = gone;
      if (span < start || (span >= left && span < back)) return null;
      const place = homes[changes.filter((change) => change <= span).length % homes.length] as string;
      return { place, state: span >= suspendedAt ? 'SUSPENDED' : 'ACTIVE' };
    }),
  );

interface Rivals {
  readonly service: string;
  readonly home: string;
  readonly later: string;
  readonly first: number;
  readonly daysBetween: number;
  readonly left: number;
  readonly away: number;
}

/** Two accounts of one OU that use the same service one after the other; then the first leaves, and comes back elsewhere. */
const rivals: fc.Arbitrary<Rivals> = fc.record({
  service: fc.constantFrom(...services),
  home: fc.constantFrom(...units),
  later: fc.constantFrom(...units),
  first: fc.integer({ min: -30, max: 60 }),
  daysBetween: fc.integer({ min: 1, max: 60 }),
  left: fc.integer({ min: 2, max: 5 }),
  away: fc.integer({ min: 0, max: 3 }),
});

function withRivals(life: Life, { away, daysBetween, first, home, later, left, service }: Rivals): Life {
  const stay = (place: string): Stay => ({ place, state: 'ACTIVE' });
  const leaver = Array.from({ length: spans }, (_, span) =>
    span < left ? stay(home) : span < left + away ? null : stay(later),
  );
  const stayer = leaver.map(() => stay(home));
  const others = life.uses.map((use) => ({ ...use, account: 2 + (use.account % life.accounts.length) }));
  const uses = [first, first + daysBetween].map((on, account) => ({ account, service, at: now + on * day }));
  return { ...life, accounts: [leaver, stayer, ...life.accounts], uses: [...others, ...uses] };
}

const anyLife: fc.Arbitrary<Life> = fc.record({
  gaps: fc.array(fc.constantFrom(7, 7, 14, 30, 45), { minLength: spans, maxLength: spans }),
  accounts: fc.array(stays, { minLength: 3, maxLength: 6 }),
  uses: fc.array(
    fc.record({
      account: fc.nat(5),
      service: fc.constantFrom(...services),
      at: fc.double({ min: -420, max: 300, noNaN: true }).map((days) => now + days * day),
    }),
    { minLength: 10, maxLength: 40 },
  ),
  denials: fc.array(
    fc.record({
      service: fc.constantFrom(...services),
      entity: fc.constantFrom('r-test', ...units),
      from: fc.nat(spans),
      to: fc.nat(spans),
      conditional: fc.constantFrom(false, false, true),
    }),
    { maxLength: 3 },
  ),
  attribution: fc.constantFrom('current' as const, 'at-use' as const),
  bringsPast: fc.boolean(),
});

/** Any life of a small organization over months, often with two accounts that use the same service. */
export const lives: fc.Arbitrary<Life> = fc.oneof(
  anyLife,
  fc.tuple(anyLife, rivals).map(([life, pair]) => withRivals(life, pair)),
);

/** The organization at one review. */
export interface Moment {
  readonly at: number;
  readonly tree: OrganizationTree;
  readonly policies: readonly ServiceControlPolicy[];
  /** Whether AWS lists the service in a report of the entity. */
  readonly isListed: (entityId: string, service: string) => boolean;
  /** The report that AWS would make of an entity now. */
  readonly reportOf: (entityId: string) => CompletedReport;
}

/** The organization at each review, one after another. */
export function momentsOf(life: Life): readonly Moment[] {
  let at = now;
  const times = life.gaps.map((gap) => {
    at += gap * day;
    return at;
  });
  const spanAt = (instant: number): number => {
    const index = times.findIndex((time, span) => instant < time + ((life.gaps[span + 1] ?? 7) * day) / 2);
    return index === -1 ? spans - 1 : index;
  };
  return times.map((time, span) => momentOf(life, span, time, spanAt, times));
}

function momentOf(
  life: Life,
  span: number,
  at: number,
  spanAt: (instant: number) => number,
  times: readonly number[],
): Moment {
  const idOf = (index: number): string => String(222222222220 + index);
  const present = life.accounts.flatMap((account, index) => {
    const stay = account[span];
    if (!stay) return [];
    let since = span;
    while (since > 0 && account[since - 1]) since -= 1;
    const joinedAt = since === 0 ? now - 600 * day : (times[since] ?? 0) - 3 * day;
    return [{ id: idOf(index), name: `a${index}`, parentId: stay.place, state: stay.state, joinedAt, index }];
  });
  const tree = buildTree({
    ...{ id: 'o-testorgid1', managementAccountId, root: { id: 'r-test', name: 'Root' } },
    organizationalUnits: units.map((id) => ({ id, name: id, parentId: parents[id] as string })),
    accounts: present,
  });
  const denials = life.denials.filter(({ from, to }) => from <= span && span < to);
  const isWithin = (id: string | undefined, entityId: string): boolean => {
    for (let each = id; each !== undefined; each = tree.entities.get(each)?.parentId ?? undefined)
      if (each === entityId) return true;
    return false;
  };
  const isListed = (entityId: string, service: string): boolean =>
    !denials.some(
      (denial) => !denial.conditional && denial.service === service && isWithin(entityId, denial.entity),
    );
  const visible = life.uses.flatMap((use) => {
    const account = present.find(({ index }) => index === use.account % life.accounts.length);
    const stay = life.accounts[use.account % life.accounts.length]?.[spanAt(use.at)];
    const isPast = use.at < (account?.joinedAt ?? 0);
    if (!account || (isPast && !life.bringsPast) || use.at > at - lag || use.at <= at - 400 * day) return [];
    return [
      { ...use, account: account.id, place: isPast ? account.parentId : (stay?.place ?? account.parentId) },
    ];
  });
  const reportOf = (entityId: string): CompletedReport => {
    const isAccount = tree.entities.get(entityId)?.type === 'account';
    const rows = services.flatMap((service): [string, ServiceRow][] => {
      if (!isListed(entityId, service)) return [];
      const placeOf = (use: (typeof visible)[number]): string =>
        life.attribution === 'current' ? (tree.entities.get(use.account)?.parentId ?? '') : use.place;
      const counted = visible
        .filter((use) => use.service === service)
        .filter((use) => (isAccount ? use.account === entityId : isWithin(placeOf(use), entityId)))
        .sort((one, other) => other.at - one.at);
      const [last] = counted;
      const path = last ? `${tree.entities.get(placeOf(last))?.path}/${last.account}` : null;
      return [
        [
          service,
          {
            ...{ serviceNamespace: service, serviceName: service, lastAccessedAt: last?.at ?? null },
            ...{ lastAccessedBy: namedAccount(path), lastAccessedRegion: last ? 'eu-west-1' : null },
            accountsEverUsed: new Set(counted.map(({ account }) => account)).size,
          },
        ],
      ];
    });
    const times = { createdAt: at, completedAt: at };
    return { status: 'completed', entityId, jobId: `job-${entityId}-${at}`, ...times, rows: new Map(rows) };
  };
  const policies = denials.map((denial, index) =>
    policy(
      `p-denial00${index}`,
      {
        Version: '2012-10-17',
        Statement: [
          {
            ...{ Effect: 'Deny', Action: `${denial.service}:*`, Resource: '*' },
            ...(denial.conditional
              ? { Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } }
              : {}),
          },
        ],
      },
      [target(tree, denial.entity)],
    ),
  );
  return { at, tree, isListed, reportOf, policies: [fullAccess(tree), ...policies] };
}
