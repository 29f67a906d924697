import { oneLine } from '../words/plain-text.ts';
import { blockLimits, type PlainText, plain, type SlackBlock, section } from './block-kit.ts';
import { said } from './mrkdwn.ts';

/** One choice of several. */
export interface SlackOption {
  readonly text: PlainText;
  readonly value: string;
}

/** What a person fills in, under one name for block and element. */
export interface SlackInput {
  readonly type: 'input';
  readonly block_id: string;
  readonly label: PlainText;
  readonly hint?: PlainText;
  readonly optional: boolean;
  readonly element:
    | { readonly type: 'plain_text_input'; readonly action_id: string; readonly multiline: boolean }
    | { readonly type: 'datepicker'; readonly action_id: string }
    | {
        readonly type: 'radio_buttons' | 'checkboxes';
        readonly action_id: string;
        readonly options: readonly SlackOption[];
      };
}

/** A modal of Slack. `private_metadata` comes back with what a person sends; Slack's own users see it nowhere, and it proves nothing. */
export interface SlackView {
  readonly type: 'modal';
  readonly callback_id: string;
  readonly title: PlainText;
  readonly close: PlainText;
  readonly submit?: PlainText;
  readonly private_metadata?: string;
  readonly clear_on_close: true;
  readonly blocks: readonly (SlackBlock | SlackInput)[];
}

// Characters of a title (Slack's reference "Modal views"); a modal also has at most 100 blocks and 3,000 characters of metadata.
const titleCharacters = 24;

/** The title of a modal, cut where it is longer than Slack takes. */
export function viewTitle(text: string): PlainText {
  return plain(oneLine(text, titleCharacters));
}

/** The name of the element of every input: its block says which field it is. */
export const inputAction = 'value';

/** A modal that says something and asks nothing: one paragraph a text, which may hold words of strangers. */
export function sayingView(title: string, paragraphs: readonly string[]): SlackView {
  return {
    type: 'modal',
    callback_id: 'said',
    title: viewTitle(title),
    close: plain('Close'),
    clear_on_close: true,
    blocks: paragraphs.map((text) => section(said(text, blockLimits.sectionCharacters))),
  };
}
