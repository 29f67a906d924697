import { rememberedByName, rememberedFor } from '../base/remembered.ts';
import { chainOf, entityOf, isWithin, type OrganizationTree } from '../organization/organization.ts';
import { type AccessReport, type CompletedReport, mayHaveMissed, type ServiceRow } from './access-report.ts';
import { type Knowledge, type UsedSince, usesAt } from './knowledge.ts';
import { accountsFromOutside } from './moves.ts';
import { namedIn, type ToldRow } from './rows.ts';

/**
 * What is known of one service at one entity, from finished reports and their three safe conclusions:
 * - `used`: somebody below used it at or after the cut-off; `account` is the path that AWS named, where one is known.
 * - `unused`: no account below used it since the cut-off. `row` holds the exact figures (last use, count) of the
 *   entity itself, or null where only "before the cut-off or never" is known.
 * - `not-listed`: AWS does not list the service there, which says nothing about use.
 * - `unknown`: nobody asked, or asking failed. `ask` names accounts that moved and whose own report is still to be asked.
 */
export type Use =
  | UsedSince
  | { readonly kind: 'unused'; readonly row: ServiceRow | null; readonly from: string }
  | { readonly kind: 'not-listed'; readonly from: string }
  | { readonly kind: 'unknown'; readonly ask: readonly string[] };

/** What is known of one service at one entity. Use seen anywhere below wins over everything; a failed report is never overruled. */
export function useOf(knowledge: Knowledge, entityId: string, serviceNamespace: string): Use {
  const view = viewOf(knowledge)(entityId);
  const used = view.used.get(serviceNamespace);
  if (used) return used;
  if (view.own?.status === 'failed' || view.doubtful?.has(serviceNamespace)) return unknown;
  const use = concludeFrom(knowledge, view, view.reports, serviceNamespace);
  if (use.kind !== 'unused' || use.row !== null) return use;
  return { ...use, row: view.own?.rows.get(serviceNamespace) ?? null };
}

/** What is known of one entity, whatever the service: each of hundreds of services begins with it. */
interface View {
  readonly entityId: string;
  readonly own: AccessReport | undefined;
  /** The finished reports of the entity and of those above, nearest first. */
  readonly reports: readonly CompletedReport[];
  readonly used: ReadonlyMap<string, UsedSince>;
  /** Services of which the entity's own row says nothing. */
  readonly doubtful: ReadonlySet<string> | undefined;
  /** Rows of reports below that name somebody whom the tree does not show there, by service. */
  readonly strangers: ReadonlyMap<string, readonly ToldRow[]> | undefined;
}

const viewOf = rememberedFor((knowledge: Knowledge) =>
  rememberedByName((entityId): View => {
    const { doubtfulRows, reports, strangersBelow, tree } = knowledge;
    return {
      entityId,
      own: reports.get(entityId),
      reports: chainOf(tree, entityId)
        .toReversed()
        .flatMap(({ id }) => {
          const report = reports.get(id);
          return report?.status === 'completed' ? [report] : [];
        }),
      used: usesAt(knowledge, entityOf(tree, entityId)),
      doubtful: doubtfulRows.get(entityId),
      strangers: strangersBelow.get(entityId),
    };
  }),
);

const unknown: Use = { kind: 'unknown', ask: [] };

/** The first conclusion that one of the reports allows. Where accounts that moved stand in the way of all, their own reports are to be asked. */
function concludeFrom(
  knowledge: Knowledge,
  view: View,
  reports: readonly CompletedReport[],
  serviceNamespace: string,
): Use {
  let toAsk: readonly string[] = [];
  for (let index = 0; index < reports.length; index += 1) {
    const report = reports[index] as CompletedReport;
    if (isOvertaken(knowledge, view, reports, index, serviceNamespace)) continue;
    const conclusion = conclude(knowledge, report, view.entityId, serviceNamespace);
    if (conclusion === null) continue;
    if (conclusion.kind !== 'unknown') return conclusion;
    toAsk = [...new Set([...toAsk, ...conclusion.ask])];
  }
  return { kind: 'unknown', ask: toAsk };
}

/**
 * Whether a later report shows uses that the one at this index could not show, and does not name all who made them. It lies between that one
 * and the entity (nearer reports come first), or below the entity, and then its row names somebody whom the tree does not show there.
 * One above that is later leaves the finding open, so that a target with an older report is asked anew. The proof, which is stricter,
 * refuses what such a report of the same review leaves open.
 */
