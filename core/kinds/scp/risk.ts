import { isConfigured } from '../../base/check-names.ts';
import type { Configuration } from '../../base/configuration.ts';
import type { Risk } from '../../change/content/change.ts';
import type { Finding } from '../../finding/finding.ts';
import { isNearThreshold } from '../../finding/near-threshold.ts';
import type { Certificate } from '../../proof/verdict.ts';

/** How much care a change needs: high by size, medium by anything that a person should look at, else low. What is not proven is always a flag. */
export function riskOf(change: {
  readonly findings: readonly Pick<Finding, 'daysUnused'>[];
  readonly services: readonly string[];
  readonly accounts: number;
  /** Accounts of the blast radius that joined at or after the cut-off. */
  readonly youngAccounts: number;
  /** Whether a namespace is not in the service catalogue. */
  readonly hasUnknownNamespace: boolean;
  readonly certificate: Certificate;
  readonly thresholdDays: number;
  readonly configuration: Configuration;
}): Risk {
  const { highRisk, requireProven, sources } = change.configuration;
  const notProven = change.certificate.checks
    .filter((check) => check.verdict === 'not-proven')
    .map((check) => check.name);
  const high: string[] = [];
  if (change.accounts > highRisk.accounts) high.push('MANY_ACCOUNTS');
  if (change.services.length > highRisk.services) high.push('MANY_SERVICES');

  const medium: string[] = [];
  if (change.youngAccounts > 0) medium.push('YOUNG_ACCOUNTS');
  if (change.hasUnknownNamespace) medium.push('UNKNOWN_NAMESPACE');
  if (isNearThreshold(change.findings, change.thresholdDays)) medium.push('NEAR_THRESHOLD');
  if (notProven.some((name) => isConfigured(name, sources))) medium.push('SOURCE_SILENT');
  if (notProven.some((name) => requireProven.includes(name))) medium.push('ACCEPTANCE_REQUIRED');

  const flags = [...high, ...medium, ...notProven.map((name) => `NOT_PROVEN:${name}`)].sort();
  return { level: high.length > 0 ? 'high' : medium.length > 0 ? 'medium' : 'low', flags };
}
