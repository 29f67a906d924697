import type { Configuration } from '../../base/configuration.ts';
import { isoDay } from '../../base/iso-time.ts';
import { dayMilliseconds } from '../../base/limits.ts';
import { meaningOfIntent } from '../content/intents.ts';
import { subjectOf } from '../content/subject.ts';
import { answeredBy } from '../life/history-facts.ts';
import { wroteNothing } from '../life/journal.ts';
import { type ChangeRecord, replay } from '../life/life.ts';
import { type JournalEntry, openStatuses } from '../life/state.ts';

/** A change that is open from an earlier review: its SCP takes no additions until it is decided. */
export interface OpenChange {
  readonly id: string;
  /** Null for a policy that does not exist yet. */
  readonly policyId: string | null;
  readonly targetIds: readonly string[];
  readonly services: readonly string[];
  /** True once it is approved: then nothing of it may change any more. */
  readonly frozen: boolean;
  readonly baseDigest: string;
}

/** A decision of people against a change: its services are not drafted again for its targets until then. */
export interface Suppression {
  readonly changeId: string;
  readonly targetIds: readonly string[];
  readonly services: readonly string[];
  /** Epoch milliseconds. */
  readonly until: number;
  /** Who decided what and why, in words. */
  readonly why: string;
}

/** For how long what people decided against is left alone, in milliseconds. */
export interface Rests {
  /** After a decision about what was never in force. */
  readonly decided: number;
  /** After something was in force: nobody could use it meanwhile, so for a whole threshold its silence says nothing. */
  readonly inForce: number;
}

/** The times of rest of a review that judges by this threshold. */
export function restsOf({
  rejectionDays,
  thresholdDays,
}: Pick<Configuration, 'rejectionDays' | 'thresholdDays'>): Rests {
  return {
    decided: rejectionDays * dayMilliseconds,
    inForce: Math.max(rejectionDays, thresholdDays) * dayMilliseconds,
  };
}

/** A change that still waits for people or for its turn, as placement sees it; null once it has ended or is applied. */
export function openChangeFrom({ content, state }: ChangeRecord): OpenChange | null {
  if (!openStatuses.includes(state.status)) return null;
  return {
    id: content.id,
    policyId: subjectOf(content).listedId,
    targetIds: content.targets.map((target) => target.id),
    services: content.services,
    // While services are asked back, or an exemption is to end, nothing is added to the same SCP.
    frozen: state.status !== 'proposed' || !meaningOfIntent(content).takesAdditions,
    baseDigest: content.baseDigest,
  };
}

/**
 * What people decided against in each revision of a change. Another service that is proposed for the same SCP afterwards takes
 * nothing back of it. Of a service that a later revision held again, that one tells.
 */
export function suppressionsFrom(record: ChangeRecord, rests: Rests): readonly Suppression[] {
  const { history } = record;
  const ends = history.flatMap(({ type }, index) => (type === 'proposed' && index > 0 ? index : []));
  const revisions = [...ends.map((end) => replay(history.slice(0, end))), record];
  const held = new Set<string>();
  return revisions.toReversed().flatMap((revision) => {
    const found = suppressionFrom(revision, rests);
    const services = found?.services.filter((service) => !held.has(service)) ?? [];
    for (const service of revision.content.services) held.add(service);
    return found === null || services.length === 0 ? [] : { ...found, services };
  });
}

/** What people decided against, or null: a rejection, a snooze, a cancellation, a roll back, or silence three times in a row lets the services rest. For how long, `rests` says where the decision itself does not. */
export function suppressionFrom(record: ChangeRecord, rests: Rests): Suppression | null {
  const { content, id, state } = record;
  const common = {
    changeId: id,
    targetIds: content.targets.map((target) => target.id),
    services: content.services,
  };
  switch (meaningOfIntent(content).servicesRest) {
    case 'never':
      return null;
    case 'once-applied':
      if (state.status !== 'applied') return null;
      return { ...common, until: state.appliedAt + rests.inForce, why: `given back by ${id}` };
    case 'once-decided-against': {
      const against = decisionAgainst(record, rests) ?? unanswered(record, rests);
      return against === null ? null : { ...common, ...against };
    }
  }
}

/** What people decided against a change, in words, and until when that holds (epoch milliseconds); null where they did not. */
export function decisionAgainst(
  { history, state }: ChangeRecord,
  rests: Rests,
): Pick<Suppression, 'until' | 'why'> | null {
  const last = history.at(-1);
  switch (state.status) {
    case 'rejected':
      return {
        until: state.notAgainBefore,
        why: `rejected by ${state.approverId} (${state.reason})`,
      };
    case 'snoozed':
      return { until: state.until, why: `snoozed by ${state.approverId} (${state.reason})` };
    case 'cancelled':
      return {
        until: (last?.at ?? 0) + rests.decided,
        why: `cancelled by ${state.approverId}`,
      };
    case 'rolled-back': {
      // Whoever tidied up after a write that was lost has not said that the services are needed.
      if (wroteNothing(state.journal, state.undoJournal)) return null;
      const { approverId, reason } = state.request;
      return {
        until: state.rolledBackAt + rests.inForce,
        why: `rolled back by ${approverId} (${reason}); in force${since(state.journal)} until ${isoDay(state.rolledBackAt)}, when nobody could use it`,
      };
    }
    default:
      return null;
  }
}

/** So many proposals in a row that nobody answered are enough for a while. */
const mostUnanswered = 3;

/** The services of a change that people let expire over and over, why they are not proposed again, and until when (epoch ms); null where they did not. */
export function unanswered(
  { content, history, state }: ChangeRecord,
  rests: Rests,
): Pick<Suppression, 'services' | 'until' | 'why'> | null {
  if (state.status !== 'expired') return null;
  const sent: (readonly string[])[] = [];
  let asked = content.services;
  let wasSent = false;
  const answered = history.findLastIndex((event) => answeredBy(event) !== null);
  for (const [index, event] of history.entries()) {
    if (event.type === 'proposed') wasSent = false;
    if (event.type === 'proposed' || event.type === 'revised') asked = event.content.services;
    if (event.type === 'notified' && index > answered) wasSent = true;
    // Whom no message reached left nothing unanswered.
    if (event.type === 'expired' && wasSent) sent.push(asked);
  }
  const times = (service: string): number => sent.filter((services) => services.includes(service)).length;
  const services = content.services.filter((service) => times(service) >= mostUnanswered);
  if (services.length === 0) return null;
  const why = `not answered ${Math.min(...services.map(times))} times in a row`;
  return { services, until: state.expiredAt + rests.decided, why };
}

/** Since when what a journal wrote was in force, for a sentence; empty where no line tells. */
function since(journal: readonly JournalEntry[]): string {
  const first = journal.find(({ phase }) => phase === 'done');
  return first === undefined ? '' : ` from ${isoDay(first.at)}`;
}
