import type { Configuration } from '../../base/configuration.ts';
import { counted, list } from '../../base/counted.ts';
import { checksToAccept } from '../../change/content/acceptance.ts';
import type { ChangeContent, Risk } from '../../change/content/change.ts';
import { digested, identityBaseDigest, identityChangeId } from '../../change/content/digest.ts';
import type { DeletedPolicy } from '../../change/content/identity-part.ts';
import { isNearThreshold } from '../../finding/near-threshold.ts';
import type { AccountIdentities } from '../../identity/account-identities.ts';
import { policyOf } from '../../identity/account-lookup.ts';
import type { Controls } from '../../identity/administration-reading.ts';
import { mayAdminister } from '../../identity/administrators.ts';
import type { ReportLevel } from '../../identity/identity-report.ts';
import { resourceKey } from '../../identity/identity-values.ts';
import { trustOf } from '../../identity/trust.ts';
import { whoMayRaise } from '../../identity/ways-to-raise.ts';
import { withoutUse } from '../../proof/identity/checks/care.ts';
import { effectOf } from '../../proof/identity/losses.ts';
import type { IdentitySubject } from '../../proof/identity/subject.ts';
import type { Certificate } from '../../proof/verdict.ts';
import { type RiskReason, riskFrom, silentReason } from '../risk-reasons.ts';
import { comesBack } from './comes-back.ts';
import type { AdvisedFinding, IamDraft } from './draft.ts';
import { effectsOf, evidenceOf, reportedArnsOf } from './evidence.ts';

/** What of the facts and the request a proposal depends on. `asOf` in epoch milliseconds. */
export interface IamProposal {
  readonly organizationId: string;
  readonly account: AccountIdentities;
  readonly place: { readonly id: string; readonly name: string; readonly path: string };
  readonly controls: Controls;
  readonly level: ReportLevel;
  readonly thresholdDays: number;
  readonly configuration: Configuration;
  /** Every finding that is answered, with what is advised on each of its paths. */
  readonly advice: readonly AdvisedFinding[];
  readonly asOf: number;
  readonly reviewId: string;
}

/** The first revision of the change that a proved draft proposes: what was proved, whom it touches, risk and digest. */
export function iamChangeFrom(
  draft: IamDraft,
  certificate: Certificate,
  subject: IdentitySubject,
  proposal: IamProposal,
): ChangeContent {
  const { account, asOf, configuration, level, organizationId, place, reviewId, thresholdDays } = proposal;
  const { accountId } = account;
  const { actions, findings, meant, notes, principals, services, steps, title } = draft;
  const base = identityBaseDigest(steps);
  const keys = steps.map(({ resource }) => resourceKey(resource));
  const risk = riskOf(draft, certificate, proposal);
  const { highRisk, requiredApprovals: usual } = configuration;
  const evidence = evidenceOf(draft, subject, proposal.advice);
  const { losses } = effectOf(subject);
  // What everybody keeps by another path is not taken away.
  const taken = services.filter((namespace) => losses.some(({ lostOf }) => lostOf.has(namespace)));
  return digested({
    id: identityChangeId(organizationId, accountId, keys, base),
    revision: 1,
    organizationId,
    kind: 'iam',
    identity: {
      accountId,
      title,
      level,
      actions,
      principals,
      notes,
      evidence,
      ...(meant === undefined ? {} : { meant }),
      effects: effectsOf(subject),
      reportedArns: reportedArnsOf(subject),
      deleted: deletedBy(draft, account),
      comesBack: comesBack(steps, account),
    },
    steps,
    targets: [{ id: accountId, type: 'account', name: place.name }],
    confirm: place.name,
    confirmEntityId: accountId,
    services: taken,
    accountIds: [accountId],
    affectedAccounts: [{ id: accountId, name: place.name, place: '', young: false }],
    evidence: [],
    certificate,
    risk,
    thresholdDays,
    requiredApprovals: risk.level === 'high' ? Math.max(usual, highRisk.approvals) : usual,
    baseDigest: base,
    choice: [...new Set(evidence.flatMap(({ why }) => why))],
    findingIds: findings.map(({ id }) => id).sort(),
    asOf,
    reviewId,
  });
}

