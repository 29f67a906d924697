import type { Configuration } from '../../base/configuration.ts';
import { counted } from '../../base/counted.ts';
import { minuteUtc } from '../../base/iso-time.ts';
import { accessReportLimits, dayMilliseconds } from '../../base/limits.ts';
import { checksToAccept } from '../../change/content/acceptance.ts';
import type { AffectedAccount, ChangeContent, Risk, ServiceEvidence } from '../../change/content/change.ts';
import { toldExemptions } from '../../change/content/exempted.ts';
import { approvalsMissing, approvalsNeededNow } from '../../change/life/approvals.ts';
import type { Asker } from '../../change/life/events.ts';
import { approvalsOf, askerOf, type ChangeRecord } from '../../change/life/life.ts';
import type { ChangeStatus } from '../../change/life/state.ts';
import { type DeniedTo, deniedTo } from '../../denial/denied-to.ts';
import type { Telling } from '../../kinds/kind.ts';
import { kindOf } from '../../kinds/kinds.ts';
import type { StandingExemption } from '../../kinds/standing-exemption.ts';
import { shownName } from '../../organization/organization.ts';
import { type CheckResult, withoutCodes } from '../../proof/verdict.ts';
import { headlineOf, placeOf } from '../words/headline.ts';
import { riskReasons } from '../words/risk-words.ts';
import { noteOf, notReached } from '../words/standing-notes.ts';
import { whyMoreApprove } from '../words/starter-words.ts';
import { askBackCommand } from '../words/way-lines.ts';
import { duration } from '../words/words.ts';
import { type HistoryLine, historyLines } from './change-history.ts';
import { statusWords } from './change-status.ts';
import { deniedCallsWords } from './since-applied.ts';
import type { ViewContext } from './view-context.ts';

/** Everything that a page, a mail or a Slack message shows of a change: made once, so that all channels say the same. Times are epoch milliseconds. */
export interface ChangeView {
  readonly id: string;
  readonly revision: number;
  /** `Deny 2 unused services in Development (7 accounts)`. */
  readonly headline: string;
  /** The targets in a few words, as the headline has them. */
  readonly place: string;
  readonly status: ChangeStatus;
  /** One or two words: `waiting for a decision`. */
  readonly statusLabel: string;
  /** What happened, by whom, when, and what comes next. */
  readonly statusSentence: string;
  /** The same for whoever holds a link that is over. */
  readonly briefSentence: string;
  /** What its kind says of it. */
  readonly told: Telling;
  /** Each with its shortest unique path as its name. */
  readonly targets: ChangeContent['targets'];
  /** What an approver must type, and the entity that it names. */
  readonly confirm: string;
  readonly confirmEntityId: string;
  /** Used before, the longest unused last. */
  readonly lapsed: readonly ServiceEvidence[];
  readonly neverUsed: readonly ServiceEvidence[];
  /** Not used since the cut-off; only an entity above was asked, so an earlier use is not known. */
  readonly notSince: readonly ServiceEvidence[];
  readonly services: readonly string[];
  readonly accounts: readonly AffectedAccount[];
  readonly youngAccounts: readonly AffectedAccount[];
  /** What becomes of accounts that are created or moved below the targets later. */
  readonly inheritance: string;
  readonly risk: Risk;
  /** Why the risk is what it is, beside checks that are not proven. */
  readonly riskReasons: readonly string[];
  readonly checks: readonly CheckResult[];
  /** Checks that are not proven and that an approver must accept by name. */
  readonly mustAccept: readonly string[];
  readonly choice: readonly string[];
  /** 64 hex; people compare the first 12 across channels. */
  readonly digest: string;
  readonly shortDigest: string;
  readonly baseDigest: string;
  readonly thresholdDays: number;
  /** How far back AWS remembers use, in days. */
  readonly trackingDays: number;
  /** The instant that was judged from, and the last one that still counted as unused. */
  readonly asOf: number;
  readonly cutOff: number;
  /** When the question ends, while it is open. */
  readonly decideBy: number | null;
  readonly ifNobodyAnswers: string;
  /** What approving sets going. */
  readonly ifApproved: string;
  /** When an approved change is written at the earliest, while it waits. */
  readonly applyNotBefore: number | null;
  /** Names of those who approved this revision, how many must, how many are missing. Who started the review is never the only one. `why`, while it is open: what else is to be known of who may. */
  readonly approvals: {
    readonly given: readonly string[];
    readonly required: number;
    readonly missing: number;
    readonly why: string | null;
  };
  readonly rollBackUntil: number | null;
  /** How to get back what it takes, in a sentence. */
  readonly getBack: string;
  /** Whether calls that it denies are watched, and how to turn that on; null: it is not in force, or takes nothing. */
  readonly deniedCalls: string | null;
  /** Who is exempt for a time from what it denies. */
  readonly exemptions: readonly StandingExemption[];
  /** Whom it alone frees, or denies again. */
  readonly exempted: ReturnType<typeof toldExemptions>;
  /** Who was denied what since, by the organization trail. */
  readonly deniedTo: readonly DeniedTo[];
  /** The command by which whoever was denied asks for it back; null where nobody can, or nothing is denied. */
  readonly askBack: string | null;
  /** Why there is a revision after the first, or null. */
  readonly whyRevised: string | null;
  /** Who asked for it without being an approver for it: an ARN as AWS gave it, or what somebody typed; or null. */
  readonly asker: Asker | null;
  /** What an approver wrote to the others last, a question or why it is another one's, while it is open; or null. */
  readonly note: string | null;
  readonly history: readonly HistoryLine[];
  /** What could not be sent to whom: shown, so that nobody waits in vain. */
  readonly notReached: readonly string[];
  readonly reviewId: string;
  /** Where everything stands that a message has no room for: `on the page`. */
  readonly whole: string;
}

