import { isoDay } from '../../base/iso-time.ts';
import { dayMilliseconds, propagationMilliseconds } from '../../base/limits.ts';
import type { ChangeContent } from '../../change/content/change.ts';
import { identityPartOf, identityStepsOf } from '../../change/content/identity-content.ts';
import type { Failure } from '../../change/life/events.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import type { AccountIdentities, Role } from '../../identity/account-identities.ts';
import { principalOfArn } from '../../identity/account-lookup.ts';
import type { IdentityReport, IdentityServiceRow } from '../../identity/identity-report.ts';
import { principalsTouched, valueIn } from '../../identity/identity-values.ts';
import { lastUseOfRole } from '../../identity/last-use-of-role.ts';
import type { IdentitiesSeen } from '../kind.ts';
import { wordsFor } from './apply-step.ts';
import { newcomersAmong } from './newcomers.ts';

/** Why a review of the account no longer stands behind an open proposal, or null: other values or bearers, or a use within the threshold. */
export function outdated(content: ChangeContent, seen: IdentitiesSeen): Failure | null {
  if (identityPartOf(content).accountId !== seen.account.accountId) return null;
  const { account, identityReports: reports, now } = seen;
  const used = newerUse(content, { account, reports }, now - content.thresholdDays * dayMilliseconds);
  return baseChanged(content, account) ?? used;
}

/** Why the account is not as it was when the change was drafted, or null: exact values, and nobody new whose access would change. */
export function baseChanged(content: ChangeContent, account: AccountIdentities): Failure | null {
  const steps = identityStepsOf(content);
  for (const { before, resource } of steps) {
    if (valueIn(account, resource) === before) continue;
    return { code: 'BASE_CHANGED', detail: `${wordsFor(resource)} is no longer as it was read` };
  }
  const newcomers = newcomersAmong(principalsTouched(account, steps), content);
  if (newcomers.length === 0) return null;
  const names = newcomers.map(({ name, type }) => `${type} ${name}`).join(', ');
  return { code: 'BLAST_RADIUS_GREW', detail: `its access would change too by now: ${names}` };
}

/** A use that people were not shown, or null: later than the row of the same subject, and not before `since` (epoch ms). */
export function newerUse(
  content: ChangeContent,
  { account, reports }: { readonly account: AccountIdentities; readonly reports: readonly IdentityReport[] },
  since = Number.NEGATIVE_INFINITY,
): Failure | null {
  for (const { lastAccessedAt, serviceNamespace, subjectArn, actions } of identityPartOf(content).evidence) {
    if (actions.length > 0) continue;
    const report = reports.find((each) => each.subjectArn === subjectArn);
    const at =
      serviceNamespace === null
        ? (lastUseOfRole(roleIn(account, subjectArn), report)?.at ?? null)
        : (rowsOf(report).find((row) => row.serviceNamespace === serviceNamespace)?.lastAccessedAt ?? null);
    if (at === null || at < since || (lastAccessedAt !== null && at <= lastAccessedAt)) continue;
    const was = lastAccessedAt === null ? 'no use' : `the last use on ${isoDay(lastAccessedAt)}`;
    const what = serviceNamespace ?? 'something';
    const detail = `${what} was used on ${isoDay(at)} by ${subjectArn}; people were shown ${was}`;
    return { code: 'USED_SINCE', detail };
  }
  return null;
}

function roleIn(account: AccountIdentities, arn: string): Role | undefined {
  const principal = principalOfArn(account, arn);
  return principal?.type === 'role' ? principal : undefined;
}

function rowsOf(report: IdentityReport | undefined): readonly IdentityServiceRow[] {
  return report?.status === 'completed' ? [...report.rows.values()] : [];
}

/** Whether everything that an applied change wrote is as it was before, once our own write shows everywhere. */
export function isUndoneByHand(
  { content, state }: ChangeRecord,
  { account, readSince }: IdentitiesSeen,
): boolean {
  if (state.status !== 'applied' || readSince < state.appliedAt + propagationMilliseconds.everywhere)
    return false;
  if (identityPartOf(content).accountId !== account.accountId) return false;
  return identityStepsOf(content).every(({ before, resource }) => valueIn(account, resource) === before);
}
