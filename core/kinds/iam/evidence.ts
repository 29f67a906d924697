import type { IdentityEvidence, PrincipalEffect } from '../../change/content/identity-part.ts';
import type { IdentityFinding } from '../../identity/identity-finding.ts';
import { principalOf, principalsTouched } from '../../identity/identity-values.ts';
import { possibleActions } from '../../policy/identity-access.ts';
import { namespacesOf } from '../../proof/identity/actions.ts';
import { effectOf, type Loss } from '../../proof/identity/losses.ts';
import type { IdentitySubject } from '../../proof/identity/subject.ts';
import type { AdvisedFinding, IamDraft } from './draft.ts';

/** Why the change is proposed: its findings with the reports that they rest on, and why each edit was chosen. */
export function evidenceOf(
  { findings }: IamDraft,
  { reports }: IdentitySubject,
  advised: readonly AdvisedFinding[],
): readonly IdentityEvidence[] {
  return findings.map((finding) => {
    const report = reports.find(({ subjectArn }) => subjectArn === finding.subject.arn);
    const { daysUnused, id: findingId, kind, lastAccessedAt, serviceName, serviceNamespace } = finding;
    return {
      ...{ findingId, kind, subjectArn: finding.subject.arn, serviceNamespace, serviceName },
      actions: actionsOf(finding),
      ...{ lastAccessedAt, daysUnused },
      ...{ lastAccessedBy: finding.lastAccessedBy, lastAccessedRegion: finding.lastAccessedRegion },
      report:
        report?.status === 'completed' ? { jobId: report.jobId, completedAt: report.completedAt } : null,
      why: whyOf(advised, findingId),
    };
  });
}

function actionsOf({ actions }: IdentityFinding): readonly string[] {
  return actions?.unused.map(({ name }) => name).sort() ?? [];
}

function whyOf(advised: readonly AdvisedFinding[], findingId: string): readonly string[] {
  const advice = advised.find(({ finding }) => finding.id === findingId)?.advice ?? [];
  return [...new Set(advice.filter(({ edit }) => edit !== null).map(({ why }) => why))];
}

/** What the steps do to every user and role that they touch; those to whom they do the same stand together. */
export function effectsOf(subject: IdentitySubject): readonly PrincipalEffect[] {
  const used = usersByService(subject);
  const together = new Map<string, PrincipalEffect & { readonly arns: string[] }>();
  const { losses, universe } = effectOf(subject);
  for (const loss of losses) {
    const { arn } = loss.principal;
    const left = new Set(namespacesOf(possibleActions(universe, loss.after)));
    const effect = effectOn(loss, left, used);
    const key = JSON.stringify(effect);
    const same = together.get(key);
    if (same) same.arns.push(arn);
    else together.set(key, { arns: [arn], ...effect });
  }
  return [...together.values()];
}

function effectOn(
  { lost, principal }: Loss,
  left: ReadonlySet<string>,
  used: ReadonlyMap<string, ReadonlySet<string>>,
): Omit<PrincipalEffect, 'arns'> {
  const taken = namespacesOf(lost);
  const own = [...(used.get(principal.arn) ?? [])];
  return {
    loses: taken.filter((namespace) => !left.has(namespace)),
    narrowed: taken.filter((namespace) => left.has(namespace)),
    keeps: own.filter((namespace) => left.has(namespace) && !taken.includes(namespace)).sort(),
  };
}

/** The services that each user or role used within the threshold, as far as any report names him. */
function usersByService({ cutOff, reports }: IdentitySubject): ReadonlyMap<string, ReadonlySet<string>> {
  const used = new Map<string, Set<string>>();
  const add = (arn: string | null, namespace: string, at: number | null): void => {
    if (arn === null || at === null || at < cutOff) return;
    used.set(arn, (used.get(arn) ?? new Set()).add(namespace));
  };
  for (const report of reports) {
    if (report.status !== 'completed') continue;
    for (const { lastAccessedAt, lastAccessedBy, serviceNamespace, usedBy } of report.rows.values()) {
      add(report.subjectArn, serviceNamespace, lastAccessedAt);
      add(lastAccessedBy, serviceNamespace, lastAccessedAt);
      for (const user of usedBy) add(user.arn, serviceNamespace, user.lastAccessedAt);
    }
  }
  return used;
}

/** The ARNs whose reports were made and tell of what the steps take away: the same are asked anew before anything is written. */
export function reportedArnsOf({ account, reports, steps }: IdentitySubject): readonly string[] {
  const about = new Set(principalsTouched(account, steps).map(({ arn }) => arn));
  for (const { resource } of steps) {
    if (resource.type === 'managed-policy') about.add(resource.arn);
    else if (resource.type === 'membership')
      about.add(principalOf(account, { type: 'group', name: resource.group })?.arn ?? '');
    else {
      about.add(principalOf(account, resource.principal)?.arn ?? '');
      if (resource.type === 'policy-attachment') about.add(resource.policyArn);
    }
  }
  const asked = new Set(reports.map(({ subjectArn }) => subjectArn));
  return [...about].filter((arn) => asked.has(arn)).sort();
}
