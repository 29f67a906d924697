import { counted, list } from '../../base/counted.ts';
import { sortedUnique } from '../../base/lists.ts';
import { sourceKey } from '../../identity/account-index.ts';
import { grantsService } from '../../identity/granted-services.ts';
import { pathsOf } from '../../identity/grants.ts';
import type { IdentityFinding } from '../../identity/identity-finding.ts';
import { reportOf } from '../../identity/identity-knowledge.ts';
import type { IdentityCode, IdentityRefusal } from '../../identity/identity-refusal.ts';
import { policyArnOf, textWritten } from '../../identity/identity-values.ts';
import { stepWords } from '../../identity/step-words.ts';
import { unlistedServices } from '../../identity/unlisted-services.ts';
import type { IamDraft } from '../../kinds/iam/draft.ts';
import type { RefusedDraft } from '../../kinds/iam/last-administrator.ts';
import { parsePolicy } from '../../policy/document.ts';
import type { IdentityFacts } from './identity-facts.ts';
import type { IdentityJudgement } from './next-identity-reports.ts';

/** A refusal for each subject whose findings a draft would have answered. */
export function refuseDraft(
  code: IdentityCode,
  { findings }: IamDraft,
  detail: string,
): readonly IdentityRefusal[] {
  const bySubject = new Map<string, string[]>();
  for (const { serviceNamespace, subject } of findings) {
    const services = bySubject.get(subject.arn) ?? [];
    bySubject.set(subject.arn, serviceNamespace === null ? services : [...services, serviceNamespace]);
  }
  return [...bySubject].map(([subjectArn, services]) => ({
    code,
    subjectArn,
    services: sortedUnique(services),
    detail,
  }));
}

/** A refusal for an account that nothing may write: what somebody there would have to do, and each text as a patch. */
export function refuseReadOnly(draft: IamDraft): readonly IdentityRefusal[] {
  const detail = `"${draft.title}" is not proposed: memberRoles.write is null, so it is for whoever runs the account`;
  const steps = draft.steps.map(stepWords).join('; ');
  const patches = draft.steps.flatMap((step): readonly IdentityRefusal[] => {
    const { before, resource } = step;
    const after = textWritten(step);
    if (before === null || after === null) return [];
    const policyArn = policyArnOf(resource);
    const where = policyArn === null ? {} : { policyArn };
    return [{ code: 'UNREACHABLE_ACCOUNT', ...where, detail, patch: { before, after } }];
  });
  return [...refuseDraft('UNREACHABLE_ACCOUNT', draft, `${detail}. By hand: ${steps}`), ...patches];
}

/** Reports that could not be had: what they would show is unknown, which is never unused. */
export function refuseUnknown(
  { reports }: IdentityFacts,
  { subjects }: IdentityJudgement,
): readonly IdentityRefusal[] {
  const asked = new Set(subjects.map(({ arn }) => arn));
  return reports.flatMap((report): readonly IdentityRefusal[] => {
    if (report.status === 'completed') return [];
    const { failure, subjectArn } = report;
    const detail = `the report of ${subjectArn} is missing (${failure.code}: ${failure.message}); what it would show stays unknown`;
    return [
      {
        code: 'EVIDENCE_MISSING',
        detail,
        ...(asked.has(subjectArn) ? { subjectArn } : { policyArn: subjectArn }),
      },
    ];
  });
}

/** Texts that were not read or cannot be understood with certainty: what they grant is unknown. */
export function refuseUnread({ given, subjects }: IdentityJudgement): readonly IdentityRefusal[] {
  const refusals = new Map<string, IdentityRefusal>();
  for (const subject of subjects) {
    for (const { source } of pathsOf(given.index, subject)) {
      if (source.document !== null) continue;
      const { arn, name, text } = source;
      const where = arn === null ? { subjectArn: subject.arn } : { policyArn: arn };
      const parsed = text === null ? null : parsePolicy(text);
      const why = parsed === null || parsed.ok ? 'it was not read' : parsed.reasons[0].detail;
      const code = text === null ? 'EVIDENCE_MISSING' : 'MALFORMED_POLICY';
      refusals.set(sourceKey(source), { code, ...where, detail: `${name} was left out: ${why}` });
    }
  }
  return [...refusals.values()];
}

