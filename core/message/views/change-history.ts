import type { ChangeEvent } from '../../change/life/events.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import { messageOf } from './event-messages.ts';

/** One line of a change's history, for people. `at` in epoch milliseconds. */
export interface HistoryLine {
  readonly at: number;
  readonly who: string;
  readonly what: string;
}

/** How the product's own parts are called where people read. */
const functions: Readonly<Record<string, string>> = {
  review: 'the review',
  apply: 'the apply function',
  notify: 'the notifier',
  sweep: 'the sweeper',
  denials: 'the watch of denied calls',
};

/** The history of a change in words, oldest first. Who was told what is left out unless it failed. */
export function historyLines(
  record: ChangeRecord,
  name: (approverId: string) => string,
): readonly HistoryLine[] {
  const lines: HistoryLine[] = [];
  for (const [index, event] of record.history.entries()) {
    const what = messageOf(event).line(event, {
      name,
      before: record.history[index - 1],
      earlier: record.history.slice(0, index),
    });
    if (what === null) continue;
    lines.push({ at: event.at, who: whoOf(event, name), what });
  }
  return lines;
}

/** A principal is told with the approver that it decided as, where the event says so; who decided in Slack is told so. */
function whoOf(event: ChangeEvent, name: (approverId: string) => string): string {
  const { id, slackUserId, type } = event.actor;
  if (type === 'approver') return slackUserId === undefined ? name(id) : `${name(id)} (in Slack)`;
  if (type === 'system') return functions[id] ?? id;
  const approverId =
    event.type === 'approval-recorded'
      ? event.approval.approverId
      : 'approverId' in event
        ? event.approverId
        : null;
  return approverId === null ? id : `${name(approverId)} (${id})`;
}
