import { grouped } from '../../base/counted.ts';
import { decisionLimits } from '../../change/deciding/decision-fields.ts';
import type { ChangeView } from '../views/change-view.ts';
import { firstLook } from '../views/first-look.ts';
import { decisionWords } from '../words/decision-words.ts';
import { headlineOf } from '../words/headline.ts';
import { oneLine } from '../words/plain-text.ts';
import { visibleText } from '../words/visible-text.ts';
import { blockLimits, mrkdwn, plain, type SlackBlock, section } from './block-kit.ts';
import { inputAction, type SlackInput, type SlackOption, type SlackView, viewTitle } from './modal-kit.ts';
import { code, joined, marked, said } from './mrkdwn.ts';
import { evidenceSections, factFields } from './slack-facts.ts';

/** What the modal of a change is made from. */
export interface Review {
  readonly view: ChangeView;
  /** Who acts, and what this person should know before. */
  readonly reader: { readonly name: string; readonly hint: string | null };
}

/** What the modal carries to itself: which text was read. What it says is compared with the change as it is stored, and gives nobody any right. */
export interface ReviewPointer {
  readonly change: string;
  readonly revision: number;
  readonly digest: string;
}

/** The name of the modal in what Slack sends. */
export const reviewCallback = 'decide';
/** The fields of the modal, which are those of every form. Boxes to accept what is not proven are `accept`, `accept-2` and so on. */
export const reviewFields = ['decision', 'accept', 'reason', 'until', 'confirm'] as const;
/** What no decision can do without. */
const always: readonly string[] = ['decision', 'confirm'];
/** What can be decided in the modal; the page and signed requests know more. */
export const reviewDecisions = ['approve', 'reject', 'snooze'] as const;

const most = { headline: 300, name: 80, line: 400, sentence: 900, note: 1_500, confirm: 1_500 } as const;

/** The modal by which one person decides: the facts of the page in its order, then its form. Nothing is chosen before, and the confirmation is typed. */
export function reviewView({ reader, view }: Review): SlackView {
  const { change, digest, revision }: ReviewPointer = {
    change: view.id,
    revision: view.revision,
    digest: view.digest,
  };
  return {
    type: 'modal',
    callback_id: reviewCallback,
    title: viewTitle(`Review ${view.told.noun} change`),
    close: plain('Close'),
    submit: plain('Send decision'),
    clear_on_close: true,
    private_metadata: JSON.stringify({ change, revision, digest }),
    blocks: [...facts(view), ...standing({ reader, view }), ...form(view)],
  };
}

function facts(view: ChangeView): readonly SlackBlock[] {
  const look = firstLook(view);
  const names = joined(
    look.named.map(({ name }) => marked`*${said(name, most.name)}*`),
    ', ',
  );
  const more = look.more > 0 ? ` + ${grouped(look.more)} more ${view.whole}` : '';
  const needed = [
    [view.told.nameOfServices, marked`${names}${more}`],
    ['People see', marked`${said(view.told.sees, most.line)}.`],
    ['Last use', said(look.lastUse, most.line)],
    ['Get it back', said(view.getBack, most.line)],
  ] as const;
  return [
    section(marked`*${said(headlineOf(view, most.headline), 2 * most.headline)}*`),
    section(
      marked`${said(look.unused, most.line)}\n${said(look.risk, most.line)} ${said(look.proof, most.line)}.`,
    ),
    section(said(view.statusSentence, most.sentence)),
    {
      type: 'section',
      fields: needed.map(([label, value]) => mrkdwn(marked`*${label}*\n${value}`)),
    },
    factFields(view),
    ...evidenceSections(view),
    section(marked`${said(view.ifApproved, most.sentence)}\n${view.ifNobodyAnswers}`),
  ];
}

function standing({ reader: { hint, name }, view }: Review): readonly SlackBlock[] {
  return [
    ...(view.whyRevised === null
      ? []
      : [section(marked`*New in revision ${view.revision}*\n${said(view.whyRevised, most.sentence)}`)]),
    ...(view.note === null ? [] : [section(said(view.note, most.note))]),
    ...(hint === null ? [] : [section(marked`*To know*\n${said(hint, most.sentence)}`)]),
    {
      type: 'context',
      elements: [
        mrkdwn(
          marked`You act as *${said(name, most.name)}*. Change ${view.id}, revision ${view.revision}, digest ${code(view.shortDigest)}.`,
        ),
      ],
    },
  ];
}

function form(view: ChangeView): readonly (SlackBlock | SlackInput)[] {
  const decisions: readonly SlackOption[] = [
    option('approve', `Approve: ${view.told.approve}`),
    option('reject', `Reject: ${decisionWords.reject}`),
    option('snooze', `Snooze: ${decisionWords.snooze}`),
  ];
  return [
    input('decision', 'What do you decide?', { type: 'radio_buttons', options: decisions }),
    ...accepting(view.mustAccept),
    input(
      'reason',
      'Reason',
      { type: 'plain_text_input', multiline: true },
      `For reject and snooze. At most ${grouped(decisionLimits.reasonCharacters)} characters.`,
    ),
    input('until', 'Until', { type: 'datepicker' }, 'For snooze, the last day.'),
    input('confirm', `To confirm, type ${oneLine(view.confirm, most.confirm)}`, {
      type: 'plain_text_input',
      multiline: false,
    }),
    {
      type: 'context',
      elements: [
        mrkdwn(
          marked`To exempt or narrow services, to ask, or to hand it over: ${view.whole}, by your personal link or with AWS credentials.`,
        ),
      ],
    },
  ];
}

/** Slack shows so many boxes of one list, and there are more checks than that. */
function accepting(names: readonly string[]): readonly SlackInput[] {
  const lists: SlackInput[] = [];
  for (let first = 0; first < names.length; first += blockLimits.options) {
    const options = names
      .slice(first, first + blockLimits.options)
      .map((name) => option(name, `I accept that ${name} is not proven`));
    const field = first === 0 ? 'accept' : `accept-${lists.length + 1}`;
    lists.push(input(field, 'To approve, accept each of these', { type: 'checkboxes', options }));
  }
  return lists;
}

function option(value: string, text: string): SlackOption {
  return { text: plain(oneLine(text, blockLimits.optionCharacters)), value };
}

/** Slack itself asks for what every decision needs; what else is missing is told in the words of the page, by the rules that judge it. */
function input(
  field: string,
  label: string,
  element:
    | { readonly type: 'plain_text_input'; readonly multiline: boolean }
    | { readonly type: 'datepicker' }
    | { readonly type: 'radio_buttons' | 'checkboxes'; readonly options: readonly SlackOption[] },
  hint?: string,
): SlackInput {
  return {
    type: 'input',
    block_id: field,
    optional: !always.includes(field),
    label: plain(visibleText(label)),
    ...(hint === undefined ? {} : { hint: plain(hint) }),
    element: { ...element, action_id: inputAction },
  };
}
