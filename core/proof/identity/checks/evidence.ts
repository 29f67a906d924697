import { accessReportLimits } from '../../../base/limits.ts';
import type { AccountIdentities, Principal } from '../../../identity/account-identities.ts';
import { bearersOf, membersOf, policyOf, principalOf } from '../../../identity/account-lookup.ts';
import { ownGrants } from '../../../identity/granted-since.ts';
import type { CompletedIdentityReport } from '../../../identity/identity-report.ts';
import type { IdentityResource } from '../../../identity/identity-step.ts';
import { resourceKey } from '../../../identity/identity-values.ts';
import { possibleActions } from '../../../policy/identity-access.ts';
import { counted, day, fails, holds, instant, list, notProven } from '../../subject.ts';
import { named, namespaceOf } from '../actions.ts';
import { effectOf, type Loss } from '../losses.ts';
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
          `${loss.principal.arn} would lose ${what}, last used on ${day(use.at)} by the report of ${use.report}`,
        );
      if (use.is === 'unused') continue;
      const namespace = namespaceOf(lost[0] ?? '');
      if (!possibleActions(universe, loss.after).some((action) => namespaceOf(action) === namespace))
        return fails(`${loss.principal.arn} uses ${namespace} and would keep nothing of it`);
      kept.add(`${loss.principal.name} (${namespace})`);
    }
    const others = kept.size > 0 ? `; used by other permissions that stay: ${list([...kept].sort())}` : '';
    return holds(
      `nothing that would be lost was used since ${instant(subject.cutOff)} by what is taken away${others}`,
    );
  },
};

/** Every grant that is taken away was in force for the whole threshold: who got it lately had no time to use it. */
export const permissionAge: IdentityCheck = {
  name: 'permission-age',
  check: (subject) => {
    const { account, cutOff, steps } = subject;
    const taken = steps.flatMap((step) => (step.before === null ? [] : grantsTaken(account, step.resource)));
    const undated = sinceWhenUnknown(subject, taken);
    const shared = bearersOfNarrowed(subject);
    const open = [
      ...(undated.length === 0
        ? []
        : [
            `AWS keeps no date of attachments, memberships and inline policies, and no stored review from before ${day(cutOff)} shows ${list(undated)}`,
          ]),
      ...newerTexts(account, taken, cutOff),
      ...(shared.is === 'newer'
        ? [`the stored review from before ${day(cutOff)} does not show ${list(shared.keys)}`]
        : []),
    ];
    const young = effectOf(subject)
      .losses.map(({ principal }) => principal)
      .filter(({ createdAt }) => createdAt >= cutOff);
    const flagged =
      young.length > 0 ? `; younger than the threshold: ${list(young.map(({ name }) => name))}` : '';
    if (open.length > 0) return notProven(`${open.join('; ')}${flagged}`);
    const unseen =
      shared.is === 'unseen'
        ? `; since when each bearer of ${list(shared.names)} has it is not known, so the use of every bearer counts`
        : '';
    return holds(`every grant that is taken away was in force before ${day(cutOff)}${unseen}${flagged}`);
  },
};

/** The keys of those grants that no stored review from before the cut-off shows. */
function sinceWhenUnknown(
  { cutOff, grantedSince }: IdentitySubject,
  grants: readonly IdentityResource[],
): readonly string[] {
  const keys = [...new Set(grants.map(resourceKey))];
  return keys.filter((key) => (grantedSince.get(key) ?? Number.POSITIVE_INFINITY) > cutOff);
}

/**
 * Since when those have a policy that is narrowed who bear it: its versions alone are dated. Without a stored review from
 * before the cut-off nobody knows, and the use of every bearer counts. Users and roles that are younger are flagged anyway.
 */
