import { canonicalJson } from '../../base/canonical-json.ts';
import { sha256 } from '../../base/sha256.ts';
import { parsePolicy, type Statement } from '../../policy/document.ts';
import { possibleActions } from '../../policy/identity-access.ts';
import { actionsToldApart, patternsIn, sampledActions } from '../../policy/sampled-actions.ts';
import { regionToSimulate } from '../../policy/simulated-region.ts';
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
  /** Those of them that he keeps, of services in use. */
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
  const alike = new Map<string, [Loss, ...Loss[]]>();
  for (const loss of effectOf(subject).losses) {
    const key = canonicalJson([loss.texts.before, loss.texts.after]);
    const others = alike.get(key);
    if (others) others.push(loss);
    else alike.set(key, [loss]);
  }
  return [...alike.values()].map((losses) => {
    const [loss] = losses;
    const texts = new Set([...controls.flat(), ...loss.texts.before, ...loss.texts.after]);
    const statements = [...texts].flatMap(statementsIn);
    const { actions, kept } = actionsToTry(subject, losses, statements);
    const facts = {
      partition: account.partition,
      organizationId: subject.controls.organizationId,
      region: regionToSimulate(statements, account.partition),
    };
    const of = (policies: readonly string[]): Simulation => {
      const simulation = simulationOf(controls, account.accountId, facts, {
        arn: loss.principal.arn,
        policies,
      });
      // Another edit may ask about the same texts, but other actions.
      return { ...simulation, id: sha256(canonicalJson([simulation.id, actions])) };
    };
    return { loss, before: of(loss.texts.before), after: of(loss.texts.after), actions, kept };
  });
}

function statementsIn(text: string): readonly Statement[] {
  const parsed = parsePolicy(text);
  return parsed.ok ? parsed.value.statements : [];
}

/**
 * One action of each service of which something is lost; of each service that is in use and kept, three that stay possible.
 * Of these beside them one for each pattern of the texts, denied or not: that is what texts tell apart.
 */
function actionsToTry(
  subject: IdentitySubject,
  losses: readonly [Loss, ...Loss[]],
  statements: readonly Statement[],
): Pick<JudgedPrincipal, 'actions' | 'kept'> {
  const [{ after, lostOf }] = losses;
  const { universe } = effectOf(subject);
  const used = servicesInUse(subject, losses);
  const whole = (actions: readonly string[]): readonly string[] =>
    actions.filter((action) => !isUnknownAction(action) && nameable.test(action));
  const keeps = [...byNamespace(possibleActions(universe, after))].filter(([namespace]) =>
    used.has(namespace),
  );
  const lost = [...lostOf.values()].flatMap((actions) => sampledActions(whole(actions), 1));
  const kept = keeps.flatMap(([, actions]) => sampledActions(whole(actions)));
  const patterns = patternsIn(statements);
  const toldApart = keeps.flatMap(([namespace]) => {
    const { actions = [] } = universe.services.get(namespace) ?? {};
    return actionsToldApart(patterns, namespace, whole(actions));
  });
  return { actions: [...new Set([...lost, ...kept, ...toldApart])], kept };
}

/** What their own reports, and those of what is taken away from them, show in use. */
function servicesInUse(subject: IdentitySubject, losses: readonly Loss[]): ReadonlySet<string> {
  const { removals } = effectOf(subject);
  const reports = finishedReports(subject);
  const arns = losses.flatMap(({ principal: { arn } }) => [
    arn,
    ...removals.flatMap(({ principalArns, subjectArns }) => (principalArns.has(arn) ? subjectArns : [])),
  ]);
  const rows = [...new Set(arns)].flatMap((arn) => [...(reports.get(arn)?.rows ?? [])]);
  return new Set(
    rows.flatMap(([namespace, { lastAccessedAt }]) =>
      (lastAccessedAt ?? 0) >= subject.cutOff ? [namespace] : [],
    ),
  );
}
