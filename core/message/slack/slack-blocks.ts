import type { AnyPurpose } from '../../change/links/links.ts';
import { asks, isNote, noticeWords } from '../mails/change-mail.ts';
import { type ChangeView, isOver } from '../views/change-view.ts';
import type { NoticeKind } from '../views/notice-kind.ts';
import { headlineOf } from '../words/headline.ts';
import { oneLine } from '../words/plain-text.ts';
import { blockLimits, messageOf, mrkdwn, type SlackBlock, type SlackMessage, section } from './block-kit.ts';
import { codeBlock, linked, type Marked, marked, said, typed } from './mrkdwn.ts';
import { reviewButton } from './review-button.ts';
import { evidenceSections, factFields } from './slack-facts.ts';

/** What a Slack message is made from. `url` is the reader's own link, or null. */
export interface SlackNotice {
  readonly kind: NoticeKind;
  readonly view: ChangeView;
  readonly url: string | null;
  /** What the link is for. */
  readonly link?: { readonly purpose: AnyPurpose } | null;
  /** Where there is no page: what a reader who may decide types instead, one command a line. */
  readonly commands?: readonly string[];
  /** Whether the change can be decided on in Slack, by a button of the message. */
  readonly reviews?: boolean;
}

const most = { sentence: 900, note: 2_400 } as const;

/** The message of a notice. The personal link is a text link: a button with a URL would need a listener, and a button's value is no place for a token. */
export function slackMessage({
  commands = [],
  kind,
  link,
  reviews = false,
  url,
  view,
}: SlackNotice): SlackMessage {
  const { action, tellsAll, title } = noticeWords(kind, view);
  const isToAsk = link?.purpose === 'request-back';
  const heading = oneLine(
    `${title}: ${headlineOf(view, blockLimits.headerCharacters - title.length - 2)}`,
    blockLimits.headerCharacters,
  );
  const blocks: SlackBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: heading, emoji: false } },
    section(said(view.statusSentence, most.sentence)),
    factFields(view),
  ];
  if (isNote(kind) && view.note !== null) blocks.push(section(said(view.note, most.note)));
  if (view.whyRevised !== null)
    blocks.push(section(marked`*New in revision ${view.revision}*\n${said(view.whyRevised, most.sentence)}`));
  if (tellsAll) blocks.push(...evidenceSections(view));
  if (reviews) blocks.push({ type: 'actions', elements: [reviewButton(view)] });
  const back = kind === 'denied-access' ? view.askBack : null;
  if (url !== null && isToAsk)
    blocks.push(
      section(
        marked`Needed? ${linked(url, 'Ask for it back')}: a form for whoever was denied. The approvers decide; the link does nothing else.`,
      ),
    );
  else if (url !== null && action !== null)
    blocks.push(section(marked`${linked(url, action)}\nThe link is personal; opening it changes nothing.`));
  else if (commands.length > 0 && action !== null)
    blocks.push(section(marked`*${action}* with AWS credentials of your own:\n${codeBlock(commands)}`));
  else if (asks(kind))
    blocks.push(
      section(
        marked`Approvers have personal links. With AWS credentials, in a checkout of this reviewer: ${typed(`npx --no -- oar changes show ${view.id}`)}`,
      ),
    );
  if (back !== null)
    blocks.push(
      section(marked`Whoever was denied can ask for it back with AWS credentials of his own: ${typed(back)}`),
    );
  blocks.push(footer(view, asks(kind) ? `${view.ifNobodyAnswers} ${view.ifApproved}` : ''));
  return messageOf(`${heading}. ${oneLine(view.statusSentence, most.sentence)}`, blocks);
}

const urgent: readonly NoticeKind[] = ['drift', 'denied-access', 'came-under', 'apply-failed', 'interrupted'];

/** Whether news in a thread must be seen by everybody in the channel as well: somebody has to look. */
export function isUrgent(kind: NoticeKind): boolean {
  return urgent.includes(kind);
}

/** What takes the place of a message that a newer one overtook: what it asked, how that stands now, and no link. What nobody will do any more is struck out. `revision` is that of the message. */
export function closedSlackMessage(view: ChangeView, revision: number): SlackMessage {
  const isReplaced = revision !== view.revision;
  const label = isReplaced
    ? `revision ${revision} was replaced by revision ${view.revision}`
    : view.statusLabel;
  const headline = said(
    isReplaced ? `${view.told.noun} change ${view.id}` : headlineOf(view, blockLimits.headerCharacters),
    2 * blockLimits.headerCharacters,
  );
  const isMoot = isReplaced || isOver(view.status);
  const more = isReplaced ? '' : marked` ${said(view.statusSentence, most.sentence)}`;
  return messageOf(
    `${isReplaced ? `${view.told.noun} change ${view.id}` : oneLine(view.headline, 400)}: ${label}`,
    [
      section(marked`${isMoot ? marked`~${headline}~` : headline}\n*${label}*.${more}`),
      footer(view, 'The newest message about it holds.'),
    ],
  );
}

function footer(view: ChangeView, more: string): SlackBlock {
  const text: Marked = marked`Change ${view.id}, revision ${view.revision}, digest ${view.shortDigest}.${more === '' ? '' : marked` ${said(more, most.sentence)}`}`;
  return { type: 'context', elements: [mrkdwn(text)] };
}
