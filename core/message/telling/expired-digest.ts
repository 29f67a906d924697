import { counted } from '../../base/counted.ts';
import { namedIn, nounsOf } from '../mails/digest.ts';
import {
  blockLimits,
  messageOf,
  mrkdwn,
  type SlackBlock,
  type SlackMessage,
  section,
} from '../slack/block-kit.ts';
import { code, joined, marked, said } from '../slack/mrkdwn.ts';
import { notificationOf, type QNotification, qLimits } from '../slack/q-kit.ts';
import { wholeLines } from '../slack/whole-lines.ts';
import type { ChangeView } from '../views/change-view.ts';
import { headlineOf } from '../words/headline.ts';
import {
  asciiSubject,
  asciiText,
  harmless,
  harmlessName,
  type Message,
  oneLine,
  wrap,
} from '../words/plain-text.ts';
import { namesOf } from '../words/words.ts';

/** A change that ended because nobody decided in time. */
interface Expired {
  readonly view: ChangeView;
}

const most = { services: 400, place: 160, deed: 1_200, placeInSubject: 40, section: 500, line: 300 } as const;
const whatNow = 'Nothing was changed. A later review proposes again what still holds.';

/** One mail about all that expired for one person: plain text, lines of at most 72 characters, no links. */
export function expiredMail(changes: readonly Expired[]): Message {
  const places = changes.map(({ view }) => asciiText(harmlessName(view.place, most.placeInSubject)).trim());
  const title = `${counted(changes.length, 'change')} expired`;
  const lines = [
    ...wrap(`${title}: nobody decided in time. ${whatNow}`, '', ''),
    '',
    ...changes.flatMap(({ view }, index) => {
      const told = { ...view.told, deed: harmless(view.told.deed, most.deed) };
      const headline = headlineOf({ told, place: harmlessName(view.place, most.place) });
      const indented = (text: string): readonly string[] => wrap(text, '    ', '    ');
      return [
        `${index + 1} of ${changes.length}`,
        ...indented(`${headline}.`),
        ...indented(`Services: ${harmless(namedIn(view), most.services)}`),
        ...indented(`Change ${view.id}, revision ${view.revision}.`),
        '',
      ];
    }),
  ];
  return {
    subject: asciiSubject(`[${nounsOf(changes)}] ${title}: ${namesOf([...new Set(places)])}`),
    text: `${lines.join('\n')}\n`,
  };
}

/** The same in Slack, a section a change. */
export function expiredSlackMessage(changes: readonly Expired[]): SlackMessage {
  const heading = oneLine(`${counted(changes.length, 'change')} expired`, blockLimits.headerCharacters);
  const blocks: SlackBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: heading, emoji: false } },
    ...changes.map(({ view }) =>
      section(
        joined(
          [
            marked`*${said(headlineOf(view, most.section / 2), most.section)}*`,
            said(namedIn(view), most.section),
            marked`${code(view.id)} revision ${view.revision}`,
          ],
          '\n',
        ),
      ),
    ),
    { type: 'context', elements: [mrkdwn(marked`Nobody decided in time. ${whatNow}`)] },
  ];
  const places = namesOf([...new Set(changes.map(({ view }) => oneLine(view.place, most.placeInSubject)))]);
  return messageOf(`${heading}: ${places}`, blocks);
}

/** The same for a channel of Amazon Q, in the thread of the review. */
export function expiredNotification(changes: readonly [Expired, ...Expired[]]): QNotification {
  const [{ view: first }] = changes;
  const title = said(`${counted(changes.length, 'change')} expired`);
  const lines = changes.map(
    ({ view }) =>
      marked`*${said(headlineOf(view, most.line / 2), most.line)}*: ${said(namedIn(view), most.line)}; ${code(view.id)} revision ${view.revision}`,
  );
  return notificationOf({
    id: `${first.id}-${first.revision}-expired-digest`,
    title,
    description: wholeLines([marked`Nobody decided in time. ${whatNow}`, ...lines], qLimits.description),
    nextSteps: [],
    keywords: [nounsOf(changes), first.statusLabel],
    metadata: {
      threadId: first.reviewId,
      eventType: 'expired',
      relatedResources: changes.slice(0, 20).map(({ view }) => view.id),
      additionalContext: { changes: String(changes.length) },
    },
  });
}
