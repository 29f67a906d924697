import { canonicalJson } from '../../base/canonical-json.ts';
import { sha256 } from '../../base/sha256.ts';
import { possibleActions } from '../../policy/identity-access.ts';
import { type Simulation, simulationOf } from '../../policy/simulation.ts';
import { byNamespace, isUnknownAction } from './actions.ts';
import { effectOf, type Loss } from './losses.ts';
import { finishedReports } from './raw-use.ts';
import type { IdentitySubject } from './subject.ts';

/** The policies of one user or role before and after the steps: what the second judge is asked, and what ours reads. */
export interface JudgedPrincipal {
  readonly loss: Loss;
  readonly before: Simulation;
  readonly after: Simulation;
  readonly actions: readonly string[];
}

/** So many actions are tried of a service in use. */
const ofKeptService = 3;
/** SimulateCustomPolicy takes one whole name for each action (IAM API reference). */
const nameable = /^[a-z0-9-]+:[A-Za-z0-9]+$/;

/** Everybody whom the steps touch; those who bear the same texts before and after count once. Null: not every SCP of each level of the organization was read, so nothing can be simulated. */
export function principalsToSimulate(subject: IdentitySubject): readonly JudgedPrincipal[] | null {
  const { account } = subject;
  const { levels } = subject.controls;
  const controls = levels.map((level) => level.filter((text) => text !== null));
  if (controls.some((level, at) => level.length === 0 || level.length < (levels[at]?.length ?? 0)))
    return null;
  const judged = new Map<string, JudgedPrincipal>();
  for (const loss of effectOf(subject).losses) {
    const key = canonicalJson([loss.texts.before, loss.texts.after]);
    if (judged.has(key)) continue;
    const actions = actionsToTry(subject, loss);
    const of = (policies: readonly string[]): Simulation => {
      const simulation = simulationOf(controls, account.accountId, { arn: loss.principal.arn, policies });
      // Another edit may ask about the same texts, but other actions.
      return { ...simulation, id: sha256(canonicalJson([simulation.id, actions])) };
    };
    judged.set(key, { loss, before: of(loss.texts.before), after: of(loss.texts.after), actions });
  }
  return [...judged.values()];
}

/** One action of each service of which something is lost; of each service that he used and keeps, three that stay possible. */
function actionsToTry(subject: IdentitySubject, { after, lostOf, principal }: Loss): readonly string[] {
  const { universe } = effectOf(subject);
  const report = finishedReports(subject).get(principal.arn);
  const used = new Set(
    [...(report?.rows ?? [])].flatMap(([namespace, { lastAccessedAt }]) =>
      (lastAccessedAt ?? 0) >= subject.cutOff ? [namespace] : [],
    ),
  );
  const some = (actions: readonly string[], most: number): readonly string[] =>
    actions.filter((action) => !isUnknownAction(action) && nameable.test(action)).slice(0, most);
  const kept = [...byNamespace(possibleActions(universe, after))].filter(([namespace]) =>
    used.has(namespace),
  );
  return [
    ...[...lostOf.values()].flatMap((actions) => some(actions, 1)),
    ...kept.flatMap(([, actions]) => some(actions, ofKeptService)),
  ];
}
