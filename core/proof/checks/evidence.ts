import { counted, list } from '../../base/counted.ts';
import { accessReportLimits, dayMilliseconds } from '../../base/limits.ts';
import { rememberedFor } from '../../base/remembered.ts';
import type { AccessReport, CompletedReport } from '../../finding/access-report.ts';
import { chainOf, isWithinAny } from '../../organization/organization.ts';
import { targetsReached } from '../base.ts';
import { blastRadius } from '../chains.ts';
import { placedReports, readRawUse } from '../raw-use.ts';
import { type Check, fails, holds, instant, type ProofSubject } from '../subject.ts';

/** Every account of the blast radius is covered by a finished report that lists each service, and no report of a target failed. */
export const evidenceComplete: Check = {
  name: 'evidence-complete',
  check: (subject) => {
    const ghosts = targetsReached(subject).filter(({ id }) => !subject.tree.entities.has(id));
    if (ghosts.length > 0)
      return fails(`target ${list(ghosts.map(({ id }) => id))} is not in the organization as read`);
    const failed = reportsAround(subject).filter(
      (report) =>
        report.status === 'failed' && targetsReached(subject).some((target) => target.id === report.entityId),
    );
    if (failed.length > 0)
      return fails(`the report failed for target ${list(failed.map((report) => report.entityId))}`);
    // If a row of another entity does not decide, the readable reports of the targets have to.
    const targetIds = new Set(targetsReached(subject).map(({ id }) => id));
    const unreadable = completedAround(subject).flatMap(({ entityId, rows }) =>
      (targetIds.has(entityId) ? subject.edit.services : []).flatMap((service) => {
        const why = rows.get(service)?.unreadable;
        return why === undefined ? [] : `${service} at ${entityId}: ${why}`;
      }),
    );
    if (unreadable.length > 0) return fails(`rows that cannot be read: ${list(unreadable)}`);
    const accounts = blastRadius(subject);
    for (const service of subject.edit.services) {
      const use = readRawUse(subject, service);
      if (use.is === 'unused-by-all') continue;
      const missing = accounts.filter((index) => use.covered[index] === 0);
      if (missing.length > 0)
        return fails(`no report lists ${service} for ${list(accountIds(subject, missing))}`);
    }
    const jobs = completedAround(subject).length;
    return holds(
      `${counted(jobs, 'finished report')}: ${counted(accounts.length, 'account')} covered for ${counted(subject.edit.services.length, 'service')}`,
    );
  },
};

/** A report that took longer tells of a time before it was finished, in milliseconds. AWS takes seconds to minutes. */
const longestJob = dayMilliseconds;

/** The threshold lies whole before the time of reading, and every report that the proof rests on was finished within the freshness bound before it. */
export const evidenceFresh: Check = {
  name: 'evidence-fresh',
  check: (subject) => {
    const reports = completedAround(subject);
    if (reports.length === 0) return fails('there is no finished report');
    const { asOf, cutOff, readAt, thresholdDays } = subject;
    if (!(cutOff <= asOf - thresholdDays * dayMilliseconds && asOf <= readAt))
      return fails(
        `the times of judging are not in order: the cut-off is not ${thresholdDays} days before now`,
      );
    const hours = subject.configuration.reportFreshnessHours;
    const oldest = Math.min(...reports.map((report) => report.completedAt));
    const newest = Math.max(...reports.map((report) => report.completedAt));
    const age = subject.readAt - oldest;
    // A time that is no number is refused as well.
    const isFresh = ({ completedAt, createdAt }: (typeof reports)[number]): boolean =>
      subject.readAt - completedAt <= hours * 3_600_000 && completedAt - createdAt <= longestJob;
    const stale = reports.filter((report) => !isFresh(report));
    if (stale.length > 0) {
      return fails(
        `the report of ${list(stale.map((report) => report.entityId))} is older than ${hours} hours`,
      );
    }
    const distance = Math.round((newest - oldest) / 1000);
    const lag = accessReportLimits.lagMilliseconds / 3_600_000;
    return holds(
      `cut-off ${instant(subject.cutOff)}; reports finished between ${instant(oldest)} and ` +
        `${instant(newest)} (${distance} s apart, the oldest ${Math.max(0, Math.round(age / 1000))} s old); ` +
        `use within the last ${lag} hours before a report is invisible to AWS's data`,
    );
  },
};

/** Reports of a target, of an entity above one, or of one below. */
const reportsAround = rememberedFor(findReports);

function findReports(subject: ProofSubject): readonly AccessReport[] {
  const { reports, tree } = subject;
  const targets = new Set(targetsReached(subject).flatMap(({ id }) => (tree.entities.has(id) ? [id] : [])));
  const above = new Set([...targets].flatMap((id) => chainOf(tree, id).map((entity) => entity.id)));
  return placedReports(tree)(reports).flatMap(({ entity, report }) =>
    above.has(entity.id) || isWithinAny(tree, entity, targets) ? report : [],
  );
}

function completedAround(subject: ProofSubject): readonly CompletedReport[] {
  return reportsAround(subject).filter((report) => report.status === 'completed');
}

/** The ids of accounts by their index. */
export function accountIds({ tree }: ProofSubject, indexes: readonly number[]): string[] {
  return indexes.map((index) => tree.accounts[index]?.id ?? '');
}
