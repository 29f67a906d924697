import { rememberedFor } from '../../base/remembered.ts';
import type { PrincipalName } from '../../identity/account-identities.ts';
import { type PolicySource, principalNamed } from '../../identity/account-index.ts';
import { grantsService } from '../../identity/granted-services.ts';
import { type Grant, pathsThrough } from '../../identity/grants.ts';
import type { IdentityFinding } from '../../identity/identity-finding.ts';
import { reportOf, whyUnknown } from '../../identity/identity-knowledge.ts';
import type { IdentityReason } from '../../identity/identity-refusal.ts';
import {
  exemptionHold,
  type IdentityCase,
  judgeService,
  permissionHold,
  reasonOfHold,
} from '../../identity/judge.ts';
import { whyInseparable } from '../../identity/kept-statements.ts';
import { untouchableItself } from '../../identity/never-touched.ts';
import { whyQuarantineWaits } from '../../identity/quarantine-waits.ts';
import type { Subject } from '../../identity/subject.ts';
import { namedServices, unlistedServices } from '../../identity/unlisted-services.ts';
import { waysInOf } from '../../identity/ways-in.ts';
import { youth } from '../../identity/young.ts';
import type { RewriteLoss } from '../../policy/rewrite-policy.ts';
import { copyOf } from './copy.ts';
import type { IamEdit } from './edit.ts';
import { whyNotMadeAgain } from './made-again.ts';
import type { TextPlan } from './text-plan.ts';

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
    const detail = `${source.name} goes on granting ${finding.serviceNamespace}: its actions are named one by one, or nobody can see their use, and they stay while the policy stays`;
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
  const blocked = untouchableItself(bearer, given.care);
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

/** Why a policy is not taken from one bearer as a whole, or null: he uses nothing of what it grants. Each service that it grants asks. */
const whyNotDetach = rememberedFor((given: IdentityCase) =>
  rememberedFor((source: PolicySource) =>
    rememberedFor((bearer: Subject) => neverEdited(given, bearer) ?? whyInUse(given, bearer, [source])),
  ),
);

/** Why a user does not leave a group, or null: he uses nothing of what it grants, and it denies nothing. */
const whyNotLeave = rememberedFor((given: IdentityCase) =>
  rememberedFor((group: Subject) => {
    const sources = pathsThrough(given.index, group.name).map(({ source }) => source);
    return rememberedFor(
      (user: Subject) => neverEdited(given, user) ?? whyInUse(given, user, sources, [group.arn]),
    );
  }),
);

function neverEdited({ care, index }: IdentityCase, { arn }: Subject): IdentityReason | null {
  const principal = index.principals.get(arn);
  return principal ? untouchableItself(principal, care) : null;
}

/** Unknown, kept, held and young count as in use; so does what is granted and what the report does not list. */
function whyInUse(
  given: IdentityCase,
  subject: Subject,
  sources: readonly PolicySource[],
  through: readonly string[] = [],
): IdentityReason | null {
  const { catalogue, index, knowledge, stopping } = given;
  const notJudged = youth(given, subject) ?? whyQuarantineWaits(index, stopping, subject);
  if (notJudged !== null) return notJudged;
  const report = reportOf(knowledge, subject.arn);
  if (report === null) return reason('EVIDENCE_MISSING', whyUnknown(knowledge, subject.arn));
  const unlisted = unlistedServices(index, catalogue, subject, report);
  for (const { document, name } of sources) {
    if (document === null) return reason('MALFORMED_POLICY', `the text of ${name} was not understood`);
    const inseparable = whyInseparable(document, name, waysInOf(index.account, given.care));
    if (inseparable !== null) return reason('KEEP_MARK', inseparable);
    const unknown = [...unlisted].filter((namespace) => grantsService(document, namespace));
    if (unknown.length > 0)
      return reason(
        'EVIDENCE_MISSING',
        `${name} grants ${namedServices(unknown)}, which the report of ${subject.name} does not list: whether it is used is unknown`,
      );
  }
  for (const source of sources) {
    for (const row of report.rows.values()) {
      if (!source.document || !grantsService(source.document, row.serviceNamespace)) continue;
      const judged = judgeService(given, subject, row.serviceNamespace);
      if (judged.kind === 'kept') return reasonOfHold(judged.hold);
      if (judged.kind !== 'unused') return reason('USED_BY_OTHERS', `${row.serviceName} stays`);
      const hold = permissionHold(given, source, row) ?? exemptionHold(given, through, row.serviceNamespace);
      if (hold !== null) return reasonOfHold(hold);
    }
  }
  return null;
}

/** Whether an edit takes away something that the finding is about. */
function takes(loss: RewriteLoss, { actions, kind, serviceNamespace }: IdentityFinding): boolean {
  if (kind !== 'unused-actions') return loss.services.includes(serviceNamespace ?? '');
  return (actions?.unused ?? []).some(({ name }) => loss.actions.includes(`${serviceNamespace}:${name}`));
}

function reason(code: IdentityReason['code'], detail: string): IdentityReason {
  return { code, detail };
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
