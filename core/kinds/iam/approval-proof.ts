import { canonicalJson } from '../../base/canonical-json.ts';
import type { ChangeContent } from '../../change/content/change.ts';
import { identityPartOf, identityStepsOf } from '../../change/content/identity-content.ts';
import { isSameValue } from '../../change/content/resource-types.ts';
import type { Failure } from '../../change/life/events.ts';
import { accountAfter } from '../../identity/account-after.ts';
import type { AccountIdentities } from '../../identity/account-identities.ts';
import { policyOf } from '../../identity/account-lookup.ts';
import type { Controls } from '../../identity/administration-reading.ts';
import { administrationAfter } from '../../identity/administrators.ts';
import type { IdentityReport } from '../../identity/identity-report.ts';
import type { IdentityStep } from '../../identity/identity-step.ts';
import { valueIn } from '../../identity/identity-values.ts';
import { withoutUse } from '../../proof/identity/checks/care.ts';
import type { Certificate, CheckResult, OutcomeCode } from '../../proof/verdict.ts';
import { wordsFor } from './apply-step.ts';
import { baseChanged, newerUse } from './outdated.ts';

/** What was read and proved right before an approved change is written. */
export interface ReadAgain {
  /** As it stands. */
  readonly read: AccountIdentities;
  /** The same without the steps that are done already. */
  readonly account: AccountIdentities;
  /** The steps that are done for so long that what they left shows. */
  readonly written: readonly IdentityStep[];
  readonly controls: Controls;
  readonly certificate: Certificate;
  readonly reports: readonly IdentityReport[];
}

/** Why what was approved does not stand any more, or null. */
export function approvedStands(
  content: ChangeContent,
  { account, read, certificate, controls, reports, written }: ReadAgain,
): Failure | null {
  const steps = identityStepsOf(content);
  const otherwise =
    baseChanged(content, account) ??
    writtenOtherwise(written, read) ??
    deletedOtherwise(content, steps, read);
  if (otherwise) return otherwise;
  const shown = new Map(content.certificate.checks.map((check) => [check.name, check]));
  for (const check of certificate.checks) {
    const { name, verdict, detail } = check;
    if (verdict === 'failed') return { code: 'PROOF_FAILED', detail: `${name}: ${detail}` };
    if (verdict === 'ok') continue;
    const before = shown.get(name);
    if (isNewRule(before, check)) continue;
    if (before?.verdict !== 'not-proven')
      return { code: 'PROOF_WEAKER', detail: `${name} was proven when approved: ${detail}` };
    // Who accepted it accepted the roles and the trust that it named. A use since is judged by `nothing-used-lost` and `newerUse`.
    if (name === 'in-service' && withoutUse(before.detail) !== withoutUse(detail))
      return { code: 'PROOF_WEAKER', detail: `${name} named something else when approved: ${detail}` };
  }
  return newerUse(content, { account: read, reports }) ?? lastAdministrator(account, controls, steps);
}

/** What earlier versions of this product, whose checks have no codes, called proven. */
const newRules: ReadonlySet<OutcomeCode> = new Set([
  'BEARERS_UNDATED',
  'BREAK_GLASS_OF_NOBODY',
  'CONTROLS_UNREAD',
  'TAGS_UNREAD',
]);

/** Whether a check is weaker for a rule that came with a later version alone: what was approved stands, since nothing of the account is another. */
function isNewRule(before: CheckResult | undefined, { code }: CheckResult): boolean {
  const isEarlier = before?.verdict === 'ok' && before.code === undefined;
  return isEarlier && code !== undefined && newRules.has(code);
}

/** After an interruption: who changed or put back what the first steps wrote may have needed it, so nothing more is taken. */
function writtenOtherwise(written: readonly IdentityStep[], read: AccountIdentities): Failure | null {
  const changed = written.find(
    ({ after, resource }) => !isSameValue(resource, valueIn(read, resource), after),
  );
  if (changed === undefined) return null;
  const detail = `${wordsFor(changed.resource)} was written by this change, and somebody changed it since`;
  return { code: 'BASE_CHANGED', detail };
}

/** A policy that is deleted comes back as it is described in the change: a tag that is new since would be lost. */
function deletedOtherwise(
  content: ChangeContent,
  steps: readonly IdentityStep[],
  account: AccountIdentities,
): Failure | null {
  for (const { arn, description, tags } of identityPartOf(content).deleted) {
    const isToGo = steps.some(({ resource }) => resource.type === 'managed-policy' && resource.arn === arn);
    const policy = policyOf(account, arn);
    if (!isToGo || !policy) continue;
    if (policy.description === description && canonicalJson(policy.tags ?? {}) === canonicalJson(tags))
      continue;
    return { code: 'BASE_CHANGED', detail: `the description or the tags of ${arn} were changed` };
  }
  return null;
}

/** Other changes may have been applied since: who may do everything in IAM is counted again. */
function lastAdministrator(
  account: AccountIdentities,
  controls: Controls,
  steps: readonly IdentityStep[],
): Failure | null {
  const { isLost, why } = administrationAfter(account, accountAfter(account, steps), controls);
  if (!isLost) return null;
  const detail = `nobody would be left who surely does everything in IAM${why}`;
  return { code: 'LAST_ADMINISTRATOR', detail };
}
