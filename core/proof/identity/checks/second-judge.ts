import { parsePolicy } from '../../../policy/document.ts';
import { standingOfAction } from '../../../policy/identity-access.ts';
import { standingOf } from '../../../policy/standing.ts';
import { type Claim, claimOf } from '../../checks/second-judge.ts';
import { counted, fails, holds, list, notProven } from '../../subject.ts';
import { effectOf } from '../losses.ts';
import { type JudgedPrincipal, principalsToSimulate } from '../simulations.ts';
import type { IdentityCheck, IdentitySubject } from '../subject.ts';

/** AWS's own simulator says the same of a sample of actions, before and after, for everybody whom the steps touch. The SCPs of the account stand beside his policies. */
export const secondJudge: IdentityCheck = {
  name: 'second-judge',
  check: (subject) => {
    const { configuration, simulated = new Map() } = subject;
    if (!configuration.sources.simulate)
      return notProven('sources.simulate is off: nobody but this product judged the texts');
    const principals = principalsToSimulate(subject);
    if (principals === null)
      return notProven('a level of the organization above the account has no SCP that was read');
    const disagreements: string[] = [];
    const silent = new Set<string>();
    let [unasked, compared] = [0, 0];
    for (const judged of principals) {
      const [before, after] = [simulated.get(judged.before.id), simulated.get(judged.after.id)];
      if (judged.actions.length === 0) continue;
      if (!before || !after) {
        unasked += 1;
        continue;
      }
      if ('failure' in before || 'failure' in after) {
        silent.add('failure' in before ? before.failure : 'failure' in after ? after.failure : '');
        continue;
      }
      for (const action of judged.actions) {
        if (!(action in before.allowed && action in after.allowed)) {
          silent.add(`${action} was not simulated`);
          continue;
        }
        compared += 1;
        const theirs = [before.allowed[action] === true, after.allowed[action] === true] as const;
        disagreements.push(...disagreement(subject, judged, action, theirs));
      }
    }
    if (disagreements.length > 0) return fails(list(disagreements, 3));
    if (silent.size > 0) return notProven(`AWS's simulator did not tell: ${list([...silent], 2)}`);
    if (unasked > 0)
      return notProven(
        `${counted(unasked, 'set')} of policies of ${principals.length} could not be simulated within sources.simulatedCalls`,
      );
    return holds(
      `AWS's simulator says the same of ${counted(compared, 'action')} under ${counted(principals.length, 'set')} of policies, before and after the change`,
    );
  },
};

function disagreement(
  subject: IdentitySubject,
  { loss }: JudgedPrincipal,
  action: string,
  [allowedBefore, allowedAfter]: readonly [boolean, boolean],
): readonly string[] {
  const [before, after] = [loss.before, loss.after].map((access) =>
    both(standingOfAction(effectOf(subject).universe, access, action), ofControls(subject, loss, action)),
  );
  const word = (allowed: boolean): string => (allowed ? 'allowed' : 'denied');
  const isAgreed = (claim: Claim | undefined, allowed: boolean): boolean =>
    claim === 'depends' || claim === word(allowed);
  // What stays open on our side must be the same by AWS, before and after.
  const staysOpen = before === 'depends' && after === 'depends';
  const isSame = !staysOpen || allowedBefore === allowedAfter;
  if (isAgreed(before, allowedBefore) && isAgreed(after, allowedAfter) && isSame) return [];
  return [
    `${action} for ${loss.principal.type} ${loss.principal.name}: we say ${before} before and ${after} after, AWS says ${word(allowedBefore)} and ${word(allowedAfter)}`,
  ];
}

/** The SCPs allow and his policies allow, or it is denied. */
function both(own: Claim, ofOrganization: Claim): Claim {
  if (own === 'denied' || ofOrganization === 'denied') return 'denied';
  return own === 'allowed' && ofOrganization === 'allowed' ? 'allowed' : 'depends';
}

function ofControls(
  { controls }: IdentitySubject,
  { principal }: JudgedPrincipal['loss'],
  action: string,
): Claim {
  if (controls.length === 0) return 'allowed';
  const levels = controls.map((level) => level.map((text) => parsePolicy(text)));
  const documents = levels.map((level) => level.flatMap((parsed) => (parsed.ok ? parsed.value : [])));
  const isRead = levels.every((level) => level.every(({ ok }) => ok));
  return isRead ? claimOf(standingOf, documents, action, principal.arn) : 'depends';
}
