import type { Configuration } from '../../base/configuration.ts';
import { simulationLimits } from '../../base/limits.ts';
import { principalsToSimulate } from '../../proof/identity/simulations.ts';
import type { IdentitySubject } from '../../proof/identity/subject.ts';
import type { SimulateQuestion, SourceQuestion } from '../sources.ts';

/** Which Regions an account may use. */
export type AccountQuestion = Extract<SourceQuestion, { readonly type: 'regions' }>;

/** What the configured sources are asked about edits inside one account. Its Regions once, and the simulator about each set of policies, as long as the calls suffice. */
export function questionsAboutEdits(
  subjects: readonly IdentitySubject[],
  { sources }: Pick<Configuration, 'sources'>,
): readonly (AccountQuestion | SimulateQuestion)[] {
  const [first] = subjects;
  if (first === undefined) return [];
  const questions: (AccountQuestion | SimulateQuestion)[] = [];
  if (sources.regions) questions.push({ type: 'regions', accountIds: [first.account.accountId] });
  if (!sources.simulate) return questions;
  const asked = new Set<string>();
  let calls = 0;
  for (const { actions, after, before } of subjects.flatMap((each) => principalsToSimulate(each) ?? [])) {
    const simulations = [before, after].filter(({ id }) => !asked.has(id));
    const more = simulations.length * Math.ceil(actions.length / simulationLimits.actionsPerCall);
    if (more === 0 || calls + more > sources.simulatedCalls) continue;
    calls += more;
    for (const { id } of simulations) asked.add(id);
    questions.push({ type: 'simulate', simulations, actions });
  }
  return questions;
}