/** What policies that are deleted are made again with. */
function deletedBy({ steps }: IamDraft, account: AccountIdentities): readonly DeletedPolicy[] {
  return steps.flatMap(({ after, resource }) => {
    if (resource.type !== 'managed-policy' || after !== null) return [];
    const policy = policyOf(account, resource.arn);
    return policy ? [{ arn: policy.arn, description: policy.description, tags: policy.tags ?? {} }] : [];
  });
}

/** High: administrators and whoever may become one, trust from other accounts, many principals, deletion. Medium: whatever a person should look at. */
function riskOf(draft: IamDraft, certificate: Certificate, proposal: IamProposal): Risk {
  const { account, configuration, controls, thresholdDays } = proposal;
  const touched = new Set(draft.principals);
  const administrators = mayAdminister(account, controls).filter((arn) => touched.has(arn));
  const raisers = whoMayRaise(account, controls, touched).filter(({ arn }) => !administrators.includes(arn));
  const isForeign = (accountId: string): boolean => accountId !== account.accountId;
  const trusted = account.roles.filter(
    (role) => touched.has(role.arn) && (trustOf(role).isUnknown || trustOf(role).accountIds.some(isForeign)),
  );
  const deleted = draft.edits.flatMap((edit) => (edit.do === 'delete-policy' ? [edit.source.name] : []));
  const toAccept = checksToAccept({ certificate, steps: draft.steps }, configuration.requireProven);
  // Where it has to be accepted that is a reason already.
  const served = certificate.checks.find(
    ({ name, verdict }) => name === 'in-service' && verdict === 'not-proven' && !toAccept.includes(name),
  );
  // A finding on actions is about a service in use: its days are those of the service.
  const near = draft.findings.filter(
    (finding) => finding.kind !== 'unused-actions' && isNearThreshold([finding], thresholdDays),
  );
  const reasons: readonly (RiskReason | false)[] = [
    administrators.length > 0 && {
      flag: 'ADMINISTRATORS',
      level: 'high',
      why: `it changes the permissions of somebody who may administer the account: ${list(administrators.map(lastPart))}`,
    },
    raisers.length > 0 && {
      flag: 'MAY_RAISE_PRIVILEGES',
      level: 'high',
      why: `it changes the permissions of somebody who may give himself others: ${list(raisers.map(({ arn, way }) => `${lastPart(arn)} (${way})`))}`,
    },
    trusted.length > 0 && {
      flag: 'CROSS_ACCOUNT_TRUST',
      level: 'high',
      why: `another account may assume a role that it changes: ${list(trusted.map(({ name }) => name))}`,
    },
    touched.size > configuration.highRisk.principals && {
      flag: 'MANY_PRINCIPALS',
      level: 'high',
      why: `it changes what ${counted(touched.size, 'principal')} may do, more than ${configuration.highRisk.principals}`,
    },
    deleted.length > 0 && {
      flag: 'DELETION',
      level: 'high',
      why: `it deletes ${list(deleted)}: a roll back makes it again, without its older versions`,
    },
    near.length > 0 && {
      flag: 'NEAR_THRESHOLD',
      level: 'medium',
      why: `only just before the cut-off somebody last attempted ${list([...new Set(near.map(({ serviceName }) => serviceName))])}`,
    },
    draft.young.length > 0 && {
      flag: 'YOUNG_PRINCIPALS',
      level: 'medium',
      why: `${list(draft.young)} had no full period to use anything: younger than the threshold`,
    },
    served !== undefined && {
      flag: 'IN_SERVICE',
      level: 'medium',
      why: `a service, an instance or somebody outside may use what it changes: ${withoutUse(served.detail)}`,
    },
    silentReason(certificate, configuration.sources),
    draft.relatives.length > 0 && {
      flag: 'FAMILY_IN_USE',
      level: 'medium',
      why: `other services of the same product are in use (${list(draft.relatives)}): make sure that none of what is taken is needed with them`,
    },
  ];
  return riskFrom(reasons, certificate, toAccept);
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
