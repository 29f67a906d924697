import { subjectOf } from '../content/subject.ts';
import { wroteNothing } from '../life/journal.ts';
import type { ChangeRecord } from '../life/life.ts';
import { openStatuses } from '../life/state.ts';

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

/** A change that still waits for people or for its turn, as placement sees it; null once it has ended or is applied. */
export function openChangeFrom({ content, state }: ChangeRecord): OpenChange | null {
  if (!openStatuses.includes(state.status)) return null;
  return {
    id: content.id,
    policyId: subjectOf(content).policyId,
    targetIds: content.targets.map((target) => target.id),
    services: content.services,
    // While services are asked back, or an exemption is to end, nothing is added to the same SCP.
    frozen: state.status !== 'proposed' || content.intent !== undefined,
    baseDigest: content.baseDigest,
  };
}

/** What people decided against, or null: a rejection, a snooze, a cancellation or a roll back keeps the services from being proposed again for a time. `restMilliseconds`: for how long where the decision itself does not say. */
export function suppressionFrom(record: ChangeRecord, restMilliseconds: number): Suppression | null {
  const { content, id, state } = record;
  const common = {
    changeId: id,
    targetIds: content.targets.map((target) => target.id),
    services: content.services,
  };
  // Deciding against a give-back is no decision against the deny, and neither is deciding for an exemption.
  if (content.intent === 'end-exemption') return null;
  if (content.intent === 'give-back') {
    if (state.status !== 'applied') return null;
    return { ...common, until: state.appliedAt + restMilliseconds, why: `given back by ${id}` };
  }
  const against = decisionAgainst(record, restMilliseconds);
  return against === null ? null : { ...common, ...against };
}

/** What people decided against a change, in words, and until when that holds (epoch milliseconds); null where they did not. */
export function decisionAgainst(
  { history, state }: ChangeRecord,
  restMilliseconds: number,
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
        until: (last?.at ?? 0) + restMilliseconds,
        why: `cancelled by ${state.approverId}`,
      };
    case 'rolled-back': {
      // Whoever tidied up after a write that was lost has not said that the services are needed.
      if (wroteNothing(state.journal, state.undoJournal)) return null;
      const { approverId, reason } = state.request;
      return {
        until: state.rolledBackAt + restMilliseconds,
        why: `rolled back by ${approverId} (${reason})`,
      };
    }
    default:
      return null;
  }
}
