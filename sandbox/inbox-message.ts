import type { SlackBlock } from './slack-blocks.ts';

/** One message that reached the sandbox over HTTP, as a person would receive it. */
export interface InboxMessage {
  /** `email`, `email-json`, `https`, `sqs`, `sns` (a topic that nobody subscribed to), `slack` or `slack modal`. */
  readonly channel: string;
  /** The e-mail address, URL, topic ARN, Slack channel or Slack user. */
  readonly to: string;
  /** The subject of an e-mail, or the title of a modal; empty where the channel has none. */
  readonly subject: string;
  /** The plain text with every link as a plain URL. */
  readonly text: string;
  /** ISO time of arrival. */
  readonly sentAt: string;
  /** The Block Kit blocks of a Slack message, for the page alone. */
  readonly blocks?: readonly SlackBlock[];
  /** Slack's timestamp of the message, which is its name for an update. */
  readonly ts?: string;
  /** The `ts` of the Slack message in whose thread this one stands. */
  readonly thread?: string;
  /** The words of the button that sends a modal. */
  readonly submit?: string;
  /** True for a Slack message that stands in the place of an earlier one with the same `ts`. */
  readonly update?: boolean;
}
