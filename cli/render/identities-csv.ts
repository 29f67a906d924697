import type {
  IdentitiesResult,
  IdentityFindingResult,
} from '../../core/review/identities/identities-result.ts';
import { adviceWords, grantWords } from '../../web/report/identity-words.ts';
import { type Cell, csvOf } from './csv.ts';

const columns: readonly (readonly [string, (finding: IdentityFindingResult) => Cell])[] = [
  ['id', (finding) => finding.id],
  ['kind', (finding) => finding.kind],
  ['status', (finding) => finding.status],
  ['reason', (finding) => finding.reason ?? null],
  ['note', (finding) => finding.note ?? null],
  ['subjectArn', (finding) => finding.subjectArn],
  ['serviceNamespace', (finding) => finding.serviceNamespace],
  ['serviceName', (finding) => finding.serviceName],
  ['unusedActions', (finding) => finding.actions?.unused.map(({ name }) => name).join(' ') ?? null],
  ['lastAccessedAt', (finding) => finding.lastAccessedAt],
  ['daysUnused', (finding) => finding.daysUnused],
  ['lastAccessedBy', (finding) => finding.lastAccessedBy],
  ['lastAccessedRegion', (finding) => finding.lastAccessedRegion],
  ['usedBy', (finding) => finding.usedBy.join(' ')],
  ['grants', (finding) => finding.grants.map(grantWords).join('; ')],
  ['advice', (finding) => finding.advice.map(adviceWords).join('; ')],
];

/** The findings of a review of identities as comma-separated values, one record a finding. */
export function renderIdentitiesCsv({ findings }: IdentitiesResult): string {
  return csvOf(
    columns.map(([title]) => title),
    findings.map((finding) => columns.map(([, read]) => read(finding))),
  );
}
