import { counted } from '../../base/counted.ts';
import { isoDay } from '../../base/iso-time.ts';
import { namedIn, type Question, standingOf } from '../mails/digest.ts';
import { headlineOf } from '../words/headline.ts';
import { oneLine } from '../words/plain-text.ts';
import { notProvenNames, riskWords } from '../words/risk-words.ts';
import { namesOf } from '../words/words.ts';
import {
  blockLimits,
  messageOf,
  mrkdwn,
  type SlackBlock,
  type SlackMessage,
  section,
  slackDate,
} from './block-kit.ts';
import { code, codeBlock, joined, linked, type Marked, marked, said, typed } from './mrkdwn.ts';
import { reviewButton } from './review-button.ts';

/** A question, and whether it can be answered by a button. */
interface SlackQuestion extends Question {
  readonly reviews?: boolean;
}

// Together they stay below what a section takes, with a link of 150 characters.
const most = { headline: 500, services: 500, sentence: 400, place: 40 } as const;

/** One message about all that waits: a section a change, its link first. Where many read along the questions have no link. */
export function digestSlackMessage(questions: readonly SlackQuestion[]): SlackMessage {
  const [first] = questions;
  const until = first?.view.decideBy ?? null;
  const by = until === null ? '' : `, the first by ${isoDay(until)}`;
  const heading = oneLine(
    `Decide on ${counted(questions.length, 'change')}${by}`,
    blockLimits.headerCharacters,
  );
  const isPersonal = questions.some(({ url }) => url !== null);
  const blocks: SlackBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: heading, emoji: false } },
    ...questions.map((question) => questionSection(question)),
    {
      type: 'context',
      elements: [
        mrkdwn(
          isPersonal
            ? marked`The links are personal; opening one changes nothing. News of these changes come in this thread.`
            : marked`Approvers have personal links. With AWS credentials, in a checkout of this reviewer: ${typed('npx --no -- oar changes list')}`,
        ),
      ],
    },
  ];
  const places = namesOf([...new Set(questions.map(({ view }) => oneLine(view.place, most.place)))]);
  return messageOf(`${heading}: ${places}`, blocks);
}

function questionSection(question: SlackQuestion): SlackBlock {
  const whole = section(questionText(question));
  return question.reviews ? { ...whole, accessory: reviewButton(question.view) } : whole;
}

function questionText({ commands = [], url, view }: Question): Marked {
  const headline = said(headlineOf(view, most.headline / 2), most.headline);
  const notProven = notProvenNames(view);
  const doubts = notProven.length > 0 ? `; not proven: ${notProven.join(', ')}` : '';
  const lines = [
    url === null ? marked`*${headline}*` : marked`${linked(url, 'Review and decide')}: *${headline}*`,
    said(namedIn(view), most.services),
    marked`Decide by ${view.decideBy === null ? '-' : slackDate(view.decideBy)}. Risk ${said(`${riskWords(view, view.risk.level)}${doubts}`, most.sentence)}.`,
    ...standingOf(view).map((sentence) => said(sentence, most.sentence)),
    marked`${code(view.id)} revision ${view.revision}, digest ${code(view.shortDigest)}`,
    ...(commands.length === 0 ? [] : [codeBlock(commands)]),
  ];
  return joined(lines, '\n');
}
