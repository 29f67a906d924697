import { canonicalJson } from '../../base/canonical-json.ts';
import { sha256 } from '../../base/sha256.ts';
import { parsePolicy, type Statement } from '../../policy/document.ts';
import { possibleActions } from '../../policy/identity-access.ts';
import { sampledActions } from '../../policy/sampled-actions.ts';
import { regionToSimulate, type Simulation, simulationOf } from '../../policy/simulation.ts';
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
  /** Those of them that he keeps, of services that he used. */
  readonly kept: readonly string[];
}

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
    const { kept, lost } = actionsToTry(subject, loss);
    const actions = [...lost, ...kept];
    const texts = [...controls.flat(), ...loss.texts.before, ...loss.texts.after];
    const facts = {
      partition: account.partition,
      organizationId: subject.controls.organizationId,
      region: regionToSimulate(texts.flatMap(statementsIn)),
    };
    const of = (policies: readonly string[]): Simulation => {
      const simulation = simulationOf(controls, account.accountId, facts, {
        arn: loss.principal.arn,
        policies,
      });
      // Another edit may ask about the same texts, but other actions.
      return { ...simulation, id: sha256(canonicalJson([simulation.id, actions])) };
    };
    judged.set(key, { loss, before: of(loss.texts.before), after: of(loss.texts.after), actions, kept });
  }
  return [...judged.values()];
}

function statementsIn(text: string): readonly Statement[] {
  const parsed = parsePolicy(text);
  return parsed.ok ? parsed.value.statements : [];
}

/** One action of each service of which something is lost; of each service that he used and keeps, three that stay possible. */
function actionsToTry(
  subject: IdentitySubject,
  { after, lostOf, principal }: Loss,
): Pick<JudgedPrincipal, 'kept'> & { readonly lost: readonly string[] } {
  const { universe } = effectOf(subject);
  const report = finishedReports(subject).get(principal.arn);
  const used = new Set(
    [...(report?.rows ?? [])].flatMap(([namespace, { lastAccessedAt }]) =>
      (lastAccessedAt ?? 0) >= subject.cutOff ? [namespace] : [],
    ),
  );
  const some = (actions: readonly string[], most?: number): readonly string[] =>
    sampledActions(
      actions.filter((action) => !isUnknownAction(action) && nameable.test(action)),
      most,
    );
  const kept = [...byNamespace(possibleActions(universe, after))].filter(([namespace]) =>
    used.has(namespace),
  );
  return {
    lost: [...lostOf.values()].flatMap((actions) => some(actions, 1)),
    kept: kept.flatMap(([, actions]) => some(actions)),
  };
}
