import type { Configuration } from '../../base/configuration.ts';
import { decidesInSlack } from '../../base/configured-slack.ts';
import { isDecidedElsewhere } from '../../change/deciding/in-slack.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import { asks, isNote } from '../mails/change-mail.ts';
import type { ChangeView } from '../views/change-view.ts';
import type { NoticeKind } from '../views/notice-kind.ts';
import type { Recipient } from '../views/recipients.ts';
import { oneLine } from '../words/plain-text.ts';
import { blockLimits, plain, type SlackButton } from './block-kit.ts';

/** The name of the button in what Slack sends. */
export const reviewAction = 'review';

/** The button by which a change is looked at and decided on in Slack. It says which change and nothing else: who pressed it is for Slack to say. */
export function reviewButton({ headline, id }: ChangeView): SlackButton {
  return {
    type: 'button',
    action_id: reviewAction,
    text: plain('Review'),
    value: id,
    accessibility_label: oneLine(`Review: ${headline}`, blockLimits.buttonCharacters),
  };
}

/** Whether a message has the button: it asks, the app that listens to the button is the one that writes it, and this change may be decided on in Slack. */
export function hasReviewButton(
  kind: NoticeKind,
  { address }: Recipient,
  record: ChangeRecord,
  configuration: Configuration,
): boolean {
  const isAsked = (asks(kind) || isNote(kind)) && record.state.status === 'proposed';
  return isAsked && address.by === 'bot' && decidesInSlack(configuration) && !isDecidedElsewhere(record);
}
