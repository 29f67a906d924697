import { grouped } from '../../base/counted.ts';
import { listAt } from '../../base/lists.ts';
import type { ChangeView } from '../views/change-view.ts';
import { firstLook } from '../views/first-look.ts';
import type { NoticeKind } from '../views/notice-kind.ts';
import type { Recipient } from '../views/recipients.ts';
import { asks } from './change-mail.ts';

/** One question of a digest: a change that waits, and the way to decide on it. */
export interface Question {
  readonly view: ChangeView;
  /** The reader's own link, or null. */
  readonly url: string | null;
  /** Where there is no page: what the reader may type instead, one command a line. */
  readonly commands?: readonly string[];
}

/** What of a notice says whether it is told together with others. */
interface Tellable {
  readonly kind: NoticeKind;
  readonly recipient: Recipient;
  readonly view: ChangeView;
}

/** So many changes have room in one message: Slack takes 50 blocks. */
const mostQuestions = 40;

/** Whether several such notices to one reader are one message: what is asked, and what ended because nobody answered. */
export function isJoined(kind: NoticeKind): boolean {
  return asks(kind) || kind === 'expired';
}

/**
 * The messages that these notices make. What one reader is asked at the same time is one message, the most urgent first, and
 * so is what expired. Everything else is a message of its own.
 */
export function intoMessages<Item extends Tellable>(
  items: readonly Item[],
): readonly (readonly [Item, ...Item[]])[] {
  const byReader = new Map<string, Item[]>();
  const messages: [Item, ...Item[]][] = [];
  for (const item of items) {
    const { channel, id } = item.recipient;
    const key = `${id} ${channel} ${asks(item.kind) ? 'asked' : item.kind}`;
    if (isJoined(item.kind)) listAt(byReader, key).push(item);
    else messages.push([item]);
  }
  for (const asked of byReader.values()) {
    const sorted = asked.toSorted((one, other) => byUrgency(one.view, other.view));
    for (let first = 0; first < sorted.length; first += mostQuestions) {
      const [head, ...rest] = sorted.slice(first, first + mostQuestions);
      if (head !== undefined) messages.push([head, ...rest]);
    }
  }
  return messages;
}

function byUrgency(one: ChangeView, other: ChangeView): number {
  const distance = (one.decideBy ?? 0) - (other.decideBy ?? 0);
  return distance !== 0 ? distance : one.place < other.place ? -1 : one.place > other.place ? 1 : 0;
}

/** The services that a question is about, the most important first: `Amazon Lex, AWS DMS and 3 more`. Names are AWS's, as they are there. */
export function namedIn(view: ChangeView): string {
  const { more, named } = firstLook(view);
  const names = named.map(({ name, namespace }) =>
    namespace === null || namespace === name ? name : `${name} (${namespace})`,
  );
  return `${names.join(', ')}${more > 0 ? ` and ${grouped(more)} more` : ''}`;
}

/** What else a reader must know of a question before he follows its link: who approved already, and what is new. */
export function standingOf({ approvals, revision, whyRevised }: ChangeView): readonly string[] {
  const { given, required, why } = approvals;
  return [
    ...(given.length > 0 ? [`Approved by ${given.length} of ${required}.`] : []),
    ...(why === null ? [] : [why]),
    ...(whyRevised === null ? [] : [`Revision ${revision}: ${whyRevised}`]),
  ];
}

/** The kinds of change in a digest: `SCP`, `IAM` or `SCP, IAM`. */
export function nounsOf(questions: readonly Pick<Question, 'view'>[]): string {
  return [...new Set(questions.map(({ view }) => view.told.noun))].sort().reverse().join(', ');
}
