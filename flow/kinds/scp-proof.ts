import { dayMilliseconds } from '../../core/base/limits.ts';
import type { ChangeContent } from '../../core/change/content/change.ts';
import { editOf } from '../../core/change/content/edit.ts';
import type { Failure } from '../../core/change/life/events.ts';
import type { AccessReport } from '../../core/finding/access-report.ts';
import {
  type AccountMoves,
  accountsFromOutside,
  mergeMoves,
  movedBetween,
  placesIn,
  unknownPlace,
} from '../../core/finding/moves.ts';
import { voidReason } from '../../core/kinds/scp/approval-proof.ts';
import {
  accountsBelow,
  buildTree,
  entityOf,
  isWithin,
  type OrganizationTree,
} from '../../core/organization/organization.ts';
import { baseDifference } from '../../core/proof/base.ts';
import { prove } from '../../core/proof/certificate.ts';
import type { ReviewFacts } from '../../core/review/review-facts.ts';
import type { ApplyPorts } from '../apply-ports.ts';
import { NotNow } from '../carry-out.ts';
import { readPast } from '../history.ts';
import { readSnapshotAround } from '../organization-snapshot.ts';

/** So many new accounts are asked one by one; where more came, the next review proposes anew. */
const mostNewcomers = 25;

/**
 * Proves an approved change again, from reports made after `notBefore` (epoch ms) and everything read anew. Answers
 * why the approval is void, or null if it stands. Policies and tree are answered too: they were read after the reports.
 * Throws `NotNow` while AWS makes no report because another one runs.
 */
export async function proveAgain(
  ports: ApplyPorts,
  content: ChangeContent,
  notBefore: number,
): Promise<{
  readonly reason: Failure | null;
  readonly policies: ReviewFacts['policies'];
  readonly tree: OrganizationTree;
}> {
  const before = { tree: buildTree(await ports.organization.readTree()) };
  const { thresholdDays } = content;
  const edit = editOf(content);
  const history = await readPast(ports.stores, before, { asOf: ports.clock.now(), thresholdDays });
  // No stored tree tells where an account that is new since then was before it came here: its own report has to.
  const newcomers = accountsInside(before.tree, content).filter((id) => !content.accountIds.includes(id));
  if (newcomers.length > mostNewcomers) {
    const detail = `${newcomers.length} accounts came below the targets since the approval`;
    return { reason: { code: 'BLAST_RADIUS_GREW', detail }, policies: [], tree: before.tree };
  }
  const moves = mergeMoves(history.moves, new Map(newcomers.map((id) => [id, new Set([unknownPlace])])));
  const reports: AccessReport[] = [];
  for (const entityId of entitiesToAsk(before.tree, content, moves)) {
    const { id, path } = entityOf(before.tree, entityId);
    reports.push(await freshReport(ports, { id, path }, notBefore));
  }
  if (missesRow(reports, content) && before.tree.entities.has(content.confirmEntityId)) {
    const { id, path } = entityOf(before.tree, content.confirmEntityId);
    if (!reports.some((report) => report.entityId === id))
      reports.push(await freshReport(ports, { id, path }, notBefore));
  }
  // The tree, the targets and all SCPs of their chains once more: whatever moved while the reports ran must be seen.
  const snapshot = await readSnapshotAround(ports, edit);
  const now = ports.clock.now();
  const exemptions = [...ports.configuration.exemptions, ...history.exemptions];
  const changed = baseDifference({ edit, policies: snapshot.policies });
  if (changed?.what === 'unread') throw new NotNow(changed.detail);
  if (changed && changed.what !== 'policy') {
    const code = changed.what === 'text' ? 'TEXT_CHANGED' : 'TARGETS_CHANGED';
    return { reason: { code, detail: changed.detail }, ...snapshot };
  }
  const certificate = prove({
    edit,
    ...snapshot,
    reports,
    moves,
    unsettledAccountIds: movedBetween(placesIn(before.tree), placesIn(snapshot.tree)).accountIds,
    movesKnownSince: history.movesKnownSince,
    namespacesSeen: history.namespacesSeen,
    configuration: { ...ports.configuration, exemptions },
    thresholdDays: content.thresholdDays,
    cutOff: now - content.thresholdDays * dayMilliseconds,
    asOf: now,
    readAt: now,
  });
  return { reason: voidReason(content, snapshot.tree, certificate, reports), ...snapshot };
}

/** Another report that keeps AWS busy says nothing of the change. Throws `NotNow`. */
async function freshReport(
  ports: ApplyPorts,
  entity: { readonly id: string; readonly path: string },
  notBefore: number,
): Promise<AccessReport> {
  const report = await ports.reports.report(entity, notBefore);
  if (report.status === 'failed' && report.failure.code === 'REPORT_BUSY')
    throw new NotNow(report.failure.message);
  return report;
}

function accountsInside(tree: OrganizationTree, { targets }: ChangeContent): readonly string[] {
  const inside = targets.flatMap(({ id }) =>
    tree.entities.has(id) ? accountsBelow(tree, id).map((account) => account.id) : [],
  );
  return [...new Set(inside)];
}

/** The targets that hold accounts, without those inside another target, and accounts below them that came from outside within the threshold. */
function entitiesToAsk(
  tree: OrganizationTree,
  content: ChangeContent,
  moves: AccountMoves,
): readonly string[] {
  const holding = content.targets.filter(({ id }) => {
    const entity = tree.entities.get(id);
    return entity !== undefined && entity.firstAccount < entity.endAccount;
  });
  const highest = holding.filter(
    ({ id }) => !holding.some((other) => other.id !== id && isWithin(tree, id, other.id)),
  );
  const fromOutside = highest.flatMap(({ id }) => accountsFromOutside(tree, moves, entityOf(tree, id)));
  return [...new Set([...highest.map(({ id }) => id), ...fromOutside])];
}

/** A target whose own SCPs hide a row does not list it: then the entity that holds all targets is asked as well. */
function missesRow(reports: readonly AccessReport[], content: ChangeContent): boolean {
  return reports.some(
    (report) =>
      report.status === 'completed' && content.services.some((service) => !report.rows.has(service)),
  );
}