function bearersOfNarrowed(
  subject: IdentitySubject,
):
  | { readonly is: 'old' }
  | { readonly is: 'unseen'; readonly names: readonly string[] }
  | { readonly is: 'newer'; readonly keys: readonly string[] } {
  const { account, cutOff, grantedSince, steps } = subject;
  const arns = steps.flatMap(({ before, resource }) =>
    resource.type === 'managed-policy' && before !== null ? resource.arn : [],
  );
  if (arns.length === 0) return { is: 'old' };
  if (![...grantedSince.values()].some((since) => since <= cutOff))
    return { is: 'unseen', names: arns.map((arn) => arn.split('/').at(-1) ?? arn) };
  const keys = sinceWhenUnknown(
    subject,
    arns.flatMap((arn) => waysTo(account, arn, cutOff)),
  );
  return keys.length === 0 ? { is: 'old' } : { is: 'newer', keys };
}

/** The attachments of a policy, and the memberships in groups that bear it, of everybody who is older than the threshold. */
function waysTo(account: AccountIdentities, policyArn: string, cutOff: number): readonly IdentityResource[] {
  const isOld = ({ createdAt }: Principal): boolean => createdAt < cutOff;
  return bearersOf(account, policyArn).flatMap(({ createdAt, name, type }): readonly IdentityResource[] => [
    ...(createdAt < cutOff
      ? [{ type: 'policy-attachment', principal: { type, name }, policyArn } as const]
      : []),
    ...(type === 'group' ? membersOf(account, name).filter(isOld) : []).map(
      (user) => ({ type: 'membership', user: user.name, group: name }) as const,
    ),
  ]);
}

/** The grants without a date that go with one step: who leaves a group loses all that the group bears. A managed policy's own versions are dated. */
function grantsTaken(account: AccountIdentities, resource: IdentityResource): readonly IdentityResource[] {
  if (resource.type === 'managed-policy') return [];
  if (resource.type !== 'membership') return [resource];
  const group = principalOf(account, { type: 'group', name: resource.group });
  return [resource, ...(group ? ownGrants(group) : [])];
}

/** Policies of AWS that go and whose text AWS changed within the threshold: what it grants may be new although the attachment is old. */
function newerTexts(
  account: AccountIdentities,
  taken: readonly IdentityResource[],
  cutOff: number,
): readonly string[] {
  const arns = new Set(taken.flatMap((each) => (each.type === 'policy-attachment' ? each.policyArn : [])));
  const policies = [...arns].flatMap((arn) => policyOf(account, arn) ?? []);
  return policies.flatMap(({ defaultVersionId, isAwsManaged, name, versions }) => {
    if (!isAwsManaged) return [];
    const inForce = versions.find(({ id }) => id === defaultVersionId);
    const isNewer = inForce !== undefined && inForce.createdAt > cutOff;
    return isNewer ? [`AWS changed ${name} on ${day(inForce.createdAt)}`] : [];
  });
}

/** One loss of one principal in one service, or of one action that is judged singly, with what rows say of it. */
interface UseOfLoss {
  readonly loss: Loss;
  readonly lost: readonly string[];
  readonly use: Use;
}

const remembered = new WeakMap<IdentitySubject, readonly UseOfLoss[]>();

/** Computed once a subject: several checks look at it. */
function usesOfLosses(subject: IdentitySubject): readonly UseOfLoss[] {
  const known = remembered.get(subject);
  if (known) return known;
  const uses = effectOf(subject).losses.flatMap((loss) =>
    parts(subject, loss).map((lost) => ({ loss, lost, use: useOf(subject, loss, lost) })),
  );
  remembered.set(subject, uses);
  return uses;
}

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

function subjectsTakenFrom(subject: IdentitySubject): ReadonlySet<string> {
  return new Set(effectOf(subject).removals.flatMap(({ subjectArns }) => subjectArns));
}

function reportsUsed(subject: IdentitySubject): readonly CompletedIdentityReport[] {
  const arns = subjectsTakenFrom(subject);
  const principals = new Set(effectOf(subject).losses.map(({ principal }) => principal.arn));
  return [...finishedReports(subject).values()].filter(
    ({ subjectArn }) => arns.has(subjectArn) || principals.has(subjectArn),
  );
}
