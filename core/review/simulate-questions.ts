import { simulationLimits } from '../base/limits.ts';
import { knownActions } from '../policy/known-actions.ts';
import { protectionOf } from '../policy/protected-services.ts';
import { serviceCatalogue } from '../policy/service-catalogue.ts';
import type { SimulatedChains } from '../policy/simulation.ts';
import { chainsToSimulate } from '../proof/simulations.ts';
import type { ProofSubject } from '../proof/subject.ts';
import type { SimulateQuestion } from './sources.ts';

/** So many actions are tried of a service that must not lose anything. */
const ofKeptService = 3;
const reading = /^(Get|List|Describe|Batch|Search|Query)/;

/**
 * What AWS's simulator is asked about edits, a question for each distinct chain of SCPs, as long as the calls suffice. What
 * was answered for an equal chain is not asked again.
 */
export function simulateQuestions(
  subjects: readonly ProofSubject[],
  known: SimulatedChains,
): readonly SimulateQuestion[] {
  const questions: SimulateQuestion[] = [];
  const asked = new Set(known.keys());
  let spent = 0;
  for (const subject of subjects) {
    const { simulatedCalls } = subject.configuration.sources;
    const actions = actionsToTry(subject);
    const callsEach = Math.ceil(actions.length / simulationLimits.actionsPerCall);
    for (const { after, before } of chainsToSimulate(subject).chains) {
      const simulations = [before, after].filter(({ id }) => !asked.has(id));
      const calls = simulations.length * callsEach;
      if (calls === 0 || known.size * callsEach + spent + calls > simulatedCalls) continue;
      spent += calls;
      for (const { id } of simulations) asked.add(id);
      questions.push({ type: 'simulate', simulations, actions });
    }
  }
  return questions;
}

/** One action of each service that would be denied; of every service in use below the targets, and of every protected one, a read, a write and another. */
function actionsToTry({
  configuration,
  cutOff,
  edit,
  reports,
  trustedServicePrincipals,
}: ProofSubject): readonly string[] {
  const settings = { ...configuration.protectedServices, trustedServicePrincipals };
  const kept = new Set(
    [...serviceCatalogue.namespaces].filter((namespace) => protectionOf(namespace, settings) !== null),
  );
  for (const report of reports)
    if (report.status === 'completed')
      for (const [namespace, { lastAccessedAt }] of report.rows)
        if ((lastAccessedAt ?? 0) >= cutOff) kept.add(namespace);
  for (const service of edit.services) kept.delete(service);
  return [
    ...edit.services.flatMap((service) => some(service, 1)),
    ...[...kept].sort().flatMap((service) => some(service, ofKeptService)),
  ];
}

function some(namespace: string, most: number): readonly string[] {
  const names = knownActions.get(namespace) ?? [];
  const read = names.find((name) => reading.test(name));
  const write = names.find((name) => !reading.test(name));
  const first = [write, read].flatMap((name) => name ?? []);
  const others = names.filter((name) => !first.includes(name));
  return [...first, ...others].slice(0, most).map((name) => `${namespace}:${name}`);
}
