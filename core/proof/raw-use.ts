import { rememberedByName, rememberedFor } from '../base/remembered.ts';
import {
  type AccessReport,
  type CompletedReport,
  mayHaveMissed,
  type ServiceRow,
} from '../finding/access-report.ts';
import { type AccountMoves, accountsFromOutside, mergeMoves } from '../finding/moves.ts';
import type { Entity, OrganizationTree } from '../organization/organization.ts';
import { targetsReached } from './base.ts';
import { blastRadius } from './chains.ts';
import { rowsOf } from './rows.ts';
import type { ProofSubject } from './subject.ts';

/** What the raw rows of one service say of each member account of the blast radius, by its index in `tree.accounts`. */
export type RawUse =
  /** A row covers all of them and shows that none used the service since the cut-off, whatever moved, and no row shows a use. */
  { readonly is: 'unused-by-all' } | ({ readonly is: 'by-account' } & UseByAccount);

interface UseByAccount {
  /** 1: some finished report of the account or of an entity above it lists the service. */
  readonly covered: Uint8Array;
  /** 1: a row shows that the account did not use the service since the cut-off. */
  readonly unused: Uint8Array;
  /** 1: the same, by a report that cannot miss use from before the account moved. */
  readonly unusedBeforeMoves: Uint8Array;
  /** The latest use since the cut-off that rows show, by account index. */
  readonly usedAt: ReadonlyMap<number, number>;
}

/**
 * Reads the reports that say anything of the blast radius, for one service. A row without a use, or with a last use
 * before the cut-off, clears all accounts below. A row that counts one account clears all others. A row with a use since
 * the cut-off clears nobody. Use seen in any row wins. Where a row shows a use and does not name all who used the
 * service, reports made before it that could not show that use clear nobody below it. A row that names an account which
 * is not below its entity says nothing. AWS may count the past use of an account that came from outside of a report's
 * entity elsewhere, so that report says nothing of it before it moved.
 */
export function readRawUse(subject: ProofSubject, service: string): RawUse {
  return rowsRead(subject)(service);
}

const rowsRead = rememberedFor((subject: ProofSubject) =>
  rememberedByName((service) => readRows(subject, service)),
);

function readRows(subject: ProofSubject, service: string): RawUse {
  const around = reportsAround(subject);
  const clearsAll = around.some(
    ({ coversAll, report }) => coversAll && report.rows.get(service)?.lastAccessedAt === null,
  );
  if (clearsAll && !isUsedAround(subject, service)) return { is: 'unused-by-all' };
  const told = around.flatMap((placed) => {
    const row = rowOf(placed.report, service);
    return row === undefined ? [] : [{ row, placed }];
  });
  return { is: 'by-account', ...useByAccount(subject, told) };
}

/** Whether a row of a report around shows use since the cut-off. */
function isUsedAround(subject: ProofSubject, service: string): boolean {
  const { cutOff, reports, tree } = subject;
  const rows = rowsOf(tree, reports).used.get(service) ?? [];
  const used = new Set(
    rows.flatMap(({ report, row }) => ((row.lastAccessedAt ?? 0) >= cutOff ? report : [])),
  );
  return used.size > 0 && reportsAround(subject).some(({ report }) => used.has(report));
}

/** The row of a service; none where its time is no number, which tells nothing. */
function rowOf({ rows }: CompletedReport, service: string): ServiceRow | undefined {
  const row = rows.get(service);
  return row?.lastAccessedAt === null || Number.isFinite(row?.lastAccessedAt) ? row : undefined;
}

interface ToldRow {
  readonly row: ServiceRow;
  readonly placed: PlacedReport;
}

