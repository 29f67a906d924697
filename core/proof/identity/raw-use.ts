import { rememberedFor } from '../../base/remembered.ts';
import type { AccountIdentities, Role, User } from '../../identity/account-identities.ts';
import { statementsIn } from '../../identity/account-lookup.ts';
import type { CompletedIdentityReport, IdentityServiceRow } from '../../identity/identity-report.ts';
import { allowsAny } from '../../policy/identity-access.ts';
import { isUnseen } from '../../policy/unseen-use.ts';
import { isUnknownAction, namespaceOf } from './actions.ts';
import { effectOf, isBeyondLimit, type Loss } from './losses.ts';
import { isJudgedSingly } from './meant.ts';
import type { IdentitySubject } from './subject.ts';

/** What raw rows say of one principal's use of one service, or action, since the cut-off. */
export type Use =
  /** Nobody who is meant used it. */
  | { readonly is: 'unused' }
  /** The principal used it, but nobody by what is taken away. */
  | { readonly is: 'used-otherwise' }
  /** It was used by what is taken away. */
  | { readonly is: 'used'; readonly at: number; readonly report: string }
  /** No finished report tells. */
  | { readonly is: 'unknown'; readonly detail: string };

/** The finished reports of a proof by ARN. All proofs of a review have the same reports. */
export function finishedReports({ reports }: IdentitySubject): ReadonlyMap<string, CompletedIdentityReport> {
  return finishedByArn(reports);
}

const finishedByArn = rememberedFor(
  (reports: IdentitySubject['reports']): ReadonlyMap<string, CompletedIdentityReport> =>
    new Map(
      reports.flatMap((report) =>
        report.status === 'completed' ? [[report.subjectArn, report] as const] : [],
      ),
    ),
);

/** What the rows say of actions of one service that a principal loses: its own report first, else those of all that is taken away from it and allowed them. */
export function useOf(subject: IdentitySubject, loss: Loss, lost: readonly string[]): Use {
  const { principal } = loss;
  const [action = ''] = lost;
  if (isNeverListed(subject, loss, lost)) return { is: 'unused' };
  const reports = finishedReports(subject);
  const isSingle = isJudgedSingly(subject, loss, action);
  const judged = { action, isSingle };
  const own = lastUse(subject, reports.get(principal.arn), judged);
  if (own.is === 'unused') return own;
  const { removals: all, universe } = effectOf(subject);
  const removals = all.filter(
    ({ access, principalArns }) => principalArns.has(principal.arn) && allowsAny(universe, access, lost),
  );
  if (removals.length === 0) return { is: 'unknown', detail: 'nothing that is taken away allowed it' };
  for (const { subjectArns } of removals) {
    const uses = subjectArns
      .filter((arn) => arn !== principal.arn)
      .map((arn) => usedThrough(subject, reports.get(arn), principal, judged));
    if (uses.some(({ is }) => is === 'unused')) continue;
    return uses.find(({ is }) => is === 'used') ?? (own.is === 'used' ? own : (uses[0] ?? own));
  }
  return own.is === 'used' ? { is: 'used-otherwise' } : { is: 'unused' };
}

/** Whether no report has to list a service: nobody was permitted it, or the check `untracked-actions` names it. */
export function isNeverListed(subject: IdentitySubject, loss: Loss, lost: readonly string[]): boolean {
  const namespace = namespaceOf(lost[0] ?? '');
  const mayBeMissing =
    isBeyondLimit(effectOf(subject), loss, lost) ||
    (isUnseen(namespace) && !namesService(subject.account, loss.texts.before, namespace));
  return mayBeMissing && ![...finishedReports(subject).values()].some(({ rows }) => rows.has(namespace));
}

/** Whether what somebody loses here are actions that nobody knows, of a service that is known, or that no text of his spells out: no report can tell of them. */
export function isBeyondReports(
  { account, knownActions }: IdentitySubject,
  { texts }: Loss,
  action: string,
): boolean {
  if (!isUnknownAction(action)) return false;
  const namespace = namespaceOf(action);
  return knownActions.has(namespace) || !namesService(account, texts.before, namespace);
}

/** Whether a text spells out the prefix of a service, and does not reach it by `*` or NotAction. */
function namesService(account: AccountIdentities, texts: readonly string[], namespace: string): boolean {
  return texts.some((text) =>
    statementsIn(account, text).some(
      ({ actions: { kind, patterns }, effect }) =>
        effect === 'Allow' &&
        kind === 'action' &&
        patterns.some((pattern) => namespaceOf(pattern) === namespace),
    ),
  );
}

/** What a report of a group or policy says of one principal's use by it. */
function usedThrough(
  subject: IdentitySubject,
  report: CompletedIdentityReport | undefined,
  principal: User | Role,
  judged: Judged,
): Use {
  const use = lastUse(subject, report, judged);
  if (use.is !== 'used' || report === undefined) return use;
  const row = report.rows.get(namespaceOf(judged.action));
  // The list of users clears a principal only where it is whole.
  if (!row || row.usedBy.length < row.entitiesEverUsed) return use;
  const his = row.usedBy.find(({ arn }) => arn === principal.arn)?.lastAccessedAt ?? null;
  return his === null || his < subject.cutOff ? { is: 'unused' } : use;
}

/** An action that goes: judged by its own row, or by the row of its service. */
interface Judged {
  readonly action: string;
  readonly isSingle: boolean;
}

/** What one report says of a service, or of a tracked action that is judged singly. */
function lastUse(
  { cutOff }: IdentitySubject,
  report: CompletedIdentityReport | undefined,
  { action, isSingle }: Judged,
): Use {
  if (report === undefined) return { is: 'unknown', detail: 'there is no finished report' };
  const namespace = namespaceOf(action);
  const row = report.rows.get(namespace);
  if (!row) return { is: 'unknown', detail: `the report of ${report.subjectArn} does not list ${namespace}` };
  const last = isSingle ? lastUseOfAction(row, action) : row.lastAccessedAt;
  if (last === undefined) {
    const detail = `the report of ${report.subjectArn} does not track ${action}`;
    return isUsed(row.lastAccessedAt, cutOff) ? { is: 'unknown', detail } : { is: 'unused' };
  }
  return last !== null && isUsed(last, cutOff)
    ? { is: 'used', at: last, report: report.subjectArn }
    : { is: 'unused' };
}

function isUsed(last: number | null, cutOff: number): boolean {
  return last !== null && last >= cutOff;
}

/** The last use of a tracked action; undefined: AWS does not track it. */
function lastUseOfAction(row: IdentityServiceRow, action: string): number | null | undefined {
  const folded = action.toLowerCase();
  return row.actions?.find(({ name }) => `${row.serviceNamespace}:${name}`.toLowerCase() === folded)
    ?.lastAccessedAt;
}
