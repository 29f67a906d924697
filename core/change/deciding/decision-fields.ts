import { dayMilliseconds } from '../../base/limits.ts';
import { longestTypedName, typedName } from '../../organization/typed-name.ts';
import { checksToAccept } from '../content/acceptance.ts';
import type { ChangeContent } from '../content/change.ts';
import { membersOf } from '../content/service-groups.ts';
import type { DecisionRefusal } from '../links/refusal.ts';
import { longestAgainst } from './exemption-days.ts';

/** What a decision form or request says, untrusted and unparsed. */
export interface DecisionInput {
  readonly decision?: string;
  readonly digest?: string;
  readonly confirm?: string;
  readonly reason?: string;
  /** An ISO date (its end, UTC, is meant) or an ISO time with zone. */
  readonly until?: string;
  readonly services?: readonly string[];
  /** Groups of services, such as `never-used` or `lapsed-high`: each stands for all of its services. */
  readonly groups?: readonly string[];
  /** What a narrower proposal still denies: groups and services of the change. */
  readonly keep?: readonly string[];
  readonly accept?: readonly string[];
  /** The id of the approver to whom it is handed over. */
  readonly to?: string;
}

/** A decision whose fields are right. */
export type Decision =
  | { readonly decision: 'approve'; readonly accepted: readonly string[] }
  | { readonly decision: 'reject'; readonly reason: string }
  | { readonly decision: 'snooze'; readonly reason: string; readonly until: number }
  | {
      readonly decision: 'exempt';
      readonly reason: string;
      readonly until: number;
      readonly services: readonly string[];
    }
  /** `services` are those that are not kept. */
  | { readonly decision: 'narrow'; readonly reason: string; readonly services: readonly string[] };

/** Bounds of what a person may type or choose; ours, not AWS's. */
export const decisionLimits = {
  /** A snooze lasts at most so many days. */
  snoozeDays: 366,
  /** An exemption lasts at most so many days, then somebody has to mean it again. */
  exemptDays: 731,
  /** UTF-16 units: the history of a change keeps every reason, in one item. */
  reasonCharacters: 2_000,
  /** UTF-16 units of a question, or of why something is handed over. */
  noteCharacters: 1_000,
  /** Notes by one person within 24 hours, and by all about one revision. */
  notesADay: 5,
  notesARevision: 30,
  /** Bytes that exempting and lifting leave in the item of a change: for reasons, messages, applying and undoing that are still to come. */
  roomBytes: 100_000,
  /** Bytes that every decision leaves but those that take something back: these must always be possible. */
  undoBytes: 50_000,
} as const;

const words = 'approve, reject, snooze, exempt, narrow, ask or hand-over';

/** Parses the fields of a decision; answers every wrong or missing field at once, so that a person mends the form in one go. */
export function parseDecision(
  input: DecisionInput,
  content: ChangeContent,
  requireProven: readonly string[],
  now: number,
): { readonly decision: Decision } | { readonly refusals: readonly [DecisionRefusal, ...DecisionRefusal[]] } {
  const refusals: DecisionRefusal[] = [];
  const refuse = (refusal: DecisionRefusal | null): void => {
    if (refusal) refusals.push(refusal);
  };
  refuse(wrongConfirm(input.confirm, content.confirm));

  const { decision } = input;
  let parsed: Decision | null = null;
  if (decision === 'approve') {
    const accepted = [...new Set(input.accept ?? [])].sort();
    refusals.push(...wrongAccept(accepted, content, requireProven));
    parsed = { decision, accepted };
  } else if (decision === 'reject' || decision === 'snooze' || decision === 'exempt') {
    const reason = parseReason(input.reason);
    if (typeof reason !== 'string') refuse(reason);
    const given = typeof reason === 'string' ? reason : '';
    if (decision === 'reject') parsed = { decision, reason: given };
    else {
      const days =
        decision === 'snooze'
          ? Math.min(decisionLimits.snoozeDays, longestAgainst(content))
          : decisionLimits.exemptDays;
      const until = parseUntil(input.until, now, days);
      if (typeof until !== 'number') refuse(until);
      else if (decision === 'snooze' && until < now + dayMilliseconds)
        refuse(wrong('until', 'A snooze lasts at least one day: give tomorrow or a later day'));
      const end = typeof until === 'number' ? until : now;
      if (decision === 'snooze') parsed = { decision, reason: given, until: end };
      else {
        const services = chosenServices(input, content);
        refuse(wrongServices(services, content.services));
        parsed = { decision, reason: given, until: end, services };
      }
    }
  } else if (decision === 'narrow') {
    const narrowed = parseNarrowing(input, content);
    refusals.push(...narrowed.refusals);
    parsed = narrowed.decision;
  } else if (decision === undefined || decision === '') {
    refuse(missing('decision', `Choose what you decide: ${words}`));
  } else {
    refuse(wrong('decision', `A decision is ${words}`));
  }
  const [first, ...others] = refusals;
  if (first) return { refusals: [first, ...others] };
  if (parsed === null) throw new Error('a decision without refusal was not parsed');
  return { decision: parsed };
}