/** The view of a change as it stands now. */
export function changeView(record: ChangeRecord, context: ViewContext): ChangeView {
  const { content, state } = record;
  const { configuration } = context;
  const name = (approverId: string): string =>
    configuration.approvers.find((approver) => approver.id === approverId)?.name ?? approverId;
  const place = placeOf(content);
  const told = kindOf(content).tell(content);
  return {
    id: content.id,
    revision: content.revision,
    headline: headlineOf({ place, told }),
    place,
    status: state.status,
    ...statusWords(record, told, context, name),
    told,
    targets: content.targets.map((target) => ({ ...target, name: shownName(target) })),
    confirm: content.confirm,
    confirmEntityId: content.confirmEntityId,
    lapsed: content.evidence
      .filter((entry) => entry.kind === 'lapsed')
      .sort((a, b) => (a.daysUnused ?? 0) - (b.daysUnused ?? 0)),
    neverUsed: content.evidence.filter((entry) => entry.kind === 'never-used'),
    notSince: content.evidence.filter((entry) => entry.kind === 'not-since'),
    services: content.services,
    accounts: content.affectedAccounts,
    youngAccounts: content.affectedAccounts.filter(({ young }) => young),
    inheritance: inheritanceOf(state.status, told),
    risk: content.risk,
    riskReasons: riskReasons(content.risk),
    checks: withoutCodes(content.certificate).checks,
    mustAccept: checksToAccept(content, configuration.requireProven),
    choice: content.choice,
    digest: content.digest,
    shortDigest: content.digest.slice(0, 12),
    baseDigest: content.baseDigest,
    thresholdDays: content.thresholdDays,
    trackingDays: accessReportLimits.trackingDays,
    asOf: content.asOf,
    cutOff: content.asOf - content.thresholdDays * dayMilliseconds,
    decideBy: state.status === 'proposed' ? state.expiresAt : null,
    ifNobodyAnswers: 'If nobody answers, it expires unapplied.',
    ifApproved: ifApproved(configuration, told),
    applyNotBefore: state.status === 'approved' ? state.applyNotBefore : null,
    approvals: {
      given: approversOf(record).map(name),
      ...approvalCounts(record, configuration),
    },
    rollBackUntil: state.status === 'applied' && told.undoable ? state.rollBackUntil : null,
    getBack: getBack(record, configuration, told),
    deniedCalls: deniedCallsWords(record, told, context),
    exemptions: context.exemptions ?? [],
    exempted: toldExemptions(content),
    deniedTo: deniedTo(record),
    askBack:
      state.status === 'applied' && told.exemptible && configuration.page !== 'none'
        ? askBackCommand(content)
        : null,
    whyRevised: whyRevised(record),
    asker: askerOf(record),
    note: noteOf(record, name),
    history: historyLines(record, name),
    notReached: notReached(record, name),
    reviewId: content.reviewId,
    whole: configuration.page === 'none' ? 'in "npx --no -- oar changes show"' : 'on the page',
  };
}

function approvalCounts(
  record: ChangeRecord,
  configuration: Configuration,
): Omit<ChangeView['approvals'], 'given'> {
  const given = approversOf(record).length;
  const isOpen = record.state.status === 'proposed';
  const missing = isOpen ? approvalsMissing(record, approvalsOf(record), configuration) : 0;
  return {
    required: Math.max(approvalsNeededNow(record, configuration), given + missing),
    missing,
    why: isOpen ? whyMoreApprove(record, configuration) : null,
  };
}

function inheritanceOf(status: ChangeStatus, { inheritance }: Telling): string {
  if (isOver(status)) return 'Nothing of it is in force.';
  return status === 'proposed' || status === 'approved' ? inheritance.waits : inheritance.inForce;
}

/** Whether a change has ended without anything of it being in force. */
export function isOver(status: ChangeStatus): boolean {
  return ['rejected', 'snoozed', 'expired', 'superseded', 'cancelled', 'rolled-back'].includes(status);
}

function ifApproved({ coolingMinutes, mode, rollBackDays }: Configuration, { undoable }: Telling): string {
  if (mode === 'observe')
    return 'The mode is observe: once it is approved, it waits until the configuration says approve.';
  const wait =
    coolingMinutes === 0
      ? 'within a minute or two'
      : `${duration(coolingMinutes)} later; until then every approver can cancel it`;
  return (
    `Once it is approved, it is applied ${wait}. Right before, everything is read and proved again: ` +
    `if anything differs, nothing is written. ${undoable ? `It can be rolled back for ${counted(rollBackDays, 'day')}.` : 'It is not rolled back.'}`
  );
}

function getBack(
  { state }: ChangeRecord,
  { rollBackDays }: Configuration,
  { byHand, undoable }: Telling,
): string {
  if (!undoable) return `It is not rolled back: ${byHand}.`;
  if (state.status === 'rolling-back') return 'It is being rolled back.';
  if (state.status !== 'applied')
    return `Any approver can roll it back, for ${counted(rollBackDays, 'day')}.`;
  return `Any approver can roll it back until ${minuteUtc(state.rollBackUntil)}.`;
}

/** Who approved this revision, whatever became of it since. */
function approversOf({ history, revision }: ChangeRecord): readonly string[] {
  return history.flatMap((event) =>
    event.type === 'approval-recorded' && event.revision === revision ? [event.approval.approverId] : [],
  );
}

function whyRevised({ history, revision }: ChangeRecord): string | null {
  const made = history.findLast(
    (event) => (event.type === 'revised' || event.type === 'proposed') && event.revision === revision,
  );
  return made?.type === 'revised' || made?.type === 'proposed' ? (made.detail ?? null) : null;
}
