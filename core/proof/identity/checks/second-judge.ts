import { counted, list } from '../../../base/counted.ts';
import { parsePolicy } from '../../../policy/document.ts';
import { standingOfAction } from '../../../policy/identity-access.ts';
import { standingOf } from '../../../policy/standing.ts';
import { claimOf } from '../../checks/second-judge.ts';
import {
  type Claim,
  deniedBeforeWords,
  disagreementOn,
  opinionOn,
  outcomeOf,
  servicesWithout,
  simulatorIsOff,
} from '../../second-opinion.ts';
import { notProven } from '../../subject.ts';
import { effectOf } from '../losses.ts';
import { type JudgedPrincipal, principalsToSimulate } from '../simulations.ts';
import type { IdentityCheck, IdentitySubject } from '../subject.ts';

/** What came of the comparison so far. */
interface Said {
  readonly disagreements: string[];
  readonly silent: Set<string>;
  unasked: number;
  compared: number;
}

/** AWS's own simulator says the same of a sample of actions, before and after, for everybody whom the steps touch. The SCPs of the account stand beside his policies. */
export const secondJudge: IdentityCheck = {
  name: 'second-judge',
  check: (subject) => {
    const { configuration, simulated = new Map() } = subject;
    if (!configuration.sources.simulate) return simulatorIsOff;
    const principals = principalsToSimulate(subject);
    if (principals === null)
      return notProven('a level of the organization above the account has no SCP that was read');
    const said: Said = { disagreements: [], silent: new Set(), unasked: 0, compared: 0 };
    for (const judged of principals) {
      // What a service keeps is tried too, and says nothing of what it loses.
      const untried = [...judged.loss.lostOf].flatMap(([service, lost]) =>
        lost.some((action) => judged.actions.includes(action)) ? [] : service,
      );
      if (untried.length > 0) said.silent.add(`nothing that is lost of ${list(untried)} can be simulated`);
      if (judged.actions.length === 0) continue;
      const opinion = opinionOn(simulated, judged);
      if (opinion === 'unasked') said.unasked += 1;
      else if ('failure' in opinion) said.silent.add(opinion.failure);
      else compare(subject, judged, opinion.allowed, said);
    }
    const { compared, unasked } = said;
    return outcomeOf(said, {
      unasked: `${counted(unasked, 'set')} of policies of ${principals.length} were not simulated within sources.simulatedCalls: raise it`,
      agreed: `AWS's simulator says the same of ${counted(compared, 'action')} under ${counted(principals.length, 'set')} of policies, before and after the change`,
    });
  },
};

/** Adds what the simulator and our evaluator say of each action of one principal. */
function compare(
  subject: IdentitySubject,
  judged: JudgedPrincipal,
  allowed: Parameters<typeof disagreementOn>[2],
  said: Said,
): void {
  const { name, type } = judged.loss.principal;
  const deniedBefore: string[] = [];
  for (const action of judged.actions) {
    if (!allowed.every((each) => action in each)) {
      said.silent.add(`${action} was not simulated`);
      continue;
    }
    const claims = claimsOf(subject, judged, action);
    if (allowed[0][action] !== true && claims[0] === 'depends') deniedBefore.push(action);
    else said.compared += 1;
    const why = disagreementOn(action, claims, allowed);
    if (why !== null) said.disagreements.push(`${action} for ${type} ${name}: ${why}`);
  }
  const services = [...new Set(judged.kept.map((action) => action.slice(0, action.indexOf(':'))))];
  const closed = servicesWithout(services, judged.kept, deniedBefore);
  if (closed.length > 0) said.silent.add(deniedBeforeWords(closed));
}

function claimsOf(
  subject: IdentitySubject,
  { loss }: JudgedPrincipal,
  action: string,
): readonly [Claim, Claim] {
  const { universe } = effectOf(subject);
  const ofOrganization = ofControls(subject, loss, action);
  return [
    both(standingOfAction(universe, loss.before, action), ofOrganization),
    both(standingOfAction(universe, loss.after, action), ofOrganization),
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
  if (controls.levels.length === 0) return 'allowed';
  const levels = controls.levels.map((level) =>
    level.map((text) => (text === null ? null : parsePolicy(text))),
  );
  const documents = levels.map((level) => level.flatMap((parsed) => (parsed?.ok ? parsed.value : [])));
  const isRead = levels.every((level) => level.every((parsed) => parsed?.ok === true));
  return isRead ? claimOf(standingOf, documents, action, principal.arn) : 'depends';
}