/** The reason as typed, without white space around it, or why it cannot be taken. */
export function parseReason(reason: string | undefined): string | DecisionRefusal {
  const words = reason?.trim() ?? '';
  if (words === '') return missing('reason', 'Give a reason, in a few words');
  if (words.length > decisionLimits.reasonCharacters) {
    return wrong(
      'reason',
      `The reason has at most ${decisionLimits.reasonCharacters.toLocaleString('en-US')} characters`,
    );
  }
  return words;
}

function wrongConfirm(confirm: string | undefined, expected: string): DecisionRefusal | null {
  if (confirm === undefined || confirm.trim() === '')
    return missing('confirm', `Type ${expected} to confirm`);
  return confirm.length <= longestTypedName && typedName(confirm) === typedName(expected)
    ? null
    : wrong('confirm', `To confirm, type exactly ${expected}`);
}

function wrongAccept(
  accepted: readonly string[],
  content: ChangeContent,
  requireProven: readonly string[],
): readonly DecisionRefusal[] {
  const open = checksToAccept(content, requireProven).filter((name) => !accepted.includes(name));
  return open.length === 0
    ? []
    : [missing('accept', `To approve, accept what is not proven: ${open.join(', ')}`)];
}

/** A group that the change does not have stands for itself, and is refused as a service would be. */
function chosenServices(
  { groups = [], services = [] }: DecisionInput,
  { evidence }: ChangeContent,
): readonly string[] {
  const all = groups.flatMap((group) => membersOf(evidence, group) ?? [group]);
  return [...new Set([...services, ...all])].sort();
}

/** Keeps some services of the change, and not all; the reason may be left out, since what is kept says it. */
function parseNarrowing(
  { keep = [], reason: typed = '' }: DecisionInput,
  { evidence, services: all }: ChangeContent,
): { readonly decision: Decision; readonly refusals: readonly DecisionRefusal[] } {
  const reason = typed.trim() === '' ? narrowedTo(keep) : parseReason(typed);
  const kept = new Set(keep.flatMap((name) => membersOf(evidence, name) ?? [name]));
  const services = all.filter((service) => !kept.has(service));
  const refusals: DecisionRefusal[] = typeof reason === 'string' ? [] : [reason];
  if (kept.size === 0)
    refusals.push(missing('keep', 'Say what the proposal keeps: lapsed, never-used, or services of it'));
  else if ([...kept].some((service) => !all.includes(service)))
    refusals.push(wrong('keep', 'Keep only groups and services of this change'));
  else if (services.length === 0)
    refusals.push(wrong('keep', 'That is every service of this change: there is nothing to narrow'));
  return {
    decision: { decision: 'narrow', reason: typeof reason === 'string' ? reason : '', services },
    refusals,
  };
}

const groupWords: Readonly<Record<string, string>> = {
  lapsed: 'the lapsed only',
  'never-used': 'the never used only',
  'not-since': 'those not used within the threshold',
};

function narrowedTo(keep: readonly string[]): string {
  const [only = ''] = keep.length === 1 ? keep : [];
  const words = Object.hasOwn(groupWords, only) ? groupWords[only] : 'some of the services';
  return `not now, narrowed to ${words}`;
}

function wrongServices(services: readonly string[], allowed: readonly string[]): DecisionRefusal | null {
  if (services.length === 0) return missing('services', 'Choose at least one service to exempt');
  const strangers = services.filter((service) => !allowed.includes(service));
  return strangers.length === 0 ? null : wrong('services', 'Choose only services of this change');
}

const isoDate = /^\d{4}-\d{2}-\d{2}$/;
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

function parseUntil(until: string | undefined, now: number, days: number): number | DecisionRefusal {
  const text = until?.trim() ?? '';
  if (text === '') return missing('until', 'Give the last day, such as 2027-01-31');
  if (!isoDate.test(text) && !isoTime.test(text))
    return wrong('until', 'Give the last day as a date such as 2027-01-31');
  const start = Date.parse(text);
  if (Number.isNaN(start) || !isRealDay(text)) return wrong('until', `There is no day ${text.slice(0, 10)}`);
  const end = isoDate.test(text) ? start + dayMilliseconds : start;
  if (end <= now) return wrong('until', 'The last day must lie in the future');
  if (end > now + (days + 1) * dayMilliseconds)
    return wrong('until', `The last day lies at most ${days} days ahead`);
  return end;
}

// `Date.parse` turns 31 February into a day in March.
function isRealDay(text: string): boolean {
  const day = text.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) === day;
}

function missing(field: string, detail: string): DecisionRefusal {
  return { code: 'MISSING_FIELD', field, detail };
}

function wrong(field: string, detail: string): DecisionRefusal {
  return { code: 'WRONG_FIELD', field, detail };
}
