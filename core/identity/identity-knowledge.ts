import type { CompletedIdentityReport, IdentityReport, IdentityServiceRow } from './identity-report.ts';

/** What the reports so far tell, and which are still wanted. */
export interface IdentityKnowledge {
  /** At most one a subject, by its ARN. */
  readonly reports: ReadonlyMap<string, IdentityReport>;
  /** Epoch milliseconds: a last use before it is beyond the threshold; exactly at it is still used. */
  readonly cutOff: number;
  /** ARNs of subjects without a report that something depends on, in the order in which it was found out. */
  readonly wanted: Set<string>;
}

/** What one report says of one service. */
export type ServiceUse =
  | { readonly kind: 'used'; readonly row: IdentityServiceRow }
  | { readonly kind: 'unused'; readonly row: IdentityServiceRow }
  /** The report is whole and does not list it: the subject may not use it. Never to be taken for unused. */
  | { readonly kind: 'not-permitted' }
  /** There is no whole report. */
  | { readonly kind: 'unknown'; readonly why: string };

/** The whole report of a subject, or null; one that nobody asked for yet is noted as wanted. */
export function reportOf(knowledge: IdentityKnowledge, subjectArn: string): CompletedIdentityReport | null {
  const report = knowledge.reports.get(subjectArn);
  if (report === undefined) knowledge.wanted.add(subjectArn);
  return report?.status === 'completed' ? report : null;
}

/** What is known of a subject's use of a service. */
export function useOf(knowledge: IdentityKnowledge, subjectArn: string, namespace: string): ServiceUse {
  const report = reportOf(knowledge, subjectArn);
  if (report === null) return { kind: 'unknown', why: whyUnknown(knowledge, subjectArn) };
  const row = report.rows.get(namespace);
  if (row === undefined) return { kind: 'not-permitted' };
  return { kind: isUsed(row, knowledge.cutOff) ? 'used' : 'unused', row };
}

/** Whether a row shows an attempt at or after the cut-off. */
export function isUsed({ lastAccessedAt }: IdentityServiceRow, cutOff: number): boolean {
  return lastAccessedAt !== null && lastAccessedAt >= cutOff;
}

/** Who attempted a service at or after the cut-off by a shared subject's permissions, latest first. */
export function usersOf(row: IdentityServiceRow, cutOff: number): readonly string[] {
  const recent = row.usedBy.filter(
    ({ lastAccessedAt }) => lastAccessedAt !== null && lastAccessedAt >= cutOff,
  );
  const last = row.lastAccessedBy === null ? [] : [row.lastAccessedBy];
  return recent.length > 0 ? recent.map(({ arn }) => arn) : last;
}

/** Why the use of a subject is unknown, as a clause. */
export function whyUnknown({ reports }: IdentityKnowledge, subjectArn: string): string {
  const report = reports.get(subjectArn);
  if (report?.status !== 'failed') return `the report of ${subjectArn} was not made`;
  return `the report of ${subjectArn} failed (${report.failure.code}: ${report.failure.message})`;
}
