import type { Configuration } from '../../base/configuration.ts';
import { capitalized, counted } from '../../base/counted.ts';
import { minuteUtc } from '../../base/iso-time.ts';
import { dayMilliseconds } from '../../base/limits.ts';
import { longestAgainst } from '../../change/deciding/exemption-days.ts';
import { mayApproveForOthers } from '../../change/deciding/own-access.ts';
import { coversTargets } from '../../change/deciding/scope.ts';
import { restsOf } from '../../change/deciding/suppression.ts';
import { approvalsMissing, approvalsNeededNow, canBeApprovedBy } from '../../change/life/approvals.ts';
import { keptEverything, mayHaveWritten, wroteNothing } from '../../change/life/journal.ts';
import { approvalsOf, type ChangeRecord, notUnderstood } from '../../change/life/life.ts';
import { isStarter } from '../../change/life/starter.ts';
import type { UndoJournalEntry } from '../../change/life/state.ts';
import type { Telling } from '../../kinds/kind.ts';
import { heldWords } from '../words/freeze-words.ts';
import { whyMoreApprove } from '../words/starter-words.ts';
import { untilUtc } from '../words/words.ts';
import { driftWords, sinceApplied } from './since-applied.ts';
import type { ViewContext } from './view-context.ts';

/** The state of a change in one or two words, and in sentences: what happened, by whom, when, and what comes next. */
export interface StatusWords {
  readonly statusLabel: string;
  readonly statusSentence: string;
  /** The same without evidence: for whoever holds a link that is over, state and decider alone. */
  readonly briefSentence: string;
}

/** The state of a change whose roll back left everything as it was. */
export const nothingRolledBack = 'nothing rolled back';

/** Says where a change stands at this instant (epoch ms). `name` gives the name of an approver. */
export function statusWords(
  record: ChangeRecord,
  told: Telling,
  context: ViewContext,
  name: (approverId: string) => string,
): StatusWords {
  const { state } = record;
  const rests = (days: number): string => counted(Math.min(days, longestAgainst(record.content)), 'day');
  const { configuration, now } = context;
  const words = (statusLabel: string, statusSentence: string, briefSentence = statusSentence) => ({
    statusLabel,
    statusSentence: `${laterWords(record)}${statusSentence}${liftedWords(record, name)}`,
    briefSentence,
  });
  const again = told.ifUnwritten;
  const held = heldWords(context);
  const by = (): string =>
    'approvals' in state ? state.approvals.map(({ approverId }) => name(approverId)).join(' and ') : '';
  switch (state.status) {
    case 'proposed': {
      if (now >= state.expiresAt)
        return words('expired', 'Nobody decided in time. It expired unapplied: nothing was changed.');
      const soFar = state.approvals.length > 0 ? `Approved so far by ${by()}.` : null;
      return words(
        'waiting for a decision',
        sentences(
          `Nothing changes until ${waitsFor(record, configuration)}.`,
          `Decide by ${minuteUtc(state.expiresAt)}.`,
          soFar,
          whyMoreApprove(record, configuration),
          tooFewApprovers(record, configuration),
        ),
      );
    }
    case 'approved':
      return words(
        'approved',
        sentences(
          `Approved by ${by()} on ${minuteUtc(state.approvedAt)}.`,
          whenApplied(state.applyNotBefore, now, held !== null),
          held,
        ),
      );
    case 'applying':
      return words(
        'being applied',
        sentences(`Approved by ${by()}.`, `It is being written since ${minuteUtc(state.startedAt)}.`, held),
      );
    case 'applied': {
      const brief = `Approved by ${by()}, applied on ${minuteUtc(state.appliedAt)}. ${rollBackWords(state.rollBackUntil, now, told)}`;
      return words('applied', `${brief}${sinceApplied(record, told, context)}`, brief);
    }
    case 'apply-failed': {
      const failed = `It could not be applied on ${minuteUtc(state.failedAt)}`;
      const next = mayHaveWritten(state.journal)
        ? `A part of it was written, or may have been: ${told.undoable ? 'it can be rolled back' : `look at the ${told.noun}`}.`
        : `Nothing was changed; ${again}.`;
      const { code, detail } = state.failure;
      return words('apply failed', `${failed}: ${detail} (${code}). ${next}`, `${failed}. ${next}`);
    }
    case 'interrupted': {
      const stopped = `${state.during === 'apply' ? 'Applying' : 'Rolling back'} was interrupted on ${minuteUtc(state.interruptedAt)}`;
      const next = `Nothing goes on by itself: a person must look at the ${told.noun}${told.undoable ? ' and roll back, or leave it' : ''}. If the write did not take place, an approver lets it go on: npx --no -- oar changes resume ${record.id} --reason "…"`;
      return words('interrupted', `${stopped}: ${ended(state.detail)} ${next}`, `${stopped}. ${next}`);
    }
    case 'rejected':
      return words(
        'rejected',
        `Rejected by ${name(state.approverId)} on ${minuteUtc(state.rejectedAt)}: ${ended(state.reason)} Nothing was changed; not proposed again before ${minuteUtc(state.notAgainBefore)}.`,
      );
    case 'snoozed':
      return words(
        'snoozed',
        `Snoozed by ${name(state.approverId)} on ${minuteUtc(state.snoozedAt)} until ${untilUtc(state.until)}: ${ended(state.reason)} Nothing was changed; the next review after that asks again.`,
      );
    case 'expired':
      return words(
        'expired',
        `Nobody decided until ${minuteUtc(state.expiredAt)}. It expired unapplied: nothing was changed; ${again}.`,
      );
    case 'superseded': {
      const since = `No longer valid since ${minuteUtc(state.supersededAt)}`;
      const next =
        state.reason.code === 'EXEMPTED' ? 'Nothing was changed.' : `Nothing was changed; ${again}.`;
      return words('superseded', `${since}: ${ended(state.reason.detail)} ${next}`, `${since}. ${next}`);
    }
    case 'cancelled':
      return words(
        'cancelled',
        `${approvedBy(record, name)}Cancelled by ${name(state.approverId)} on ${minuteUtc(state.cancelledAt)}, before anything was written${state.reason ? `: ${ended(state.reason)}` : '.'} Not proposed again for ${rests(configuration.rejectionDays)}.`,
      );
    case 'rolling-back':
      return words(
        'being rolled back',
        `${name(state.request.approverId)} asked on ${minuteUtc(state.request.at)} to roll back: ${ended(state.request.reason)} ${held ?? 'It is undone within a minute or two, unless writes are frozen.'}`,
      );
    case 'rolled-back': {
      const { journal, request, rolledBackAt, undoJournal } = state;
      const [who, when] = [name(request.approverId), minuteUtc(rolledBackAt)];
      const told = keptEverything(undoJournal)
        ? {
            label: nothingRolledBack,
            what: `${who} asked to roll back, and on ${when} nothing was rolled back`,
            stays: 'What stays, nothing takes back by itself. ',
          }
        : { label: 'rolled back', what: `Rolled back on ${when} by ${who}`, stays: '' };
      const next = wroteNothing(journal, undoJournal)
        ? 'Nothing had been written, so the next review proposes again what still holds.'
        : `${told.stays}Not proposed again for ${rests(restsOf(configuration).inForce / dayMilliseconds)}.`;
      return words(
        told.label,
        `${approvedBy(record, name)}${told.what}: ${ended(request.reason)} ${undone(undoJournal)}${next}${driftWords(record)}`,
      );
    }
  }
}

