import type { ChangeContent } from '../core/change/content/change.ts';
import type { CompletedReport } from '../core/finding/access-report.ts';
import type { PolicyDraft } from '../core/kinds/scp/drafting/placing.ts';
import { changeFrom } from '../core/kinds/scp/proposing/propose.ts';
import { type Entity, ownPath } from '../core/organization/organization.ts';
import { addDeny, newDenyPolicy } from '../core/policy/deny-statement.ts';
import { protectionOf } from '../core/policy/protected-services.ts';
import { prove } from '../core/proof/certificate.ts';
import type { ReviewRun } from '../flow/review.ts';

/** What is denied for the time of the test. */
export interface Denial {
  readonly run: ReviewRun;
  /** A report of the OU, made for this. */
  readonly report: CompletedReport;
  readonly ou: Entity;
  readonly service: string;
}

/** A service that nobody below the OU ever used, by its report, and that is not protected; null where there is none. */
export function unusedService({ ou, report, run }: Omit<Denial, 'service'>): string | null {
  const found = run.decision.findings.filter(
    ({ entityId, status }) => entityId === ou.id && status === 'open',
  );
  const isEmpty = ou.firstAccount === ou.endAccount;
  const { trustedServicePrincipals } = run.facts;
  const protection = { ...run.request.configuration.protectedServices, trustedServicePrincipals };
  for (const [service, { lastAccessedAt }] of report.rows) {
    if (lastAccessedAt !== null || protectionOf(service, protection) !== null) continue;
    if (isEmpty || found.some(({ serviceNamespace }) => serviceNamespace === service)) return service;
  }
  return null;
}

/** The change that denies the service in an SCP of the test, or in a new one (`policy` null). Throws where it cannot be proved. */
export function denialIn(
  policy: { readonly id: string; readonly name: string; readonly text: string } | null,
  newName: string,
  { ou, report, run, service }: Denial,
): ChangeContent {
  const { decision, facts, request } = run;
  const denied = {
    services: [service],
    exemptPrincipals: [],
    maximumCharacters: request.configuration.quotas.scpCharacters,
  };
  const edit = policy === null ? newDenyPolicy(denied) : addDeny(policy.text, denied);
  if (!edit.ok) throw new Error(edit.reasons[0].detail);
  const draft: PolicyDraft = {
    kind: policy === null ? 'create-policy' : 'update-policy',
    policyId: policy?.id ?? null,
    policyName: policy?.name ?? newName,
    targets: [{ id: ou.id, type: ou.type, name: ou.name, ...ownPath(ou) }],
    before: policy?.text ?? null,
    after: edit.value.text,
    services: [service],
    findings: decision.findings.filter(
      (finding) => finding.entityId === ou.id && finding.serviceNamespace === service,
    ),
    choice: ['The smoke test made this SCP, or makes it.'],
  };
  const { knowledge } = decision.judgement;
  const reports = [...facts.reports.filter(({ entityId }) => entityId !== ou.id), report];
  const certificate = prove({ ...facts, ...request, reports, edit: draft, cutOff: knowledge.cutOff });
  const failed = certificate.checks.filter(({ verdict }) => verdict === 'failed');
  if (failed.length > 0) throw new Error(failed.map(({ detail, name }) => `${name}: ${detail}`).join('; '));
  const allowed = { ...decision.judgement, allowedBefore: facts.allowedBefore, asOf: request.asOf };
  return changeFrom(draft, certificate, allowed, request);
}
