import type { Configuration } from '../../../base/configuration.ts';
import { counted, list } from '../../../base/counted.ts';
import type { AffectedAccount, Risk, ServiceEvidence } from '../../../change/content/change.ts';
import { isNearThreshold } from '../../../finding/near-threshold.ts';
import { lossOf } from '../../../policy/service-losses.ts';
import type { Certificate } from '../../../proof/verdict.ts';
import { type RiskReason, riskFrom, silentReason } from '../../risk-reasons.ts';

/**
 * How much care a change of an SCP needs. High by size alone. Medium by what a person should look at: which services go,
 * what their loss would stop, whether neighbours use them, and how long ago somebody did. A service that AWS has ended
 * raises nothing.
 */
export function riskOf(change: {
  readonly evidence: readonly ServiceEvidence[];
  readonly accounts: number;
  /** Accounts of the blast radius; those that joined at or after the cut-off are marked. */
  readonly affectedAccounts: readonly AffectedAccount[];
  readonly certificate: Certificate;
  readonly thresholdDays: number;
  readonly configuration: Configuration;
}): Risk {
  const { accounts, affectedAccounts, certificate, evidence } = change;
  const { highRisk, requireProven, sources } = change.configuration;
  const services = evidence.length;
  const young = affectedAccounts.filter((account) => account.young).map(({ name }) => name);
  const reasons: readonly (RiskReason | false)[] = [
    accounts > highRisk.accounts && {
      flag: 'MANY_ACCOUNTS',
      level: 'high',
      why: `it reaches ${counted(accounts, 'account')}, more than ${highRisk.accounts}`,
    },
    services > highRisk.services && {
      flag: 'MANY_SERVICES',
      level: 'high',
      why: `it denies ${counted(services, 'service')} at once, more than ${highRisk.services}`,
    },
    ...serviceReasons(evidence, change.thresholdDays),
    young.length > 0 && {
      flag: 'YOUNG_ACCOUNTS',
      level: 'medium',
      why: `${list(young)} joined after the cut-off and had no full period to use anything`,
    },
  ];
  const open = certificate.checks.filter(({ verdict }) => verdict === 'not-proven').map(({ name }) => name);
  const toAccept = open.filter((name) => requireProven.includes(name));
  return riskFrom([...reasons, silentReason(certificate, sources)], certificate, toAccept);
}

function serviceReasons(
  evidence: readonly ServiceEvidence[],
  thresholdDays: number,
): readonly (RiskReason | false)[] {
  const isHigh = ({ serviceNamespace }: ServiceEvidence): boolean =>
    lossOf(serviceNamespace).level === 'high';
  const missed = evidence.filter((entry) => entry.kind !== 'never-used' && isHigh(entry));
  const besides = evidence.filter((entry) => entry.usedBeside !== undefined && isHigh(entry));
  const near = evidence.filter(
    (entry) => isNearThreshold([entry], thresholdDays) && lossOf(entry.serviceNamespace).level !== 'low',
  );
  const lately = evidence.filter(({ allowedLately = [] }) => allowedLately.length > 0);
  const kept = [...new Set(lately.flatMap(({ allowedLately = [] }) => allowedLately))].sort();
  const unknown = evidence.filter(({ isUncatalogued }) => isUncatalogued === true);
  return [
    missed.length > 0 && {
      flag: 'HIGH_LOSS',
      level: 'medium',
      why: `others may still depend on what was used before: ${list(missed.map(lossWords), 3)}`,
    },
    besides.length > 0 && {
      flag: 'SIBLINGS_USE',
      level: 'medium',
      why: `accounts beside the targets use ${named(besides)} today`,
    },
    near.length > 0 && {
      flag: 'NEAR_THRESHOLD',
      level: 'medium',
      why: `only just before the cut-off somebody last attempted ${named(near)}`,
    },
    kept.length > 0 && {
      flag: 'NEWLY_ALLOWED',
      level: 'medium',
      why: `SCPs let ${list(kept, 3)} use ${named(lately)} only lately, so not for the whole threshold`,
    },
    unknown.length > 0 && {
      flag: 'UNKNOWN_NAMESPACE',
      level: 'medium',
      why: `the service catalogue does not know ${list(unknown.map(({ serviceNamespace }) => serviceNamespace))}`,
    },
  ];
}

function named(entries: readonly ServiceEvidence[]): string {
  return list(entries.map(({ serviceName }) => serviceName));
}

function lossWords({ serviceName, serviceNamespace }: ServiceEvidence): string {
  return `${serviceName} (${lossOf(serviceNamespace).why})`;
}
