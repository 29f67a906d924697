import type { PrincipalName } from '../../identity/account-identities.ts';
import { type PolicySource, principalNamed } from '../../identity/account-index.ts';
import type { Grant } from '../../identity/grants.ts';
import type { IdentityFinding } from '../../identity/identity-finding.ts';
import { reportOf } from '../../identity/identity-knowledge.ts';
import type { IdentityReason } from '../../identity/identity-refusal.ts';
import { type IdentityCase, permissionHold, reasonOfHold } from '../../identity/judge.ts';
import { whyInseparable } from '../../identity/kept-statements.ts';
import { waysInOf } from '../../identity/ways-in.ts';
import type { RewriteLoss } from '../../policy/rewrite-policy.ts';
import { copyOf } from './copy.ts';
import type { IamEdit } from './edit.ts';
import { whyNotMadeAgain } from './made-again.ts';
import type { TextPlan } from './text-plan.ts';
import { neverEdited, whyNotDetach, whyNotLeave } from './why-not-taken.ts';

/** What to do about one path by which something unused is granted. */
export interface GrantAdvice {
  readonly grant: Grant;
  /** Null: it is kept, for the reason. */
  readonly edit: IamEdit | null;
  /** One sentence: why this, or why nothing. */
  readonly why: string;
  /** Why this path itself is kept; absent where only another path stands against it. */
  readonly kept?: IdentityReason;
  /** The edit is made for other findings: what this one is about remains by another path. */
  readonly isForOthers?: true;
}

/** The plan of every text that a finding takes part in, by `resourceKey`; made when it is first asked for. */
export type Plans = (source: PolicySource) => TextPlan;

/** What is decided for one account: its findings, and which of them are open. */
export interface Advising {
  readonly given: IdentityCase;
  readonly plans: Plans;
  /** Open findings by subject ARN and service. */
  isOpen(subjectArn: string, namespace: string): boolean;
}

/** Advises on one path of one open finding, the edit that touches the fewest others first. */
export function adviseGrant(advising: Advising, finding: IdentityFinding, grant: Grant): GrantAdvice {
  const { given, plans } = advising;
  const { source } = grant;
  const namespace = finding.serviceNamespace ?? '';
  const row = reportOf(given.knowledge, finding.subject.arn)?.rows.get(namespace);
  const hold = row ? permissionHold(given, source, row) : null;
  if (hold !== null) return keep(grant, reasonOfHold(hold));
  const bearer = principalNamed(given.index, grant.attachedTo);
  const isWhole = finding.kind !== 'unused-actions';
  if (isWhole && grant.via !== 'direct' && !advising.isOpen(bearer.arn, namespace)) {
    const leaver = principalNamed(given.index, { type: 'user', name: finding.subject.name });
    const whyNot = whyNotLeave(given)(bearer)(leaver);
    if (whyNot === null)
      return {
        grant,
        edit: { do: 'leave-group', user: leaver.name, group: bearer.name },
        why: `${leaver.name} uses nothing of what ${bearer.name} grants`,
      };
    if (whyNot.code === 'EXEMPT') return keep(grant, whyNot);
  }
  if (source.type === 'aws-managed') return adviseAwsManaged(advising, finding, grant);
  const plan = plans(source);
  const bearers = given.index.bearers.get(source.arn ?? '') ?? [bearer];
  const isShared = isWhole && finding.subject.type !== 'policy' && bearers.length > 1;
  if (plan.outcome.kind !== 'nothing-left' && isShared && whyNotDetach(given)(source)(bearer) === null)
    return detach(grant, `${nameOf(grant.attachedTo)} uses nothing of ${source.name}`);
  return adviseText(given, plan, finding, grant, bearers);
}

