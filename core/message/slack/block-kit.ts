import { minuteUtc } from '../../base/iso-time.ts';
import { escapeMrkdwn, type Marked } from './mrkdwn.ts';

interface Mrkdwn {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** Slack makes no links of its own from what looks like one. */
  readonly verbatim: true;
}

/** Text as it is, without marks. */
export interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: false;
}

/** A button that Slack tells the app of. Its value is a pointer and never a secret: everybody in the channel can see it. */
export interface SlackButton {
  readonly type: 'button';
  readonly action_id: string;
  readonly text: PlainText;
  readonly value: string;
  readonly accessibility_label: string;
}

/** A section of one text, with a button at its side if need be. */
export interface TextSection {
  readonly type: 'section';
  readonly text: Mrkdwn;
  readonly accessory?: SlackButton;
}

/** One block of Slack's Block Kit: only those that we make. */
export type SlackBlock =
  | { readonly type: 'header'; readonly text: PlainText }
  | TextSection
  | { readonly type: 'section'; readonly fields: readonly Mrkdwn[] }
  | { readonly type: 'actions'; readonly elements: readonly SlackButton[] }
  | { readonly type: 'context'; readonly elements: readonly Mrkdwn[] };

/** A Slack message: blocks, and the text for notifications and screen readers. Links are never unfurled: a fetched link would be a robot's visit. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

/** Limits of Block Kit, in characters and elements (Slack's references "Blocks" and "Block elements"). */
export const blockLimits = {
  headerCharacters: 150,
  sectionCharacters: 3_000,
  fieldCharacters: 2_000,
  labelCharacters: 2_000,
  buttonCharacters: 75,
  optionCharacters: 75,
  inputCharacters: 3_000,
  options: 10,
  blocks: 50,
} as const;

/** A plain text. It is bounded by whoever made it. */
export function plain(text: string): PlainText {
  return { type: 'plain_text', text, emoji: false };
}

/** A message of these blocks, with the text that notifications and screen readers have. */
export function messageOf(text: string, blocks: readonly SlackBlock[]): SlackMessage {
  return {
    text: escapeMrkdwn(text, blockLimits.sectionCharacters),
    blocks,
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** An instant as Slack shows it to each reader in his own zone. */
export function slackDate(at: number): Marked {
  return { mrkdwn: `<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time}|${minuteUtc(at)}>` };
}

/** A section of one text; the text is bounded by whoever made it. */
export function section(text: Marked): TextSection {
  return { type: 'section', text: mrkdwn(text, blockLimits.sectionCharacters) };
}

/** A text in mrkdwn. Every part is bounded before, so nothing is cut here that holds an escape or a link. */
export function mrkdwn({ mrkdwn: text }: Marked, longest: number = blockLimits.fieldCharacters): Mrkdwn {
  return {
    type: 'mrkdwn',
    text: text.length <= longest ? text : `${text.slice(0, longest - 1)}…`,
    verbatim: true,
  };
}
