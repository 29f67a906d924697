import type { AffectedAccount, ChangeContent, CheckResult, Risk, ServiceEvidence } from '../change/change.ts';
import { approvalsOf, type ChangeRecord } from '../change/life.ts';
import type { ChangeState, ChangeStatus } from '../change/state.ts';
import type { Configuration } from '../configuration.ts';
import { accessReportLimits } from '../limits.ts';
import { type HistoryLine, historyLines } from './change-history.ts';
import { minuteUtc, plural } from './words.ts';

/** Everything that a page, a mail or a Slack message shows of a change: made once, so that all channels say the same. Times are epoch milliseconds. */
export interface ChangeView {
  readonly id: string;
  readonly revision: number;
  /** `Deny 2 unused services in Development (7 accounts)`. */
  readonly headline: string;
  readonly status: ChangeStatus;
  /** One or two words: `waiting for a decision`. */
  readonly statusLabel: string;
  /** What happened, by whom, when, and what comes next. */
  readonly statusSentence: string;
  readonly policy: { readonly id: string | null; readonly name: string };
  readonly targets: ChangeContent['targets'];
  readonly confirm: string;
  readonly lapsed: readonly ServiceEvidence[];
  readonly neverUsed: readonly ServiceEvidence[];
  readonly services: readonly string[];
  readonly accounts: readonly AffectedAccount[];
  readonly risk: Risk;
  readonly checks: readonly CheckResult[];
  /** Checks that are not proven and that an approver must accept by name. */
  readonly mustAccept: readonly string[];
  readonly choice: readonly string[];
  readonly before: string | null;
  readonly after: string;
  readonly digest: string;
  readonly baseDigest: string;
  readonly thresholdDays: number;
  readonly trackingDays: number;
  readonly asOf: number;
  /** When the question ends, while it is open. */
  readonly decideBy: number | null;
  readonly ifNobodyAnswers: string;
  /** What approving sets going. */
  readonly ifApproved: string;
  readonly approvals: { readonly given: readonly string[]; readonly required: number };
  readonly rollBackUntil: number | null;
  readonly history: readonly HistoryLine[];
  /** What could not be sent to whom: shown, so that nobody waits in vain. */
  readonly notReached: readonly string[];
  readonly reviewId: string;
}

/** What a change's view depends on beside the change. */
export interface ViewContext {
  readonly now: number;
  readonly configuration: Configuration;
}

/** The view of a change as it stands now. */
export function changeView(record: ChangeRecord, context: ViewContext): ChangeView {
  const { content, state } = record;
  const { configuration } = context;
  const name = (approverId: string): string =>
    configuration.approvers.find((approver) => approver.id === approverId)?.name ?? approverId;
  const required = content.requiredApprovals;
  const where = `${content.confirm} (${plural(content.accountIds.length, 'account')})`;
  return {
    id: content.id,
    revision: content.revision,
    headline: `Deny ${plural(content.services.length, 'unused service')} in ${where}`,
    status: state.status,
    ...statusWords(state, context, name),
    policy: { id: content.policyId, name: content.policyName },
    targets: content.targets,
    confirm: content.confirm,
    lapsed: content.evidence
      .filter((entry) => entry.kind === 'lapsed')
      .sort((a, b) => (a.daysUnused ?? 0) - (b.daysUnused ?? 0)),
    neverUsed: content.evidence.filter((entry) => entry.kind === 'never-used'),
    services: content.services,
    accounts: content.affectedAccounts,
    risk: content.risk,
    checks: content.certificate.checks,
    mustAccept: content.certificate.checks
      .filter((check) => check.verdict === 'not-proven' && configuration.requireProven.includes(check.name))
      .map((check) => check.name),
    choice: content.choice,
    before: content.before,
    after: content.after,
    digest: content.digest,
    baseDigest: content.baseDigest,
    thresholdDays: content.thresholdDays,
    trackingDays: accessReportLimits.trackingDays,
    asOf: content.asOf,
    decideBy: state.status === 'proposed' ? state.expiresAt : null,
    ifNobodyAnswers: 'If nobody answers, the proposal expires and nothing is changed.',
    ifApproved: ifApproved(configuration),
    approvals: { given: approvalsOf(record).map(({ approverId }) => name(approverId)), required },
    rollBackUntil: state.status === 'applied' ? state.rollBackUntil : null,
    history: historyLines(record, name),
    notReached: notReached(record, name),
    reviewId: content.reviewId,
  };
}

