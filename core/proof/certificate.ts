import {
  exemptionsRespected,
  nothingUsedDenied,
  onlyIntendedDenied,
  protectedUntouched,
} from './checks/effect.ts';
import { evidenceComplete, evidenceFresh } from './checks/evidence.ts';
import { noLockOut } from './checks/lock-out.ts';
import { noMovedAccounts } from './checks/moved-accounts.ts';
import { observationPeriod } from './checks/observation-period.ts';
import { regions } from './checks/regions.ts';
import { replay } from './checks/replay.ts';
import { noRunningResources } from './checks/running-resources.ts';
import { secondJudge } from './checks/second-judge.ts';
import { otherStatementsUnchanged, quotas, syntax } from './checks/text.ts';
import { type Check, type ProofSubject, runCheck } from './subject.ts';
import type { Certificate } from './verdict.ts';

/** Every check that each certificate has, in the order in which people read them. A new check is one more line here. */
export const checks: readonly Check[] = [
  evidenceComplete,
  evidenceFresh,
  nothingUsedDenied,
  onlyIntendedDenied,
  protectedUntouched,
  exemptionsRespected,
  otherStatementsUnchanged,
  syntax,
  quotas,
  noLockOut,
  noMovedAccounts,
  observationPeriod,
  regions,
  noRunningResources,
];

/** Proves an edit from texts, tree and raw report rows alone. `ok` means that no check failed; what is not proven is named. */
export function prove(subject: ProofSubject): Certificate {
  const { requireProven, sources } = subject.configuration;
  // These are nobody's by default: then they are no hole either, since nothing but our own evaluator and access reports was promised.
  const asked = [
    ...checks,
    ...(sources.simulate || requireProven.includes(secondJudge.name) ? [secondJudge] : []),
    ...(sources.replay !== null || requireProven.includes(replay.name) ? [replay] : []),
  ];
  const results = asked.map((check) => runCheck(check, subject));
  return { ok: results.every((result) => result.verdict !== 'failed'), checks: results };
}