/** What the plan of a customer's own text comes to for one finding. */
function adviseText(
  given: IdentityCase,
  plan: TextPlan,
  finding: IdentityFinding,
  grant: Grant,
  bearers: readonly PrincipalName[],
): GrantAdvice {
  const { outcome, source } = plan;
  const stays = plan.stays.get(finding.id);
  if (stays) return keep(grant, stays);
  if (plan.blocked !== null) return keep(grant, plan.blocked);
  if (outcome.kind === 'refused') return keep(grant, outcome.reason);
  if (outcome.kind === 'nothing-left') {
    const why = `nobody uses anything of ${source.name}`;
    const lasting = whyNotMadeAgain(given.index, source);
    if (lasting !== null) return adviseLasting(given, grant, why, lasting);
    if (source.arn === null) return { grant, edit: { do: 'edit-inline', source, after: null }, why };
    if (plan.namedBy.length > 0)
      return detach(grant, `${why}; it is not deleted, since it is named by ${plan.namedBy.join(', ')}`);
    return {
      grant,
      edit: { do: 'delete-policy', source, from: bearers.map(plainName) },
      why: `${why}, and nothing else has it then`,
    };
  }
  if (outcome.kind === 'unchanged' || !takes(outcome.loss, finding)) {
    const detail = `${source.name} goes on granting ${finding.serviceNamespace}: the policy names its actions one by one, or AWS does not show their use, so they stay as long as the policy does`;
    return keep(grant, { code: 'KEEP_MARK', detail });
  }
  const what =
    finding.kind === 'unused-actions' ? `these actions of ${finding.serviceNamespace}` : finding.serviceName;
  const why = `nobody uses ${what} by ${source.name}`;
  const edited = source.arn === null ? 'edit-inline' : 'new-version';
  return { grant, edit: { do: edited, source, after: outcome.text }, why };
}

/** What could not be made again is not deleted: a managed policy is detached from whoever uses nothing of it, an inline one stays. */
function adviseLasting(given: IdentityCase, grant: Grant, why: string, lasting: IdentityReason): GrantAdvice {
  const { attachedTo, source } = grant;
  if (source.arn === null) return keep(grant, lasting);
  const whyNot = whyNotDetach(given)(source)(principalNamed(given.index, attachedTo));
  if (whyNot === null) return detach(grant, `${why}; ${lasting.detail}`);
  return keep(grant, { code: lasting.code, detail: `${lasting.detail}, nor detached: ${whyNot.detail}` });
}

/** AWS's own policies are never edited: detached where nothing of them is in use, else replaced by a copy that grants less. */
function adviseAwsManaged({ given, plans }: Advising, finding: IdentityFinding, grant: Grant): GrantAdvice {
  const { source } = grant;
  const bearer = principalNamed(given.index, grant.attachedTo);
  const blocked = neverEdited(given, bearer);
  if (blocked !== null) return keep(grant, blocked);
  const inseparable = source.document
    ? whyInseparable(source.document, source.name, waysInOf(given.index.account, given.care))
    : null;
  if (inseparable !== null) return keep(grant, { code: 'AWS_MANAGED', detail: inseparable });
  const whyNot = finding.kind === 'unused-actions' ? null : whyNotDetach(given)(source)(bearer);
  if (finding.kind !== 'unused-actions' && whyNot === null)
    return detach(grant, `${nameOf(grant.attachedTo)} uses nothing of ${source.name}`);
  const plan = plans(source);
  const stays = plan.stays.get(finding.id);
  if (stays) return keep(grant, stays);
  if (plan.outcome.kind === 'nothing-left') return detach(grant, `nobody uses anything of ${source.name}`);
  if (plan.outcome.kind === 'refused') return keep(grant, plan.outcome.reason);
  if (plan.outcome.kind === 'unchanged' || !takes(plan.outcome.loss, finding)) {
    if (whyNot?.code === 'EVIDENCE_MISSING') return keep(grant, whyNot);
    return keep(grant, {
      code: 'AWS_MANAGED',
      detail: `${source.name} is AWS's, and nothing can be taken out of it`,
    });
  }
  const copy = copyOf(given, source, plan.outcome.text, bearer);
  if ('code' in copy) return keep(grant, copy);
  return {
    grant,
    edit: copy,
    why: `${source.name} is AWS's and partly in use: a copy without what nobody uses takes its place`,
  };
}

/** Whether an edit takes away something that the finding is about. */
function takes(loss: RewriteLoss, { actions, kind, serviceNamespace }: IdentityFinding): boolean {
  if (kind !== 'unused-actions') return loss.services.includes(serviceNamespace ?? '');
  return (actions?.unused ?? []).some(({ name }) => loss.actions.includes(`${serviceNamespace}:${name}`));
}

function detach(grant: Grant, why: string): GrantAdvice {
  return { grant, edit: { do: 'detach', source: grant.source, from: grant.attachedTo }, why };
}

function keep(grant: Grant, kept: IdentityReason): GrantAdvice {
  return { grant, edit: null, why: kept.detail, kept };
}

function plainName({ name, type }: PrincipalName): PrincipalName {
  return { type, name };
}

function nameOf({ name, type }: PrincipalName): string {
  return `${type} ${name}`;
}