/** Puts sentences one after another; null says nothing. */
function sentences(...said: readonly (string | null)[]): string {
  return said.filter((one) => one !== null).join(' ');
}

function whenApplied(applyNotBefore: number, now: number, isHeld: boolean): string {
  if (now < applyNotBefore)
    return `It is applied after ${minuteUtc(applyNotBefore)}; until then every approver can cancel it.`;
  return isHeld
    ? 'It is due; every approver can cancel it until it is written.'
    : 'It is due: unless writes are frozen it is applied within a minute or two; every approver can cancel it until then.';
}

/** Exemptions that this revision's time has seen lifted. */
function liftedWords({ history, revision }: ChangeRecord, name: (approverId: string) => string): string {
  const lifted = history.flatMap((event) =>
    event.type === 'exemption-lifted' && event.revision === revision
      ? [
          ` ${name(event.approverId)} lifted the exemption of ${event.service} at ${event.entityId} on ${minuteUtc(event.at)}: ${ended(event.reason)}`,
        ]
      : [],
  );
  return lifted.join('');
}

/** Comes first, because the rest may be out of date where this version does not know what happened. */
function laterWords(record: ChangeRecord): string {
  const why = notUnderstood(record);
  return why === null
    ? ''
    : `Nothing of this change can be decided or written now: ${why}. What follows may be out of date. `;
}

function rollBackWords(until: number, now: number, { exemptible, noun, undoable }: Telling): string {
  if (!undoable) return 'It is not rolled back: a review may propose the denial again, from fresh evidence.';
  return now < until
    ? `It can be rolled back until ${minuteUtc(until)}.`
    : `It could be rolled back until ${minuteUtc(until)}; from then on only ${exemptible ? 'a give-back or ' : ''}a new edit of the ${noun} takes it back.`;
}

function approvedBy({ history, revision }: ChangeRecord, name: (approverId: string) => string): string {
  const names = history.flatMap((event) =>
    event.type === 'approval-recorded' && event.revision === revision
      ? [name(event.approval.approverId)]
      : [],
  );
  return names.length === 0 ? '' : `Approved by ${names.join(' and ')}. `;
}

function undone(journal: readonly UndoJournalEntry[]): string {
  return journal
    .map((entry) => (entry.phase === 'done' ? `${capitalized(ended(entry.detail))} ` : ''))
    .join('');
}

/** What a person wrote, as a sentence that ends once. */
function ended(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** A question that nobody can answer is said where everybody reads it, not left to expire. */
function tooFewApprovers(record: ChangeRecord, configuration: Configuration): string | null {
  const { content, starter, targetPaths } = record;
  const needed = approvalsNeededNow(record, configuration);
  const targetIds = content.targets.map(({ id }) => id);
  const inScope = configuration.approvers.filter((approver) =>
    coversTargets(approver, targetIds, targetPaths),
  );
  const able = inScope.filter((approver) => mayApproveForOthers(record, approver, configuration));
  if (canBeApprovedBy(record, able, configuration)) return null;
  const others = able.filter(({ id }) => !isStarter(starter, id, configuration));
  const who =
    able.length > 0 && others.length === 0
      ? 'No other approver has scopes that cover every target'
      : `${able.length === 0 ? 'No approver has' : `Only ${counted(able.length, 'approver')} ${able.length === 1 ? 'has' : 'have'}`} scopes that cover every target, and ${needed} must approve`;
  return `${who}: name another under "approvers" in the configuration, else it expires.`;
}

function waitsFor(record: ChangeRecord, configuration: Configuration): string {
  const missing = approvalsMissing(record, approvalsOf(record), configuration);
  if (
    approvalsNeededNow(record, configuration) === 1 &&
    missing === 1 &&
    !('approvals' in record.state && record.state.approvals.length > 0)
  )
    return 'somebody approves';
  return missing === 1 ? 'one more person approves' : `${missing} people approve`;
}
