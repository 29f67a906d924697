import { eventActionsDate } from './event-actions.ts';
import type { ReplayAnswer } from './replay.ts';

/** Why a replay does not cover all that happened, a sentence each; none: every call that the trail should hold was judged. */
export function gapsOf({ calls, coverage, leftOut, notSeen }: ReplayAnswer): readonly string[] {
  const { accounts, accountsWithoutRecord, days, daysWithoutRecord } = coverage;
  const first = notSeen
    .slice(0, 5)
    .map(({ count, eventName, eventSource }) => `${eventSource} ${eventName} (${count})`);
  const silent = accountsWithoutRecord.slice(0, 5).join(', ');
  const more = (all: number, shown: number): string => (all > shown ? ` and ${all - shown} more` : '');
  return [
    ...(accountsWithoutRecord.length > 0
      ? [
          `${accountsWithoutRecord.length} of ${accounts} accounts have no record: ${silent}${more(accountsWithoutRecord.length, 5)}`,
        ]
      : []),
    ...(daysWithoutRecord > 0 ? [`${daysWithoutRecord} of ${days} days have no record`] : []),
    ...(calls.notSeen > 0
      ? [
          `${calls.notSeen} calls are not in the table of ${eventActionsDate()}, so nobody knows what would have become of them: ${first.join(', ')}${more(notSeen.length, first.length)}`,
        ]
      : []),
    ...(leftOut.unreadable > 0 ? [`${leftOut.unreadable} records are not what CloudTrail writes`] : []),
  ];
}
