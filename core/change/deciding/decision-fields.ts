import { grouped } from '../../base/counted.ts';
import { dayMilliseconds } from '../../base/limits.ts';
import { longestTypedName, typedName } from '../../organization/typed-name.ts';
import { checksToAccept } from '../content/acceptance.ts';
import type { ChangeContent } from '../content/change.ts';
import { membersOf } from '../content/service-groups.ts';
import { type DecisionRefusal, missingField, wrongField } from '../links/refusal.ts';
import { parseUntil } from './end-day.ts';
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
  const parsed = parseFields(input, content, requireProven, now);
  const fields = 'refusals' in parsed ? parsed.refusals : [];
  const [first, ...others] = [...refusalsAmong(wrongConfirm(input.confirm, content.confirm)), ...fields];
  if (first) return { refusals: [first, ...others] };
  if ('decision' in parsed) return parsed;
  throw new Error('a decision without refusal was not parsed');
}

type Parsed = { readonly decision: Decision } | { readonly refusals: readonly DecisionRefusal[] };

function parseFields(
  input: DecisionInput,
  content: ChangeContent,
  requireProven: readonly string[],
  now: number,
): Parsed {
  const { decision } = input;
  switch (decision) {
    case 'approve': {
      const accepted = [...new Set(input.accept ?? [])].sort();
      const refusals = wrongAccept(accepted, content, requireProven);
      return refusals.length === 0 ? { decision: { decision, accepted } } : { refusals };
    }
    case 'reject': {
      const reason = parseReason(input.reason);
      return typeof reason === 'string' ? { decision: { decision, reason } } : { refusals: [reason] };
    }
    case 'snooze': {
      const reason = parseReason(input.reason);
      const until = parseSnoozeEnd(input.until, now, content);
      if (typeof reason === 'string' && typeof until === 'number')
        return { decision: { decision, reason, until } };
      return { refusals: refusalsAmong(reason, until) };
    }
    case 'exempt': {
      const reason = parseReason(input.reason);
      const until = parseUntil(input.until, now, decisionLimits.exemptDays);
      const services = chosenServices(input, content);
      const wrongOnes = wrongServices(services, content.services);
      if (typeof reason === 'string' && typeof until === 'number' && wrongOnes === null)
        return { decision: { decision, reason, until, services } };
      return { refusals: refusalsAmong(reason, until, wrongOnes) };
    }
    case 'narrow':
      return parseNarrowing(input, content);
    case undefined:
    case '':
      return { refusals: [missingField('decision', `Choose what you decide: ${words}`)] };
    default:
      return { refusals: [wrongField('decision', `A decision is ${words}`)] };
  }
}

function refusalsAmong(
  ...fields: readonly (DecisionRefusal | string | number | null)[]
): readonly DecisionRefusal[] {
  return fields.filter((field) => typeof field === 'object' && field !== null);
}

/** The reason as typed, without white space around it, or why it cannot be taken. */
export function parseReason(reason: string | undefined): string | DecisionRefusal {
  const words = reason?.trim() ?? '';
  if (words === '') return missingField('reason', 'Give a reason, in a few words');
  if (words.length > decisionLimits.reasonCharacters) {
    return wrongField(
      'reason',
      `The reason has at most ${grouped(decisionLimits.reasonCharacters)} characters`,
    );
  }
  return words;
}

function wrongConfirm(confirm: string | undefined, expected: string): DecisionRefusal | null {
  if (confirm === undefined || confirm.trim() === '')
    return missingField('confirm', `Type ${expected} to confirm`);
  return confirm.length <= longestTypedName && typedName(confirm) === typedName(expected)
    ? null
    : wrongField('confirm', `To confirm, type exactly ${expected}`);
}

function wrongAccept(
  accepted: readonly string[],
  content: ChangeContent,
  requireProven: readonly string[],
): readonly DecisionRefusal[] {
  const open = checksToAccept(content, requireProven).filter((name) => !accepted.includes(name));
  return open.length === 0
    ? []
    : [missingField('accept', `To approve, accept what is not proven: ${open.join(', ')}`)];
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
): Parsed {
  const reason = typed.trim() === '' ? narrowedTo(keep) : parseReason(typed);
  const kept = new Set(keep.flatMap((name) => membersOf(evidence, name) ?? [name]));
  const services = all.filter((service) => !kept.has(service));
  const wrongKeep = wrongKept(kept, services, all);
  if (typeof reason === 'string' && wrongKeep === null)
    return { decision: { decision: 'narrow', reason, services } };
  return { refusals: refusalsAmong(reason, wrongKeep) };
}

function wrongKept(
  kept: ReadonlySet<string>,
  left: readonly string[],
  all: readonly string[],
): DecisionRefusal | null {
  if (kept.size === 0)
    return missingField('keep', 'Say what the proposal keeps: lapsed, never-used, or services of it');
  if ([...kept].some((service) => !all.includes(service)))
    return wrongField('keep', 'Keep only groups and services of this change');
  return left.length === 0
    ? wrongField('keep', 'That is every service of this change: there is nothing to narrow')
    : null;
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
  if (services.length === 0) return missingField('services', 'Choose at least one service to exempt');
  const strangers = services.filter((service) => !allowed.includes(service));
  return strangers.length === 0 ? null : wrongField('services', 'Choose only services of this change');
}

function parseSnoozeEnd(
  until: string | undefined,
  now: number,
  content: ChangeContent,
): number | DecisionRefusal {
  const end = parseUntil(until, now, Math.min(decisionLimits.snoozeDays, longestAgainst(content)));
  return typeof end === 'number' && end < now + dayMilliseconds
    ? wrongField('until', 'A snooze lasts at least one day: give tomorrow or a later day')
    : end;
}
