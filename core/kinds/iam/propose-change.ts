import { canonicalJson } from '../../base/canonical-json.ts';
import type { Configuration } from '../../base/configuration.ts';
import { sha256 } from '../../base/sha256.ts';
import type { AccountIdentities } from '../../identity/account-identities.ts';
import { administratorsOf, type ControlLevels } from '../../identity/administrators.ts';
import type { IdentityStep } from '../../identity/identity-step.ts';
import { resourceKey } from '../../identity/identity-values.ts';
import { trustOf } from '../../identity/trust.ts';
import type { Certificate } from '../../proof/verdict.ts';
import type { IamDraft } from './draft.ts';

/** A proposed change of one account's IAM: the steps hold the only texts. */
export interface IamChange {
  /** `chg-` + 12 hex. */
  readonly id: string;
  readonly revision: number;
  readonly draft: IamDraft;
  readonly steps: readonly IdentityStep[];
  readonly certificate: Certificate;
  readonly risk: { readonly level: 'low' | 'medium' | 'high'; readonly flags: readonly string[] };
  /** SHA-256 (64 hex) of the state that the change starts from. */
  readonly baseDigest: string;
  /** SHA-256 (64 hex) over everything that is approved. */
  readonly digest: string;
  readonly requiredApprovals: number;
}

/** What of the facts and the request a proposal depends on. */
export interface IamProposal {
  readonly organizationId: string;
  readonly account: AccountIdentities;
  readonly controls: ControlLevels;
  readonly thresholdDays: number;
  readonly configuration: Configuration;
}

/** The first revision of the change that a proved draft proposes: id, risk, digest and approvals. */
export function iamChangeFrom(draft: IamDraft, certificate: Certificate, proposal: IamProposal): IamChange {
  const { account, configuration, organizationId, thresholdDays } = proposal;
  const { steps } = draft;
  const keys = steps.map(({ resource }) => resourceKey(resource)).sort();
  const baseDigest = sha256(
    canonicalJson(steps.map(({ before, resource }) => ({ resource: resourceKey(resource), before }))),
  );
  const id = `chg-${sha256([organizationId, account.accountId, ...keys, baseDigest].join('|')).slice(0, 12)}`;
  const risk = riskOf(draft, certificate, proposal);
  const { highRisk, requiredApprovals: usual } = configuration;
  const requiredApprovals = risk.level === 'high' ? Math.max(usual, highRisk.approvals) : usual;
  const covered = {
    id,
    revision: 1,
    kind: 'iam',
    accountId: account.accountId,
    steps: steps.map(({ after, before, resource }) => ({ resource: resourceKey(resource), before, after })),
    services: draft.services,
    actions: draft.actions,
    principals: draft.principals,
    baseDigest,
    checks: certificate.checks.map(({ name, verdict }) => ({ name, verdict })),
    thresholdDays,
    requiredApprovals,
  };
  const digest = sha256(canonicalJson(covered));
  return { id, revision: 1, draft, steps, certificate, risk, baseDigest, digest, requiredApprovals };
}

/** High: administrators, trust from other accounts, many principals, deletion. Medium: whatever a person should look at. What is not proven is always a flag. */
function riskOf(draft: IamDraft, certificate: Certificate, proposal: IamProposal): IamChange['risk'] {
  const { account, configuration, controls } = proposal;
  const touched = new Set(draft.principals);
  const high: string[] = [];
  if (administratorsOf(account, controls).some((arn) => touched.has(arn))) high.push('ADMINISTRATORS');
  const roles = account.roles.filter(({ arn }) => touched.has(arn));
  const isForeign = (accountId: string): boolean => accountId !== account.accountId;
  if (roles.some((role) => trustOf(role).accountIds.some(isForeign))) high.push('CROSS_ACCOUNT_TRUST');
  if (touched.size > configuration.highRisk.principals) high.push('MANY_PRINCIPALS');
  if (draft.edits.some((edit) => edit.do === 'delete-policy')) high.push('DELETION');

  const medium: string[] = [];
  const notProven = certificate.checks
    .filter(({ verdict }) => verdict === 'not-proven')
    .map(({ name }) => name);
  const isQuarantine = draft.edits.some((edit) => edit.do === 'deny-all');
  // Whatever still runs with a stopped role fails at once: a person says that nothing does.
  const required: readonly string[] = [
    ...configuration.requireProven,
    ...(isQuarantine ? ['in-service'] : []),
  ];
  if (notProven.some((name) => required.includes(name))) medium.push('ACCEPTANCE_REQUIRED');
  if (draft.notes.some((note) => note.startsWith('Younger than'))) medium.push('YOUNG_PRINCIPALS');
  if (draft.relatives.length > 0) medium.push('FAMILY_IN_USE');
  const flags = [...high, ...medium, ...notProven.map((name) => `NOT_PROVEN:${name}`)].sort();
  return { level: high.length > 0 ? 'high' : medium.length > 0 ? 'medium' : 'low', flags };
}
