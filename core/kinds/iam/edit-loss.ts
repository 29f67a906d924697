import { sortedUnique } from '../../base/lists.ts';
import { principalNamed } from '../../identity/account-index.ts';
import { grantsService } from '../../identity/granted-services.ts';
import { type Grant, pathsThrough } from '../../identity/grants.ts';
import { reportOf } from '../../identity/identity-knowledge.ts';
import type { MeantLoss } from '../../identity/identity-step.ts';
import type { IdentityCase } from '../../identity/judge.ts';
import type { RewriteLoss } from '../../policy/rewrite-policy.ts';
import type { Plans } from './advise.ts';
import type { IamEdit } from './edit.ts';
import type { StepOfEdit } from './steps-of-edits.ts';

/** What one edit takes away: services of which everything that it reaches goes, and single actions of others. */
export type EditLoss = Pick<RewriteLoss, 'actions' | 'services'>;

/** What an edit takes away, by the reports of whoever loses it, or by the plan of the text that it rewrites. */
export function lossOf(given: IdentityCase, plans: Plans, edit: IamEdit): EditLoss {
  const { index, knowledge } = given;
  const ofRows = (arn: string, paths: readonly Pick<Grant, 'source'>[]): EditLoss => {
    const rows = [...(reportOf(knowledge, arn)?.rows.keys() ?? [])];
    const isGranted = (namespace: string): boolean =>
      paths.some(({ source }) => source.document !== null && grantsService(source.document, namespace));
    return { services: rows.filter(isGranted), actions: [] };
  };
  switch (edit.do) {
    case 'detach': {
      // What is detached only because it may not be deleted is judged by the policy's own report.
      const plan = edit.source.type === 'aws-managed' ? null : plans(edit.source);
      if (plan?.outcome.kind === 'nothing-left') return plan.outcome.loss;
      return ofRows(principalNamed(index, edit.from).arn, [edit]);
    }
    case 'leave-group':
      return ofRows(
        principalNamed(index, { type: 'user', name: edit.user }).arn,
        pathsThrough(index, edit.group),
      );
    case 'deny-all': {
      const { arn } = principalNamed(index, { type: 'role', name: edit.role });
      return { services: [...(reportOf(knowledge, arn)?.rows.keys() ?? [])], actions: [] };
    }
    default: {
      const { outcome } = plans(edit.source);
      return 'loss' in outcome ? outcome.loss : { services: [], actions: [] };
    }
  }
}

/** The losses of the edits by their steps. Where no service goes whole and in part, the lists of the whole change say as much. */
export function meantOf(
  losses: readonly EditLoss[],
  ordered: readonly StepOfEdit[],
): { readonly meant?: readonly MeantLoss[] } {
  const whole = new Set(losses.flatMap(({ services }) => services));
  if (!losses.some(({ actions }) => actions.some((action) => whole.has(namespaceOf(action))))) return {};
  const meant = losses.map(({ actions, services }, edit) => {
    const steps = ordered.flatMap((each, position) => (each.edit === edit ? [position] : []));
    return { steps, services: sortedUnique(services), actions: sortedUnique(actions) };
  });
  return { meant };
}

function namespaceOf(action: string): string {
  return action.slice(0, action.indexOf(':'));
}
