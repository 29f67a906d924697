import { rememberedFor } from '../../base/remembered.ts';
import type { IdentityEvidence, PrincipalEffect } from '../../change/content/identity-part.ts';
import { principalOf } from '../../identity/account-lookup.ts';
import type { IdentityFinding } from '../../identity/identity-finding.ts';
import type { IdentityReport } from '../../identity/identity-report.ts';
import { principalsTouched } from '../../identity/identity-values.ts';
import type { ActionUniverse } from '../../policy/action-universe.ts';
import { possibleActions } from '../../policy/identity-access.ts';
import { namespacesOf } from '../../proof/identity/actions.ts';
import { effectOf, type Loss } from '../../proof/identity/losses.ts';
import type { IdentitySubject } from '../../proof/identity/subject.ts';
import type { AdvisedFinding, IamDraft } from './draft.ts';

/** Why the change is proposed: its findings with the reports that they rest on, and why each edit was chosen. */
export function evidenceOf(
  { findings }: IamDraft,
  subject: IdentitySubject,
  given: readonly AdvisedFinding[],
): readonly IdentityEvidence[] {
  const reports = reportsByArn(subject.reports);
  const advice = adviceByFinding(given);
  return findings.map((finding) => {
    const report = reports.get(finding.subject.arn);
    const { daysUnused, id: findingId, kind, lastAccessedAt, serviceName, serviceNamespace } = finding;
    return {
      findingId,
      kind,
      subjectArn: finding.subject.arn,
      serviceNamespace,
      serviceName,
      actions: actionsOf(finding),
      lastAccessedAt,
      daysUnused,
      lastAccessedBy: finding.lastAccessedBy,
      lastAccessedRegion: finding.lastAccessedRegion,
      report:
        report?.status === 'completed' ? { jobId: report.jobId, completedAt: report.completedAt } : null,
      why: whyOf(advice.get(findingId) ?? []),
    };
  });
}

function actionsOf({ actions }: IdentityFinding): readonly string[] {
  return actions?.unused.map(({ name }) => name).sort() ?? [];
}

const adviceByFinding = rememberedFor(
  (given: readonly AdvisedFinding[]): ReadonlyMap<string, AdvisedFinding['advice']> =>
    new Map(given.map(({ advice, finding }) => [finding.id, advice])),
);

// Of two reports of one subject the first counts.
const reportsByArn = rememberedFor(
  (reports: IdentitySubject['reports']): ReadonlyMap<string, IdentityReport> =>
    new Map([...reports].reverse().map((report) => [report.subjectArn, report])),
);

function whyOf(advice: AdvisedFinding['advice']): readonly string[] {
  return [...new Set(advice.filter(({ edit }) => edit !== null).map(({ why }) => why))];
}

/** What the steps do to every user and role that they touch; those to whom they do the same stand together. */
export function effectsOf(subject: IdentitySubject): readonly PrincipalEffect[] {
  const uses = lastUses(subject.reports);
  const together = new Map<string, PrincipalEffect & { readonly arns: string[] }>();
  const { losses, universe } = effectOf(subject);
  for (const loss of losses) {
    const { arn } = loss.principal;
    const isWithin = withinLimit(universe, loss);
    const left = new Set(namespacesOf(possibleActions(universe, loss.after).filter(isWithin)));
    const used = [...(uses.get(arn) ?? [])].flatMap(([namespace, at]) =>
      at < subject.cutOff ? [] : namespace,
    );
    const effect = effectOn(namespacesOf(loss.lost.filter(isWithin)), left, used);
    const key = JSON.stringify(effect);
    const same = together.get(key);
    if (same) same.arns.push(arn);
    else together.set(key, { arns: [arn], ...effect });
  }
  return [...together.values()];
}

/** Tells the actions that his permissions boundary allows at most: what it forbids nobody loses, nor keeps. */
function withinLimit(universe: ActionUniverse, { limit }: Loss): (action: string) => boolean {
  if (limit === null) return () => true;
  const most = new Set(possibleActions(universe, limit));
  return (action) => most.has(action);
}

function effectOn(
  taken: readonly string[],
  left: ReadonlySet<string>,
  used: readonly string[],
): Omit<PrincipalEffect, 'arns'> {
  return {
    loses: taken.filter((namespace) => !left.has(namespace)),
    narrowed: taken.filter((namespace) => left.has(namespace)),
    keeps: used.filter((namespace) => left.has(namespace) && !taken.includes(namespace)).sort(),
  };
}

type LastUses = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** When each user or role used each service last (epoch ms), as far as any report names him. */
const lastUses = rememberedFor((reports: IdentitySubject['reports']): LastUses => {
  const uses = new Map<string, Map<string, number>>();
  const add = (arn: string | null, namespace: string, at: number | null): void => {
    if (arn === null || at === null) return;
    const own = uses.get(arn) ?? new Map<string, number>();
    uses.set(arn, own);
    own.set(namespace, Math.max(at, own.get(namespace) ?? at));
  };
  for (const report of reports) {
    if (report.status !== 'completed') continue;
    for (const { lastAccessedAt, lastAccessedBy, serviceNamespace, usedBy } of report.rows.values()) {
      add(report.subjectArn, serviceNamespace, lastAccessedAt);
      add(lastAccessedBy, serviceNamespace, lastAccessedAt);
      for (const user of usedBy) add(user.arn, serviceNamespace, user.lastAccessedAt);
    }
  }
  return uses;
});

/** The ARNs whose reports were made and tell of what the steps take away: the same are asked anew before anything is written. */
export function reportedArnsOf(subject: IdentitySubject): readonly string[] {
  const { account, steps } = subject;
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
  const asked = reportsByArn(subject.reports);
  return [...about].filter((arn) => asked.has(arn)).sort();
}
