import type { IdentityReport } from '../../core/identity/identity-report.ts';
import type { IdentityFacts, IdentityRequest } from '../../core/review/identities/identity-facts.ts';
import { judgeIdentities, nextIdentityReports } from '../../core/review/identities/next-identity-reports.ts';

/** Asks until nothing is left to ask. Throws where the same report is asked twice. */
export function answered(
  facts: IdentityFacts,
  request: IdentityRequest,
  reportOf: (subjectArn: string) => IdentityReport,
): { readonly facts: IdentityFacts; readonly asked: readonly string[] } {
  const asked: string[] = [];
  let reports: readonly IdentityReport[] = [];
  for (;;) {
    const next = nextIdentityReports(judgeIdentities({ ...facts, reports }, request)).map(
      ({ subjectArn }) => subjectArn,
    );
    if (next.length === 0) return { facts: { ...facts, reports }, asked };
    const twice = next.find((arn) => asked.includes(arn));
    if (twice !== undefined) throw new Error(`${twice} was asked twice`);
    asked.push(...next);
    reports = [...reports, ...next.map(reportOf)];
  }
}
