import type { Certificate } from '../verdict.ts';
import { inService, noLockOut, owner, referencedElsewhere } from './checks/care.ts';
import { deniesUntouched, neverWidens, onlyIntendedLost, untrackedActions } from './checks/effect.ts';
import { evidenceComplete, evidenceFresh, nothingUsedLost } from './checks/evidence.ts';
import { conditionsUntouched, exemptionsRespected, keptUntouched } from './checks/kept.ts';
import { permissionAge } from './checks/permission-age.ts';
import { quarantineChecks } from './checks/quarantine.ts';
import { regions } from './checks/regions.ts';
import { secondJudge } from './checks/second-judge.ts';
import { quotas, syntax } from './checks/texts.ts';
import { type EditIntent, type IdentityCheck, type IdentitySubject, runIdentityCheck } from './subject.ts';

/** Every check of an edit that narrows, in the order in which people read them. A new check is one more line here. */
const identityChecks: readonly IdentityCheck[] = [
  evidenceComplete,
  evidenceFresh,
  nothingUsedLost,
  neverWidens,
  onlyIntendedLost,
  deniesUntouched,
  conditionsUntouched,
  keptUntouched,
  exemptionsRespected,
  permissionAge,
  untrackedActions,
  syntax,
  quotas,
  noLockOut,
  owner,
  inService,
  referencedElsewhere,
  regions,
];

/** A quarantine takes nothing out of any text, so some checks ask for something else under the same name. */
const checksFor: Readonly<Record<EditIntent, readonly IdentityCheck[]>> = {
  narrow: identityChecks,
  quarantine: identityChecks.map(
    (check) => quarantineChecks.find(({ name }) => name === check.name) ?? check,
  ),
};

/** Proves an edit inside an account from texts, attachments, memberships and raw report rows alone. `ok` means that no check failed. */
export function proveIdentityEdit(subject: IdentitySubject): Certificate {
  const { requireProven, sources } = subject.configuration;
  // As for SCPs: nobody's by default.
  const isWanted = sources.simulate || requireProven.includes(secondJudge.name);
  const asked = [...checksFor[subject.intent], ...(isWanted ? [secondJudge] : [])];
  const checks = asked.map((check) => runIdentityCheck(check, subject));
  return { ok: checks.every(({ verdict }) => verdict !== 'failed'), checks };
}
