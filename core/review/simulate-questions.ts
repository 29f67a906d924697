import { simulationLimits } from '../base/limits.ts';
import { sum } from '../base/lists.ts';
import { knownActions } from '../policy/known-actions.ts';
import { protectionOf } from '../policy/protected-services.ts';
import { actionsToldApart, patternsIn, sampledActions } from '../policy/sampled-actions.ts';
import { serviceCatalogue } from '../policy/service-catalogue.ts';
import type { Simulated, SimulatedChains, Simulation } from '../policy/simulation.ts';
import { chainsToSimulate, type JudgedChain, servicesInUse } from '../proof/simulations.ts';
import type { ProofSubject } from '../proof/subject.ts';
import type { SimulateQuestion } from './sources.ts';

/**
 * What AWS's simulator is asked about edits, for each distinct chain of SCPs before and after, as long as the calls suffice.
 * Two edits may begin from the same chain: an action that was tried under it is not tried again.
 */
export function simulateQuestions(
  subjects: readonly ProofSubject[],
  known: SimulatedChains,
): readonly SimulateQuestion[] {
  const questions: SimulateQuestion[] = [];
  const tried = new Map([...known].map(([id, answer]) => [id, actionsIn(answer)]));
  let calls = sum([...tried.values()].map((actions) => (actions === null ? 1 : callsFor(actions.size))));
  for (const subject of subjects) {
    const { chains } = chainsToSimulate(subject);
    const actions = actionsToTry(subject, chains);
    for (const { after, before } of chains) {
      const open = openOf([before, after], actions, tried);
      const needed = sum(
        open.map((question) => question.simulations.length * callsFor(question.actions.length)),
      );
      if (calls + needed > subject.configuration.sources.simulatedCalls) continue;
      calls += needed;
      for (const question of open)
        for (const { id } of question.simulations)
          tried.set(id, new Set([...(tried.get(id) ?? []), ...question.actions]));
      questions.push(...open);
    }
  }
  return questions;
}

/** The actions that were tried under a chain; null: AWS refused, and nothing more of it is asked. */
type Tried = ReadonlySet<string> | null;

function actionsIn(answer: Simulated): Tried {
  return 'failure' in answer ? null : new Set(Object.keys(answer.allowed));
}

/** What is not tried yet of a chain: one question where that is the same before and after, none where AWS refused one of them. */
function openOf(
  simulations: readonly Simulation[],
  actions: readonly string[],
  tried: ReadonlyMap<string, Tried>,
): readonly SimulateQuestion[] {
  if (simulations.some(({ id }) => tried.get(id) === null)) return [];
  const questions = new Map<string, SimulateQuestion>();
  for (const simulation of simulations) {
    const done = new Set(tried.get(simulation.id));
    const left = actions.filter((action) => !done.has(action));
    if (left.length === 0) continue;
    const same = questions.get(left.join()) ?? { type: 'simulate', simulations: [], actions: left };
    questions.set(left.join(), { ...same, simulations: [...same.simulations, simulation] });
  }
  return [...questions.values()];
}

function callsFor(actions: number): number {
  return Math.ceil(actions / simulationLimits.actionsPerCall);
}

/**
 * One action of each service that would be denied. Of every service in use below the targets, and of every protected one,
 * a write, a read and another. Beside them one for each pattern of the chains' texts: that is what SCPs tell apart.
 */
function actionsToTry(subject: ProofSubject, chains: readonly JudgedChain[]): readonly string[] {
  const { configuration, edit, trustedServicePrincipals } = subject;
  const settings = { ...configuration.protectedServices, trustedServicePrincipals };
  const kept = new Set(
    [...serviceCatalogue.namespaces].filter((namespace) => protectionOf(namespace, settings) !== null),
  );
  for (const namespace of servicesInUse(subject)) kept.add(namespace);
  for (const service of edit.services) kept.delete(service);
  const documents = chains.flatMap(({ documents: { after, before } }) => [...before.flat(), ...after.flat()]);
  const patterns = patternsIn([...new Set(documents)].flatMap(({ statements }) => statements));
  const tried = [...kept].sort().flatMap((service) => {
    return [...some(service), ...actionsToldApart(patterns, service, namesOf(service))];
  });
  return [...edit.services.flatMap((service) => some(service, 1)), ...new Set(tried)];
}

function namesOf(namespace: string): readonly string[] {
  return (knownActions().get(namespace) ?? []).map((name) => `${namespace}:${name}`);
}

function some(namespace: string, most?: number): readonly string[] {
  return sampledActions(namesOf(namespace), most);
}
