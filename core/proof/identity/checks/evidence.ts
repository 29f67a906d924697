import { counted, list } from '../../../base/counted.ts';
import { accessReportLimits } from '../../../base/limits.ts';
import { rememberedFor } from '../../../base/remembered.ts';
import { statementsIn } from '../../../identity/account-lookup.ts';
import type { CompletedIdentityReport } from '../../../identity/identity-report.ts';
import { deniesEverything } from '../../../policy/denies-everything.ts';
import { possibleActions } from '../../../policy/identity-access.ts';
import { day, fails, holds, instant } from '../../subject.ts';
import { named, namespaceOf } from '../actions.ts';
import { boundaryText, effectOf, type Loss } from '../losses.ts';
import { isJudgedSingly } from '../meant.ts';
import { finishedReports, isBeyondReports, type Use, useOf } from '../raw-use.ts';
import type { IdentityCheck, IdentitySubject } from '../subject.ts';

/** Some finished report tells of everything that anybody loses, and no report of what is edited failed. */
export const evidenceComplete: IdentityCheck = {
  name: 'evidence-complete',
  check: (subject) => {
    const arns = subjectsTakenFrom(subject);
    const failed = subject.reports.filter(
      (report) => report.status === 'failed' && arns.has(report.subjectArn),
    );
    if (failed.length > 0)
      return fails(`the report failed for ${list(failed.map(({ subjectArn }) => subjectArn))}`);
    const [stopped] = stoppedAmong(subject);
    if (stopped !== undefined)
      return fails(
        `${stopped} is denied everything, and such silence does not tell whether what would be taken away is needed`,
      );
    for (const each of usesOfLosses(subject)) {
      const { loss, use } = each;
      if (use.is === 'unknown')
        return fails(
          `nothing tells whether ${loss.principal.arn} used ${shown(subject, each)}: ${use.detail}`,
        );
    }
    const principals = effectOf(subject).losses.filter((loss) => loss.lost.length > 0).length;
    return holds(
      `what ${counted(principals, 'principal')} would lose is covered by ${counted(reportsUsed(subject).length, 'finished report')}`,
    );
  },
};

/** Every report that the proof rests on was finished within the freshness bound before the time of reading. */
export const evidenceFresh: IdentityCheck = {
  name: 'evidence-fresh',
  check: (subject) => {
    const reports = reportsUsed(subject);
    const hours = subject.configuration.reportFreshnessHours;
    if (reports.length === 0) return fails('there is no finished report');
    const stale = reports.filter(({ completedAt }) => subject.readAt - completedAt > hours * 3_600_000);
    if (stale.length > 0)
      return fails(
        `the report of ${list(stale.map(({ subjectArn }) => subjectArn))} is older than ${hours} hours`,
      );
    const times = reports.map(({ completedAt }) => completedAt);
    const lag = accessReportLimits.lagMilliseconds / 3_600_000;
    return holds(
      `cut-off ${instant(subject.cutOff)}; reports finished between ${instant(Math.min(...times))} and ` +
        `${instant(Math.max(...times))}; use within the last ${lag} hours before a report is invisible to AWS's data`,
    );
  },
};

/** Nobody loses what was used by the permissions that are taken away, and whoever uses a service by other permissions keeps some of it. */
export const nothingUsedLost: IdentityCheck = {
  name: 'nothing-used-lost',
  check: (subject) => {
    const { universe } = effectOf(subject);
    const kept = new Set<string>();
    for (const each of usesOfLosses(subject)) {
      const { loss, lost, use } = each;
      const what = shown(subject, each);
      if (use.is === 'unknown')
        return fails(`nothing tells whether ${loss.principal.arn} used ${what}: ${use.detail}`);
      if (use.is === 'used')
        return fails(
          `${loss.principal.arn} would lose ${what}, last attempted on ${day(use.at)} by the report of ${use.report}`,
        );
      if (use.is === 'unused') continue;
      const namespace = namespaceOf(lost[0] ?? '');
      if (!possibleActions(universe, loss.after).some((action) => namespaceOf(action) === namespace))
        return fails(`${loss.principal.arn} uses ${namespace} and would keep nothing of it`);
      kept.add(`${loss.principal.name} (${namespace})`);
    }
    const others = kept.size > 0 ? `; used by other permissions that stay: ${list([...kept].sort())}` : '';
    return holds(
      `nothing that would be lost was used since ${instant(subject.cutOff)} through what is taken away${others}`,
    );
  },
};

/** One loss of one principal in one service, or of one action that is judged singly, with what rows say of it. */
interface UseOfLoss {
  readonly loss: Loss;
  readonly lost: readonly string[];
  readonly use: Use;
}

const usesOfLosses = rememberedFor((subject: IdentitySubject): readonly UseOfLoss[] =>
  effectOf(subject).losses.flatMap((loss) =>
    parts(subject, loss).map((lost) => ({ loss, lost, use: useOf(subject, loss, lost) })),
  ),
);

// A service that is written action by action loses those that nobody knows yet: `untracked-actions` names them.
function parts(subject: IdentitySubject, loss: Loss): readonly (readonly string[])[] {
  return [...loss.lostOf.values()].flatMap((all) => {
    const single: string[][] = [];
    const whole: string[] = [];
    for (const action of all) {
      if (isBeyondReports(subject, loss, action)) continue;
      if (isJudgedSingly(subject, loss, action)) single.push([action]);
      else whole.push(action);
    }
    return whole.length > 0 ? [...single, whole] : single;
  });
}

function shown(subject: IdentitySubject, { loss, lost: [first = ''] }: UseOfLoss): string {
  return isJudgedSingly(subject, loss, first) ? named([first]) : namespaceOf(first);
}

/** Users and roles from whom something is taken while a Deny of everything hides what they would use: to them it is no loss yet. */
function stoppedAmong(subject: IdentitySubject): readonly string[] {
  const { losses, removals } = effectOf(subject);
  return losses.flatMap(({ principal, texts: { before } }) => {
    const isTaken = removals.some(({ principalArns }) => principalArns.has(principal.arn));
    const boundary = boundaryText(subject.account, principal);
    const isDenied = [...before, ...(boundary === null ? [] : [boundary])].some((text) =>
      statementsIn(subject.account, text).some(deniesEverything),
    );
    return isTaken && isDenied ? [`${principal.type} ${principal.name}`] : [];
  });
}

function subjectsTakenFrom(subject: IdentitySubject): ReadonlySet<string> {
  return new Set(effectOf(subject).removals.flatMap(({ subjectArns }) => subjectArns));
}

function reportsUsed(subject: IdentitySubject): readonly CompletedIdentityReport[] {
  const reports = finishedReports(subject);
  const principals = effectOf(subject).losses.map(({ principal }) => principal.arn);
  const arns = new Set([...subjectsTakenFrom(subject), ...principals]);
  return [...arns].flatMap((arn) => reports.get(arn) ?? []);
}