/** Identities of which nothing is found unused while their reports leave out services that their texts allow: nobody can tell whether these are used. */
export function refuseUnlisted({
  detection,
  given,
  subjects,
}: IdentityJudgement): readonly IdentityRefusal[] {
  const { catalogue, index, knowledge } = given;
  const found = new Set(detection.findings.map(({ subject }) => subject.arn));
  return subjects.flatMap((subject): readonly IdentityRefusal[] => {
    const isOver = found.has(subject.arn) || detection.notJudged.has(subject.arn);
    const report = isOver ? null : reportOf(knowledge, subject.arn);
    const services = report === null ? [] : [...unlistedServices(index, catalogue, subject, report)].sort();
    if (report === null || services.length === 0) return [];
    const granting = pathsOf(index, subject).filter(({ source: { document } }) =>
      services.some((namespace) => document !== null && grantsService(document, namespace)),
    );
    const names = sortedUnique(granting.map(({ source }) => source.name));
    const detail = `AWS's report of ${subject.type} ${subject.name} lists ${counted(report.rows.size, 'service')}, and not ${counted(services.length, 'service')} that ${list(names)} may allow: whether they are used is unknown, and nothing of them is proposed`;
    return [{ code: 'EVIDENCE_MISSING', subjectArn: subject.arn, services, detail }];
  });
}

/** What would leave nobody who may do everything in IAM. */
export function refuseLastAdministrator({ draft, why }: RefusedDraft): readonly IdentityRefusal[] {
  const detail = `"${draft.title}" would leave nobody in the account who is sure to do everything in IAM${why}`;
  return refuseDraft('LAST_ADMINISTRATOR', draft, detail);
}

/** Subjects that are never touched: one refusal for all that they leave unused. */
export function refuseHeld(findings: readonly IdentityFinding[]): readonly IdentityRefusal[] {
  const refusals = new Map<string, IdentityRefusal>();
  for (const { note, reason, serviceNamespace, status, subject } of findings) {
    if (status !== 'held' || reason === undefined || note === undefined) continue;
    const key = `${subject.arn} ${reason} ${note}`;
    const services = refusals.get(key)?.services ?? [];
    const more = serviceNamespace === null ? services : [...services, serviceNamespace];
    refusals.set(key, { code: reason, subjectArn: subject.arn, services: more, detail: note });
  }
  return [...refusals.values()];
}

// Somebody needs it, or a mark or an exemption keeps it: nobody has to do anything about it.
const toldByAdvice: ReadonlySet<IdentityCode> = new Set<IdentityCode>([
  'USED_BY_OTHERS',
  'KEEP_MARK',
  'EXEMPT',
]);

/** Edits that would be right and are not ours to make: with the text that the owner may set. */
export function refuseBlocked({ advised, plans }: IdentityJudgement): readonly IdentityRefusal[] {
  const refusals = new Map<string, IdentityRefusal>();
  for (const { advice, finding } of advised) {
    for (const { grant, kept } of advice) {
      if (!kept || toldByAdvice.has(kept.code)) continue;
      const { arn, text } = grant.source;
      const where = arn === null ? { subjectArn: finding.subject.arn } : { policyArn: arn };
      const key = `${kept.code} ${kept.detail}`;
      const services = [...(refusals.get(key)?.services ?? []), finding.serviceNamespace ?? ''];
      const outcome = kept.code === 'FOREIGN_POLICY' ? plans(grant.source).outcome : null;
      const patch =
        outcome?.kind === 'rewritten' && text !== null
          ? { patch: { before: text, after: outcome.text } }
          : {};
      refusals.set(key, { ...kept, ...where, services: sortedUnique(services), ...patch });
    }
  }
  return [...refusals.values()];
}
