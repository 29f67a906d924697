import { grouped } from '../../core/base/counted.ts';
import { shownName } from '../../core/organization/organization.ts';
import type { FindingResult } from '../../core/review/finding-result.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';
import packageFile from '../../package.json' with { type: 'json' };
import { type AccountNames, type Names, namesOf } from '../../web/report/names.ts';
import { presentable } from '../../web/report/presentable.ts';
import { dayOf, trackedDays } from '../../web/report/words.ts';
import { renderJson } from './json.ts';

const rules = [
  { id: 'lapsed', shortDescription: { text: 'A service was used before, and not within the threshold' } },
  { id: 'never-used', shortDescription: { text: 'A service was never used in the period that AWS tracks' } },
] as const;

/** The findings as SARIF 2.1.0 (OASIS), which code scanning and dashboards read. One result a finding; those that nothing is drafted for are suppressed. */
export function renderSarif(result: ReviewResult, accountNames?: AccountNames): string {
  const shown = presentable(result);
  const names = namesOf(shown, accountNames);
  return renderJson({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'Organization access reviewer', semanticVersion: packageFile.version, rules },
        },
        automationDetails: { id: `${shown.organizationId}/${shown.scope.id}/${shown.reviewId}` },
        properties: { asOf: shown.asOf, thresholdDays: shown.thresholdDays, status: shown.status },
        results: shown.findings.map((finding) => resultOf(finding, names)),
      },
    ],
  });
}

function resultOf(finding: FindingResult, names: Names): object {
  const { entityId, entityPath, id, kind, outcome, status } = finding;
  const entity = names.entity(entityId, entityPath);
  return {
    ruleId: kind,
    level: status === 'open' ? 'warning' : 'note',
    message: { text: sentence(finding, shownName(entity), names) },
    locations: [
      { logicalLocations: [{ name: shownName(entity), fullyQualifiedName: entityPath, kind: entity.type }] },
    ],
    // A finding keeps its id from review to review.
    partialFingerprints: { findingId: id },
    ...(status === 'open'
      ? {}
      : { suppressions: [{ kind: 'external', justification: finding.note ?? finding.reason ?? status }] }),
    properties: { outcome, service: finding.serviceNamespace, changeIds: finding.changeIds ?? [] },
  };
}

function sentence(finding: FindingResult, place: string, names: Names): string {
  const { accounts, daysUnused, lastAccessedAt, lastAccessedEntityPath, serviceName, serviceNamespace } =
    finding;
  const service = `${serviceName} (${serviceNamespace})`;
  const ofAll = `${grouped(accounts)} ${accounts === 1 ? 'account' : 'accounts'}`;
  if (lastAccessedAt === null)
    return `${service} was never used at ${place} in the ${trackedDays} days that AWS tracks (${ofAll}).`;
  const by = lastAccessedEntityPath === null ? '' : ` by ${names.account(lastAccessedEntityPath)}`;
  return `${service} was last attempted at ${place} on ${dayOf(lastAccessedAt)}${by}, ${daysUnused} days ago (${ofAll}).`;
}