function isOvertaken(
  knowledge: Knowledge,
  { strangers }: View,
  reports: readonly CompletedReport[],
  index: number,
  serviceNamespace: string,
): boolean {
  const report = reports[index] as CompletedReport;
  for (let nearer = 0; nearer < index; nearer += 1) {
    const later = reports[nearer] as CompletedReport;
    const row = later.rows.get(serviceNamespace);
    if (row && leavesUsersOpen(knowledge, later, row) && mayHaveMissed(report, later, row)) return true;
  }
  const below = strangers?.get(serviceNamespace) ?? [];
  return below.some((stranger) => mayHaveMissed(report, stranger.report, stranger.row));
}

/** Whether a row shows use since the cut-off and does not tell who all used the service. */
function leavesUsersOpen(
  { cutOff, tree }: Knowledge,
  { entityId }: CompletedReport,
  row: ServiceRow,
): boolean {
  if ((row.lastAccessedAt ?? 0) < cutOff) return false;
  return row.accountsEverUsed !== 1 || namedAccountBelow(tree, entityId, row) === null;
}

function isDoubtful({ doubtfulRows }: Knowledge, entityId: string, serviceNamespace: string): boolean {
  return doubtfulRows.size > 0 && (doubtfulRows.get(entityId)?.has(serviceNamespace) ?? false);
}

/** What one report says of a service at its own entity or at one below, or null where it leaves that open. */
function conclude(
  knowledge: Knowledge,
  report: CompletedReport,
  entityId: string,
  serviceNamespace: string,
): Exclude<Use, { readonly kind: 'used' }> | null {
  const row = report.rows.get(serviceNamespace);
  if (!row) return { kind: 'not-listed', from: report.entityId };
  if (isDoubtful(knowledge, report.entityId, serviceNamespace)) return null;
  const exact = report.entityId === entityId ? row : rowBelow(knowledge, report, row, entityId);
  if (exact === null && (row.lastAccessedAt ?? 0) >= knowledge.cutOff) return null;
  const unproven = unprovenMoves(knowledge, report.entityId, entityId, serviceNamespace);
  if (unproven.length > 0)
    return { kind: 'unknown', ask: unproven.filter((id) => !knowledge.reports.has(id)) };
  return { kind: 'unused', row: exact, from: report.entityId };
}

/** Conclusions (a) and (c): the row of an entity below as the report of one above gives it, or null where it is not exact. */
function rowBelow(
  { tree }: Knowledge,
  report: CompletedReport,
  row: ServiceRow,
  entityId: string,
): ServiceRow | null {
  if (row.lastAccessedAt === null) return row;
  const account = namedAccountBelow(tree, report.entityId, row);
  if (account === null || row.accountsEverUsed !== 1) return null;
  return isWithin(tree, account, entityId) ? row : neverUsed(row);
}

function neverUsed(row: ServiceRow): ServiceRow {
  return {
    ...row,
    lastAccessedAt: null,
    lastAccessedBy: null,
    lastAccessedRegion: null,
    accountsEverUsed: 0,
  };
}

/** The id of the account that a row names, if the tree shows it below the report's entity; else null. */
function namedAccountBelow(tree: OrganizationTree, entityId: string, row: ServiceRow): string | null {
  const account = row.lastAccessedBy === null ? null : namedIn(tree, row.lastAccessedBy);
  return account !== null && isWithin(tree, account.id, entityId) ? account.id : null;
}

const none: readonly string[] = [];

/** The accounts below an entity that came from outside of it. */
const outsidersOf = rememberedFor(({ moves, tree }: Knowledge) =>
  rememberedByName((entityId) => accountsFromOutside(tree, moves, entityOf(tree, entityId))),
);

/** The accounts below an entity that a report may miss because they came from outside of the report's entity, and that no report of their own shows unused. */
function unprovenMoves(
  knowledge: Knowledge,
  reportOf: string,
  entityId: string,
  serviceNamespace: string,
): readonly string[] {
  const { moves, reports, tree } = knowledge;
  if (moves.size === 0) return none;
  return outsidersOf(knowledge)(reportOf).filter((accountId) => {
    if (!isWithin(tree, accountId, entityId)) return false;
    const report = reports.get(accountId);
    return report?.status !== 'completed' || !report.rows.has(serviceNamespace);
  });
}

/**
 * Whether nobody below an entity used a service since the cut-off, as an SCP that reaches the entity needs it. Here a row that the entity's own SCPs hide is no obstacle, because the report of an entity above counts the same accounts.
 */
export function useBelow(knowledge: Knowledge, entityId: string, serviceNamespace: string): Use {
  const use = useOf(knowledge, entityId, serviceNamespace);
  if (use.kind !== 'not-listed') return use;
  const view = viewOf(knowledge)(entityId);
  const listing = view.reports.filter(
    (report) => report.entityId !== entityId && report.rows.has(serviceNamespace),
  );
  return listing.length === 0 ? use : concludeFrom(knowledge, view, listing, serviceNamespace);
}
