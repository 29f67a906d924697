import { dayMilliseconds } from '../../core/base/limits.ts';
import { editOf } from '../../core/change/content/edit.ts';
import type { Failure } from '../../core/change/life/events.ts';
import type { ChangeRecord } from '../../core/change/life/life.ts';
import { type AccessReport, isBusy } from '../../core/finding/access-report.ts';
import { mergeMoves, movedBetween, placesIn, unknownPlace } from '../../core/finding/moves.ts';
import {
  entitiesToProve,
  entityAbove,
  newcomersBelow,
} from '../../core/kinds/scp/drafting/reports-to-prove.ts';
import {
  changedSince,
  letInSince,
  tooManyNewcomers,
  voidReason,
} from '../../core/kinds/scp/writing/approval-proof.ts';
import { silentSource, withTurnedOff } from '../../core/kinds/silent-source.ts';
import { buildTree } from '../../core/organization/organization.ts';
import { baseDifference } from '../../core/proof/base.ts';
import { prove } from '../../core/proof/certificate.ts';
import type { Certificate } from '../../core/proof/verdict.ts';
import type { ReviewFacts } from '../../core/review/review-facts.ts';
import type { ApplyPorts } from '../apply-ports.ts';
import { askSourcesAgain, replayAgain, simulateAgain } from '../ask-sources.ts';
import { NotNow, SourceSilent } from '../carry-out.ts';
import { readPast } from '../history.ts';
import { readSnapshotAround } from '../organization-snapshot.ts';

/** Why the approval of an SCP change is void, or null if it stands; with the organization that was read after the reports. */
export interface ScpProof extends Pick<ReviewFacts, 'policies' | 'tree'> {
  readonly reason: Failure | null;
}

/**
 * Proves an approved change again, from reports made after `notBefore` (epoch ms) and everything read anew. Answers
 * why the approval is void, or null if it stands. Policies and tree are answered too: they were read after the reports.
 * Throws `NotNow` while AWS makes no report because another one runs.
 */
export async function proveAgain(
  ports: ApplyPorts,
  record: ChangeRecord,
  notBefore: number,
): Promise<ScpProof> {
  const { content } = record;
  const before = { tree: buildTree(await ports.organization.readTree()) };
  const { thresholdDays } = content;
  const edit = editOf(content);
  const history = await readPast(ports.stores, before, { asOf: ports.clock.now(), thresholdDays });
  const { allowedBefore, movesKnownSince, movesUnseen, namespacesSeen, seenUse } = history;
  const newcomers = newcomersBelow(before.tree, content);
  const grew = tooManyNewcomers(newcomers);
  if (grew) return { reason: grew, policies: [], tree: before.tree };
  // No stored tree tells where an account that is new since then was before it came here: its own report has to.
  const moves = mergeMoves(history.moves, new Map(newcomers.map((id) => [id, new Set([unknownPlace])])));
  const reports: AccessReport[] = [];
  for (const entity of entitiesToProve(before.tree, content, moves))
    reports.push(await freshReport(ports, entity, notBefore));
  const above = entityAbove(before.tree, content, reports);
  if (above) reports.push(await freshReport(ports, above, notBefore));
  // The tree, the targets and all SCPs of their chains once more: whatever moved while the reports ran must be seen.
  const snapshot = await readSnapshotAround(ports, edit);
  const now = ports.clock.now();
  const exemptions = [...ports.configuration.exemptions, ...history.exemptions];
  const changed = baseDifference({ edit, policies: snapshot.policies });
  if (changed?.what === 'unread') throw new NotNow(changed.detail);
  if (changed) return { reason: changedSince(changed), ...snapshot };
  const unasked = {
    edit,
    ...snapshot,
    reports,
    moves,
    movedAgainAccountIds: movedBetween(placesIn(before.tree), placesIn(snapshot.tree)).accountIds,
    allowedBefore,
    movesKnownSince,
    movesUnseen,
    namespacesSeen,
    seenUse,
    configuration: { ...ports.configuration, exemptions },
    thresholdDays: content.thresholdDays,
    cutOff: now - content.thresholdDays * dayMilliseconds,
    asOf: now,
    readAt: now,
  };
  const answered = await askSourcesAgain(ports, snapshot.tree, content, (facts) =>
    prove({ ...unasked, ...facts }),
  );
  const subject = { ...unasked, ...answered };
  const proven = { ...subject, ...(await simulateAgain(ports, subject)) };
  const judged = (made: Certificate): Failure | null => {
    const certificate = withTurnedOff(made, content.certificate, ports.configuration);
    const silent = silentSource(record, certificate, ports.configuration, now);
    if (silent !== null) throw new SourceSilent(silent);
    return voidReason(content, snapshot.tree, certificate, reports) ?? letInSince(proven, content);
  };
  const { replay } = ports.configuration.sources;
  if (replay === null) return { reason: judged(prove(proven)), ...snapshot };
  // Each query costs: a change that waits for something else, or is void, asks none.
  const { checks, ok } = prove(proven);
  const reason = judged({ ok, checks: checks.filter(({ name }) => name !== 'replay') });
  if (reason !== null) return { reason, ...snapshot };
  const replayed = await replayAgain(ports, snapshot.tree, content, notBefore);
  return { reason: judged(prove({ ...proven, ...replayed })), ...snapshot };
}

/** Another report that keeps AWS busy says nothing of the change. Throws `NotNow`. */
export async function freshReport(
  ports: ApplyPorts,
  entity: { readonly id: string; readonly path: string },
  notBefore: number,
): Promise<AccessReport> {
  const report = await ports.reports.report(entity, notBefore);
  if (isBusy(report)) throw new NotNow(report.failure.message);
  return report;
}