function useByAccount(subject: ProofSubject, told: readonly ToldRow[]): UseByAccount {
  const { tree, cutOff } = subject;
  const covered = new Uint8Array(tree.accounts.length);
  const unused = new Uint8Array(tree.accounts.length);
  const unusedBeforeMoves = new Uint8Array(tree.accounts.length);
  const usedAt = new Map<number, number>();
  const open = told.filter((each) => leavesUsersOpen(subject, each));
  const clear = ({ entity, fromOutside, report }: PlacedReport): void => {
    const before = fromOutside.map((index) => unusedBeforeMoves[index] ?? 0);
    // What a later row shows, and does not say of whom, this report says nothing against.
    const overtaking = open.filter(({ placed, row }) => mayHaveMissed(report, placed.report, row));
    const kept = overtaking.map(({ placed: { entity: of } }) => ({
      from: of.firstAccount,
      unused: unused.slice(of.firstAccount, of.endAccount),
      unusedBeforeMoves: unusedBeforeMoves.slice(of.firstAccount, of.endAccount),
    }));
    unused.fill(1, entity.firstAccount, entity.endAccount);
    unusedBeforeMoves.fill(1, entity.firstAccount, entity.endAccount);
    for (const [position, index] of fromOutside.entries()) unusedBeforeMoves[index] = before[position] ?? 0;
    for (const each of kept) {
      unused.set(each.unused, each.from);
      unusedBeforeMoves.set(each.unusedBeforeMoves, each.from);
    }
  };
  for (const { row, placed } of told) {
    const { firstAccount, endAccount } = placed.entity;
    if (row.lastAccessedAt === null) {
      covered.fill(1, firstAccount, endAccount);
      clear(placed);
      continue;
    }
    const named = namedAccount(subject, row);
    // Use belongs to the account wherever it is now; of the accounts below its former place the row says nothing.
    if (named >= 0 && row.lastAccessedAt >= cutOff)
      usedAt.set(named, Math.max(row.lastAccessedAt, usedAt.get(named) ?? 0));
    if (named < firstAccount || named >= endAccount) continue;
    covered.fill(1, firstAccount, endAccount);
    if (row.lastAccessedAt < cutOff || row.accountsEverUsed === 1) clear(placed);
  }
  for (const index of usedAt.keys()) {
    unused[index] = 0;
    unusedBeforeMoves[index] = 0;
  }
  return { covered, unused, unusedBeforeMoves, usedAt };
}

/** Whether a row shows use since the cut-off and does not tell who all used the service. */
function leavesUsersOpen(subject: ProofSubject, { placed: { entity }, row }: ToldRow): boolean {
  if ((row.lastAccessedAt ?? 0) < subject.cutOff) return false;
  const named = namedAccount(subject, row);
  return row.accountsEverUsed !== 1 || named < entity.firstAccount || named >= entity.endAccount;
}

interface PlacedReport {
  readonly report: CompletedReport;
  readonly entity: Entity;
  /** Whether it counts the use of every account of the blast radius, wherever that was before. */
  readonly coversAll: boolean;
  /** Accounts below that came from outside of the entity within the threshold, as indexes. */
  readonly fromOutside: readonly number[];
}

/** Finished reports of entities that share an account with a target: the others are of accounts that the edit does not reach. */
const reportsAround = rememberedFor(findReports);

function findReports(subject: ProofSubject): readonly PlacedReport[] {
  const { reports, tree } = subject;
  const moves = movesOf(subject);
  const radius = blastRadius(subject);
  const [first = 0, last = -1] = [radius[0], radius.at(-1)];
  const targets = targetsReached(subject).flatMap(({ id }) => tree.entities.get(id) ?? []);
  return placedReports(tree)(reports).flatMap(({ entity, report }) => {
    if (report.status !== 'completed') return [];
    const isShared = targets.some(
      (target) => target.firstAccount < entity.endAccount && entity.firstAccount < target.endAccount,
    );
    if (!isShared) return [];
    const fromOutside = accountsFromOutside(tree, moves, entity).flatMap(
      (id) => tree.entities.get(id)?.firstAccount ?? [],
    );
    const coversAll = entity.firstAccount <= first && entity.endAccount > last && fromOutside.length === 0;
    return [{ report, entity, coversAll, fromOutside }];
  });
}

/** The reports of entities that are in the tree: each proof of a review looks through them. */
export const placedReports = rememberedFor(({ entities }: OrganizationTree) =>
  rememberedFor((reports: readonly AccessReport[]) =>
    reports.flatMap((report) => {
      const entity = entities.get(report.entityId);
      return entity ? [{ entity, report }] : [];
    }),
  ),
);

/** Every account that moved within the threshold, as earlier looks at the tree or the rows themselves show it. */
export function movesOf({ moves, reports, tree }: ProofSubject): AccountMoves {
  return mergeMoves(moves, rowsOf(tree, reports).moves);
}

function namedAccount({ tree }: ProofSubject, row: ServiceRow): number {
  const entity = tree.entities.get(row.lastAccessedBy?.id ?? '');
  return entity?.type === 'account' && entity.firstAccount < entity.endAccount ? entity.firstAccount : -1;
}
