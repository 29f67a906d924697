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

/** The checks that ask whether what goes was used. */
const ofUse: ReadonlySet<string> = new Set([evidenceComplete.name, nothingUsedLost.name]);

/**
 * Proves an edit of which the first steps are done. What these took shows in no report any more: use was judged before
 * they were written, and is judged now of what is still to go from the account as it stands.
 */
export function proveUnfinishedEdit(
  subject: IdentitySubject,
  { account, done }: { readonly account: IdentitySubject['account']; readonly done: number },
): Certificate {
  const whole = proveIdentityEdit(subject);
  if (done === 0) return whole;
  const { meant, steps } = subject;
  const rest: IdentitySubject = {
    ...subject,
    account,
    steps: steps.slice(done),
    meant: meant?.map((each) => ({ ...each, steps: each.steps.map((position) => position - done) })) ?? null,
  };
  const { checks: ofRest } = proveIdentityEdit(rest);
  const checks = whole.checks.map((check) =>
    ofUse.has(check.name) ? (ofRest.find(({ name }) => name === check.name) ?? check) : check,
  );
  return { ok: checks.every(({ verdict }) => verdict !== 'failed'), checks };
}