function ifApproved({ coolingMinutes }: Configuration): string {
  const wait =
    coolingMinutes === 0
      ? 'It is applied within a minute or two'
      : `It is applied ${plural(coolingMinutes, 'minute')} later; until then every approver can cancel it`;
  return `${wait}. Right before, everything is read and proved again: if anything differs, nothing is written.`;
}

function statusWords(
  state: ChangeState,
  { now, configuration }: ViewContext,
  name: (approverId: string) => string,
): { readonly statusLabel: string; readonly statusSentence: string } {
  const words = (statusLabel: string, statusSentence: string) => ({ statusLabel, statusSentence });
  const by = (): string =>
    'approvals' in state ? state.approvals.map(({ approverId }) => name(approverId)).join(' and ') : '';
  switch (state.status) {
    case 'proposed': {
      if (now >= state.expiresAt) return words('expired', 'Nobody decided in time. Nothing was changed.');
      const given = state.approvals.length > 0 ? ` Approved so far by ${by()}.` : '';
      return words(
        'waiting for a decision',
        `Nothing changes until somebody approves. Decide by ${minuteUtc(state.expiresAt)}.${given}`,
      );
    }
    case 'approved':
      return words(
        'approved',
        `Approved by ${by()}. It is applied after ${minuteUtc(state.applyNotBefore)}; until then every approver can cancel it.`,
      );
    case 'applying':
      return words('being applied', `Approved by ${by()}. It is being written now.`);
    case 'applied':
      return words(
        'applied',
        `Approved by ${by()}, applied ${minuteUtc(state.appliedAt)}. It can be rolled back until ${minuteUtc(state.rollBackUntil)}.`,
      );
    case 'apply-failed':
      return words(
        'apply failed',
        `It could not be applied: ${state.failure.detail} (${state.failure.code}).`,
      );
    case 'interrupted':
      return words(
        'interrupted',
        `${state.during === 'apply' ? 'Applying' : 'Rolling back'} was interrupted, and a person must decide: ${state.detail}.`,
      );
    case 'rejected':
      return words(
        'rejected',
        `Rejected by ${name(state.approverId)}: ${state.reason}. Not proposed again before ${minuteUtc(state.notAgainBefore)}. Nothing was changed.`,
      );
    case 'snoozed':
      return words(
        'snoozed',
        `Snoozed by ${name(state.approverId)} until ${minuteUtc(state.until)}: ${state.reason}. Nothing was changed.`,
      );
    case 'expired':
      return words(
        'expired',
        'Nobody decided in time. Nothing was changed; the next review proposes again what still holds.',
      );
    case 'superseded':
      return words('superseded', `No longer valid: ${state.reason.detail}. Nothing was changed.`);
    case 'cancelled':
      return words(
        'cancelled',
        `Cancelled by ${name(state.approverId)} before anything was written${state.reason ? `: ${state.reason}` : ''}.`,
      );
    case 'rolling-back':
      return words(
        'being rolled back',
        `${name(state.request.approverId)} asked to roll back: ${state.request.reason}.`,
      );
    case 'rolled-back':
      return words(
        'rolled back',
        `Rolled back ${minuteUtc(state.rolledBackAt)} for ${name(state.request.approverId)}: ${state.request.reason}. Not proposed again for ${plural(configuration.rejectionDays, 'day')}.`,
      );
  }
}

/** Whose latest message failed and was not followed by one that arrived. */
function notReached(
  { history, revision }: ChangeRecord,
  name: (approverId: string) => string,
): readonly string[] {
  const failed = new Map<string, string>();
  for (const event of history) {
    if (event.revision !== revision) continue;
    if (event.type === 'notified') failed.delete(`${event.approverId} ${event.channel}`);
    if (event.type === 'notify-failed') {
      failed.set(
        `${event.approverId} ${event.channel}`,
        `${name(event.approverId)} by ${event.channel}: ${event.failure.detail}`,
      );
    }
  }
  return [...failed.values()];
}
