import { counted } from '../../base/counted.ts';
import { isoDay, minuteUtc } from '../../base/iso-time.ts';
import { headlineOf, plainPlace } from '../words/headline.ts';
import {
  asciiSubject,
  asciiText,
  harmless,
  harmlessName,
  type Message,
  oneLine,
  wrap,
  wrapAsIs,
} from '../words/plain-text.ts';
import { notProvenNames, riskWords } from '../words/risk-words.ts';
import { namesOf } from '../words/words.ts';
import { namedIn, nounsOf, type Question, standingOf } from './digest.ts';

const most = { services: 400, place: 160, deed: 1_200, sentence: 400, placeInSubject: 40 } as const;

/** One mail about all that waits for one person: each question with his link first, then what, until when and with which risk. Plain text, lines of at most 72 characters but for links and commands. */
export function digestMail(questions: readonly Question[], to: { readonly email: string }): Message {
  const count = questions.length;
  const isLinked = questions.some(({ url }) => url !== null);
  const isTyped = questions.some(({ commands = [] }) => commands.length > 0);
  const lines = [
    ...wrap(`${counted(count, 'change')} wait for your decision, the most urgent first.`, '', ''),
    ...(isLinked ? wrap('Each link opens a page; opening it changes nothing.', '', '') : []),
    ...(isTyped ? wrap('Decide with AWS credentials of your own (there is no page).', '', '') : []),
    '',
    ...questions.flatMap((question, index) => questionLines(question, index + 1, count)),
    ...(isLinked
      ? wrapAsIs(
          `These links are personal to ${oneLine(to.email, 200)}. Do not forward this mail: AWS's unsubscribe link below works for anyone who has it.`,
          '',
          '',
        )
      : []),
    'With AWS credentials, in a checkout of this reviewer:',
    'npx --no -- oar changes list',
  ];
  return { subject: subjectOf(questions), text: `${lines.join('\n')}\n` };
}

function subjectOf(questions: readonly Question[]): string {
  const [first] = questions;
  const until = first?.view.decideBy ?? null;
  const places = questions.map(({ view }) =>
    asciiText(harmlessName(plainPlace(view), most.placeInSubject)).trim(),
  );
  const by = until === null ? '' : `, the first by ${isoDay(until)}`;
  return asciiSubject(
    `[${nounsOf(questions)}] Decide on ${counted(questions.length, 'change')}${by}: ${namesOf([...new Set(places)])}`,
  );
}

function questionLines(
  { commands = [], url, view }: Question,
  number: number,
  count: number,
): readonly string[] {
  const told = { ...view.told, deed: harmless(view.told.deed, most.deed) };
  const headline = headlineOf({ told, place: harmlessName(view.place, most.place) });
  const notProven = notProvenNames(view);
  const doubts = notProven.length > 0 ? ` Not proven: ${notProven.join(', ')}.` : '';
  const indented = (text: string): readonly string[] => wrap(text, '    ', '    ');
  return [
    `${number} of ${count}`,
    ...(url === null ? commands : [url]),
    ...indented(`${headline}.`),
    ...indented(`Services: ${harmless(namedIn(view), most.services)}`),
    ...indented(
      `Decide by ${minuteUtc(view.decideBy ?? 0)}. Risk ${riskWords(view, view.risk.level.toUpperCase())}.${doubts}`,
    ),
    ...standingOf(view).flatMap((sentence) => indented(harmless(sentence, most.sentence))),
    ...indented(`Change ${view.id}, revision ${view.revision}, digest ${view.shortDigest}.`),
    '',
  ];
}
