import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { sha256 } from '../../base/sha256.ts';
import type { IdentityStep } from '../../identity/identity-step.ts';
import { resourceKey } from '../../identity/identity-values.ts';
import { withoutUse } from '../../proof/identity/checks/care.ts';
import type { ChangeContent, ExemptedPrincipals } from './change.ts';
import { coveredByV1 } from './content-v1.ts';
import type { IdentityPart } from './identity-part.ts';
import { digestedResource } from './resource-types.ts';

/** What a change edits: an SCP that exists, or a new one for a target. */
export type ChangeSubject = { readonly policyId: string } | { readonly newAtTarget: string };

/** The id of a change: `chg-` and 12 hex digits; the same SCP with the same text and targets gives the same id, so a second review does not propose twice. */
export function changeId(organizationId: string, subject: ChangeSubject, base: string): string {
  const name = 'policyId' in subject ? subject.policyId : `new:${subject.newAtTarget}`;
  return `chg-${sha256(`${organizationId}|${name}|${base}`).slice(0, 12)}`;
}

/** The id of a change that gives services back, to everybody or to some principals: of the same SCP, text, services and principals it is the same. `term`: for how long, where that has an end. */
export function giveBackId(
  organizationId: string,
  policyId: string,
  services: readonly string[],
  principals: readonly string[],
  base: string,
  term?: string,
): string {
  const given = [services.join(','), ...principals, ...(term === undefined ? [] : [term])].join(' ');
  return `chg-${sha256(`${organizationId}|give-back:${given}|${policyId}|${base}`).slice(0, 12)}`;
}

/** The id of a change that takes ended exemptions out of an SCP: of the same text and the same give-backs it is the same. */
export function endExemptionId(
  organizationId: string,
  policyId: string,
  exemptions: readonly ExemptedPrincipals[],
  base: string,
): string {
  const ended = [...new Set(exemptions.map(({ of }) => of))].sort().join(' ');
  return `chg-${sha256(`${organizationId}|end-exemption:${ended}|${policyId}|${base}`).slice(0, 12)}`;
}

/** The id of a change of an account's IAM: of the same resources with the same values it is the same. `resourceKeys` in any order. */
export function identityChangeId(
  organizationId: string,
  accountId: string,
  resourceKeys: readonly string[],
  base: string,
): string {
  const named = [organizationId, accountId, ...[...resourceKeys].sort(), base];
  return `chg-${sha256(named.join('|')).slice(0, 12)}`;
}

/** SHA-256 (64 hex) of the values that the steps of a change of an account's IAM start from, in their order. */
export function identityBaseDigest(steps: readonly IdentityStep[]): string {
  const values = steps.map(({ before, resource }) => ({ resource: resourceKey(resource), before }));
  return sha256(canonicalJson(values));
}

/** SHA-256 (64 hex) of the state that a change starts from: the text as read (null: there is no SCP yet) and the ids of its targets, in any order. */
export function baseDigest(before: string | null, targetIds: readonly string[]): string {
  return sha256(
    canonicalJson({ textHash: before === null ? null : sha256(before), targetIds: [...targetIds].sort() }),
  );
}

/**
 * SHA-256 (64 hex) of what a person approves, by the formula of the content's format. It covers every text that is sent
 * or restored, where, for which accounts, from which base and on which verdicts. Names, times, job ids and explanations
 * are left out, so two reviews that would do the same give the same digest; `wholeDigest` covers them.
 */
export function changeDigest(content: Omit<ChangeContent, 'digest' | 'wholeDigest'>): string {
  const covered = {
    id: content.id,
    revision: content.revision,
    targetIds: content.targets.map((target) => target.id).sort(),
    accountIds: [...content.accountIds].sort(),
    baseDigest: content.baseDigest,
    checks: content.certificate.checks.map(({ name, verdict }) => ({ name, verdict })),
    thresholdDays: content.thresholdDays,
    requiredApprovals: content.requiredApprovals,
  };
  if (content.format === 1) return sha256(canonicalJson({ ...covered, ...coveredByV1(content) }));
  const { exemptions, format, identity, intent, kind, services } = content;
  const steps = content.steps.map(({ resource, before, after }) => {
    return { resource: digestedResource(resource), before, after };
  });
  const meant = {
    ...(intent === undefined ? {} : { intent }),
    ...(exemptions === undefined ? {} : { exemptions: exemptions.map((exemption) => ({ ...exemption })) }),
  };
  const inAccount =
    identity === undefined
      ? {}
      : { identity: digestedPart(identity), accepted: digestedNames(content.certificate) };
  return sha256(canonicalJson({ ...covered, ...meant, ...inAccount, format, kind, services, steps }));
}

/**
 * What a person is shown of an account's IAM beside the steps, and what the proof right before a write compares. That
 * is: whose access changes, what goes, the last use that was shown, which reports are asked for again, and what a roll
 * back brings back. Left out of the evidence are names, days, job ids and explanations: nothing is judged by them.
 */
function digestedPart(part: IdentityPart): Json {
  const { accountId, actions, comesBack, level, meant, notes, principals, reportedArns, title } = part;
  return {
    ...(meant === undefined ? {} : { meant: meantIn(meant) }),
    accountId,
    title,
    level,
    actions,
    principals,
    reportedArns,
    notes,
    comesBack,
    effects: part.effects.map(({ arns, keeps, loses, narrowed }) => ({ arns, loses, narrowed, keeps })),
    evidence: part.evidence.map(({ actions: of, kind, lastAccessedAt, serviceNamespace, subjectArn }) => {
      return { kind, subjectArn, serviceNamespace, actions: of, lastAccessedAt };
    }),
    deleted: part.deleted.map(({ arn, description, tags }) => ({ arn, description, tags })),
  };
}

function meantIn(meant: NonNullable<IdentityPart['meant']>): Json {
  return meant.map(({ actions, services, steps }) => ({ actions, services, steps }));
}

/** What a check of a change of an account's IAM named, where whoever accepts it accepts what it named. A newer last use is no other content. */
function digestedNames({ checks }: ChangeContent['certificate']): Json {
  return checks.flatMap(({ detail, name }) => (name === 'in-service' ? [withoutUse(detail)] : []));
}

/** SHA-256 (64 hex) of everything that a content holds beside its two digests: what is shown, what the proof before a write compares with, and what explains. */
function wholeDigest({ digest: _, wholeDigest: __, ...all }: ChangeContent): string {
  return sha256(canonicalJson(all as unknown as Json));
}

/** The content with its digests, by the formula of today. */
export function digested(content: Omit<ChangeContent, 'digest' | 'format' | 'wholeDigest'>): ChangeContent {
  const { digest: _, wholeDigest: __, ...given } = content as Partial<ChangeContent> & typeof content;
  const all = { ...given, format: 3 } as const;
  const whole = { ...all, digest: changeDigest(all) };
  return { ...whole, wholeDigest: wholeDigest(whole) };
}

/** Why nothing of a content may be written: it is not what its digests say, and so not what was approved; or null. */
export function digestMismatch(
  content: ChangeContent,
): { readonly code: 'DIGEST_MISMATCH'; readonly detail: string } | null {
  // Contents of formats 1 and 2 were stored without a digest of the whole.
  const isWhole = content.format < 3 || wholeDigest(content) === content.wholeDigest;
  if (isWhole && changeDigest(content) === content.digest) return null;
  const { digest, id, revision } = content;
  const detail = `the stored content of ${id}, revision ${revision}, does not match its digest ${digest.slice(0, 12)}: it was altered after it was proposed`;
  return { code: 'DIGEST_MISMATCH', detail };
}
